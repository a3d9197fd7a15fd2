"""Seasonal naive: the same period of last year once more; and its non-seasonal relative."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocopt.forecasting.forecaster import FloatArray


@dataclass(frozen=True)
class SeasonalNaive:
    """Repeats the last year; periods before a series opened count as its mean."""

    name: str = "seasonal naive"
    few_series: int = 1

    def forecast(self, values: FloatArray, season: int, horizon: int) -> FloatArray:
        """See `Forecaster.forecast`."""
        mean = np.nanmean(values, axis=1, keepdims=True)
        if values.shape[1] < season:
            return np.repeat(mean, horizon, axis=1)
        last_year = values[:, -season:]
        repeated = last_year[:, np.arange(horizon) % season]
        return np.where(np.isnan(repeated), mean, repeated)


@dataclass(frozen=True)
class Naive:
    """Repeats the last period: the yardstick of every back-test, never chosen."""

    name: str = "naive"
    few_series: int = 1

    def forecast(self, values: FloatArray, season: int, horizon: int) -> FloatArray:
        """See `Forecaster.forecast`."""
        return np.repeat(values[:, -1:], horizon, axis=1)
