"""Continuity: units stay with their rep unless the change is worth its cost, and only so many change.

A unit may change at the plan's start, from today's owner, and at the start of each later window.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pyomo.environ as pyo

from allocopt.problem import Problem
from allocopt.problem.keys import by_index


def count_handovers(m: pyo.ConcreteModel, problem: Problem) -> None:
    """handed_over[unit, window]: how much of the unit leaves a rep at the start of the window.

    At the plan's start 1 − share of today's owner, later Σ_rep (share before − share now)⁺. A unit that is
    vacant today is never handed over: who looks after it until somebody comes is no owner.
    """
    _count_changes(m, problem)
    owner = by_index(problem.units["owner"])
    first = {unit: m.WINDOWS_OF[unit][0] for unit in problem.handover.owned}
    later = list(dict.fromkeys((unit, window) for unit, _, window in m.given_up))

    @m.Expression([*first.items(), *later], doc="1 when the unit leaves its rep.")
    def handed_over(m, unit, window):
        if first.get(unit) == window:
            return 1 - share_of(m, unit, owner[unit], window)
        return sum(given_up(m, unit, window))

    @m.Expression(doc="Margin lost because units change their rep. [currency]")
    def handover_loss(m):
        loss = by_index(problem.handover.loss)
        return sum(
            loss[key] * (m.handed_over[key] - _avoided(m, problem, owner[key[0]], *key))
            for key in m.handed_over
        )


def _count_changes(m: pyo.ConcreteModel, problem: Problem) -> None:
    """given_up and taken_up of the stints that follow, or are followed by, another window."""
    steps = [
        (unit, before, window)
        for unit in problem.handover.owned
        for before, window in pairwise(m.WINDOWS_OF[unit])
    ]
    before_of = {(unit, window): before for unit, before, window in steps}
    left = [
        (unit, rep, window) for unit, before, window in steps for rep in m.REPS_OF[unit, before]
    ]
    alike = problem.likeness
    got = [
        (unit, rep, window)
        for unit, _, window in steps
        for rep in m.REPS_OF[unit, window]
        if alike[unit, rep] > 0
    ]
    m.given_up = pyo.Var(left, bounds=(0, 1), doc="How much of the unit the rep gives up.")
    m.taken_up = pyo.Var(got, bounds=(0, 1), doc="How much of what is given up the rep takes up.")

    @m.Constraint(left, doc="What a rep has less than before is given up.")
    def given_up_at_change(m, unit, rep, window):
        before = m.share[unit, rep, before_of[unit, window]]
        return m.given_up[unit, rep, window] >= before - share_of(m, unit, rep, window)

    @m.Constraint(got, doc="What a rep takes up is the rep's from then on.")
    def taken_up_is_held(m, *stint):
        return m.taken_up[stint] <= m.share[stint]

    had = set(left)

    @m.Constraint(
        [stint for stint in got if stint in had], doc="What a rep had before is not taken up."
    )
    def taken_up_is_new(m, unit, rep, window):
        stint = unit, rep, window
        more = m.share[stint] - m.share[unit, rep, before_of[unit, window]]
        return m.taken_up[stint] <= more + m.given_up[stint]

    taken: dict[tuple[str, str], list[Any]] = {}
    for unit, rep, window in got:
        taken.setdefault((unit, window), []).append(m.taken_up[unit, rep, window])

    @m.Constraint(list(taken), doc="No more is taken up than is given up.")
    def taken_up_was_given(m, unit, window):
        return sum(taken[unit, window]) <= sum(given_up(m, unit, window))


def given_up(m: pyo.ConcreteModel, unit: str, window: str) -> Iterator[Any]:
    """How much of a unit each of its reps of the window before gives up."""
    before = m.WINDOWS_OF[unit][m.WINDOWS_OF[unit].index(window) - 1]
    return (m.given_up[unit, rep, window] for rep in m.REPS_OF[unit, before])


def share_of(m: pyo.ConcreteModel, unit: str, rep: str, window: str) -> Any:
    """The rep's share of a unit in a window; 0 where the rep may not cover it."""
    stint = unit, rep, window
    return m.share[stint] if stint in m.STINTS else 0


def _avoided(m: pyo.ConcreteModel, problem: Problem, owner: str, unit: str, window: str) -> Any:
    """Share of the loss that the successor's likeness avoids."""
    alike = problem.likeness
    first = window == m.WINDOWS_OF[unit][0]
    source = m.share if first else m.taken_up
    return sum(
        alike[unit, rep] * source[unit, rep, window]
        for rep in m.REPS_OF[unit, window]
        if alike[unit, rep] > 0 and not (first and rep == owner)
    )


