"""Year: next year like the last three, split over its periods as all years were.

The level is the mean of the last three whole years, the newest counting most; it has no trend. Each
period has its share of the year, from all years together, so that a season is estimated from every
year there is (temporal aggregation: Athanasopoulos, Hyndman, Kourentzes and Petropoulos 2017,
"Forecasting with temporal hierarchies"). Alone it is poor where sales grow; with the local forecast
it steadies short and noisy series.
"""

from __future__ import annotations

import numpy as np

from allocopt.forecasting.arrays import BoolArray, FloatArray
from allocopt.forecasting.kernels.known import mean_known

# Weights of the last three whole years, newest first. On rolling origins of two tourism panels
# they do as well as (0.4, 0.3, 0.2, 0.1) and better than the last year alone or a trend.
WEIGHTS: FloatArray = np.array([0.5, 0.3, 0.2])


def year_forecast(values: FloatArray, season: int, horizon: int) -> FloatArray:
    """Forecast of each series (series, horizon) from values (series, period).

    A series without a whole known year is forecast at the mean of what is known.
    """
    series, periods = values.shape
    years = values[:, periods % season :].reshape(series, -1, season)
    whole = np.asarray((~np.isnan(years)).all(axis=2))
    level, has_year = _level(np.where(whole[:, :, None], years, 0.0).sum(axis=2) / season, whole)
    profile = _profile(years, whole)
    # Shares of a year make sense where nothing is negative, differences from its mean always do.
    shared = level[:, None] * profile / np.where(_mean(profile) > 0, _mean(profile), 1.0)
    moved = level[:, None] + profile - _mean(profile)
    positive = (profile >= 0).all(axis=1) & (profile.sum(axis=1) > 0)
    year = np.where(positive[:, None], shared, moved)
    year = np.where(has_year[:, None], year, np.nan_to_num(mean_known(values))[:, None])
    return np.asarray(year[:, np.arange(horizon) % season])


def _level(means: FloatArray, whole: BoolArray) -> tuple[FloatArray, BoolArray]:
    """Weighted mean of the last whole years' means (series, year), and whether there is any."""
    weight = np.zeros(means.shape[1])
    last = min(len(WEIGHTS), means.shape[1])
    weight[means.shape[1] - last :] = WEIGHTS[:last][::-1]
    weights = weight * whole
    total = weights.sum(axis=1)
    return (weights * means).sum(axis=1) / np.where(total > 0, total, 1.0), total > 0


def _profile(years: FloatArray, whole: BoolArray) -> FloatArray:
    """Mean whole year, shape (series, season)."""
    count = np.maximum(whole.sum(axis=1), 1)[:, None]
    return np.asarray(np.where(whole[:, :, None], years, 0.0).sum(axis=1) / count)


def _mean(profile: FloatArray) -> FloatArray:
    return np.asarray(profile.mean(axis=1, keepdims=True))
