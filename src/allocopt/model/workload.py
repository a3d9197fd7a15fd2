"""Workload: what a rep has to do fits the rep's selling time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyomo.environ as pyo

from allocopt.model.outcomes import outcomes
from allocopt.model.overlays import hours_of_support
from allocopt.model.settling import settle
from allocopt.model.sums import weighted, worth
from allocopt.problem import Problem
from allocopt.problem.keys import by_key


def limit_workload(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Time and travel ≤ selling time + overtime (+ overload, where the rule is soft)."""
    most, rule = most_selling_time(problem), problem.workload
    m.overtime = pyo.Var(
        m.REPS,
        m.PERIODS,
        bounds=lambda _, *key: (0, rule.overtime_max * most[key]),
        doc="Paid hours beyond selling time. [h]",
    )

    plan_time(m, problem)
    _allow_overload(m, problem)

    @m.Constraint(m.REPS, m.PERIODS, doc="A rep's units fit the rep's selling time.")
    def selling_time_limit(m, rep, period):
        beyond = m.overtime[rep, period] + m.overload[rep, period]
        return m.planned_time[rep, period] <= m.available[rep, period] + beyond

    @m.Constraint(m.OPEN_REPS, m.PERIODS, doc="Only a position that is filled works overtime.")
    def overtime_of_filled_positions(m, rep, period):
        return m.overtime[rep, period] <= rule.overtime_max * m.available[rep, period]


def plan_time(m: pyo.ConcreteModel, problem: Problem) -> None:
    """planned_time[rep, period]: what a rep's units take, whether it is decided or given."""
    fixed, travel = by_key(problem.stint_hours), by_key(problem.stint_travel)

    @m.Expression(m.REPS, m.PERIODS, doc="Selling time and travel planned for a rep. [h]")
    def planned_time(m, rep, period):
        decided = (
            m.time[unit, rep, window, period]
            for unit, window in m.STINTS_OF[rep]
            if (unit, rep, window, period) in m.time
        )
        stints = [(unit, rep, window) for unit, window in m.STINTS_OF[rep]]
        given = weighted((fixed[*stint, period], m.share[stint]) for stint in stints)
        on_the_way = weighted((travel[*stint, period], m.assign[stint]) for stint in stints)
        return sum(decided) + given + on_the_way + hours_of_support(m, rep, period)


def most_selling_time(problem: Problem) -> dict[tuple[str, str], float]:
    """The most hours that any tenure of a rep gives; (rep, period)."""
    most = problem.tenures.selling_time.groupby(level="rep").max()
    return by_key(most.reindex(problem.reps.index).fillna(0.0))


def _allow_overload(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Hours beyond overtime: the shortfall of a soft workload; none where it is hard."""
    most = most_hours(problem)
    reach = 0.0 if problem.workload.hard else 1.0
    m.overload = pyo.Var(
        m.REPS,
        m.PERIODS,
        bounds=lambda _, *key: (0, reach * most[key]),
        doc="Hours that do not fit at all. [h]",
    )


def most_hours(problem: Problem) -> dict[tuple[str, str], float]:
    """The hours a rep would need for all eligible units at once; (rep, period)."""
    given = problem.stint_hours + problem.stint_travel
    hours = given.add(problem.most_time, fill_value=0.0).groupby(level="rep").sum()
    support = problem.support.full.groupby(level="specialist").sum()
    hours = hours.add(support, fill_value=0.0)
    return by_key(hours.reindex(problem.reps.index).fillna(0.0)[list(problem.periods)])


# Hours below this are rounding, not work. [h]
NO_HOURS = 1e-7


def settle_hours(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Gives a solved model the plainest of its equally good hours.

    A unit gets the time that its sales rest on, not what its reps have to spare; hours beyond selling time
    are overtime first and overload after that.
    """
    rates, stages = by_key(problem.share_per_hour), outcomes(m).values()
    for unit in m.RESPONSE_UNITS:
        for period in m.PERIODS:
            for stage in stages:
                _trim_time(stage, problem, unit, period, rates)
    for rep in m.REPS:
        for period in m.PERIODS:
            selling_time = worth(m.available[rep, period])
            # Overtime is agreed for the outcome that needs most of it.
            worked = max(worth(stage.planned_time[rep, period]) for stage in stages)
            beyond = worked - selling_time
            paid = min(problem.workload.overtime_max * selling_time, m.overtime[rep, period].ub)
            overtime = min(max(beyond, 0.0), paid)
            settle(m.overtime[rep, period], overtime, NO_HOURS)
            settle(m.overload[rep, period], beyond - overtime, NO_HOURS)


def _trim_time(
    m: pyo.ConcreteModel,
    problem: Problem,
    unit: str,
    period: str,
    rates: Mapping[Any, float],
) -> None:
    """Scales the time of a unit in a period down to what its pieces use."""
    pieces = range(len(problem.responses[unit].widths))
    used = sum(m.coverage_piece[unit, k, period].value for k in pieces)
    given = [
        (m.time[unit, rep, window, period], rates[unit, rep, period])
        for window in m.WINDOWS_OF[unit]
        for rep in m.REPS_OF[unit, window]
        if (unit, rep, window, period) in m.time and rates[unit, rep, period] > 0
    ]
    effective = sum(time.value * rate for time, rate in given)
    factor = min(used / effective, 1.0) if effective > 0 else 1.0
    for time, _ in given:
        settle(time, time.value * factor, NO_HOURS)