def limit_handovers(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Ceilings on handovers by units and by sales; what leavers give up does not count."""
    rule = problem.handover
    sales = by_index(rule.sales)
    asked = {"units": rule.max_units, "sales": rule.max_sales}
    changes = list(_counted(m, problem))
    # An empty sum is no row: without owned units nothing can be handed over.
    limits = [what for what, most in asked.items() if most is not None and changes]

    @m.Constraint(limits, doc="Few enough units change reps.")
    def handover_limit(m, what):
        weight = {key: 1.0 if what == "units" else sales[key] for key, _ in changes}
        return sum(weight[key] * amount for key, amount in changes) <= asked[what]


def _counted(m: pyo.ConcreteModel, problem: Problem) -> Iterator[tuple[tuple[str, str], Any]]:
    """Changes that count against ceilings: (unit, window), and how much of the unit changes."""
    counted = set(problem.handover.counted)
    for unit in problem.handover.owned:
        windows = m.WINDOWS_OF[unit]
        if unit in counted:
            yield (unit, windows[0]), m.handed_over[unit, windows[0]]
        for window in windows[1:]:
            for _, amount in _given_up_by_choice(m, problem, unit, window):
                yield (unit, window), amount


def _given_up_by_choice(
    m: pyo.ConcreteModel, problem: Problem, unit: str, window: str
) -> Iterator[tuple[str, Any]]:
    """What reps who could stay on give up at the start of a later window; (rep, amount)."""
    before = m.WINDOWS_OF[unit][m.WINDOWS_OF[unit].index(window) - 1]
    for rep in m.REPS_OF[unit, before]:
        if problem.may_stay_on(unit, rep, window):
            yield rep, m.given_up[unit, rep, window]


def limit_reps_touched(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Σ touched ≤ max_reps; a rep is touched who loses a unit or gets one that another rep gave."""
    # Whole units make it whole by themselves; a part of one touches a rep no less.
    domain = pyo.Binary if problem.shared_units else pyo.UnitInterval
    m.touched = pyo.Var(m.REPS, domain=domain, doc="The rep loses or gets a unit.")
    given = list(_given(m, problem))
    received = list(_received(m, problem))

    @m.Constraint(range(len(given)), doc="A rep who gives a unit away is touched.")
    def giver_touched(m, n):
        rep, amount = given[n]
        return amount <= m.touched[rep]

    @m.Constraint(range(len(received)), doc="A rep who receives a unit is touched.")
    def receiver_touched(m, n):
        rep, amount = received[n]
        return amount <= m.touched[rep]

    @m.Constraint(doc="Few enough reps lose or get a unit.")
    def touched_limit(m):
        return sum(m.touched[rep] for rep in m.REPS) <= problem.handover.max_reps


def _given(m: pyo.ConcreteModel, problem: Problem) -> Iterator[tuple[str, Any]]:
    """Who gives a unit up by choice, and how much of it; (rep, amount)."""
    owner = by_index(problem.units["owner"])
    for unit in problem.handover.counted:
        if owner[unit] in m.REPS:
            yield owner[unit], m.handed_over[unit, m.WINDOWS_OF[unit][0]]
    for unit in problem.handover.owned:
        for window in m.WINDOWS_OF[unit][1:]:
            yield from _given_up_by_choice(m, problem, unit, window)


def _received(m: pyo.ConcreteModel, problem: Problem) -> Iterator[tuple[str, Any]]:
    """Who gets a unit that another rep gave up by choice, and how much of it; (rep, amount)."""
    owner, counted = by_index(problem.units["owner"]), set(problem.handover.counted)
    for unit in problem.handover.owned:
        windows = m.WINDOWS_OF[unit]
        if unit in counted:
            for rep in m.REPS_OF[unit, windows[0]]:
                if rep != owner[unit]:
                    yield rep, m.share[unit, rep, windows[0]]
        for before, window in pairwise(windows):
            # What was vacant, or left by those who cannot stay, is free to take.
            free = 1 - sum(
                m.share[unit, rep, before]
                for rep in m.REPS_OF[unit, before]
                if problem.may_stay_on(unit, rep, window)
            )
            for rep in m.REPS_OF[unit, window]:
                had = share_of(m, unit, rep, before)
                yield rep, m.share[unit, rep, window] - had - free
