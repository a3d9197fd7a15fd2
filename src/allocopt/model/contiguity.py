"""Contiguity: a rep's units hang together on the map, and borders between reps have a price.

Which rows are needed to hold units together is known only when a plan breaks them: there is one for every
two units and every set of units between them. So the rule starts empty and separators are added in rounds
(Oehrlein and Haunert, 2017; Validi, Buchanan and Lykhovyd, 2022).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd
import pyomo.environ as pyo

from allocopt.model.coverage import covered
from allocopt.problem import Problem

# A unit in one of its windows.
UnitWindow = tuple[str, str]


@dataclass(frozen=True)
class Separator:
    """Units `between` that a rep must have one of to have both `unit` and `other`.

    Every way on the map from one to the other, through units that the rep may cover, leads through
    `between`. Where the units on this side of it are too few for the rep's hard band, `other` is None:
    the rep must have something beyond them whatever it is.
    """

    rep: str
    unit: UnitWindow
    other: UnitWindow | None
    between: frozenset[UnitWindow]

    def __str__(self) -> str:
        return f"{self.rep}/{self.unit[0]}" + (f"/{self.other[0]}" if self.other else "")


def connect_units(m: pyo.ConcreteModel, problem: Problem) -> None:
    """assign[unit] + assign[other] ≤ 1 + Σ assign[between], for each separator found so far."""
    m.SEPARATORS = pyo.Set(doc="Units that others lie between, for one rep.")

    @m.Constraint(m.SEPARATORS, doc="A rep's units hang together on the map.")
    def units_connected(m, separator):
        return _connected(m, separator)


def add_separators(m: pyo.ConcreteModel, separators: Iterable[Separator]) -> int:
    """Adds a row for each separator that the model does not have yet; how many there were."""
    new = [separator for separator in dict.fromkeys(separators) if separator not in m.SEPARATORS]
    for separator in new:
        m.SEPARATORS.add(separator)
        m.units_connected.add(separator, _connected(m, separator))
    return len(new)


def _connected(m: pyo.ConcreteModel, separator: Separator) -> Any:
    rep = separator.rep

    def has(unit: str, window: str) -> Any:
        return m.assign[unit, rep, window]

    # In the order of the set, which that of a frozenset is not.
    between = sum(
        has(*place) for place in sorted(separator.between) if (place[0], rep, place[1]) in m.STINTS
    )
    if separator.other is None:
        return has(*separator.unit) <= between
    return has(*separator.unit) + has(*separator.other) <= 1 + between


def price_borders(m: pyo.ConcreteModel, problem: Problem) -> None:
    """border_part ≥ share on one side − share on the other, for each rep of the one side.

    Over all reps this is the part of the border that lies between different reps. A unit that is left
    open has no rep, so nothing borders on it.
    """
    borders = {
        (a, b, first): length * weight
        for (a, b), length in problem.contiguity.borders.lengths.items()
        if length > 0
        for first, weight in _times(m, problem, a, b)
    }
    sides = [
        (a, b, rep, first)
        for a, b, first in borders
        for rep in m.REPS_OF[a, window_on(m, a, first)]
    ]
    m.border_part = pyo.Var(
        sides, bounds=(0, 1), doc="Part of a border on whose first side alone the rep is."
    )

    @m.Constraint(sides, doc="A border lies where neighbours have different reps.")
    def border_between_reps(m, a, b, rep, first):
        here, there = window_on(m, a, first), window_on(m, b, first)
        beyond = m.share[b, rep, there] if (b, rep, there) in m.STINTS else 0
        open_part = 0 if problem.every_unit and m.REPS_OF[b, there] else 1 - covered(m, b, there)
        return m.border_part[a, b, rep, first] >= m.share[a, rep, here] - beyond - open_part

    @m.Expression(doc="Length of borders between reps over the horizon. [length]")
    def border_length(m):
        return sum(
            borders[a, b, first] * m.border_part[a, b, rep, first] for a, b, rep, first in sides
        )


def window_on(m: pyo.ConcreteModel, unit: str, day: str) -> str:
    """The unit's window in which a day lies."""
    return max(first for first in m.WINDOWS_OF[unit] if first <= day)


def _times(m: pyo.ConcreteModel, problem: Problem, a: str, b: str) -> list[tuple[str, float]]:
    """First days of the times in which neither unit changes its rep, and their shares of the horizon."""
    starts = sorted({*m.WINDOWS_OF[a], *m.WINDOWS_OF[b]})
    calendar = problem.calendar
    days = [pd.Timestamp(first) for first in starts] + [calendar.plan_end + pd.Timedelta(days=1)]
    whole = (days[-1] - days[0]).days
    return [
        (first, (end - begin).days / whole)
        for first, (begin, end) in zip(starts, pairwise(days), strict=True)
    ]
