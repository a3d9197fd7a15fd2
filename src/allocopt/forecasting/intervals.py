"""Intervals: how far a forecast may be off, from how far it was off in the back-test.

Split-conformal, pooled over the series of a level: the errors of the back-test, each in units of
its series' seasonal scale, are ranked per horizon; the rank that the asked coverage needs, times a
series' scale today, is the half width. Sums get an interval of their own from errors of sums,
never the sum of bounds.

Sources: Lei et al. 2018, "Distribution-free predictive inference for regression", §2.2 (split
conformal); Stankevičiūtė et al. 2021, "Conformal time-series forecasting" (errors per horizon).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.forecasting.accuracy import seasonal_scale
from allocopt.forecasting.backtest import Trial, at_level
from allocopt.forecasting.forecaster import FloatArray
from allocopt.forecasting.grain import Span, shares, span
from allocopt.forecasting.hierarchy import Hierarchy
from allocopt.forecasting.record import Record

# With fewer errors than this at a horizon, all horizons are pooled.
ERRORS_PER_HORIZON = 20
# A series that repeats itself exactly has no seasonal difference to measure errors in.
SCALE_LEAST = 0.01


@dataclass(frozen=True)
class Interval:
    """Bounds of a forecast, arrays (group, period) [currency/period]."""

    lower: FloatArray
    upper: FloatArray


def interval(
    mean: FloatArray,
    record: Record,
    trials: Sequence[Trial],
    level: str,
    coverage: float,
    targets: Span,
) -> Interval:
    """Interval around the means of a level; from nothing to twice the mean without any trial.

    `mean` is that of the series in the `targets`, shape (series, target); the result has the groups
    of the level. Errors are those of the judged periods that a target lies in, as far after the
    history as it lies; a target that is a part of such a period has that part of its error.
    """
    hierarchy, season, judged = record.hierarchy, record.season, record.judged
    centre = at_level(hierarchy, level, mean)
    last = targets.stops[-1] - pd.Timedelta(days=1)
    ahead = span(
        judged.calendar, judged.end, max(judged.calendar.distance(judged.end, last) + 1, 1)
    )
    errors = [_scaled_errors(trial, hierarchy, level, season) for trial in trials]
    width = half_widths(errors, coverage, len(ahead))
    if width is None:
        return Interval(np.zeros_like(centre), 2 * centre)
    scale = _scale(judged.values, hierarchy, level, season)
    half = scale[:, None] * (width @ shares(ahead, targets))[None, :]
    return Interval(np.maximum(centre - half, 0.0), centre + half)


def half_widths(errors: Sequence[FloatArray], coverage: float, horizon: int) -> FloatArray | None:
    """Half width per horizon in units of the scale, never falling with the horizon; None without
    errors.

    `errors` are arrays (group, period) with NaN where unknown, one per origin.
    """
    pooled = np.vstack(errors) if errors else np.empty((0, 1))
    pooled = np.where(np.isfinite(pooled), pooled, np.nan)
    if np.isnan(pooled).all():
        return None
    if (~np.isnan(pooled)).sum(axis=0).min() < ERRORS_PER_HORIZON:
        pooled = pooled.reshape(-1, 1)
    width = np.array([_conformal_quantile(column, coverage) for column in pooled.T])
    width = np.maximum.accumulate(width)
    return np.concatenate([width, np.repeat(width[-1:], horizon)])[:horizon]


def _conformal_quantile(errors: FloatArray, coverage: float) -> float:
    """The ⌈(n + 1) · coverage⌉-th smallest error, the largest where n is too small."""
    ranked = np.sort(errors[~np.isnan(errors)])
    rank = int(np.ceil((len(ranked) + 1) * coverage))
    return float(ranked[min(rank, len(ranked)) - 1])


def _scaled_errors(trial: Trial, hierarchy: Hierarchy, level: str, season: int) -> FloatArray:
    error = np.abs(
        at_level(hierarchy, level, trial.actual) - at_level(hierarchy, level, trial.forecast)
    )
    scale = _scale(trial.known, hierarchy, level, season)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(scale > 0, error / scale, np.nan)


def _scale(known: FloatArray, hierarchy: Hierarchy, level: str, season: int) -> FloatArray:
    """Unit of the errors of each group: its seasonal scale, at least a hundredth of its size."""
    values = at_level(hierarchy, level, known)
    known_values = ~np.isnan(values)
    total = np.where(known_values, np.abs(values), 0.0).sum(axis=1)
    size = total / np.maximum(known_values.sum(axis=1), 1)
    return np.asarray(np.maximum(seasonal_scale(values, season), SCALE_LEAST * size))
