"""Response: what selling time and spend bring.

A unit without a response curve is all or nothing. With one, sales follow the time that it gets along
straight pieces; lift follows spend in the same way (separable programming: Beale and Tomlin, 1970; the
forms of the curves are in `problem.curves`).
"""

from __future__ import annotations

import pyomo.environ as pyo

from allocopt.model.pieces import order_pieces
from allocopt.problem import Problem
from allocopt.problem.keys import by_key


def give_time(m: pyo.ConcreteModel, problem: Problem) -> None:
    """time[unit, rep, window, period] of units with a response, up to 2½ times the standard hours."""
    most = {key: hours for key, hours in by_key(problem.most_time).items() if hours > 0}
    m.RESPONSE_UNITS = pyo.Set(
        within=m.UNITS, initialize=list(problem.responses), doc="Units that respond to time."
    )
    m.SLOTS = pyo.Set(
        dimen=4,
        initialize=list(most),
        doc="A stint whose selling time is decided, in a period that its window touches.",
    )
    m.time = pyo.Var(
        m.SLOTS, bounds=lambda _, *slot: (0, most[slot]), doc="Selling time given to the unit. [h]"
    )

    @m.Constraint(m.SLOTS, doc="Only a unit's own rep gives it time.")
    def time_of_own_rep(m, *slot):
        return m.time[slot] <= most[slot] * m.assign[slot[:3]]


def respond_to_time(m: pyo.ConcreteModel, problem: Problem) -> None:
    """covered_sales of units with a response: demand · r(effective time / hours)."""
    curves, share_per_hour = problem.responses, by_key(problem.share_per_hour)
    pieces = [(unit, k) for unit in m.RESPONSE_UNITS for k in range(len(curves[unit].widths))]
    m.coverage_piece = pyo.Var(
        pieces,
        m.PERIODS,
        bounds=lambda _, unit, k, period: (0, curves[unit].widths[k]),
        doc="How far a piece of the response is used. [share of standard hours]",
    )

    @m.Constraint(
        m.RESPONSE_UNITS, m.PERIODS, doc="A unit's sales rest on the effective time that it gets."
    )
    def effective_time(m, unit, period):
        used = sum(m.coverage_piece[unit, k, period] for k in range(len(curves[unit].widths)))
        return used <= sum(
            share_per_hour[unit, rep, period] * m.time[unit, rep, window, period]
            for window in m.WINDOWS_OF[unit]
            for rep in m.REPS_OF[unit, window]
            if (unit, rep, window, period) in m.SLOTS
        )

    order_pieces(
        m,
        "coverage",
        {(unit, period): curves[unit] for unit in m.RESPONSE_UNITS for period in m.PERIODS},
        lambda key, k: m.coverage_piece[key[0], k, key[1]],
    )


def spend_on_levers(m: pyo.ConcreteModel, problem: Problem) -> None:
    """spend and lift by lever, cell and period; spend works on by its carryover."""
    curve = {
        (*lift.key, period): piecewise
        for lift in problem.lifts
        for period, piecewise in zip(problem.periods, lift.curves, strict=True)
    }
    lift_of = {lift.key: lift for lift in problem.lifts}
    m.spend = pyo.Var(
        m.LIFTS,
        m.PERIODS,
        bounds=lambda _, *key: lift_of[key[:3]].bounds(key[3]),
        doc="Money spent; what has been spent already is fixed. [currency]",
    )
    pieces = [(*key, k) for key, shape in curve.items() for k in range(len(shape.widths))]
    m.lift_piece = pyo.Var(
        pieces,
        bounds=lambda _, *key: (0, curve[key[:4]].widths[key[4]]),
        doc="How far a piece of the lift curve is used. [currency]",
    )

    @m.Constraint(m.LIFTS, m.PERIODS, doc="Lift rests on this period's spend and what still works.")
    def effective_spend(m, *key):
        lift, now = lift_of[key[:3]], problem.periods.index(key[3])
        works = [
            (lift.carryover ** (now - then), m.spend[(*key[:3], period)])
            for then, period in enumerate(problem.periods[: now + 1])
            if lift.carryover > 0 or then == now
        ]
        left = lift.carryover ** (now + 1) * lift.carried_in
        used = sum(m.lift_piece[(*key, k)] for k in range(len(curve[key].widths)))
        return used <= sum(share * spend for share, spend in works) + left

    @m.Expression(m.LIFTS, m.PERIODS, doc="Sales that spend adds in a cell. [currency]")
    def lift(m, *key):
        slopes = curve[key].slopes
        return sum(slope * m.lift_piece[(*key, k)] for k, slope in enumerate(slopes))

    order_pieces(m, "lift", curve, lambda key, k: m.lift_piece[(*key, k)])


def spend_enough_if_any(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Spend that is still to be decided is nothing, or at least its all-or-nothing minimum."""
    lifts = {lift.key: lift for lift in problem.lifts if lift.spend_min_if_any > 0}
    decided = [
        (*key, period)
        for key, lift in lifts.items()
        for period in problem.periods
        if period not in lift.made
    ]
    m.spend_any = pyo.Var(decided, domain=pyo.Binary, doc="Anything is spent at all.")

    @m.Constraint(decided, doc="Spend reaches its minimum, or there is none.")
    def spend_minimum(m, *key):
        return m.spend[key] >= lifts[key[:3]].spend_min_if_any * m.spend_any[key]

    @m.Constraint(decided, doc="Spend that does not happen is nothing.")
    def spend_or_nothing(m, *key):
        return m.spend[key] <= lifts[key[:3]].spend_max * m.spend_any[key]
