"""Exact values: the best of the other columns once whole numbers are fixed.

Fixed columns go to the limits of their rows, and rows of one column become its bounds, before anything
is given to HiGHS; the multipliers of what was left out are computed back (Andersen and Andersen, 1995).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from allocopt.solver.compiled import CompiledModel, Floats, Mask, Numbers
from allocopt.solver.highs import Limits, Outcome, Run, Watch, run

# A row may be missed by this much, and by this share of the amounts that meet in it.
FEASIBLE, ROUNDING = 1e-6, 1e-10
# How often rows of one column are looked for; what is left after that is left to HiGHS.
PASSES = 4


@dataclass(frozen=True)
class Bounding:
    """Rows of one column that became bounds of it.

    `row` has `coefficient` at `column` and gives its upper bound where `above`, else its lower.
    """

    row: Numbers
    column: Numbers
    coefficient: Floats
    above: bool


@dataclass(frozen=True)
class Remainder:
    """What is left of a model once columns are fixed.

    `part` has the `columns` and `rows` of the whole model that are left; x has the value of every fixed
    column. `bounding`: the rows that became bounds, in the order in which they did.
    """

    whole: CompiledModel
    part: CompiledModel
    columns: Numbers
    rows: Numbers
    x: Floats
    bounding: tuple[Bounding, ...]

    def point(self, values: Floats) -> Floats:
        """A point of the whole model: values of the part in their places."""
        x = self.x.copy()
        x[self.columns] = values
        return x

    def multipliers(self, row_dual: Floats) -> Floats:
        """Multipliers of all rows from those of the part.

        A row that became a bound has what is left of its column's reduced cost, if that leans on it.
        """
        y = np.zeros(len(self.whole.rows))
        y[self.rows] = row_dual
        for found in reversed(self.bounding):
            columns = self.whole.matrix[:, found.column]
            reduced = self.whole.cost[found.column] - columns.T @ y
            leans = reduced > 0 if found.above else reduced < 0
            y[found.row[leans]] = (reduced / found.coefficient)[leans]
        return y


def exact_values(
    model: CompiledModel,
    point: Floats,
    limits: Limits,
    *,
    free: Mask | None = None,
    watch: Watch | None = None,
) -> Run:
    """The best plan in which all columns but the `free` ones stay as in a point.

    Free are the columns that are not whole-numbered, or those of a mask. Whole numbers that stay are
    rounded. A linear run has `row_dual` and `reduced_cost`; with free whole numbers it is branch and bound
    that starts from the point. All are of the length of the whole model. INFEASIBLE where no values keep
    all rows.
    """
    left = remainder(model, point, free)
    if left is None:
        return Run(Outcome.INFEASIBLE, None, np.nan, -np.inf)
    if not len(left.columns):
        done = Run(Outcome.OPTIMAL, np.empty(0), left.part.offset, left.part.offset, np.empty(0))
        return _of_whole(left, done)
    start = point[left.columns] if left.part.integer.any() else None
    return _of_whole(left, run(left.part, limits, watch, start=start))


def _of_whole(left: Remainder, found: Run) -> Run:
    """A run of the part as one of the whole model."""
    x = None if found.x is None else left.point(found.x)
    dual = None if found.row_dual is None else left.multipliers(found.row_dual)
    return replace(
        found,
        x=x,
        objective=np.nan if x is None else left.whole.value(x),
        row_dual=dual,
        reduced_cost=None if dual is None else left.whole.cost - left.whole.matrix.T @ dual,
    )


def remainder(model: CompiledModel, point: Floats, free: Mask | None = None) -> Remainder | None:
    """What is left of a model where all but the free columns stay; None where some row is not kept."""
    stays = model.integer if free is None else ~free
    value = np.where(model.integer, np.round(point), np.clip(point, model.lower, model.upper))
    if ((value < model.lower) | (value > model.upper))[stays].any():
        return None
    lower, upper = (np.where(stays, value, side) for side in (model.lower, model.upper))
    return _Cutting(model, lower, upper).remainder()


class _Cutting:
    """The bounds of a model's columns while rows of one open column are turned into them."""

    def __init__(self, model: CompiledModel, lower: Floats, upper: Floats) -> None:
        self.model, self.lower, self.upper = model, lower, upper
        self.column_of = np.repeat(np.arange(len(lower)), np.diff(model.matrix.indptr))
        self.done = np.zeros(len(model.rows), dtype=bool)
        self.bounding: list[Bounding] = []

    def remainder(self) -> Remainder | None:
        """What is left after all passes; None where some row cannot be kept."""
        for _ in range(PASSES):
            entries = self._single()
            if not len(entries):
                break
            if not self._bound(entries):
                return None
        count = self._open_entries()
        closed = (count == 0) & ~self.done
        settled, slack = self._settled()
        low, high = self.model.row_lower - slack, self.model.row_upper + slack
        if ((settled < low) | (settled > high))[closed].any():
            return None
        return self._cut(np.flatnonzero((count > 0) & ~self.done))

    @property
    def _open(self) -> Mask:
        return self.lower < self.upper

    def _open_entries(self) -> Numbers:
        """How many entries of each row are of columns that are still open."""
        rows = self.model.matrix.indices[self._open[self.column_of]]
        return np.bincount(rows, minlength=len(self.done))

    def _single(self) -> Numbers:
        """Entries that are the only open one of their row."""
        alone = (self._open_entries() == 1) & ~self.done
        return np.flatnonzero(self._open[self.column_of] & alone[self.model.matrix.indices])

    def _settled(self) -> tuple[Floats, Floats]:
        """What fixed columns add to each row, and by how much rounding lets the row be missed."""
        fixed = np.where(self._open, 0.0, self.lower)
        slack = FEASIBLE + ROUNDING * (abs(self.model.matrix) @ np.abs(fixed))
        return self.model.matrix @ fixed, slack

    def _bound(self, entries: Numbers) -> bool:
        """Turns the rows of some entries into bounds; False where a column has no value left."""
        row, column = self.model.matrix.indices[entries], self.column_of[entries]
        coefficient = self.model.matrix.data[entries]
        settled, slack = self._settled()
        least, most = self._sides(row, column, coefficient, settled)
        self.done[row] = True
        rises, falls = least > self.lower[column], most < self.upper[column]
        np.maximum.at(self.lower, column, least)
        np.minimum.at(self.upper, column, most)
        for above, tighter in (
            (False, rises & (least == self.lower[column])),
            (True, falls & (most == self.upper[column])),
        ):
            kept = np.flatnonzero(tighter)
            kept = kept[np.unique(column[kept], return_index=True)[1]]
            self.bounding.append(Bounding(row[kept], column[kept], coefficient[kept], above))
        return self._uncross(column, slack[row] / np.abs(coefficient))

    def _sides(
        self, row: Numbers, column: Numbers, coefficient: Floats, settled: Floats
    ) -> tuple[Floats, Floats]:
        """The least and the most that rows of one open column leave to it."""
        low = (self.model.row_lower[row] - settled[row]) / coefficient
        high = (self.model.row_upper[row] - settled[row]) / coefficient
        least, most = np.minimum(low, high), np.maximum(low, high)
        whole = self.model.integer[column]
        return (
            np.where(whole, np.ceil(least - FEASIBLE), least),
            np.where(whole, np.floor(most + FEASIBLE), most),
        )

    def _uncross(self, column: Numbers, slack: Floats) -> bool:
        """Whether bounds cross by rounding at most; those that do meet in the middle."""
        low, high = self.lower[column], self.upper[column]
        if (low > high + slack).any():
            return False
        crossed = column[low > high]
        self.lower[crossed] = self.upper[crossed] = (self.lower + self.upper)[crossed] / 2
        return True

    def _cut(self, rows: Numbers) -> Remainder:
        """The open columns and the rows that still tie them."""
        columns = np.flatnonzero(self._open)
        fixed = np.where(self._open, 0.0, self.lower)
        bounded = replace(self.model, lower=self.lower, upper=self.upper)
        part = bounded.submodel(columns, rows, fixed)
        return Remainder(self.model, part, columns, rows, fixed, tuple(self.bounding))
