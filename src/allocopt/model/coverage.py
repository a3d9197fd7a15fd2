"""Coverage: which rep has which unit.

assign[unit, rep] is binary; a unit has one rep. Locks, families and apart groups say which of the
eligible pairs may be chosen together (Zoltners and Sinha, 1983, name them alignment restrictions).
"""

from __future__ import annotations

from itertools import pairwise

import pyomo.environ as pyo

from allocopt.problem import Problem


def choose_reps(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Variables assign[unit, rep] and hire[rep], and what ties them."""
    m.assign = pyo.Var(m.PAIRS, domain=pyo.Binary, doc="The rep covers the unit.")
    m.hire = pyo.Var(m.OPEN_REPS, domain=pyo.Binary, doc="The open position is filled.")

    @m.Expression(m.REPS, doc="1 for a rep who is there, hire for an open position.")
    def in_place(m, rep):
        return m.hire[rep] if rep in m.OPEN_REPS else 1

    open_pairs = [pair for pair in problem.pairs.index if pair[1] in m.OPEN_REPS]

    @m.Constraint(open_pairs, doc="Only a position that is filled covers units.")
    def only_filled_positions(m, unit, rep):
        return m.assign[unit, rep] <= m.hire[rep]


def cover_every_unit(m: pyo.ConcreteModel) -> None:
    """Σ_rep assign = 1."""

    @m.Constraint(m.UNITS, doc="Every unit has exactly one rep.")
    def unit_covered(m, unit):
        return sum(m.assign[unit, rep] for rep in m.REPS_OF[unit]) == 1


def cover_units_at_most_once(m: pyo.ConcreteModel) -> None:
    """Σ_rep assign ≤ 1: units may be left open."""
    coverable = [unit for unit in m.UNITS if m.REPS_OF[unit]]

    @m.Constraint(coverable, doc="A unit has at most one rep.")
    def unit_covered_once(m, unit):
        return sum(m.assign[unit, rep] for rep in m.REPS_OF[unit]) <= 1


def keep_locks(m: pyo.ConcreteModel, problem: Problem) -> None:
    """assign = 1 for today's owner of a locked unit."""
    locked = problem.units.index[problem.units["locked"]]

    @m.Constraint(list(locked), doc="A locked unit stays with its rep.")
    def unit_locked(m, unit):
        return m.assign[unit, problem.units["owner"][unit]] == 1


def keep_families_together(m: pyo.ConcreteModel, problem: Problem) -> None:
    """All units of a family have the same rep; only reps who may serve all of them are eligible."""
    families = problem.units.groupby("family", sort=False).groups.values()
    links = [
        (first, second, rep)
        for members in families
        for first, second in pairwise(members)
        for rep in m.REPS_OF[first]
    ]

    @m.Constraint(links, doc="Units of one family have the same rep.")
    def family_together(m, first, second, rep):
        return m.assign[first, rep] == m.assign[second, rep]


def keep_groups_apart(m: pyo.ConcreteModel, problem: Problem) -> None:
    """At most one unit of an apart group per rep."""
    members: dict[tuple[object, str], list[str]] = {}
    for group, units in problem.units.groupby("apart", sort=False).groups.items():
        for unit in units:
            for rep in m.REPS_OF[unit]:
                members.setdefault((group, rep), []).append(unit)
    crowded = [key for key, units in members.items() if len(units) > 1]

    @m.Constraint(crowded, doc="Units of an apart group go to different reps.")
    def group_apart(m, group, rep):
        return sum(m.assign[unit, rep] for unit in members[group, rep]) <= 1
