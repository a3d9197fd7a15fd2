"""Baseline: what a series would have sold without events, and how far each period was off it.

The baseline of a period is the median of the quiet periods (no event) among the seven around it, in
sales without seasonality. A median is not moved by one unusual month, and event periods are left
out of it, since several promotions in half a year would move it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from allocopt.forecasting.arrays import BoolArray, FloatArray
from allocopt.forecasting.effects.gaps import hold_ends, interpolate
from allocopt.forecasting.kernels.decomposition import decompose
from allocopt.forecasting.kernels.known import size_of

WINDOW = 7
FEWEST_QUIET = 3
# Beyond half a year from the last quiet period a difference is drift, not the event.
REACH = 6
# An event makes sales at most this many times as high or as low; what lies beyond is no event.
MOST = 20.0
# Below this share of a series' largest size the baseline is zero: of a series that mostly sells
# nothing no ratio can be taken.
NOTHING = 1e-6
CHUNK = 4096


@dataclass(frozen=True)
class Residuals:
    """`ratio` (series, period): log of sales over baseline, NaN where unknown.

    `noise` (series,): robust standard deviation of it in quiet periods.
    """

    ratio: FloatArray
    noise: FloatArray


def measure_residuals(
    values: FloatArray, stripped: FloatArray, quiet: BoolArray, season: int
) -> Residuals:
    """Log ratios of `values` to the baseline of `stripped`, both (series, period).

    `stripped` is `values` without the events as far as they are known yet; `quiet` marks periods
    without any. Zero and negative sales count as the lowest ratio.
    """
    size = size_of(stripped)[:, None]
    seasonality = decompose(stripped / size, season)
    adjusted, level = seasonality.remove(values / size), seasonality.remove(stripped / size)
    baseline = np.concatenate(
        [
            _running_median(level[first : first + CHUNK], quiet[first : first + CHUNK])
            for first in range(0, len(values), CHUNK)
        ]
    )
    usable = (baseline > NOTHING) & ~np.isnan(values)
    ratio = np.where(usable, adjusted, 1.0) / np.where(usable, baseline, 1.0)
    ratio = np.where(usable, np.log(np.clip(ratio, 1 / MOST, MOST)), np.nan)
    return Residuals(ratio, _robust_deviation(np.where(quiet, ratio, np.nan)))


def _running_median(values: FloatArray, quiet: BoolArray) -> FloatArray:
    """Median of the quiet cells of a centred window; held and interpolated where there are few."""
    half = WINDOW // 2
    padded = np.pad(np.where(quiet, values, np.nan), ((0, 0), (half, half)), constant_values=np.nan)
    median, count = median_of_known(sliding_window_view(padded, WINDOW, axis=1))
    return hold_ends(interpolate(np.where(count >= FEWEST_QUIET, median, np.nan)), REACH)


def median_of_known(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Median of the known values along the last axis (NaN where none), and their count."""
    ordered = np.sort(values, axis=-1)  # NaN sorts to the end
    count = (~np.isnan(values)).sum(axis=-1)
    lower = np.maximum(count - 1, 0) // 2
    upper = np.minimum(count // 2, values.shape[-1] - 1)
    pair = np.stack([lower, np.maximum(upper, lower)], axis=-1)
    middle = np.take_along_axis(ordered, pair, axis=-1)
    return np.asarray(middle.mean(axis=-1)), count


def _robust_deviation(values: FloatArray) -> FloatArray:
    """1.4826 × median absolute value, 0 where nothing is known (Huber 1981, §5.1)."""
    median, count = median_of_known(np.abs(values))
    return np.where(count > 0, 1.4826 * median, 0.0)
