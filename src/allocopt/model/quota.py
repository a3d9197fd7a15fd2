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
    total = (problem.quota.target or 0.0) * (1 + problem.quota.over_assignment)
    index, weight = by_key(problem.quota.index), by_key(problem.windows.weight)

    @m.Expression(m.REPS, m.PERIODS, doc="Proportional share of the target. [currency]")
    def proportional(m, rep, period):
        parts = (
            (total * index[unit, period] * weight[unit, window, period], (unit, rep, window))
            for unit, window in m.STINTS_OF[rep]
        )
        return sum(part * m.share[stint] for part, stint in parts if part)

    @m.Expression(doc="What the quotas add up to. [currency]")
    def quota_total(m):
        return total


def set_quotas(m: pyo.ConcreteModel, problem: Problem) -> None:
    """quota[rep, period] within its bounds, near its proportional share; together the target."""
    rule, most = problem.quota, most_quota(problem)
    m.quota = pyo.Var(m.REPS, m.PERIODS, bounds=(0, most), doc="What the rep must sell. [currency]")
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

    floors = [rep for rep in m.REPS if rule.lower[rep] > 0]
    ceilings = [rep for rep in m.REPS if math.isfinite(rule.upper[rep])]
    open_reps = [rep for rep in m.OPEN_REPS if rep not in ceilings]

    @m.Constraint(floors, m.PERIODS, doc="A quota is not below its floor.")
    def quota_floor(m, rep, period):
        return m.quota[rep, period] >= rule.lower[rep] * m.present[rep, period]

    @m.Constraint(ceilings, m.PERIODS, doc="A quota is not above its ceiling.")
    def quota_ceiling(m, rep, period):
        return m.quota[rep, period] <= rule.upper[rep] * m.present[rep, period]

    @m.Constraint(open_reps, m.PERIODS, doc="Only a position that is filled has a quota.")
    def quota_of_filled_positions(m, rep, period):
        return m.quota[rep, period] <= most * m.is_there[rep]


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
    present, there = (float(pyo.value(x)) for x in (m.present[rep, period], m.is_there[rep]))
    bounded = rule.upper[rep] < math.inf
    ceiling = min(float(rule.upper[rep]) * present, most) if bounded else most * there
    return rule.lower[rep] * present, ceiling


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
    covered = [curve.y[-1] for curve in problem.responses.values()]
    best = max([1.0, *problem.reps["productivity"], *covered])
    ceiling = problem.ceiling.where(problem.ceiling < math.inf, problem.demand * best)
    sold = float(ceiling.sum().max())
    sold += sum(max(curve.y[-1] for curve in lift.curves) for lift in problem.lifts)
    asked = (problem.quota.target or 0.0) * (1 + problem.quota.over_assignment)
    finite = problem.quota.upper[problem.quota.upper < math.inf]
    given = max([*finite, *problem.quota.lower], default=0.0)
    return 2 * max(sold * (1 + max(problem.quota.over_assignment, 0.0)), asked, given, 1.0)
