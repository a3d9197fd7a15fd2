"""Quota: the target as what each rep must sell in each period.

A quota follows its proportional share; bounds, and a target apart from expected sales, move it away at a
price (`fairness`). Where nothing bounds quotas the family is left out: a quota is its share.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pyomo.environ as pyo

from allocopt.model.credit import credit_sales
from allocopt.model.settling import settle
from allocopt.problem import Problem
from allocopt.problem.keys import by_key

Floats = npt.NDArray[np.float64]


def split_expected_sales(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Without a target of its own a quota is proportional to the rep's expected sales."""
    if m.component("expected") is None:
        credit_sales(m, problem)
    raised = 1 + problem.quota.over_assignment

    @m.Expression(m.REPS, m.PERIODS, doc="Proportional share of the target. [currency]")
    def proportional(m, rep, period):
        return raised * m.expected[rep, period]

    @m.Expression(doc="What the quotas add up to. [currency]")
    def quota_total(m):
        return sum(m.proportional[rep, period] for rep in m.REPS for period in m.PERIODS)


def split_target(m: pyo.ConcreteModel, problem: Problem) -> None:
    """A target that is given is split by the index of the units that a rep covers, while it does."""
    rule = problem.quota
    index, weight = by_key(rule.index * rule.asked), by_key(problem.windows.weight)
    relief = by_key(rule.relief)

    @m.Expression(m.REPS, m.PERIODS, doc="Proportional share of the target. [currency]")
    def proportional(m, rep, period):
        parts = (
            (index[unit, period] * weight[unit, window, period], (unit, rep, window))
            for unit, window in m.STINTS_OF[rep]
        )
        return sum(relief[rep, period] * part * m.share[stint] for part, stint in parts if part)

    @m.Expression(doc="What the quotas add up to. [currency]")
    def quota_total(m):
        return rule.asked


def set_quotas(m: pyo.ConcreteModel, problem: Problem) -> None:
    """quota[rep, period] within its bounds, near its proportional share; together the target."""
    most = most_quota(problem)
    there = by_key(problem.most_presence)
    m.quota = pyo.Var(
        m.REPS,
        m.PERIODS,
        bounds=lambda _, *key: (0, most if there[key] > 0 else 0),
        doc="What the rep must sell, nothing before the first day and after the last. [currency]",
    )
    m.above_share = pyo.Var(m.REPS, m.PERIODS, bounds=(0, most), doc="Above its share. [currency]")
    m.below_share = pyo.Var(m.REPS, m.PERIODS, bounds=(0, most), doc="Below its share. [currency]")
    reach = most * len(m.REPS) * len(m.PERIODS)
    m.target_missed = pyo.Var(bounds=(0, reach), doc="Target that no quota carries. [currency]")
    m.target_passed = pyo.Var(bounds=(0, reach), doc="Quotas beyond the target. [currency]")

    @m.Constraint(doc="Quotas add up to the target.")
    def quota_target(m):
        given = sum(m.quota[rep, period] for rep in m.REPS for period in m.PERIODS)
        return given + m.target_missed - m.target_passed == m.quota_total

    @m.Constraint(m.REPS, m.PERIODS, doc="A quota is measured against its proportional share.")
    def quota_share(m, rep, period):
        away = m.above_share[rep, period] - m.below_share[rep, period]
        return m.quota[rep, period] == m.proportional[rep, period] + away

    _bound_quotas(m, problem, most)


def _bound_quotas(m: pyo.ConcreteModel, problem: Problem, most: float) -> None:
    """Floors, ceilings and decided quotas; what people have decided takes the place of bounds."""
    rule, decided = problem.quota, decided_cells(problem)
    free = [key for key in m.quota if key not in decided]
    ceilings = [rep for rep in m.REPS if math.isfinite(rule.upper[rep])]
    open_reps = [key for key in free if key[0] in m.OPEN_REPS and key[0] not in ceilings]

    @m.Constraint(
        [key for key in free if rule.lower[key[0]] > 0], doc="A quota is not below its floor."
    )
    def quota_floor(m, rep, period):
        return m.quota[rep, period] >= rule.lower[rep] * m.present[rep, period]

    @m.Constraint(
        [key for key in free if key[0] in ceilings], doc="A quota is not above its ceiling."
    )
    def quota_ceiling(m, rep, period):
        return m.quota[rep, period] <= rule.upper[rep] * m.present[rep, period]

    @m.Constraint(open_reps, doc="Only a position that is filled has a quota.")
    def quota_of_filled_positions(m, rep, period):
        return m.quota[rep, period] <= most * m.is_there_in[rep, period]

    @m.Constraint(list(decided), doc="A quota that people have decided stays.")
    def quota_decided(m, rep, period):
        return m.quota[rep, period] == decided[rep, period] * m.is_there_in[rep, period]


