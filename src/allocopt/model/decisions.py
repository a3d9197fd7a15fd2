"""Decisions: what a solved model says, as frames; nothing is derived here that tables can derive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from allocopt.model.outcomes import outcomes
from allocopt.model.sums import worth
from allocopt.model.workload import NO_HOURS
from allocopt.problem import Problem
from allocopt.problem.risk import EXPECTED
from allocopt.tables import among

CHOSEN = 0.5  # a binary is 0 or 1; anything above this is 1


@dataclass(frozen=True)
class Missed:
    """A soft rule that is not kept: by how much, in which unit of measure, and at which price of one."""

    rule: str
    item: str
    period: str
    amount: float
    price: float


@dataclass(frozen=True)
class Decisions:
    """Values of the decision variables.

    shares: how much of a unit a rep has, by the stints that are chosen (unit, rep, window). hired: by open
    position that is filled, its first day. time: stint × period [h] for units with a response. support:
    (specialist, unit) × period [h]. sales: unit × period [currency]. spend, lift: (lever, territory,
    segment) × period [currency]. overtime, overload: rep × period [h]. quota: rep × period [currency],
    None when quotas follow their share. parts: the signed parts of the objective [currency]. missed: by
    soft rule and item, what is missing and its price. samples: by sample of demand the same decisions with
    its own time, sales, spend and lift.
    """

    shares: pd.Series[float]
    hired: Mapping[str, str]
    time: pd.DataFrame
    support: pd.DataFrame
    sales: pd.DataFrame
    spend: pd.DataFrame
    lift: pd.DataFrame
    overtime: pd.DataFrame
    overload: pd.DataFrame
    quota: pd.DataFrame | None
    parts: dict[str, float]
    missed: tuple[Missed, ...]
    samples: Mapping[str, Decisions] = field(default_factory=dict)


def read_decisions(m: pyo.ConcreteModel, problem: Problem) -> Decisions:
    """Decisions of a model whose variables hold a solution."""
    periods = list(problem.periods)
    shares = _shares(m, problem)
    keys = pd.MultiIndex.from_tuples(list(m.LIFTS), names=["lever", "territory", "segment"])
    plan = Decisions(
        shares=shares,
        hired={rep: first for rep, first in m.hire if m.hire[rep, first].value > CHOSEN},
        time=_time(m, problem, shares.index),
        support=_support(m, problem),
        sales=_frame(m.planned_sales, problem.units.index, periods),
        spend=_frame(m.spend, keys, periods),
        lift=_frame(m.lift, keys, periods),
        overtime=_frame(m.overtime, problem.reps.index, periods),
        overload=_frame(m.overload, problem.reps.index, periods),
        quota=_quota(m, problem),
        parts={name: worth(m.objective_part[name]) for name in m.objective_part},
        missed=tuple(_missed(m, problem)),
    )
    samples = (name for name in outcomes(m) if name != EXPECTED)
    return replace(
        plan, samples={name: _adapted(m.outcome[name], problem, plan) for name in samples}
    )


def _adapted(m: Any, problem: Problem, plan: Decisions) -> Decisions:
    """The plan as a sample of demand changes it."""
    periods = list(problem.periods)
    return replace(
        plan,
        time=_time(m, problem, plan.shares.index),
        sales=_frame(m.planned_sales, problem.units.index, periods),
        spend=_frame(m.spend, plan.spend.index, periods),
        lift=_frame(m.lift, plan.lift.index, periods),
    )


def _shares(m: pyo.ConcreteModel, problem: Problem) -> pd.Series[float]:
    """Shares of the stints that are chosen, in the order of the problem's."""
    chosen = np.array([m.assign[stint].value > CHOSEN for stint in m.STINTS], dtype=bool)
    stints = problem.stints[chosen]
    return pd.Series([float(m.share[stint].value) for stint in stints], stints, dtype=float)


def _frame(values: Any, index: pd.Index, periods: list[str]) -> pd.DataFrame:
    """Values of an indexed variable or expression as index × period, not below zero."""
    keys = [key if isinstance(key, tuple) else (key,) for key in index.tolist()]
    rows = [[max(worth(values[*key, period]), 0.0) for period in periods] for key in keys]
    return pd.DataFrame(rows, index=index, columns=periods, dtype=float)


def _time(m: pyo.ConcreteModel, problem: Problem, chosen: pd.Index) -> pd.DataFrame:
    """Time of each chosen stint of a unit with a response; nothing outside its window."""
    stints = chosen[among(chosen.get_level_values("unit"), list(problem.responses))]
    rows = [
        [
            max(m.time[(*stint, period)].value, 0.0) if (*stint, period) in m.time else 0.0
            for period in problem.periods
        ]
        for stint in stints
    ]
    return pd.DataFrame(rows, index=stints, columns=list(problem.periods), dtype=float)


def _support(m: pyo.ConcreteModel, problem: Problem) -> pd.DataFrame:
    """Hours that specialists give; 0 where a unit gains nothing by them."""
    support = problem.support.full * 0.0
    if m.component("support") is not None:
        for (specialist, unit, period), hours in m.support.extract_values().items():
            support.loc[(specialist, unit), period] = max(hours, 0.0)
    return support


def _quota(m: pyo.ConcreteModel, problem: Problem) -> pd.DataFrame | None:
    if m.component("quota") is None:
        return None
    return _frame(m.quota, problem.reps.index, list(problem.periods))


def _missed(m: pyo.ConcreteModel, problem: Problem) -> Iterator[Missed]:
    """Shortfalls beyond rounding."""
    cost = problem.workload.overtime_cost
    for (rep, period), hours in m.overload.extract_values().items():
        if hours > NO_HOURS:
            yield Missed("selling_time_limit", rep, period, hours, cost)
    for rule in problem.balance:
        for rep in rule.reps:
            for name, side in (("balance_floor", m.below_band), ("balance_ceiling", m.above_band)):
                amount = side[rule.measure, rep].value
                if amount > 1e-9 * max(float(rule.amounts.abs().sum()), 1.0):
                    yield Missed(name, f"{rule.measure}/{rep}", "", amount, rule.price)
    if m.component("quota") is not None:
        away = m.target_missed.value + m.target_passed.value
        if away > 1e-9 * max(pyo.value(m.quota_total), 1.0):
            yield Missed("quota_target", "company", "", away, problem.quota.shortfall_price)
    for goal in problem.targets:
        if goal.price <= 0:
            continue
        amount = m.target_missing[goal.name].value
        if amount > 1e-9 * max(abs(goal.amount), 1.0):
            yield Missed("target_goal", goal.name, "", amount, goal.price)
