"""Increment: the arrays of a changed problem, made from those of the problem before.

Both problems are modelled for the part of them that is different. What the models say of a unit, a pair or
a lift curve takes the place of what the arrays said of it; what a row or column of a rep or of the company
sums over units changes by the difference of the two. The arrays tell whether that is exact: the part of
the problem before must be found in them as it is, and each of their common rows in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csc_array

from allocopt.model import build
from allocopt.problem import Problem
from allocopt.problem.touched import MOST, parts_that_differ
from allocopt.solver.compiled import CompiledModel, Floats, Mask, Numbers, compile_model

Name = tuple[Any, ...]  # what a row or column is called, its index last

# Numbers that differ by less than this share are one number, added up in another order.
ROUNDING = 1e-9
NOWHERE = -1


class NotExact(Exception):  # noqa: N818 - raised and caught inside this module
    """The arrays do not say of a part what the part's own model says."""


@dataclass(frozen=True)
class Named:
    """A compiled model with the names of its rows and columns."""

    model: CompiledModel

    @cached_property
    def row_names(self) -> list[Name]:
        """Rule, sample, which limits it has, and index of each row."""
        below, above = np.isfinite(self.model.row_lower), np.isfinite(self.model.row_upper)
        sides = zip(below.tolist(), above.tolist(), strict=True)
        return [
            (key.rule, key.sample, side, key.index)
            for key, side in zip(self.model.rows, sides, strict=True)
        ]

    @cached_property
    def column_names(self) -> list[Name]:
        """Variable, sample and index of each column."""
        return [column.name for column in self.model.columns]

    @cached_property
    def rows(self) -> dict[Name, int]:
        """Place of each row."""
        return {name: place for place, name in enumerate(self.row_names)}

    @cached_property
    def columns(self) -> dict[Name, int]:
        """Place of each column."""
        return {name: place for place, name in enumerate(self.column_names)}


@dataclass(frozen=True, slots=True)
class Column:
    """What is left of a variable when its model is gone: whose it is."""

    variable: str
    sample: str | None
    item: Any

    def index(self) -> Any:
        """Which item of the variable it is."""
        return self.item

    def parent_component(self) -> Column:
        """What it belongs to: itself, which has the variable's name."""
        return self

    @property
    def local_name(self) -> str:
        """The name of the variable."""
        return self.variable

    @property
    def name(self) -> Name:
        """Variable, sample and index."""
        return self.variable, self.sample, _as_tuple(self.item)


def _as_tuple(index: Any) -> tuple[Any, ...]:
    return index if isinstance(index, tuple) else (index,)


def without_variables(model: CompiledModel) -> CompiledModel:
    """The same arrays, of which no column holds on to the model that they come from."""
    columns = (
        Column(column.parent_component().local_name, column.parent_block().index(), column.index())
        for column in model.columns
    )
    return replace(model, columns=tuple(columns), source=None)


@dataclass(frozen=True)
class Arrays:
    """A problem with its compiled model."""

    problem: Problem
    named: Named

    @cached_property
    def common_rows(self) -> frozenset[Name]:
        """Rows that name no unit and no lift curve."""
        names = self.named.row_names
        own = _own(self.problem).are_local(names)
        return frozenset(name for name, local in zip(names, own.tolist(), strict=True) if not local)


def arrays_of(problem: Problem) -> Arrays:
    """The arrays of a problem."""
    return Arrays(problem, _modelled(problem))


def _modelled(problem: Problem) -> Named:
    model = build(problem)
    return Named(without_variables(compile_model(model)))


@dataclass(frozen=True)
class Increment:
    """The arrays of a changed problem; by column and row the place in the arrays before, NOWHERE if new."""

    arrays: Arrays
    columns: Numbers
    rows: Numbers

    def carried(self, values: npt.NDArray[Any], places: Numbers, default: float = 0.0) -> Floats:
        """Values of the rows or columns before in their new places."""
        return np.where(places == NOWHERE, default, values[places]).astype(float)


def incremented(before: Arrays, after: Problem, most: float = MOST) -> Increment | None:
    """The arrays of a changed problem; None where they have to be made anew.

    That is where more than the share `most` of its pairs may be different, or where rules count otherwise.
    """
    parts = parts_that_differ(before.problem, after, most)
    if parts is None:
        return None
    old, new = (_modelled(part) for part in parts)
    try:
        return _Exchange(before, old, new, after).increment()
    except NotExact:
        return None


