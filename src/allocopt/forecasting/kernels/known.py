"""Known values: counts, means and sizes of series that have unknown periods."""

from __future__ import annotations

import numpy as np

from allocopt.forecasting.arrays import FloatArray, IntArray


def count_known(values: FloatArray) -> IntArray:
    """Number of known values of each series, shape (series,)."""
    return np.asarray((~np.isnan(values)).sum(axis=1))


def mean_known(values: FloatArray) -> FloatArray:
    """Mean of the known values of each series, shape (series,); NaN where there are none."""
    known = ~np.isnan(values)
    count = known.sum(axis=1)
    mean = np.where(known, values, 0.0).sum(axis=1) / np.maximum(count, 1)
    return np.where(count > 0, mean, np.nan)


def deviation_known(values: FloatArray) -> FloatArray:
    """Standard deviation of the known values, shape (series,); NaN where there are none."""
    return np.asarray(np.sqrt(mean_known((values - mean_known(values)[:, None]) ** 2)))


def first_known(values: FloatArray) -> IntArray:
    """Column of the first known value of each series, shape (series,); 0 where there is none."""
    return np.asarray((~np.isnan(values)).argmax(axis=1))


def last_known(values: FloatArray) -> FloatArray:
    """Newest known value of each series, shape (series,); NaN where there is none."""
    newest = values.shape[1] - 1 - (~np.isnan(values[:, ::-1])).argmax(axis=1)
    return np.asarray(values[np.arange(len(values)), newest])


def size_of(values: FloatArray) -> FloatArray:
    """Largest absolute value of each series, shape (series,); 1 where it is zero or unknown.

    The unit in which kernels work, so that their tolerances are relative and squares stay finite.
    """
    size = np.where(np.isnan(values), 0.0, np.abs(values)).max(axis=1, initial=0.0)
    return np.where(size > 0, size, 1.0)
