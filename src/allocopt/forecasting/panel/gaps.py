"""Gaps of the books: filled for forecasters that need a value in every period."""

from __future__ import annotations

import numpy as np

from allocopt.forecasting.arrays import FloatArray


def fill_gaps(values: FloatArray, season: int) -> FloatArray:
    """Gaps of the books filled with the mean of the same period a year before and after.

    Without a known neighbour a year away the series' own mean stands in. Shape as `values`; periods
    before a series opened stay NaN.
    """
    opened = np.maximum.accumulate(~np.isnan(values), axis=1)
    gaps = opened & np.isnan(values)
    if not gaps.any():
        return values
    padded = np.pad(values, ((0, 0), (season, season)), constant_values=np.nan)
    around = np.stack([padded[:, : -2 * season], padded[:, 2 * season :]])
    known = ~np.isnan(around)
    count = known.sum(axis=0)
    year_away = np.where(known, around, 0.0).sum(axis=0) / np.maximum(count, 1)
    # Not `nanmean`: a series that has not opened yet has no mean, and needs none.
    sums = np.nan_to_num(values).sum(axis=1, keepdims=True)
    fallback = sums / np.maximum((~np.isnan(values)).sum(axis=1, keepdims=True), 1)
    return np.where(gaps, np.where(count > 0, year_away, fallback), values)
