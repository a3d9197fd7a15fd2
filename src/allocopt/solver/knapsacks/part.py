"""Part: a model without the columns that cannot move and the rows that hold whatever the others do."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from allocopt.solver.activity import activity_bounds
from allocopt.solver.compiled import CompiledModel, Floats, Numbers

# How far a row may be missed, as in the solver.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Part:
    """The free part of a model: which columns and rows of the whole it has, and where the others are."""

    model: CompiledModel
    columns: Numbers
    rows: Numbers
    rest: Floats

    def whole(self, point: Floats) -> Floats:
        """A point of the whole model."""
        full = self.rest.copy()
        full[self.columns] = point
        return full


def free_part(model: CompiledModel, lower: Floats, upper: Floats) -> Part | None:
    """What is free within some bounds; None where a row cannot be kept."""
    free = upper > lower
    rest = np.where(free, 0.0, lower)
    given = model.matrix @ rest
    columns = np.flatnonzero(free)
    low, high = activity_bounds(model.matrix[:, columns], lower[columns], upper[columns])
    below, above = model.row_lower - given, model.row_upper - given
    if (low > above + TOLERANCE).any() or (high < below - TOLERANCE).any():
        return None
    rows = np.flatnonzero((low < below) | (high > above))
    part = replace(model, lower=lower, upper=upper).submodel(columns, rows, rest)
    return Part(part, columns, rows, rest)


def tightened(model: CompiledModel) -> tuple[Floats, Floats] | None:
    """Bounds of the whole-numbered columns after each row has had its say; None where they clash.

    Where the rest of a row at its least leaves no room for a column to move, it does not move (activity
    bounds: Savelsbergh, 1994); again while something changes.
    """
    matrix = csr_array(model.matrix)
    line = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    column, weight = matrix.indices, matrix.data
    lower, upper = model.lower.copy(), model.upper.copy()
    while True:
        low, high = activity_bounds(matrix, lower, upper)
        choice = (model.integer & (upper - lower == 1))[column]
        # A step of the row's activity up from its least, or down from its most, is too much.
        stays_low = choice & (low[line] + np.abs(weight) > model.row_upper[line] + TOLERANCE)
        stays_high = choice & (high[line] - np.abs(weight) < model.row_lower[line] - TOLERANCE)
        if not (stays_low | stays_high).any():
            return lower, upper
        down, up = stays_low & (weight > 0) | stays_high & (weight < 0), stays_low & (weight < 0)
        up |= stays_high & (weight > 0)
        before = lower.copy()
        lower[column[up]] = upper[column[up]]
        upper[column[down]] = before[column[down]]
        if (lower > upper).any():
            return None
