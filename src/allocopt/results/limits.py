"""What binds: the tables `limits` and `shortfalls` of a plan."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.model import Decisions
from allocopt.plan import PLAN_TABLES
from allocopt.problem import Problem
from allocopt.problem.handovers import Handovers
from allocopt.problem.keys import by_key
from allocopt.results.people import planned_hours
from allocopt.results.targets import reached_targets
from allocopt.solver import CompiledModel, Solution

# Rules that people set and can move; the others hold the model together and are not shown.
MOVABLE = (
    "selling_time_limit",
    "budget_total",
    "lever_budget",
    "scope_budget",
    "period_budget",
    "supply_limit",
    "committed_spend",
    "return_floor",
    "balance_floor",
    "balance_ceiling",
    "outside_limit",
    "travel_limit",
    "handover_limit",
    "touched_limit",
    "headcount_limit",
    "quota_floor",
    "quota_ceiling",
    "quota_decided",
    "quota_attainable",
    "target_floor",
    "target_goal",
    "unit_locked",
    "group_apart",
)


def limit_table(problem: Problem, solution: Solution) -> pd.DataFrame:
    """rule, item, period, activity, lower, upper, slack, value_of_one_more [currency per unit].

    The value is what a limit moved by one unit in its loosening sense brings while all assignments stay,
    over all outcomes of demand; unknown where a row has no other choice than assignments.
    """
    compiled = solution.compiled
    floors = _written_as_floors(compiled)
    plain, duals = _plain_activity(problem, solution.decisions), _duals(solution)
    rows = []
    for row, key in enumerate(compiled.rows):
        if key.rule not in MOVABLE or key.sample:
            continue
        low, high = float(compiled.row_lower[row]), float(compiled.row_upper[row])
        activity = float(solution.activity[row])
        if floors[row]:
            low, high, activity = -high, -low, -activity
        low, activity, high = plain.get((key.rule, *key.index), (low, activity, high))
        worth = abs(duals[key.rule, key.index])
        item, period = item_and_period(problem, key.index)
        slack = min(high - activity, activity - low)
        rows.append((key.rule, item, period, activity, low, high, slack, worth))
    table = pd.DataFrame(rows, columns=list(PLAN_TABLES["limits"]))
    return table.replace([np.inf, -np.inf], np.nan)


def _duals(solution: Solution) -> dict[tuple[Any, ...], float]:
    """What one more of each row is worth, summed over the plan and the samples that share it."""
    duals: dict[tuple[Any, ...], float] = {}
    for key, dual in zip(solution.compiled.rows, solution.row_dual, strict=True):
        duals[key.rule, key.index] = duals.get((key.rule, key.index), 0.0) + float(dual)
    return duals


def _written_as_floors(compiled: CompiledModel) -> npt.NDArray[np.bool_]:
    """Rows that the compiler has turned around: all signs negative below an upper limit."""
    rows = compiled.matrix.tocsr()
    most = np.asarray(rows.max(axis=1).todense()).ravel()
    return np.asarray((most <= 0) & np.isfinite(compiled.row_upper))


def _plain_activity(
    problem: Problem, decisions: Decisions
) -> dict[tuple[Any, ...], tuple[float, float, float]]:
    """Lower limit, activity and upper limit as people read them, by (rule, *index).

    Rows with shortfalls have overtime, overload or what lies outside a band on the left side, and handovers
    are rows of units that stay. Here stand the hours worked against selling time, the measure carried,
    and what is handed over.
    """
    tenures = problem.tenures
    planned = by_key(planned_hours(problem, decisions))
    available = by_key(tenures.taken(tenures.selling_time, decisions.hired))
    hours = {key: (-np.inf, planned[key], available[key]) for key in planned}
    shown = {("selling_time_limit", *key): limit for key, limit in hours.items()}
    for rule in problem.balance:
        carried = rule.carried(decisions.shares)
        bands = rule.bands(tenures.first_of(decisions.hired))
        for rep, least, most in bands.itertuples():
            amount = float(carried.get(rep, 0.0))
            shown["balance_floor", rule.measure, rep] = (float(least), amount, np.inf)
            shown["balance_ceiling", rule.measure, rep] = (-np.inf, amount, float(most))
    return shown | _reached(problem, decisions) | _handed_over(problem, decisions)


def _reached(
    problem: Problem, decisions: Decisions
) -> dict[tuple[Any, ...], tuple[float, float, float]]:
    reached = reached_targets(problem, decisions)
    return {
        ("target_goal", rule.name): (rule.amount, reached[rule.name], np.inf)
        for rule in problem.targets
    }


def _handed_over(
    problem: Problem, decisions: Decisions
) -> dict[tuple[Any, ...], tuple[float, float, float]]:
    rule = problem.handover
    changed = Handovers(problem, decisions.shares).counted
    limits = {
        "units": (changed.sum(), rule.max_units),
        "sales": ((changed * rule.sales.reindex(changed.index)).sum(), rule.max_sales),
    }
    return {
        ("handover_limit", what): (-np.inf, float(amount), float(most))
        for what, (amount, most) in limits.items()
        if most is not None
    }


def item_and_period(problem: Problem, index: tuple[Any, ...]) -> tuple[str, str]:
    """What a row is about, and when; its time is the last part of its index.

    The first day of a window is told only where windows differ.
    """
    if index and index[-1] in problem.times:
        told = index[-1] in problem.periods or problem.windows.several
        return "/".join(map(str, index[:-1])) or "company", str(index[-1]) if told else ""
    return "/".join(map(str, index)) or "company", ""


def shortfall_table(decisions: Decisions) -> pd.DataFrame:
    """rule, item, period, amount [unit of the rule], price [currency per unit]."""
    rows = [(x.rule, x.item, x.period, x.amount, x.price) for x in decisions.missed]
    return pd.DataFrame(rows, columns=list(PLAN_TABLES["shortfalls"]))
