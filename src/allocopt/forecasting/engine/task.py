"""Task: all that a forecast may be made from, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from allocopt.forecasting.arrays import BoolArray, FloatArray, IntArray
from allocopt.forecasting.reconciliation.structure import Structure

# Above this share of periods without a sale the demand of a node counts as intermittent: its
# median is far below its mean, and medians do not add up (Syntetos and Boylan 2005).
INTERMITTENT = 0.3
# Share of a node's variance between the times of the year from which on its zeros are no chance: a
# customer who orders every third month.
CLOCKWORK = 0.5


@dataclass(frozen=True)
class Task:
    """Series to forecast, how they add up, and how far ahead.

    `values` [currency/period] has shape (series, period): the newest period last, NaN before a
    series opens. Sales repeat after `season` periods; `horizon` periods are asked for.
    `covariates`, where there are any, has shape (feature, node, period + horizon).
    """

    values: FloatArray
    season: int
    horizon: int
    structure: Structure
    covariates: FloatArray | None = None

    @property
    def periods(self) -> int:
        """Periods of history."""
        return int(self.values.shape[1])

    @cached_property
    def nodes(self) -> FloatArray:
        """History of every node, shape (node, period)."""
        return self.structure.sum(self.values)

    @cached_property
    def intermittent(self) -> BoolArray:
        """Which nodes have sales in some periods only."""
        known = ~np.isnan(self.nodes)
        zeros = (known & (self.nodes == 0)).sum(axis=1)
        gappy = zeros > INTERMITTENT * np.maximum(known.sum(axis=1), 1)
        return np.asarray(gappy & (seasonal_share(self.nodes, self.season) < CLOCKWORK))

    def until(self, periods: int, horizon: int | None = None) -> Task:
        """The task as it was after its first `periods` periods."""
        horizon = self.horizon if horizon is None else horizon
        known = None if self.covariates is None else self.covariates[:, :, : periods + horizon]
        return replace(self, values=self.values[:, :periods], horizon=horizon, covariates=known)


def seasonal_share(values: FloatArray, season: int) -> FloatArray:
    """Adjusted R² of the mean of each time of the year, shape (series,); 0 where years are few."""
    series, periods = values.shape
    if season == 1 or periods < 2 * season:
        return np.zeros(series)
    years = values[:, periods % season :].reshape(series, -1, season)
    known = ~np.isnan(years)
    count = known.sum(axis=(1, 2))
    mean = _mean(np.where(known, years, 0.0).sum(axis=(1, 2)), count)
    by_phase = _mean(np.where(known, years, 0.0).sum(axis=1), known.sum(axis=1))
    within = (np.where(known, years - by_phase[:, None, :], 0.0) ** 2).sum(axis=(1, 2))
    total = (np.where(known, years - mean[:, None, None], 0.0) ** 2).sum(axis=(1, 2))
    enough = (count >= 2 * season) & (total > 0)
    freedom = np.maximum(count - season, 1)
    ratio = within / freedom / np.where(enough, total / np.maximum(count - 1, 1), 1.0)
    return np.where(enough, 1 - ratio, 0.0)


def _mean(total: FloatArray, count: IntArray) -> FloatArray:
    return np.asarray(total / np.maximum(count, 1))
