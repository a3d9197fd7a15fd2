"""What binds: the tables `limits` and `shortfalls` of a plan."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from allocopt.model import Decisions
from allocopt.plan import PLAN_TABLES
from allocopt.problem import Problem
from allocopt.problem.keys import by_key
from allocopt.results.people import planned_hours
from allocopt.solver import RowKey, Solution

# Rules that people set and can move; the others hold the model together and are not shown.
MOVABLE = (
    "selling_time_limit",
    "budget_total",
    "lever_budget",
    "scope_budget",
    "committed_spend",
    "return_floor",
    "balance_floor",
    "balance_ceiling",
    "handover_limit",
    "touched_limit",
    "headcount_limit",
    "quota_floor",
    "quota_ceiling",
    "unit_locked",
    "group_apart",
)


def limit_table(problem: Problem, solution: Solution) -> pd.DataFrame:
    """rule, item, period, activity, lower, upper, slack, value_of_one_more [currency per unit].

    The value is what a limit moved by one unit in its loosening sense brings while all assignments stay;
    unknown where a row has no other choice than assignments.
    """
    hours = _hours(problem, solution.decisions)
    rows = [
        _row(problem, solution, row, key, hours)
        for row, key in enumerate(solution.compiled.rows)
        if key.rule in MOVABLE
    ]
    return pd.DataFrame(rows, columns=list(PLAN_TABLES["limits"]))


def _hours(problem: Problem, decisions: Decisions) -> dict[tuple[Any, ...], tuple[float, float]]:
    """Hours planned, and hours available with overtime, by (rep, period).

    The row itself has overtime and overload on its left side, which nobody reads as hours worked.
    """
    open_and_unfilled = set(problem.open_reps) - decisions.hired
    there = pd.Series(
        [rep not in open_and_unfilled for rep in problem.reps.index], problem.reps.index
    )
    reach = problem.selling_time * (1 + problem.workload.overtime_max)
    planned = by_key(planned_hours(problem, decisions))
    available = by_key(reach.mul(there.astype(float), axis=0))
    return {key: (planned[key], available[key]) for key in planned}


def _row(
    problem: Problem,
    solution: Solution,
    row: int,
    key: RowKey,
    hours: dict[tuple[Any, ...], tuple[float, float]],
) -> tuple[Any, ...]:
    compiled = solution.compiled
    item, period = item_and_period(problem, key.index)
    activity = float(solution.activity[row])
    lower, upper = float(compiled.row_lower[row]), float(compiled.row_upper[row])
    if key.rule == "selling_time_limit":
        activity, upper = hours[key.index]
    slack = min(upper - activity, activity - lower)
    worth = abs(float(solution.row_dual[row]))
    return (
        key.rule,
        item,
        period,
        activity,
        lower if np.isfinite(lower) else np.nan,
        upper if np.isfinite(upper) else np.nan,
        slack,
        worth,
    )


def item_and_period(problem: Problem, index: tuple[Any, ...]) -> tuple[str, str]:
    """What a row is about, and when; its period is the last part of its index."""
    if index and index[-1] in problem.periods:
        return "/".join(map(str, index[:-1])), str(index[-1])
    return "/".join(map(str, index)) or "company", ""


def shortfall_table(decisions: Decisions) -> pd.DataFrame:
    """rule, item, period, amount [unit of the rule], price [currency per unit]."""
    rows = [(x.rule, x.item, x.period, x.amount, x.price) for x in decisions.missed]
    return pd.DataFrame(rows, columns=list(PLAN_TABLES["shortfalls"]))
