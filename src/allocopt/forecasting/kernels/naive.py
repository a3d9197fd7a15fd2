"""Naive forecasts: the yardsticks of every back-test.

Source: Makridakis and Hibon 2000, "The M3-Competition", table 2 (Naive2: the last value of the
seasonally adjusted series, seasonality put back).
"""

from __future__ import annotations

import numpy as np

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.kernels.decomposition import decompose_tested
from allocopt.forecasting.kernels.known import last_known, mean_known


def naive(values: FloatArray, horizon: int) -> FloatArray:
    """The last known value of each series, shape (series, horizon)."""
    return np.repeat(np.nan_to_num(last_known(values))[:, None], horizon, axis=1)


def seasonal_naive(values: FloatArray, season: int, horizon: int) -> FloatArray:
    """The last known value of the same phase, shape (series, horizon).

    Phases that a series has never seen get its mean.
    """
    series, periods = values.shape
    years = -(-periods // season)
    padding = ((0, 0), (years * season - periods, 0))
    folded = np.pad(values, padding, constant_values=np.nan).reshape(series, years, season)
    by_phase = np.moveaxis(folded, 1, 2).reshape(series * season, years)
    last = last_known(by_phase).reshape(series, season)
    mean = np.nan_to_num(mean_known(values))[:, None]
    return np.where(np.isnan(last), mean, last)[:, np.arange(horizon) % season]


def naive2(values: FloatArray, season: int, horizon: int) -> FloatArray:
    """The last known value without its seasonality, and the seasonality of each period."""
    seasonality = decompose_tested(values, season)
    return seasonality.restore(naive(seasonality.remove(values), horizon))