def matched(before: Arrays, after: Arrays) -> Increment:
    """Arrays that were made anew, and where their columns and rows were before."""
    columns, rows = (
        np.array([places.get(name, NOWHERE) for name in names], dtype=np.intp)
        for places, names in (
            (before.named.columns, after.named.column_names),
            (before.named.rows, after.named.row_names),
        )
    )
    return Increment(after, columns, rows)


@dataclass(frozen=True)
class _Own:
    """Names of the units, and the lift curves, that rows and columns may be about."""

    units: frozenset[Any]
    keys: frozenset[Any]

    def are_local(self, names: Iterable[Name]) -> Mask:
        """Which of these name a unit or a lift curve."""
        units, keys = self.units, self.keys
        found = (not units.isdisjoint(name[-1]) or name[-1][:3] in keys for name in names)
        return np.fromiter(found, dtype=bool)


def _own(*problems: Problem) -> _Own:
    return _Own(
        frozenset(chain.from_iterable(problem.units.index.tolist() for problem in problems)),
        frozenset(lift.key for problem in problems for lift in problem.lifts),
    )


@dataclass(frozen=True)
class _Side:
    """The rows, or the columns, of the arrays and of both parts.

    old, new: places in the arrays of those of the parts; new ones come after all others. `local`: by place,
    whether they name a unit or a lift curve. `count`: how many places there are.
    """

    old: Numbers
    new: Numbers
    local: Mask
    count: int
    known: int

    @cached_property
    def gone(self) -> Mask:
        """By place, those that the part before has and the part after has not."""
        gone = np.zeros(self.count, dtype=bool)
        gone[self.old] = True
        gone[self.new] = False
        return gone

    def joined(self, before: tuple[Any, ...], new: tuple[Any, ...]) -> tuple[Any, ...]:
        """What is said of the places that are left, by the arrays before and by the new part."""
        if self.count == self.known and not self.gone.any():
            return before
        said = np.empty(self.count, dtype=object)
        said[: self.known] = np.fromiter(before, dtype=object, count=self.known)
        said[self.new] = np.fromiter(new, dtype=object, count=len(self.new))
        return tuple(said[~self.gone].tolist())


def _side(before: dict[Name, int], old: list[Name], new: list[Name], own: _Own) -> _Side:
    places = dict(before)
    if any(name not in places for name in old):
        raise NotExact
    for name in new:
        places.setdefault(name, len(places))
    local = np.zeros(len(places), dtype=bool)
    for names in (old, new):
        local[[places[name] for name in names]] = own.are_local(names)
    return _Side(
        old=np.array([places[name] for name in old], dtype=np.intp),
        new=np.array([places[name] for name in new], dtype=np.intp),
        local=local,
        count=len(places),
        known=len(before),
    )


