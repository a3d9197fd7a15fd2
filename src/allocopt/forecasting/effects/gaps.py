"""Gaps: unknown cells filled from known ones of the same row."""

from __future__ import annotations

import numpy as np

from allocopt.forecasting.arrays import FloatArray, IntArray


def interpolate(values: FloatArray) -> FloatArray:
    """Gaps between known cells filled linearly; before the first and after the last stays NaN."""
    before, after = neighbours(values)
    inside = np.isnan(values) & (before >= 0) & (after < values.shape[1])
    if not inside.any():
        return values
    row, column = np.nonzero(inside)
    left, right = before[row, column], after[row, column]
    weight = (column - left) / (right - left)
    filled = values.copy()
    filled[row, column] = (1 - weight) * values[row, left] + weight * values[row, right]
    return filled


def hold_ends(values: FloatArray, reach: int) -> FloatArray:
    """The first and the last known cell held for up to `reach` cells beyond them."""
    columns = np.arange(values.shape[1])
    before, after = neighbours(values)
    rows = np.arange(len(values))[:, None]
    last = np.isnan(values) & (before >= 0) & (columns - before <= reach)
    first = np.isnan(values) & ~last & (after < values.shape[1]) & (after - columns <= reach)
    held = np.where(last, values[rows, np.maximum(before, 0)], values)
    return np.where(first, values[rows, np.minimum(after, values.shape[1] - 1)], held)


def neighbours(values: FloatArray) -> tuple[IntArray, IntArray]:
    """Columns of the last known cell up to each cell (−1: none) and of the next (length: none)."""
    columns = np.arange(values.shape[1])
    known = ~np.isnan(values)
    before = np.maximum.accumulate(np.where(known, columns, -1), axis=1)
    waiting = np.where(known, columns, values.shape[1])[:, ::-1]
    return before, np.minimum.accumulate(waiting, axis=1)[:, ::-1]
