"""Theta: simple exponential smoothing with half of the linear trend as drift.

The forecast of the seasonally adjusted series h periods ahead is

    level + slope/2 · (h − 1 + (1 − (1 − α)ⁿ) / α)

with the level smoothed by gain α, and the slope that of the regression on time.

Sources: Assimakopoulos and Nikolopoulos 2000, "The theta model"; Hyndman and Billah 2003,
"Unmasking the Theta method", eq. 5 and 6.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.kernels.chunks import in_chunks
from allocopt.forecasting.kernels.decomposition import (
    Seasonality,
    decompose,
    decompose_tested,
)
from allocopt.forecasting.kernels.known import count_known, first_known, size_of
from allocopt.forecasting.kernels.likelihood import average, likelihood

GAINS: FloatArray = np.array([0.01, 0.03, *np.arange(1, 20) / 20, 0.99])[:, None]


@dataclass(frozen=True)
class Theta:
    """Forecast and what it was made of; all but the gain in currency."""

    mean: FloatArray  # (series, horizon)
    level: FloatArray  # (series,), after the last period, without seasonality
    slope: FloatArray  # (series,), per period, of the regression on time
    error: FloatArray  # (series,), standard error of one step, without seasonality
    gain: FloatArray  # (series,), of the level
    seasonality: Seasonality
    adjusted: FloatArray  # (series, period), history without seasonality


def fit_theta(
    values: FloatArray, season: int, horizon: int, *, additive: bool = False, tested: bool = False
) -> Theta:
    """Theta forecast of each series.

    Seasonal indices are added throughout if `additive`. They are shrunk, or with `tested` those of
    the method as published: whole where a test finds seasonality, else none.
    """
    return in_chunks(lambda part: _fit(part, season, horizon, additive, tested), values)


def _fit(values: FloatArray, season: int, horizon: int, additive: bool, tested: bool) -> Theta:
    find = decompose_tested if tested else decompose
    seasonality = find(values, season, additive=additive)
    adjusted = seasonality.remove(values)
    size = size_of(adjusted)
    scaled = adjusted / size[:, None]
    levels, squares = _smooth(scaled)
    weight = likelihood(squares, count_known(values))
    age = values.shape[1] - first_known(values)
    lead = average(weight, (1 - (1 - GAINS) ** age) / GAINS)
    level = average(weight, levels)
    slope = slope_of(scaled)
    ahead = np.arange(horizon) + lead[:, None]
    mean = level[:, None] + slope[:, None] / 2 * ahead
    error = np.sqrt(average(weight, squares) / np.maximum(count_known(values) - 2, 1))
    return Theta(
        mean=seasonality.restore(mean * size[:, None]),
        level=level * size,
        slope=slope * size,
        error=error * size,
        gain=average(weight, GAINS),
        seasonality=seasonality,
        adjusted=adjusted,
    )


def _smooth(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Level after the last period and sum of squared one-step errors, both (gain, series)."""
    start = values[np.arange(len(values)), first_known(values)]
    level = np.repeat(np.nan_to_num(start)[None, :], len(GAINS), axis=0)
    squares = np.zeros_like(level)
    for value in values.T:
        # Up to the first known value the level is that value, and the error zero.
        error = np.where(np.isnan(value), 0.0, value - level)
        squares += error**2
        level += GAINS * error
    return level, squares


def slope_of(values: FloatArray) -> FloatArray:
    """Slope of the least-squares line over time, shape (series,); 0 for a single value."""
    known = ~np.isnan(values)
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    time = np.where(known, np.arange(values.shape[1]), 0.0)
    time = np.where(known, time - time.sum(axis=1, keepdims=True) / count, 0.0)
    mean = np.where(known, values, 0.0).sum(axis=1, keepdims=True) / count
    covariance = (time * np.where(known, values - mean, 0.0)).sum(axis=1)
    return np.asarray(covariance / np.maximum((time**2).sum(axis=1), 0.5))