@dataclass(frozen=True)
class _Exchange:
    """What the part before says in the arrays is exchanged for what the part after says."""

    before: Arrays
    old: Named
    new: Named
    after: Problem

    def increment(self) -> Increment:
        """The new arrays. Raises NotExact."""
        if not self.before.common_rows <= self.old.rows.keys():
            raise NotExact
        matrix = self._matrix()
        rows, columns = (np.flatnonzero(~side.gone) for side in (self.rows, self.columns))
        lower, upper = self._limits()
        whole = self._of_columns("integer").astype(bool)
        base, new = self.before.named.model, self.new.model
        model = replace(
            base,
            cost=self._of_columns("cost")[columns],
            offset=base.offset + new.offset - self.old.model.offset,
            matrix=csc_array(matrix[rows][:, columns]),
            row_lower=lower[rows],
            row_upper=upper[rows],
            lower=self._of_columns("lower")[columns],
            upper=self._of_columns("upper")[columns],
            integer=whole[columns],
            rows=self.rows.joined(base.rows, new.rows),
            columns=self.columns.joined(base.columns, new.columns),
        )
        # Known already; read anew from so many columns they take longer than all of the above.
        model.__dict__["names"] = self.columns.joined(base.names, new.names)
        return Increment(
            Arrays(self.after, Named(model)),
            np.where(columns < self.columns.known, columns, NOWHERE),
            np.where(rows < self.rows.known, rows, NOWHERE),
        )

    @cached_property
    def _own(self) -> _Own:
        return _own(self.before.problem, self.after)

    @cached_property
    def rows(self) -> _Side:
        """Rows of all three."""
        names = self.before.named.rows, self.old.row_names, self.new.row_names
        return _side(*names, self._own)

    @cached_property
    def columns(self) -> _Side:
        """Columns of all three."""
        names = self.before.named.columns, self.old.column_names, self.new.column_names
        return _side(*names, self._own)

    def _of_columns(self, field: str) -> Floats:
        """Cost or a bound of each column."""
        return _exchanged(
            self.columns,
            getattr(self.before.named.model, field).astype(float),
            getattr(self.old.model, field).astype(float),
            getattr(self.new.model, field).astype(float),
        )

    def _limits(self) -> tuple[Floats, Floats]:
        models = self.before.named.model, self.old.model, self.new.model
        lower = _exchanged(self.rows, *(model.row_lower for model in models))
        return lower, _exchanged(self.rows, *(model.row_upper for model in models))

    def _matrix(self) -> csc_array:
        """The entries of all rows and columns, those that are gone with nothing."""
        height = self.rows.count
        base = self._entries(self.before.named.model, None, None)
        old = self._entries(self.old.model, self.rows.old, self.columns.old)
        new = self._entries(self.new.model, self.rows.new, self.columns.new)
        touched = np.union1d(old[0], new[0])
        row, column = touched % height, touched // height
        was, said, says = (_at(touched, *entries) for entries in (base, old, new))
        local = self.rows.local[row] | self.columns.local[column]
        if (local & ~_same(was, said)).any():
            raise NotExact
        self._refuse_lost(base[0], old[0])
        value = np.where(local | _same(was, said), says, was + (says - said))
        kept = np.ones(len(base[0]), dtype=bool)
        kept[np.searchsorted(base[0], touched[was != 0])] = False
        row = np.concatenate([base[0][kept] % height, row])
        column = np.concatenate([base[0][kept] // height, column])
        value = np.concatenate([base[1][kept], value])
        some = value != 0
        entries = (value[some], (row[some], column[some]))
        return csc_array(coo_array(entries, shape=(height, self.columns.count)))

    def _entries(
        self, model: CompiledModel, rows: Numbers | None, columns: Numbers | None
    ) -> tuple[Numbers, Floats]:
        """Number (column · height + row) and value of each entry that is not 0, by number."""
        matrix = model.matrix.copy()
        matrix.eliminate_zeros()
        matrix.sort_indices()
        row, column = matrix.indices, np.repeat(np.arange(matrix.shape[1]), np.diff(matrix.indptr))
        row = row.astype(np.int64) if rows is None else rows[row]
        number = (column if columns is None else columns[column]) * self.rows.count + row
        if columns is None:
            return number, matrix.data
        order = np.argsort(number)
        return number[order], matrix.data[order]

    def _refuse_lost(self, base: Numbers, old: Numbers) -> None:
        """Raises NotExact where a unit's column, or what is gone, has entries that no part knows."""
        row, column = base % self.rows.count, base // self.rows.count
        own = np.zeros(self.columns.count, dtype=bool)
        own[self.columns.old] = self.columns.local[self.columns.old]
        asked = (own | self.columns.gone)[column] | self.rows.gone[row]
        if not np.isin(base[asked], old).all():
            raise NotExact


def _at(numbers: Numbers, known: Numbers, values: Floats) -> Floats:
    """The value at each number, 0 where there is none."""
    place = np.minimum(np.searchsorted(known, numbers), max(len(known) - 1, 0))
    if not len(known):
        return np.zeros(len(numbers))
    return np.asarray(np.where(known[place] == numbers, values[place], 0.0), dtype=float)


def _same(one: Floats, other: Floats) -> Mask:
    """Where two numbers are the same but for rounding."""
    with np.errstate(invalid="ignore"):
        near = np.abs(one - other) <= ROUNDING * np.maximum(np.abs(one), np.abs(other))
    return np.asarray((one == other) | near)


def _exchanged(side: _Side, base: Floats, old: Floats, new: Floats) -> Floats:
    """One number of each row or column.

    Raises NotExact where the arrays do not have of a unit what the part before has, or where a sum has no
    limit that could change by a difference.
    """
    value, was = np.zeros(side.count), np.full(side.count, np.nan)
    value[: side.known], was[side.old] = base, old
    place = side.new
    known = place < side.known
    said = np.where(known, was[place], new)
    there = np.where(known, value[place], new)
    if (side.local[side.old] & ~_same(value[side.old], old)).any() or np.isnan(said).any():
        raise NotExact
    plain = _same(there, said)
    with np.errstate(invalid="ignore"):
        result = np.where(plain, new, there + (new - said))
    if not np.isfinite(result[~plain]).all():
        raise NotExact
    value[place] = result
    return value
