"""Damped trend: seasonal indices and smoothing with a damped trend, for all series at once.

The smoothing runs over a small grid of parameters and the forecasts are averaged by their
likelihood, so nothing is optimised per series and short series cannot fail.

Sources: Gardner and McKenzie 1985, "Forecasting trends in time series", eq. 4–6 (damped trend);
Hyndman and Athanasopoulos 2021, "Forecasting: Principles and Practice", §3.4 (classical
decomposition); Miller and Williams 2003, "Shrinkage estimators of time series seasonal factors"
(shrunk indices).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from allocopt.forecasting.forecaster import BoolArray, FloatArray, IntArray
from allocopt.forecasting.seasonal_naive import SeasonalNaive

# Level gain, trend gain as a share of the level gain, damping.
GRID: FloatArray = np.array(
    [
        (alpha, alpha * beta, phi)
        for alpha, beta, phi in product((0.05, 0.15, 0.3, 0.5, 0.8), (0.0, 0.1, 0.3), (0.85, 0.95))
    ]
)
# With one observation of each season the noise of an index cannot be told from its signal.
SHRINKAGE_OF_ONE_YEAR = 0.5
# A series with a lower index would be blown up where it is divided by it.
LOWEST_FACTOR = 0.05
LAST_YEAR, LAST_YEAR_MOST = 1.5, 0.5


@dataclass(frozen=True)
class Seasonality:
    """Seasonal indices; phase 0 is the first period after the history.

    `index` has shape (series, season); `multiplies` tells which series are multiplied by it (those
    that are positive throughout), the others are added to.
    """

    index: FloatArray
    multiplies: BoolArray

    def at(self, phases: IntArray) -> FloatArray:
        """Index of each series at each phase, shape (series, phases)."""
        season = self.index.shape[1]
        return self.index[:, phases % season]

    def remove(self, values: FloatArray) -> FloatArray:
        """History without its seasonality."""
        periods = values.shape[1]
        index = self.at(np.arange(periods) - periods)
        divisor = np.where(self.multiplies, index, 1.0)
        return np.where(self.multiplies, values / divisor, values - index)

    def restore(self, forecast: FloatArray) -> FloatArray:
        """Forecast with the seasonality put back."""
        index = self.at(np.arange(forecast.shape[1]))
        return np.where(self.multiplies, forecast * index, forecast + index)


def find_seasonality(values: FloatArray, season: int) -> Seasonality:
    """Classical decomposition with shrunk indices; neutral where there are not two whole years."""
    multiplies = np.nanmin(values, axis=1, keepdims=True) > 0
    neutral = np.where(multiplies, 1.0, 0.0)
    if season == 1 or values.shape[1] < 2 * season:
        return Seasonality(np.repeat(neutral, season, axis=1), multiplies)
    trend = _centred_mean(values, season)
    with np.errstate(divide="ignore", invalid="ignore"):
        detrended = np.where(multiplies, values / trend, values - trend)
    index = _shrunk_means(detrended, neutral, season)
    level = index.mean(axis=1, keepdims=True)
    divisor = np.where(multiplies, level, 1.0)
    index = np.where(multiplies, np.maximum(index / divisor, LOWEST_FACTOR), index - level)
    return Seasonality(index, multiplies)


def _centred_mean(values: FloatArray, season: int) -> FloatArray:
    """Mean over one year around each period, NaN at both ends; shape as `values`."""
    weights = np.ones(season) / season
    if season % 2 == 0:
        weights = np.convolve(weights, (0.5, 0.5))
    trend = np.full_like(values, np.nan)
    middle = len(weights) // 2
    means = sliding_window_view(values, len(weights), axis=1) @ weights
    trend[:, middle : middle + means.shape[1]] = means
    return trend


def _shrunk_means(detrended: FloatArray, neutral: FloatArray, season: int) -> FloatArray:
    """Mean of each phase (series, season), drawn to neutral as far as it may be noise."""
    series, periods = detrended.shape
    padding = -periods % season
    folded = np.pad(detrended, ((0, 0), (padding, 0)), constant_values=np.nan)
    folded = folded.reshape(series, -1, season)
    known = np.isfinite(folded)
    count = known.sum(axis=1)
    sums = np.where(known, folded, 0.0).sum(axis=1)
    index = np.where(count > 0, sums / np.maximum(count, 1), neutral)
    squares = np.where(known, folded - index[:, None, :], 0.0) ** 2
    freedom = np.maximum(count - 1, 0).sum(axis=1)
    noise = squares.sum(axis=(1, 2)) / np.maximum(freedom, 1) / np.maximum(count.mean(axis=1), 1)
    signal = ((index - index.mean(axis=1, keepdims=True)) ** 2).sum(axis=1) / (season - 1)
    weight = np.clip(1 - noise / np.maximum(signal, 1e-12), 0.0, 1.0)
    weight = np.where(freedom > 0, weight, SHRINKAGE_OF_ONE_YEAR)[:, None]
    return neutral + weight * (index - neutral)


@dataclass(frozen=True)
class Smoothed:
    """State after the last period: series in rows, the parameter sets of `GRID` in columns."""

    level: FloatArray
    slope: FloatArray
    weight: FloatArray
    error: FloatArray  # standard error of one step, (series,)

    def forecast(self, horizon: int) -> FloatArray:
        """Mean over the grid by likelihood, shape (series, horizon)."""
        damping = GRID[:, 2]
        reach = np.cumsum(damping[None, :] ** np.arange(1, horizon + 1)[:, None], axis=0)
        paths = self.level[:, None, :] + self.slope[:, None, :] * reach[None, :, :]
        return np.asarray(np.einsum("sk,shk->sh", self.weight, paths))


def smooth(values: FloatArray) -> Smoothed:
    """Damped-trend smoothing of series that have no seasonality, over the whole grid."""
    series, periods = values.shape
    alpha, beta, phi = GRID.T
    known = ~np.isnan(values)
    first = known.argmax(axis=1)
    count = known.sum(axis=1)
    rows = np.arange(series)
    start = values[rows, first]
    late = np.minimum(first + 4, periods - 1)
    drift = (values[rows, late] - start) / np.maximum(late - first, 1)
    level = np.repeat(start[:, None], len(GRID), axis=1)
    slope = np.repeat(drift[:, None], len(GRID), axis=1)
    squares = np.zeros_like(level)
    for period in range(1, periods):
        running = (period > first)[:, None]
        expected = level + phi * slope
        error = np.where(running, values[:, period, None] - expected, 0.0)
        squares += error**2
        level = np.where(running, expected + alpha * error, level)
        slope = np.where(running, phi * slope + beta * error, slope)
    return Smoothed(level, slope, _likelihood(squares, count), _step_error(squares, count))


def _likelihood(squares: FloatArray, count: FloatArray) -> FloatArray:
    """Normalised Gaussian likelihood of each parameter set; even where all of them are exact."""
    least = squares.min(axis=1, keepdims=True)
    ratio = (squares + 1e-12) / (least + 1e-12)
    weight = ratio ** (-count[:, None] / 2)
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def _step_error(squares: FloatArray, count: FloatArray) -> FloatArray:
    return np.asarray(np.sqrt(squares.min(axis=1) / np.maximum(count - 1, 1)))


@dataclass(frozen=True)
class LocalForecast:
    """Forecast of each series from its own history, in units of `size`, with what it was made of."""

    mean: FloatArray
    size: FloatArray
    seasonality: Seasonality
    adjusted: FloatArray  # history without seasonality
    step_error: FloatArray


def forecast_each(values: FloatArray, season: int, horizon: int) -> LocalForecast:
    """Seasonal indices on a damped trend, drawn to last year's sales where the history is short."""
    size = _size(values)
    scaled = values / size[:, None]
    seasonality = find_seasonality(scaled, season)
    adjusted = seasonality.remove(scaled)
    smoothed = smooth(adjusted)
    trend = seasonality.restore(smoothed.forecast(horizon))
    weight = _weight_of_last_year(values, season)[:, None]
    last_year = SeasonalNaive().forecast(scaled, season, horizon)
    mean = trend + weight * (last_year - trend)
    return LocalForecast(mean, size, seasonality, adjusted, smoothed.error)


@dataclass(frozen=True)
class DampedTrend:
    """Seasonal indices on a damped trend."""

    name: str = "damped trend"
    few_series: int = 1

    def forecast(self, values: FloatArray, season: int, horizon: int) -> FloatArray:
        """See `Forecaster.forecast`."""
        local = forecast_each(values, season, horizon)
        return local.mean * local.size[:, None]


def _weight_of_last_year(values: FloatArray, season: int) -> FloatArray:
    """How far each series is drawn to last year's sales: half with two years, less with more.

    Measured on windows of 2 to 11 years of Australian tourism and 1½ to 5 years of the M3 monthly
    series: the best weight falls about with the square of the years (docs/forecasting.md).
    """
    years = (~np.isnan(values)).sum(axis=1) / season
    return np.asarray(np.minimum(LAST_YEAR_MOST, LAST_YEAR / years**2))


def _size(values: FloatArray) -> FloatArray:
    """Mean absolute value of each series, 1 where it is zero: the unit it is smoothed in."""
    size = np.nanmean(np.abs(values), axis=1)
    return np.where(size > 0, size, 1.0)
