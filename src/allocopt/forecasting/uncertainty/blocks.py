"""Blocks: how forecasts of all nodes erred together at past origins."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from allocopt.forecasting.arrays import BoolArray, FloatArray, IntArray
from allocopt.forecasting.evaluation import find_scales
from allocopt.forecasting.kernels import rolling_errors
from allocopt.forecasting.reconciliation import Structure

# A series that repeats itself exactly has no seasonal difference to measure errors in.
LEAST_SCALE = 0.01
# Fewer blocks than this are too few to draw paths from.
FEW_BLOCKS = 4


@dataclass(frozen=True, eq=False)
class Blocks:
    """Errors actual − forecast at past origins, in units of each row's scale at that origin.

    `scaled` has shape (origin, row, horizon), NaN where unknown; origin i forecasts from all periods
    but the last `origins` − i ones. `rows` are the nodes that were forecast, all or a sample;
    `row_of` (node,) is the row whose errors a node has, its own or that of a node of about its
    size. `scale` (node,) is the unit of errors today [currency/period].
    """

    scaled: FloatArray
    rows: IntArray
    row_of: IntArray
    scale: FloatArray

    @property
    def horizon(self) -> int:
        """Periods ahead."""
        return int(self.scaled.shape[2])

    @property
    def origins(self) -> int:
        """Number of origins."""
        return int(self.scaled.shape[0])

    @property
    def own(self) -> BoolArray:
        """Which nodes have errors of their own, shape (node,)."""
        return np.asarray(self.rows[self.row_of] == np.arange(len(self.row_of)))

    @property
    def one_step(self) -> FloatArray:
        """Errors one period ahead in units of today, shape (node, origin) [currency/period]."""
        return np.asarray(self.scaled[:, self.row_of, 0].T * self.scale[:, None])

    def with_scale(self, scale: FloatArray) -> Blocks:
        """The same errors in other units (node,)."""
        return replace(self, scale=scale)

    def until(self, periods: int, scale: FloatArray) -> Blocks:
        """What was known so many periods ago, in the units (node,) of that time."""
        kept = self.scaled[: max(self.origins - periods, 0)]
        origin = np.arange(len(kept))[:, None, None]
        ahead = np.arange(self.horizon)[None, None, :]
        known = np.where(origin + ahead < len(kept), kept, np.nan)
        return replace(self, scaled=known, scale=scale)

    def whole(self) -> FloatArray:
        """Scaled errors (origin, row, horizon) of the origins that are known far enough ahead.

        Errors of a row that are unknown there are taken to be of typical size, with the sign that
        most rows have. Where fewer than `FEW_BLOCKS` origins reach the last period, the errors of
        the furthest period that so many reach stay.
        """
        known = np.asarray((~np.isnan(self.scaled)).any(axis=1))
        reaching = np.cumprod(known, axis=1).sum(axis=0)
        reach = int((reaching >= max(min(FEW_BLOCKS, reaching[0]), 1)).sum())
        if reach == 0:
            return self.scaled[:0]
        blocks = self.scaled[known[:, :reach].all(axis=1), :, :reach]
        blocks = np.where(np.isnan(blocks), _typical(blocks), blocks)
        further = np.repeat(blocks[:, :, -1:], self.horizon - reach, axis=2)
        return np.concatenate([blocks, further], axis=2)


def _typical(blocks: FloatArray) -> FloatArray:
    """Root mean square over rows with the sign of the sum, shape (origin, 1, horizon)."""
    known = ~np.isnan(blocks)
    values = np.where(known, blocks, 0.0)
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    size = np.sqrt((values**2).sum(axis=1, keepdims=True) / count)
    return np.asarray(np.where(values.sum(axis=1, keepdims=True) < 0, -size, size))


def residual_blocks(
    values: FloatArray, season: int, steps_back: int, horizon: int, rows: IntArray | None = None
) -> Blocks:
    """Errors of the local forecast of nodes (node, period) at their last `steps_back` origins.

    With `rows` only those nodes are forecast; the others borrow their errors.
    """
    rows = np.arange(len(values)) if rows is None else rows
    errors = rolling_errors(values[rows], season, steps_back, horizon)
    scaled = errors / rolling_scale(values[rows], season, steps_back)[:, :, None]
    return Blocks(scaled, rows, lenders(values, rows), error_scale(values, season))


def sampled_rows(structure: Structure, values: FloatArray, most: int) -> IntArray:
    """Nodes whose errors stand for all: the largest aggregates, and series of every size.

    `values` has shape (node, period). All nodes where there are no more than `most`; else aggregates
    take up to half of the room, because sums that err together cannot be told from their parts.
    """
    if len(structure) <= most:
        return np.arange(len(structure))
    size = _size(values)
    above, bottom = np.split(np.arange(len(structure)), [structure.aggregates])
    largest = above[np.argsort(-size[above], kind="stable")[: most // 2]]
    ranked = bottom[np.argsort(size[bottom], kind="stable")]
    places = np.linspace(0, len(ranked) - 1, most - len(largest)).round().astype(np.intp)
    return np.unique(np.concatenate([largest, ranked[places]]))


def lenders(values: FloatArray, rows: IntArray) -> IntArray:
    """Place in `rows` of the node whose errors each node of (node, period) has, shape (node,).

    A node outside `rows` borrows from the smallest node in `rows` that is not smaller than itself.
    """
    size = _size(values)
    order = np.argsort(size[rows], kind="stable")
    place = np.minimum(np.searchsorted(size[rows][order], size), len(rows) - 1)
    lender = order[place]
    lender[rows] = np.arange(len(rows))
    return np.asarray(lender, dtype=np.intp)


def _size(values: FloatArray) -> FloatArray:
    return np.asarray(np.where(np.isnan(values), 0.0, np.abs(values)).sum(axis=1))


def rolling_scale(values: FloatArray, season: int, steps_back: int) -> FloatArray:
    """Scale of each row as it was known at the last origins, shape (origin, row)."""
    periods = values.shape[1]
    origins = np.maximum(periods - steps_back + np.arange(steps_back), 1)
    return np.stack([error_scale(values[:, :origin], season) for origin in origins])


def error_scale(values: FloatArray, season: int) -> FloatArray:
    """Unit of a row's errors [currency/period], shape (row,): its mean absolute seasonal difference.

    It is at least a hundredth of the row's mean absolute value, and 1 where that is nothing.
    """
    known = ~np.isnan(values)
    size = np.where(known, np.abs(values), 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    scale = np.maximum(find_scales(values, season).absolute, LEAST_SCALE * size)
    return np.where(scale > 0, scale, 1.0)
