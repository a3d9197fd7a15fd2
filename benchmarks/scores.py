"""Accuracy: how far a forecast was from what happened.

Every function takes arrays of equal shape (series, period); cells whose actual is unknown (NaN) do
not count. Sources: Kolassa and Schütz 2007 (WAPE as MAD/mean); Hyndman and Koehler 2006, eq. 3
(MASE).
"""

from __future__ import annotations

import numpy as np

from allocopt.forecasting.arrays import FloatArray


def wape(actual: FloatArray, forecast: FloatArray) -> float:
    """Sum of absolute errors as a share of the sum of absolute actuals; NaN when all are zero."""
    known = ~np.isnan(actual)
    error = float(np.abs(actual - forecast)[known].sum())
    return _ratio(error, float(np.abs(actual)[known].sum()))


def bias(actual: FloatArray, forecast: FloatArray) -> float:
    """Sum of forecast − actual as a share of the sum of absolute actuals; positive: too high."""
    known = ~np.isnan(actual)
    error = float((forecast - actual)[known].sum())
    return _ratio(error, float(np.abs(actual)[known].sum()))


def mase(actual: FloatArray, forecast: FloatArray, scale: FloatArray) -> float:
    """Mean over series of the mean absolute error in units of `scale`, shape (series,).

    `scale` is the mean absolute seasonal difference in the history before the forecast; series
    whose scale is zero do not count.
    """
    usable = (scale > 0) & (~np.isnan(actual)).any(axis=1)
    if not usable.any():
        return float("nan")
    errors = np.nanmean(np.abs(actual - forecast)[usable], axis=1)
    return float(np.mean(errors / scale[usable]))


def seasonal_scale(values: FloatArray, season: int) -> FloatArray:
    """Mean absolute seasonal difference, shape (series,).

    A series with less than a season and a period falls back to its mean absolute difference from
    one period to the next, then to its mean absolute value.
    """
    scale = _mean_difference(values, season)
    scale = np.where(np.isnan(scale), _mean_difference(values, 1), scale)
    known = ~np.isnan(values)
    size = np.where(known, np.abs(values), 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return np.where(np.isnan(scale), size, scale)


def _mean_difference(values: FloatArray, lag: int) -> FloatArray:
    """Mean absolute difference at a lag, NaN where no two values lie that far apart."""
    differences = np.abs(values[:, lag:] - values[:, :-lag])
    known = ~np.isnan(differences)
    count = known.sum(axis=1)
    mean = np.where(known, differences, 0.0).sum(axis=1) / np.maximum(count, 1)
    return np.where(count > 0, mean, np.nan)


def _ratio(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator > 0 else float("nan")
