"""Workload: what a rep has to do fits the rep's selling time."""

from __future__ import annotations

import pyomo.environ as pyo

from allocopt.model.settling import settle
from allocopt.problem import Problem
from allocopt.problem.keys import by_key


def limit_workload(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Time and travel ≤ selling time + overtime (+ overload, where the rule is soft)."""
    fixed, selling_time = by_key(problem.pair_hours), by_key(problem.selling_time)
    rule = problem.workload
    m.overtime = pyo.Var(
        m.REPS,
        m.PERIODS,
        bounds=lambda _, *key: (0, rule.overtime_max * selling_time[key]),
        doc="Paid hours beyond selling time. [h]",
    )

    @m.Expression(m.REPS, m.PERIODS, doc="Selling time and travel planned for a rep. [h]")
    def planned_time(m, rep, period):
        decided = (
            m.time[unit, rep, period] for unit in m.UNITS_OF[rep] if unit in problem.responses
        )
        given = (
            fixed[unit, rep, period] * m.assign[unit, rep]
            for unit in m.UNITS_OF[rep]
            if fixed[unit, rep, period]
        )
        return sum(decided) + sum(given)

    _allow_overload(m, problem)

    @m.Constraint(m.REPS, m.PERIODS, doc="A rep's units fit the rep's selling time.")
    def selling_time_limit(m, rep, period):
        available = selling_time[rep, period] * m.in_place[rep]
        beyond = m.overtime[rep, period] + m.overload[rep, period]
        return m.planned_time[rep, period] <= available + beyond

    @m.Constraint(m.OPEN_REPS, m.PERIODS, doc="Only a position that is filled works overtime.")
    def overtime_of_filled_positions(m, rep, period):
        return m.overtime[rep, period] <= m.overtime[rep, period].ub * m.hire[rep]


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
    hours = problem.pair_hours.add(problem.most_time, fill_value=0.0).groupby(level="rep").sum()
    return by_key(hours.reindex(problem.reps.index).fillna(0.0)[list(problem.periods)])


# Hours below this are rounding, not work. [h]
NO_HOURS = 1e-7


def settle_hours(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Gives a solved model the plainest of its equally good hours.

    A unit gets the time that its sales rest on, not what its rep has to spare; hours beyond selling time
    are overtime first and overload after that.
    """
    rates = problem.share_per_hour
    for (unit, rep), share_per_hour in zip(list(rates.index), rates, strict=True):
        if share_per_hour == 0:
            continue
        pieces = range(len(problem.responses[unit].widths))
        for period in m.PERIODS:
            used = sum(m.coverage_piece[unit, k, period].value for k in pieces) / share_per_hour
            time = m.time[unit, rep, period]
            settle(time, min(time.value, used), NO_HOURS)
    for (rep, period), selling_time in by_key(problem.selling_time).items():
        there = pyo.value(m.in_place[rep])
        beyond = pyo.value(m.planned_time[rep, period]) - selling_time * there
        overtime = min(max(beyond, 0.0), m.overtime[rep, period].ub * there)
        settle(m.overtime[rep, period], overtime, NO_HOURS)
        settle(m.overload[rep, period], beyond - overtime, NO_HOURS)
