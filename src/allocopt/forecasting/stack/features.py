"""Features: what is known of each series at an origin, in units of its own scale.

Shapes are (series, horizon, feature). Unknown features are NaN, which the trees can split on.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.kernels.known import count_known, deviation_known, mean_known
from allocopt.forecasting.kernels.theta import slope_of
from allocopt.forecasting.stack.view import RECENT, Sight, View

Features = NDArray[np.float32]

LAGS_WITHOUT_SEASON = 13
# Decimals kept of features and targets, so that rounding noise (another currency unit, another
# order of summation) never moves a sample across a split.
DECIMALS = 6


def features_of(sight: Sight, covariates: FloatArray | None) -> Features:
    """Features of every series and horizon, shape (series, horizon, feature).

    `covariates` has shape (feature, series, period + horizon): known for the past and the future.
    """
    standing = np.concatenate(
        [_relative_levels(sight), _relative_movements(sight), _shapes(sight)], axis=1
    )
    moving = _by_horizon(sight)
    horizon = moving.shape[1]
    parts = [np.repeat(standing[:, None, :], horizon, axis=1), moving]
    if covariates is not None:
        parts.append(covariate_features(covariates, sight.values.shape[1], sight.season, horizon))
    return np.round(np.concatenate(parts, axis=2), DECIMALS).astype(np.float32)


def _relative_levels(sight: Sight) -> FloatArray:
    """Newest values and levels, as distances from the anchor; shape (series, feature)."""
    adjusted = sight.smoothers.theta.adjusted
    lags = sight.season + 1 if sight.season > 1 else LAGS_WITHOUT_SEASON
    padded = np.pad(sight.values, ((0, 0), (lags, 0)), constant_values=np.nan)
    levels = [sight.smoothers.theta.level, adjusted[:, -1], mean_known(adjusted[:, -3:])]
    columns = np.concatenate([np.column_stack(levels), padded[:, : -lags - 1 : -1]], axis=1)
    return np.asarray((columns - sight.anchor[:, None]) / sight.unit[:, None])


def _relative_movements(sight: Sight) -> FloatArray:
    """Slopes, errors and differences in units of the scale; shape (series, feature)."""
    adjusted = sight.smoothers.theta.adjusted
    window = _window(sight)
    steps = np.diff(adjusted, axis=1)
    padded = np.pad(sight.values, ((0, 0), (window + 1, 0)), constant_values=np.nan)
    columns = [
        sight.smoothers.theta.slope,
        sight.smoothers.theta.error,
        sight.smoothers.holt_winters.error,
        sight.smoothers.damped_trend.error,
        np.where(
            count_known(adjusted[:, -2 * window :]) > 2,
            slope_of(adjusted[:, -2 * window :]),
            np.nan,
        ),
        deviation_known(steps),
        deviation_known(steps[:, -window:]),
        padded[:, -1 - window] - padded[:, -1],
    ]
    return np.asarray(np.column_stack(columns) / sight.unit[:, None])


def _shapes(sight: Sight) -> FloatArray:
    """What has no unit: variability, age, seasonality, gains; shape (series, feature)."""
    steps = np.diff(sight.smoothers.theta.adjusted, axis=1)
    steps = steps - mean_known(steps)[:, None]
    power = mean_known(steps**2)
    echo = mean_known(steps[:, 1:] * steps[:, :-1]) / np.where(power > 0, power, 1.0)
    columns = [
        _variability(sight),
        count_known(sight.values),
        sight.smoothers.theta.seasonality.found,
        sight.smoothers.theta.gain,
        sight.smoothers.holt_winters.level_gain,
        sight.smoothers.holt_winters.seasonal_gain,
        echo,
    ]
    if sight.view is View.INTERMITTENT:
        columns += [_zero_share(sight.values), _zero_share(sight.values[:, -_window(sight) :])]
    return np.column_stack(columns).astype(np.float64)


def _variability(sight: Sight) -> FloatArray:
    """Logarithm of the scale as a share of the level; that of logarithms is one already."""
    if sight.view is View.LOGARITHMIC:
        share = sight.scale
    elif sight.view is View.INTERMITTENT:
        share = deviation_known(sight.values) / sight.unit
    else:
        share = sight.scale / np.where(sight.anchor != 0, np.abs(sight.anchor), 1.0)
    return np.asarray(np.log(np.clip(share, 1e-6, 1e6)))


def _by_horizon(sight: Sight) -> FloatArray:
    """Local forecasts and the same period of earlier seasons; shape (series, horizon, feature)."""
    theta = sight.smoothers.theta.mean
    holt_winters = sight.smoothers.holt_winters.mean
    damped_trend = sight.smoothers.damped_trend.mean
    horizon, season = theta.shape[1], sight.season
    phases = np.arange(horizon) % season
    levels = [theta, holt_winters, damped_trend]
    if season > 1:
        padded = np.pad(sight.values, ((0, 0), (2 * season, 0)), constant_values=np.nan)
        levels += [padded[:, -season:][:, phases], padded[:, -2 * season : -season][:, phases]]
    if sight.view is View.INTERMITTENT:
        levels.append(sight.expected_demand)
    unit = sight.unit[:, None]
    columns = [(level - sight.anchor[:, None]) / unit for level in levels]
    seasonality = sight.smoothers.theta.seasonality
    index = seasonality.at(np.arange(horizon))
    columns += [
        (theta - holt_winters) / unit,
        (theta - damped_trend) / unit,
        np.where(seasonality.multiplies, index - 1, index / unit),
        np.broadcast_to(np.arange(1.0, horizon + 1), theta.shape),
    ]
    return np.stack(columns, axis=2)


def covariate_features(
    covariates: FloatArray, origin: int, season: int, horizon: int
) -> FloatArray:
    """Each covariate at the target period less its mean over the season before the origin."""
    before = covariates[:, :, max(origin - season, 0) : origin]
    mean = mean_known(before.reshape(-1, before.shape[2])).reshape(before.shape[:2])
    ahead = covariates[:, :, origin : origin + horizon] - mean[:, :, None]
    return np.moveaxis(ahead, 0, 2)


def _window(sight: Sight) -> int:
    return sight.season if sight.season > 1 else RECENT


def _zero_share(values: FloatArray) -> FloatArray:
    return mean_known(np.where(np.isnan(values), np.nan, values == 0))
