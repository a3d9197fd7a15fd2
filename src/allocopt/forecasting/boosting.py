"""Boosting: one gradient-boosted model over all series that corrects a local forecast.

Each row is (series, origin, horizon): what was known at an origin inside the history, and how far
the local forecast (damped trend) was off, in units of the series' own seasonal scale. One model is
trained on all rows and asked for every horizon directly. It learns what many series have in common
and single ones are too short to show.

Sources: Montero-Manso and Hyndman 2021, "Principles and algorithms for forecasting groups of time
series" (global models); Januschowski et al. 2022, "Forecasting with trees".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from allocopt.forecasting.accuracy import seasonal_scale
from allocopt.forecasting.damped_trend import forecast_each
from allocopt.forecasting.forecaster import FloatArray, IntArray

TRAINING_ORIGINS = 12
ROWS_MAX = 60_000
ROWS_MIN = 200
LAGS_MAX = 13
# Errors beyond this many seasonal scales are accidents that a squared loss would chase.
ERROR_MAX = 10.0
# With more zeros than this the median is far below the mean, and sums of medians are biased to
# zero.
ZEROS_FOR_SQUARED_LOSS = 0.05
# Decimals kept of features and targets, so that rounding noise (another currency unit, another
# order of summation) never moves a sample across a split.
DECIMALS = 6


@dataclass(frozen=True)
class Origin:
    """What is known at the end of a history, in units of each series' scale."""

    features: FloatArray  # (series, horizon, feature)
    base: FloatArray  # (series, horizon), currency
    scale: FloatArray  # (series,), currency


@dataclass(frozen=True)
class Boosting:
    """Gradient-boosted correction of the damped trend, one model for the whole panel."""

    seed: int = 0
    name: str = "boosting"
    few_series: int = 8

    def forecast(self, values: FloatArray, season: int, horizon: int) -> FloatArray:
        """See `Forecaster.forecast`; without enough rows to learn from it is the damped trend."""
        now = describe(values, season, horizon)
        features, targets = self._training_rows(values, season, horizon)
        if len(targets) < ROWS_MIN:
            return now.base
        # A short history knows some features at no origin, and the trees cannot bin those.
        usable = ~np.isnan(features).all(axis=0)
        asked = now.features.reshape(-1, now.features.shape[2])
        # One thread: the same bits on every machine, and no waiting for a busy second core.
        with threadpool_limits(limits=1, user_api="openmp"):
            model = self._regressor(values, len(targets)).fit(features[:, usable], targets)
            correction = model.predict(asked[:, usable])
        return np.asarray(now.base + now.scale[:, None] * correction.reshape(now.base.shape))

    def _training_rows(
        self, values: FloatArray, season: int, horizon: int
    ) -> tuple[FloatArray, FloatArray]:
        """Features and scaled errors of the local forecast at past origins."""
        sample = values[self._sampled(len(values), horizon)]
        periods = sample.shape[1]
        step = max(1, season // 4)
        features: list[FloatArray] = []
        targets: list[FloatArray] = []
        for origin in range(periods - 1, season + 2, -step)[:TRAINING_ORIGINS]:
            opened = sample[(~np.isnan(sample[:, :origin])).sum(axis=1) >= 3]
            if len(opened) == 0:
                continue
            reach = min(horizon, periods - origin)
            then = describe(opened[:, :origin], season, reach)
            errors = (opened[:, origin : origin + reach] - then.base) / then.scale[:, None]
            features.append(then.features.reshape(-1, then.features.shape[2]))
            targets.append(np.round(np.clip(errors, -ERROR_MAX, ERROR_MAX), DECIMALS).ravel())
        if not targets:
            return np.empty((0, 0)), np.empty(0)
        return np.concatenate(features), np.concatenate(targets)

    def _sampled(self, series: int, horizon: int) -> IntArray:
        """Rows of the series to learn from, in order: all, or as many as the row cap allows."""
        most = max(ROWS_MAX // (TRAINING_ORIGINS * horizon), 200)
        if series <= most:
            return np.arange(series)
        chosen = np.random.default_rng(self.seed).choice(series, most, replace=False)
        return np.sort(chosen)

    def _regressor(self, values: FloatArray, rows: int) -> HistGradientBoostingRegressor:
        zeros = np.mean(values[~np.isnan(values)] == 0)
        return HistGradientBoostingRegressor(
            loss="squared_error" if zeros > ZEROS_FOR_SQUARED_LOSS else "absolute_error",
            max_iter=80,
            learning_rate=0.05,
            max_leaf_nodes=15,
            min_samples_leaf=int(np.clip(rows // 100, 20, 200)),
            l2_regularization=1.0,
            max_features=0.5,
            early_stopping=False,
            random_state=self.seed,
        )


def describe(values: FloatArray, season: int, horizon: int) -> Origin:
    """Features and local forecast at the end of `values`; unknown features stay NaN."""
    local = forecast_each(values, season, horizon)
    size, base = local.size, local.mean
    scaled = values / size[:, None]
    level = np.nanmean(scaled[:, -max(season, 4) :], axis=1)
    # A hundredth of the size, so that a series that hardly moves does not ask for huge corrections.
    scale = np.maximum(seasonal_scale(scaled, season), 0.01)
    standing = _standing_features(scaled, local.adjusted, season)
    standing = (standing - level[:, None]) / scale[:, None]
    shape = np.column_stack(
        [np.log(scale), local.step_error / scale, (~np.isnan(values)).sum(axis=1)]
    )
    moving = _horizon_features(scaled, base, season)
    moving = (moving - level[:, None, None]) / scale[:, None, None]
    swing = local.seasonality.at(np.arange(horizon))
    ahead = np.broadcast_to(np.arange(1.0, horizon + 1), base.shape)
    fixed = np.repeat(np.column_stack([standing, shape])[:, None, :], horizon, axis=1)
    features = np.concatenate([fixed, moving, swing[:, :, None], ahead[:, :, None]], axis=2)
    return Origin(np.round(features, DECIMALS), base * size[:, None], scale * size)


def _standing_features(scaled: FloatArray, adjusted: FloatArray, season: int) -> FloatArray:
    """Last values, newest first, and means of the adjusted series; shape (series, feature)."""
    lags = min(season + 1, LAGS_MAX)
    padded = np.pad(scaled, ((0, 0), (lags, 0)), constant_values=np.nan)[:, ::-1][:, :lags]
    recent = adjusted[:, -1:]
    short = np.nanmean(adjusted[:, -max(2, season // 4) :], axis=1, keepdims=True)
    year = np.nanmean(adjusted[:, -season:], axis=1, keepdims=True)
    before = adjusted[:, -2 * season : -season]
    known = ~np.isnan(before)
    count = known.sum(axis=1, keepdims=True)
    total = np.where(known, before, 0.0).sum(axis=1, keepdims=True)
    earlier = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return np.concatenate([padded, recent, short, year, earlier], axis=1)


def _horizon_features(scaled: FloatArray, base: FloatArray, season: int) -> FloatArray:
    """Local forecast, same period of the last two years; shape (series, horizon, feature)."""
    padded = np.pad(scaled, ((0, 0), (2 * season, 0)), constant_values=np.nan)
    phases = np.arange(base.shape[1]) % season
    last, previous = padded[:, -season:][:, phases], padded[:, -2 * season : -season][:, phases]
    return np.stack([base, last, previous], axis=2)
