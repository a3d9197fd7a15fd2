"""Training rows: series × origin × horizon, from origins inside the history.

Series are brought into an order of their own values first, so that neither the sample nor any bit
of the model depends on the order in which they were given.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocopt.forecasting.arrays import FloatArray, IntArray
from allocopt.forecasting.kernels.known import count_known
from allocopt.forecasting.stack.features import DECIMALS, Features, features_of
from allocopt.forecasting.stack.options import StackOptions
from allocopt.forecasting.stack.view import View, look

# Errors beyond this many scales are accidents that nothing can be learnt from.
ERROR_MAX = 50.0
# Values that a series must have before an origin, without a season.
KNOWN_LEAST = 8
CHUNK = 2000


@dataclass(frozen=True)
class Rows:
    """What one booster learns from."""

    features: Features  # (row, feature)
    targets: FloatArray  # (row,), in units of the series' scale


def training_rows(
    values: FloatArray,
    season: int,
    horizon: int,
    view: View,
    origins: list[int],
    covariates: FloatArray | None,
) -> Rows:
    """Rows of all series at all origins; `values` are in units of the view."""
    features: list[Features] = []
    targets: list[FloatArray] = []
    least = known_least(values.shape[1], season)
    for origin in origins:
        reach = min(horizon, values.shape[1] - origin)
        opened = np.flatnonzero(count_known(values[:, :origin]) >= least)
        for start in range(0, len(opened), CHUNK):
            chosen = opened[start : start + CHUNK]
            window = None if covariates is None else covariates[:, chosen, : origin + reach]
            rows = _rows_at(values[chosen, : origin + reach], season, reach, view, window)
            features.append(rows.features)
            targets.append(rows.targets)
    if not targets:
        return Rows(np.empty((0, 0), np.float32), np.empty(0))
    return Rows(np.concatenate(features), np.concatenate(targets))


def _rows_at(
    values: FloatArray, season: int, reach: int, view: View, covariates: FloatArray | None
) -> Rows:
    """Rows whose actuals are the last `reach` periods of `values`."""
    sight = look(values[:, :-reach], season, reach, view)
    features = features_of(sight, covariates)
    errors = (values[:, -reach:] - sight.base) / sight.unit[:, None]
    if view is View.INTERMITTENT:
        errors = np.maximum(errors, 0.0)
    usable = (sight.scale > 0)[:, None] & (np.abs(errors) < ERROR_MAX)
    return Rows(features[usable], np.round(errors[usable], DECIMALS))


def origins_of(periods: int, season: int, most: int) -> list[int]:
    """Past origins to learn from, newest first: the number of periods known at each.

    They lie half a season apart (a quarter of one where it is long), which shows the booster
    different phases of the season at little overlap.
    """
    step = max(1, season // 2 if season <= 13 else season // 4)
    return list(range(periods - 1, known_least(periods, season) - 1, -step)[:most])


def known_least(periods: int, season: int) -> int:
    """Values that a series must have before an origin: a season and a bit, less in short panels."""
    wanted = max(season + 3, KNOWN_LEAST)
    return max(min(wanted, periods // 2), 3)


def canonical_order(values: FloatArray, covariates: FloatArray | None) -> IntArray:
    """Order of the series by their values, newest first, then by their covariates."""
    keys = [values]
    if covariates is not None:
        keys = [np.moveaxis(covariates, 1, 0).reshape(len(values), -1), values]
    return np.lexsort(np.concatenate(keys, axis=1).T)


def sample(series: int, options: StackOptions, rows_each: int) -> IntArray:
    """Which series to learn from, in order: all, or as many as the row cap allows."""
    most = max(options.rows_max // max(rows_each, 1), 1)
    if series <= most:
        return np.arange(series)
    chosen = np.random.default_rng(options.seed).choice(series, most, replace=False)
    return np.sort(chosen)
