"""Holt-Winters: level, damped trend and additive seasonality, smoothed together.

One step of the recursion, with gains α (level), β (trend), γ (season), damping φ and error e of the
one-step forecast ℓ + φb + s:

    ℓ ← ℓ + φb + αe        b ← φb + βe        s ← s + γe

Sources: Gardner and McKenzie 1985, "Forecasting trends in time series", eq. 4-6 (damped trend);
Hyndman, Koehler, Ord and Snyder 2008, "Forecasting with Exponential Smoothing", table 2.2, model
A,Ad,A (error-correction form with seasonality).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.kernels.chunks import in_chunks
from allocopt.forecasting.kernels.decomposition import decompose_tested
from allocopt.forecasting.kernels.known import count_known, first_known, mean_known, size_of
from allocopt.forecasting.kernels.likelihood import average, likelihood

# β and γ are set relative to α, which keeps every parameter set stable. Without a gain of the
# trend, which starts at zero, its damping does not matter.
TREND_SHARES = ((0.0, 0.9), (0.1, 0.9), (0.1, 0.98))  # β/α, φ
SEASON_SHARES = (0.05, 0.2, 0.5)  # γ/(1 − α)
GRID: FloatArray = np.array(
    [
        (alpha, alpha * trend, (1 - alpha) * share, damping)
        for alpha, (trend, damping), share in product(
            (0.05, 0.1, 0.2, 0.35, 0.55, 0.8), TREND_SHARES, SEASON_SHARES
        )
    ]
).T[:, :, None]
# The recursion adapts whatever starting indices are in the data, so the test may be lenient.
CRITICAL_VALUE = 0.5
# Errors while the level settles say nothing about the parameters.
WARM_UP_MOST = 8
# A state of this many cells stays in the processor's cache.
CELLS = 250_000


@dataclass(frozen=True)
class HoltWinters:
    """Forecast and what it was made of."""

    mean: FloatArray  # (series, horizon), currency
    error: FloatArray  # (series,), standard error of one step, currency
    level_gain: FloatArray  # (series,)
    seasonal_gain: FloatArray  # (series,)


def fit_holt_winters(
    values: FloatArray, season: int, horizon: int, *, additive: bool = False
) -> HoltWinters:
    """Damped Holt-Winters forecast of each series, averaged over the grid by likelihood.

    The starting indices are those of an additive decomposition if `additive`, else of one that is
    multiplicative where the series is positive.
    """
    chunk = max(CELLS // (GRID.shape[1] * season), 64)
    return in_chunks(lambda part: _fit(part, season, horizon, additive), values, chunk)


def _fit(values: FloatArray, season: int, horizon: int, additive: bool) -> HoltWinters:
    size = size_of(values)
    scaled = values / size[:, None]
    state = _smooth(scaled, _starting_indices(scaled, season, additive))
    count = np.maximum(count_known(values) - season, 3)
    weight = likelihood(state.squares, count)
    alpha, _, gamma, _ = GRID
    return HoltWinters(
        mean=state.forecast(weight, horizon) * size[:, None],
        error=np.sqrt(average(weight, state.squares) / count) * size,
        level_gain=average(weight, alpha),
        seasonal_gain=average(weight, gamma),
    )


@dataclass(frozen=True)
class _State:
    """After the last period: parameter sets in rows, series in columns."""

    level: FloatArray
    slope: FloatArray
    index: FloatArray  # (season, grid, series)
    squares: FloatArray

    def forecast(self, weight: FloatArray, horizon: int) -> FloatArray:
        """Mean over the grid, shape (series, horizon)."""
        damping = GRID[3]
        season = len(self.index)
        index = [average(weight, own) for own in self.index]
        trend, paths = np.zeros_like(self.slope), []
        for step in range(horizon):
            trend = damping * (self.slope + trend)
            paths.append(average(weight, self.level + trend) + index[step % season])
        return np.stack(paths, axis=1)


def _smooth(values: FloatArray, indices: FloatArray) -> _State:
    """Run the recursion over the history of all series for all parameter sets."""
    alpha, beta, gamma, damping = GRID
    series, periods = values.shape
    season, sets = indices.shape[1], GRID.shape[1]
    first = first_known(values)
    start = values - indices[:, (np.arange(periods) - periods) % season]
    start = np.nan_to_num(start[np.arange(series), first])
    level = np.repeat(start[None, :], sets, axis=0)
    slope, squares = np.zeros((2, sets, series))
    index = np.repeat(indices.T[:, None, :], sets, axis=1)
    counted = first + min(season, WARM_UP_MOST)
    for period, value in enumerate(values.T):
        phase = (period - periods) % season
        slope *= damping
        level += slope
        error = np.where(np.isnan(value), 0.0, value - level - index[phase])
        squares += np.where(period >= counted, error, 0.0) ** 2
        level += alpha * error
        slope += beta * error
        index[phase] += gamma * error
    return _State(level, slope, index, squares)


def _starting_indices(values: FloatArray, season: int, additive: bool) -> FloatArray:
    """Additive indices, shape (series, season); factors count for the mean of the series."""
    seasonality = decompose_tested(values, season, critical_value=CRITICAL_VALUE, additive=additive)
    mean = np.nan_to_num(mean_known(values))[:, None]
    factors = (seasonality.index - 1) * mean
    return np.where(seasonality.multiplies, factors, seasonality.index)
