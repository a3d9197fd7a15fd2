"""Coverage: which rep has which unit, and when.

assign[unit, rep, window] is binary; a unit has one rep in each of its windows, or several who share it.
Locks, families and apart groups say which of the eligible pairs may be chosen together (Zoltners and
Sinha, 1983, name them alignment restrictions).
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pyomo.environ as pyo
from pyomo.core.base.indexed_component import IndexedComponent

from allocopt.problem import Problem

# A rep who shares a unit has at least this much of it; less is no rep of the unit.
LEAST_SHARE = 0.1


def choose_reps(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Variables assign[unit, rep, window] and share, and what ties them to who is there."""
    m.assign = pyo.Var(m.STINTS, domain=pyo.Binary, doc="The rep covers the unit in the window.")
    several = problem.shared_units
    shared = [stint for stint in m.STINTS if stint[0] in several]
    m.part = pyo.Var(shared, bounds=(0, 1), doc="Part of a shared unit that is the rep's.")

    # The variables themselves, so that sums of shares are sums of variables.
    m.share = pyo.Reference(
        {stint: (m.part if stint[0] in several else m.assign)[stint] for stint in m.STINTS},
        ctype=IndexedComponent,
    )
    m.share.doc = "How much of the unit is the rep's: all, or a part."

    open_stints = [stint for stint in m.STINTS if stint[1] in m.OPEN_REPS]

    @m.Constraint(open_stints, doc="Only a position that is filled covers units.")
    def only_filled_positions(m, unit, rep, window):
        filled = sum(m.hire[rep, first] for first in m.FIRST_DAYS[rep] if first <= window)
        return m.assign[unit, rep, window] <= filled


def share_units(m: pyo.ConcreteModel, problem: Problem) -> None:
    """A unit with share_max > 1: parts of its reps add up to its cover, at most share_max reps."""
    most = problem.shared_units
    windows = [(unit, window) for unit, window in m.WINDOWS if unit in most]
    stints = list(m.part)

    @m.Constraint(stints, doc="Only a rep who covers a unit has a part of it.")
    def part_of_own_rep(m, *stint):
        return m.part[stint] <= m.assign[stint]

    @m.Constraint(stints, doc="A rep who shares a unit has a tenth of it at least.")
    def part_worth_having(m, *stint):
        return m.part[stint] >= LEAST_SHARE * m.assign[stint]

    @m.Constraint(
        [key for key in windows if len(m.REPS_OF[key]) > most[key[0]]],
        doc="A shared unit has no more reps than share_max.",
    )
    def share_limit(m, unit, window):
        return sum(m.assign[unit, rep, window] for rep in m.REPS_OF[unit, window]) <= most[unit]


def cover_every_unit(m: pyo.ConcreteModel) -> None:
    """Σ_rep share = 1 in each window in which somebody may cover the unit."""

    @m.Constraint(_coverable(m), doc="Every unit has exactly one rep.")
    def unit_covered(m, unit, window):
        return covered(m, unit, window) == 1


def cover_units_at_most_once(m: pyo.ConcreteModel) -> None:
    """Σ_rep share ≤ 1: units may be left open."""

    @m.Constraint(_coverable(m), doc="A unit has at most one rep.")
    def unit_covered_once(m, unit, window):
        return covered(m, unit, window) <= 1


def _coverable(m: pyo.ConcreteModel) -> list[tuple[str, str]]:
    return [key for key in m.WINDOWS if m.REPS_OF[key]]


def covered(m: pyo.ConcreteModel, unit: str, window: str) -> Any:
    """How much of a unit has a rep in a window."""
    return sum(m.share[unit, rep, window] for rep in m.REPS_OF[unit, window])


def keep_locks(m: pyo.ConcreteModel, problem: Problem) -> None:
    """share = 1 for the rep that a unit is locked to."""
    locked = {
        (unit, window): rep
        for unit, rep, window in problem.locked_stints
        if (unit, rep, window) in m.STINTS
    }

    @m.Constraint(list(locked), doc="A locked unit stays with its rep.")
    def unit_locked(m, unit, window):
        return m.share[unit, locked[unit, window], window] == 1


def keep_families_together(m: pyo.ConcreteModel, problem: Problem) -> None:
    """All units of a family have the same rep; only reps who may serve all of them are eligible."""
    families = problem.units.groupby("family", sort=False).groups.values()
    links = [
        (first, second, rep, window)
        for members in families
        for first, second in pairwise(members)
        for window in m.WINDOWS_OF[first]
        for rep in m.REPS_OF[first, window]
    ]

    @m.Constraint(links, doc="Units of one family have the same rep.")
    def family_together(m, first, second, rep, window):
        return m.share[first, rep, window] == m.share[second, rep, window]


def keep_groups_apart(m: pyo.ConcreteModel, problem: Problem) -> None:
    """At most one unit of an apart group per rep at any time."""
    members = {
        (group, rep, day): stints
        for group, units in problem.units.groupby("apart", sort=False).groups.items()
        for day in sorted({window for unit in units for window in m.WINDOWS_OF[unit]})
        for rep, stints in _held_on(m, list(units), day).items()
        if len(stints) > 1
    }

    @m.Constraint(list(members), doc="Units of an apart group go to different reps.")
    def group_apart(m, group, rep, day):
        return sum(m.assign[stint] for stint in members[group, rep, day]) <= 1


def _held_on(
    m: pyo.ConcreteModel, units: list[str], day: str
) -> dict[str, list[tuple[str, str, str]]]:
    """Stints of some units that are under way on a day, by rep."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for unit in units:
        window = max(first for first in m.WINDOWS_OF[unit] if first <= day)
        for rep in m.REPS_OF[unit, window]:
            found.setdefault(rep, []).append((unit, rep, window))
    return found