def decided_cells(problem: Problem) -> dict[tuple[str, str], float]:
    """Quotas that people have decided, by rep and period. [currency]"""
    return {key: value for key, value in by_key(problem.quota.decided).items() if value >= 0}


def keep_quotas_attainable(m: pyo.ConcreteModel, problem: Problem) -> None:
    """quota ≤ share · expected sales, the share that demand reaches with the asked probability."""
    assert problem.quota.attainable is not None  # noqa: S101 - the family is asked for
    share, decided = by_key(problem.quota.attainable), decided_cells(problem)
    if m.component("expected") is None:
        credit_sales(m, problem)

    @m.Constraint(
        [key for key in m.quota if key not in decided],
        doc="A quota can be reached with the probability that is asked.",
    )
    def quota_attainable(m, rep, period):
        return m.quota[rep, period] <= share[rep, period] * m.expected[rep, period]


def settle_quotas(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Gives a solved model the evenest of its equally good quotas.

    Fairness counts the sum of all distances, so it does not mind who bears a miss: every quota becomes the
    same multiple of its share as far as its bounds let it. Sum and price stay.
    """
    shares = {key: max(pyo.value(m.proportional[key]), 0.0) for key in m.quota}
    given = {key: m.quota[key].value for key in m.quota}
    bounds = [_bounds(m, problem, *key) for key in m.quota]
    lower, upper = np.array(bounds).T
    even = spread(np.array([*shares.values()]), lower, upper, sum(given.values()))
    for key, quota in zip(m.quota, given.values() if even is None else even, strict=True):
        settle(m.quota[key], float(quota))
    for key in m.quota:
        away = m.quota[key].value - pyo.value(m.proportional[key])
        settle(m.above_share[key], away)
        settle(m.below_share[key], -away)
    missing = pyo.value(m.quota_total) - sum(m.quota[key].value for key in m.quota)
    settle(m.target_missed, missing)
    settle(m.target_passed, -missing)


def _bounds(m: pyo.ConcreteModel, problem: Problem, rep: str, period: str) -> tuple[float, float]:
    """Least and most quota of a rep in a period, once it is known who is there."""
    rule, most = problem.quota, m.quota[rep, period].ub
    present, there = (
        float(pyo.value(x)) for x in (m.present[rep, period], m.is_there_in[rep, period])
    )
    decided = float(rule.decided[period][rep])
    if decided >= 0:
        return decided * there, decided * there
    bounded = rule.upper[rep] < math.inf
    ceiling = min(float(rule.upper[rep]) * present, most) if bounded else most * there
    if rule.attainable is not None:
        reach = float(rule.attainable[period][rep]) * pyo.value(m.expected[rep, period])
        ceiling = min(ceiling, max(reach, 0.0))
    return min(rule.lower[rep] * present, ceiling), ceiling


def spread(share: Floats, lower: Floats, upper: Floats, total: float) -> Floats | None:
    """min(max(factor · share, lower), upper) with the factor that makes it add up to `total`.

    None where no factor does, as when there is nothing to be proportional to.
    """
    known = share > 0
    low, high = 0.0, max([0.0, *(upper[known] / share[known])])
    for _ in range(200):
        factor = (low + high) / 2
        short = np.clip(factor * share, lower, upper).sum() < total
        low, high = (factor, high) if short else (low, factor)
    found = np.clip(high * share, lower, upper)
    return found if abs(found.sum() - total) <= 1e-9 * max(total, 1.0) else None


def most_quota(problem: Problem) -> float:
    """A finite bound on one quota: twice all that there is to sell or to ask for."""
    problem = problem.whole
    covered = [curve.y[-1] for curve in problem.responses.values()]
    best = max([1.0, *problem.reps["productivity"], *covered])
    ceiling = problem.ceiling.where(problem.ceiling < math.inf, problem.demand * best)
    sold = float(ceiling.sum().max())
    sold += sum(max(curve.y[-1] for curve in lift.curves) for lift in problem.lifts)
    finite = problem.quota.upper[problem.quota.upper < math.inf]
    decided = decided_cells(problem).values()
    given = max([*finite, *problem.quota.lower, *decided], default=0.0)
    raised = 1 + max(problem.quota.over_assignment, 0.0)
    return 2 * max(sold * raised, problem.quota.asked, given, 1.0)
