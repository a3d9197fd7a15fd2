"""Connection: which rows hold a rep's units together, found from plans that break the rule.

A part of a rep's units that is cut off from another needs one of the units between them. Two separators
are told for each such part, the one nearest to it and the one nearest to the rest, each without units that
it can spare (Oehrlein and Haunert, 2017; Validi, Buchanan and Lykhovyd, 2022).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from allocopt.borders import Borders
from allocopt.model.contiguity import Separator, add_separators, window_on
from allocopt.problem import Problem
from allocopt.solver.compiled import CompiledModel, Floats, compile_model
from allocopt.solver.mending import mended

# What a rep has on a day: (rep, day) and the units.
Holding = tuple[tuple[str, str], frozenset[str]]


@dataclass(frozen=True)
class Connection:
    """The rule of a model whose first compiled form had these `columns`."""

    model: Any
    problem: Problem
    columns: tuple[Any, ...]

    def first_rows(self) -> CompiledModel:
        """The model in which a unit that is too little for its rep needs one of its neighbours."""
        add_separators(self.model, self._lonely())
        return self.compiled()

    def compiled(self) -> CompiledModel:
        """The model with all rows found so far."""
        return compile_model(self.model, self.columns)

    def is_broken_by(self, point: Floats) -> bool:
        """Whether some rep's units do not hang together."""
        return any(len(self._borders.parts(units)) > 1 for _, units in self._held(point))

    def add_rows(self, points: Iterable[Floats]) -> int:
        """Finds the separators that these points need and the model has not; how many there are."""
        return add_separators(
            self.model, (separator for point in points for separator in self._separators(point))
        )

    def mended(self, point: Floats) -> Floats | None:
        """The point with units handed to reps whom they touch; None where that does not mend it."""
        result = point.copy()
        for day, windows in self._window_on.items():
            held = {rep: units for (rep, when), units in self._held(result) if when == day}
            eligible = {rep: self._eligible[rep, day] for rep in held}
            changes = mended(self._borders, held, eligible)
            if changes is None:
                return None
            for unit, (before, after) in changes.items():
                result[self._column[unit, before, windows[unit]]] = 0.0
                result[self._column[unit, after, windows[unit]]] = 1.0
        return None if self.is_broken_by(result) else result

    def _lonely(self) -> Iterator[Separator]:
        for (rep, day), eligible in self._eligible.items():
            windows = self._window_on[day]
            for unit in sorted(eligible, key=self._order.__getitem__):
                if self._is_too_little(rep, [unit]):
                    near = self._borders.around([unit]) & eligible
                    yield Separator(rep, (unit, windows[unit]), None, _places(near, windows))

    @property
    def _borders(self) -> Borders:
        return self.problem.contiguity.borders

    @cached_property
    def _window_on(self) -> dict[str, dict[str, str]]:
        """By day on which a window starts, the window of each unit."""
        days = self.problem.windows.days.index.unique("window")
        return {
            day: {unit: window_on(self.model, unit, day) for unit in self.model.UNITS}
            for day in sorted(days)
        }

    @cached_property
    def _eligible(self) -> dict[tuple[str, str], frozenset[str]]:
        """By rep and day, the units that the rep may have then."""
        found: dict[tuple[str, str], set[str]] = {}
        for day, windows in self._window_on.items():
            for unit, window in windows.items():
                for rep in self.model.REPS_OF[unit, window]:
                    found.setdefault((rep, day), set()).add(unit)
        return {key: frozenset(units) for key, units in found.items()}

    @cached_property
    def _alike(self) -> dict[tuple[str, frozenset[str]], list[str]]:
        """By day and eligible units, the reps who have just these."""
        found: dict[tuple[str, frozenset[str]], list[str]] = {}
        for (rep, day), units in self._eligible.items():
            found.setdefault((day, units), []).append(rep)
        return found

    @cached_property
    def _stints(self) -> tuple[tuple[int, str, str, str], ...]:
        """Column, unit, rep and window of each variable `assign`."""
        return tuple(
            (column, *variable.index())
            for column, variable in enumerate(self.columns)
            if variable.parent_component() is self.model.assign
        )

    @cached_property
    def _column(self) -> dict[tuple[str, str, str], int]:
        return {(unit, rep, window): column for column, unit, rep, window in self._stints}

    def _held(self, point: Floats) -> Iterator[Holding]:
        chosen = [
            (unit, rep, window) for column, unit, rep, window in self._stints if point[column] > 0.5
        ]
        for day, windows in self._window_on.items():
            held: dict[str, set[str]] = {}
            for unit, rep, window in chosen:
                if windows[unit] == window:
                    held.setdefault(rep, set()).add(unit)
            yield from (((rep, day), frozenset(units)) for rep, units in held.items())

    def _separators(self, point: Floats) -> Iterator[Separator]:
        for (rep, day), units in self._held(point):
            parts = self._borders.parts(units)
            if len(parts) > 1:
                eligible = self._eligible[rep, day]
                for twin in self._alike[day, eligible]:
                    yield from self._between(twin, day, parts, eligible)

    def _between(
        self, rep: str, day: str, parts: Sequence[frozenset[str]], eligible: frozenset[str]
    ) -> Iterator[Separator]:
        """Separators of each part from the rest of what the rep has."""
        for part in parts:
            rest = frozenset().union(*parts) - part
            unit, other = (
                self._first(part),
                self._first(max((p for p in parts if p != part), key=len)),
            )
            near = self._minimal(other, self._borders.around(part), eligible)
            far = self._minimal(unit, self._borders.around(rest), eligible)
            for between in dict.fromkeys((near, far)):
                yield self._separator(rep, day, unit, other, between)

    def _minimal(
        self, start: str, walls: Collection[str], eligible: frozenset[str]
    ) -> frozenset[str]:
        """Those of the walls that are reached from `start`."""
        region = self._borders.reach(start, eligible - frozenset(walls))
        return self._borders.around(region) & eligible

    def _first(self, units: Collection[str]) -> str:
        """The unit that comes first in the table."""
        return min(units, key=self._order.__getitem__)

    @cached_property
    def _order(self) -> dict[str, int]:
        return {unit: number for number, unit in enumerate(self.problem.units.index)}

    def _separator(
        self, rep: str, day: str, unit: str, other: str, between: frozenset[str]
    ) -> Separator:
        windows = self._window_on[day]
        behind = self._borders.reach(unit, self._eligible[rep, day] - between)
        return Separator(
            rep=rep,
            unit=(unit, windows[unit]),
            other=None if self._is_too_little(rep, behind) else (other, windows[other]),
            between=_places(between, windows),
        )

    def _is_too_little(self, rep: str, units: Collection[str]) -> bool:
        """Whether a hard band asks more of the rep than these units have."""
        if self.problem.windows.several:
            return False
        return any(
            least > 0 and float(amounts.loc[list(units)].sum()) < least * (1 - 1e-9)
            for amounts, floors in self._hard_floors
            if (least := floors.get(rep, 0.0))
        )

    @cached_property
    def _hard_floors(self) -> list[tuple[Any, Mapping[Any, float]]]:
        """Amounts by unit and least carried by rep, of hard bands of measures without negative amounts."""
        return [
            (rule.amounts.droplevel("window"), rule.lower.groupby(level="rep").min().to_dict())
            for rule in self.problem.balance
            if rule.hard and (rule.amounts >= 0).all()
        ]


def _places(units: Iterable[str], windows: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    """Units, each with its window."""
    return frozenset((unit, windows[unit]) for unit in units)
