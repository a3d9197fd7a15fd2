"""Classical decomposition into trend and seasonal indices, which are shrunk as far as they are noise.

An index is the mean of a phase's ratios (or differences) to a moving average. With v the variance
within phases, n the observations of a phase and s² the variance of the indices, every index is drawn
to neutral by

    index ← neutral + w (index − neutral)        w = max(0, 1 − c (v / n) / s²)

with c = 1 in the textbook and 2 here. Short and strongly trending series keep part
of theirs this way. The test of the M3 and M4 competitions, all or nothing, finds none in them; Theta
and Naive2 as published ask for it.

Sources: Hyndman and Athanasopoulos 2021, "Forecasting: Principles and Practice", §3.4 (classical
decomposition); Miller and Williams 2003, "Shrinkage estimators of time series seasonal factors and
their effect on forecasting accuracy" (shrunk indices); Makridakis, Spiliotis and Assimakopoulos 2020,
"The M4 Competition", appendix A (test of the autocorrelation at the season's lag, 90 % confidence).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from allocopt.forecasting.arrays import BoolArray, FloatArray, IntArray
from allocopt.forecasting.kernels.known import count_known, first_known, mean_known, size_of

# Two-sided 90 % point of the normal distribution: the M3 and M4 competitions' limit.
CRITICAL_VALUE = 1.645
# A series with a lower index would be blown up where it is divided by it.
LOWEST_FACTOR = 0.01
# Share of a moving average's weight that must be known for the average to count.
COVERED = 0.75
# Variance below this share of the mean square is rounding.
CONSTANT = 1e-20
# c of the equation: v counts twice. The moving average follows the values, which hides part of their
# noise, and next year's seasonality is not quite this year's. Of 1, 1.5, 2, 3 and 4 the best, or next
# to it, inside the training parts of M3 and of Australian tourism at windows of 2 years to all.
NOISE_COUNTED = 2.0
# With one observation of each phase the noise of an index cannot be told from its signal.
WEIGHT_OF_ONE_SEASON = 0.5

# From scaled values, which series are multiplied, and the season to indices (series, season).
Indices = Callable[[FloatArray, BoolArray, int], FloatArray]


@dataclass(frozen=True)
class Seasonality:
    """Seasonal indices; phase 0 is the first period after the history.

    `index` has shape (series, season). `multiplies`, shape (series, 1), tells which series are
    multiplied by it; to the others it is added [currency].
    """

    index: FloatArray
    multiplies: BoolArray

    def at(self, phases: IntArray) -> FloatArray:
        """Index of each series at each phase, shape (series, phases)."""
        return self.index[:, phases % self.index.shape[1]]

    def remove(self, values: FloatArray) -> FloatArray:
        """History without its seasonality, shape as `values`."""
        periods = values.shape[1]
        index = self.at(np.arange(periods) - periods)
        return np.where(
            self.multiplies, values / np.where(self.multiplies, index, 1.0), values - index
        )

    def restore(self, forecast: FloatArray) -> FloatArray:
        """Forecast with the seasonality put back, shape as `forecast`."""
        index = self.at(np.arange(forecast.shape[1]))
        return np.where(self.multiplies, forecast * index, forecast + index)

    @property
    def found(self) -> BoolArray:
        """Which series have a seasonality, shape (series,)."""
        return np.asarray((self.index != _neutral(self.multiplies)).any(axis=1))


def decompose(values: FloatArray, season: int, *, additive: bool = False) -> Seasonality:
    """Shrunk seasonal indices of each series; neutral where it is younger than two seasons.

    Series that are positive throughout are multiplied by their indices, unless `additive` or unless
    an index is near zero.
    """
    return _decompose(values, season, additive, _shrunk_indices)


def decompose_tested(
    values: FloatArray,
    season: int,
    *,
    critical_value: float = CRITICAL_VALUE,
    additive: bool = False,
) -> Seasonality:
    """Seasonal indices as they are, neutral where the test finds no seasonality."""
    found = seasonal(values / size_of(values)[:, None], season, critical_value)
    seasonality = _decompose(values, season, additive, _indices)
    neutral = _neutral(seasonality.multiplies)
    return replace(seasonality, index=np.where(found[:, None], seasonality.index, neutral))


def _decompose(values: FloatArray, season: int, additive: bool, indices_of: Indices) -> Seasonality:
    size = size_of(values)[:, None]
    scaled = values / size
    known = ~np.isnan(values)
    lowest = np.where(known, scaled, np.inf).min(axis=1, initial=np.inf, keepdims=True)
    multiplies = (lowest > 0) & (not additive)
    if season == 1 or values.shape[1] < 2 * season:
        return Seasonality(np.repeat(_neutral(multiplies), season, axis=1), multiplies)
    index = indices_of(scaled, multiplies, season)
    extreme = multiplies & (index.min(axis=1, keepdims=True) <= LOWEST_FACTOR)
    if extreme.any():
        multiplies &= ~extreme
        index = np.where(extreme, indices_of(scaled, multiplies, season), index)
    index = np.where(multiplies, index, index * size)
    old = (values.shape[1] - first_known(values) >= 2 * season)[:, None]
    return Seasonality(np.where(old, index, _neutral(multiplies)), multiplies)


def seasonal(values: FloatArray, season: int, critical_value: float = CRITICAL_VALUE) -> BoolArray:
    """Whether |r_m| > z √((1 + 2 Σ_{i<m} r_i²) / n), r the autocorrelations; shape (series,)."""
    count = count_known(values)
    mean = np.nan_to_num(mean_known(values))[:, None]
    deviation = np.where(np.isnan(values), 0.0, values - mean)
    power = (deviation**2).sum(axis=1)
    varies = power > CONSTANT * count * (power + mean[:, 0] ** 2)
    products = [
        (deviation[:, lag:] * deviation[:, :-lag]).sum(axis=1) for lag in range(1, season + 1)
    ]
    correlation = np.stack(products) / np.where(varies, power, 1.0)
    spread = np.sqrt((1 + 2 * (correlation[:-1] ** 2).sum(axis=0)) / np.maximum(count, 1))
    strong = np.abs(correlation[-1]) > critical_value * spread
    return np.asarray(strong & varies & (count >= 2 * season))


def centred_mean(values: FloatArray, season: int) -> FloatArray:
    """Moving average over one season around each period, NaN at both ends; shape as `values`."""
    weights = np.ones(season) / season
    if season % 2 == 0:
        weights = np.convolve(weights, (0.5, 0.5))
    width, periods = len(weights), values.shape[1]
    windows = periods - width + 1
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0)
    total, covered = np.zeros((2, len(values), max(windows, 0)))
    for offset, weight in enumerate(weights[: width if windows > 0 else 0]):
        total += weight * filled[:, offset : offset + windows]
        covered += weight * known[:, offset : offset + windows]
    opened = np.arange(max(windows, 0)) >= first_known(values)[:, None]
    usable = opened & (covered >= COVERED)
    trend = np.full_like(values, np.nan)
    middle = width // 2
    trend[:, middle : middle + max(windows, 0)] = np.where(
        usable, total / np.where(usable, covered, 1.0), np.nan
    )
    return trend


def _neutral(multiplies: BoolArray) -> FloatArray:
    return np.where(multiplies, 1.0, 0.0)


def _indices(values: FloatArray, multiplies: BoolArray, season: int) -> FloatArray:
    """Mean of each phase, their mean neutral; shape (series, season)."""
    return _centred(_phase_means(_folded(values, multiplies, season), multiplies), multiplies)


def _shrunk_indices(values: FloatArray, multiplies: BoolArray, season: int) -> FloatArray:
    """Mean of each phase, drawn to neutral as far as it may be noise; shape (series, season)."""
    folded = _folded(values, multiplies, season)
    means = _phase_means(folded, multiplies)
    weight = _weight(folded, means)[:, None]
    neutral = _neutral(multiplies)
    return _centred(neutral + weight * (means - neutral), multiplies)


def _folded(values: FloatArray, multiplies: BoolArray, season: int) -> FloatArray:
    """Ratios (or differences) to the moving average, shape (series, year, season)."""
    trend = centred_mean(values, season)
    divisor = np.where(multiplies, trend, 1.0)
    detrended = np.where(multiplies, values / divisor, values - trend)
    padding = ((0, 0), (-values.shape[1] % season, 0))
    folded = np.pad(detrended, padding, constant_values=np.nan)
    return folded.reshape(len(values), folded.shape[1] // season, season)


def _phase_means(folded: FloatArray, multiplies: BoolArray) -> FloatArray:
    known = ~np.isnan(folded)
    count = known.sum(axis=1)
    means = np.where(known, folded, 0.0).sum(axis=1) / np.maximum(count, 1)
    return np.where(count > 0, means, _neutral(multiplies))


def _weight(folded: FloatArray, means: FloatArray) -> FloatArray:
    """Share of the indices that is signal, 0 to 1, shape (series,)."""
    series, years, season = folded.shape
    known = ~np.isnan(folded)
    count = known.sum(axis=1)
    squares = np.where(known, folded - means[:, None, :], 0.0) ** 2
    freedom = np.maximum(count - 1, 0).sum(axis=1)
    within = squares.reshape(series, years * season).sum(axis=1) / np.maximum(freedom, 1)
    noise = within / np.maximum(count.mean(axis=1), 1)
    between = ((means - means.mean(axis=1, keepdims=True)) ** 2).sum(axis=1) / (season - 1)
    varies = between > CONSTANT
    weight = np.maximum(1 - NOISE_COUNTED * noise / np.where(varies, between, 1.0), 0.0)
    return np.where(varies, np.where(freedom > 0, weight, WEIGHT_OF_ONE_SEASON), 0.0)


def _centred(index: FloatArray, multiplies: BoolArray) -> FloatArray:
    average = index.mean(axis=1, keepdims=True)
    return np.where(multiplies, index / np.where(multiplies, average, 1.0), index - average)
