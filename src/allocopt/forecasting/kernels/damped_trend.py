"""Damped trend: shrunk seasonal indices on a level and a trend that fades out.

One step of the recursion on the seasonally adjusted series, with gains α (level) and β (trend),
damping φ and error e of the one-step forecast ℓ + φb:

    ℓ ← ℓ + φb + αe        b ← φb + βe        forecast h ahead: ℓ + (φ + φ² + … + φʰ) b

starting with the first value and no trend. Where the history is short the forecast is drawn to last
year's values, whose seasonality is not shrunk and whose level no trend has carried away.

Source: Gardner and McKenzie 1985, "Forecasting trends in time series", eq. 4-6.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.kernels.chunks import in_chunks
from allocopt.forecasting.kernels.decomposition import decompose
from allocopt.forecasting.kernels.known import count_known, first_known, size_of
from allocopt.forecasting.kernels.likelihood import average, likelihood
from allocopt.forecasting.kernels.naive import seasonal_naive

# Level gain, trend gain as a share of the level gain, damping. Sets without a trend gain are the same
# for every damping, so that "no trend" counts twice.
GRID: FloatArray = np.array(
    [
        (alpha, alpha * share, damping)
        for alpha, share, damping in product(
            (0.05, 0.15, 0.3, 0.5, 0.8), (0.0, 0.1, 0.3), (0.85, 0.95)
        )
    ]
).T[:, :, None]
# Weight of last year's values: `LAST_YEAR` by the square of the years known, at most a half.
LAST_YEAR, LAST_YEAR_MOST = 1.5, 0.5
CELLS = 250_000


@dataclass(frozen=True)
class DampedTrend:
    """Forecast and how far it was off."""

    mean: FloatArray  # (series, horizon), currency
    error: FloatArray  # (series,), standard error of one step, currency, without seasonality


def fit_damped_trend(
    values: FloatArray, season: int, horizon: int, *, additive: bool = False
) -> DampedTrend:
    """Damped-trend forecast of each series, averaged over the grid by likelihood.

    Seasonal indices are added throughout if `additive`.
    """
    chunk = max(CELLS // GRID.shape[1], 64)
    return in_chunks(lambda part: _fit(part, season, horizon, additive), values, chunk)


def _fit(values: FloatArray, season: int, horizon: int, additive: bool) -> DampedTrend:
    seasonality = decompose(values, season, additive=additive)
    adjusted = seasonality.remove(values)
    size = size_of(adjusted)[:, None]
    level, slope, squares = _smooth(adjusted / size)
    count = count_known(values)
    weight = likelihood(squares, count)
    reach = np.cumsum(GRID[2] ** np.arange(1, horizon + 1), axis=1)[:, :, None]
    paths = [average(weight, level + slope * damped) for damped in np.moveaxis(reach, 1, 0)]
    trend = seasonality.restore(np.stack(paths, axis=1) * size)
    pull = weight_of_last_year(count / season)[:, None]
    return DampedTrend(
        mean=trend + pull * (seasonal_naive(values, season, horizon) - trend),
        error=np.sqrt(average(weight, squares) / np.maximum(count - 1, 1)) * size[:, 0],
    )


def _smooth(values: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Level and slope after the last period and sum of squared errors, all (grid, series)."""
    alpha, beta, damping = GRID
    start = np.nan_to_num(values[np.arange(len(values)), first_known(values)])
    level = np.repeat(start[None, :], GRID.shape[1], axis=0)
    slope, squares = np.zeros((2, *level.shape))
    for value in values.T:
        # Up to the first known value the level is that value, the slope and the error are zero.
        slope *= damping
        level += slope
        error = np.where(np.isnan(value), 0.0, value - level)
        squares += error**2
        level += alpha * error
        slope += beta * error
    return level, slope, squares


def weight_of_last_year(years: FloatArray) -> FloatArray:
    """How far a forecast is drawn to last year's values, 0 to 1, by the years of known values.

    Measured on windows of 2 to 11 years of Australian tourism and 1½ to 5 years of the M3 monthly
    series: the best weight falls about with the square of the years.
    """
    return np.minimum(LAST_YEAR_MOST, LAST_YEAR / np.maximum(years, 1.0) ** 2)
