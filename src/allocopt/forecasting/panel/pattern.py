"""Pattern: the local level and the seasonal swing of each series, by medians that outliers cannot move.

The level is a running median (Tukey 1977, "Exploratory Data Analysis", ch. 7), carried on in a
straight line where half its window would lie in the future. The swing is the median of what is left
at each time of the year, which takes three years; both are found twice, each without the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from allocopt.forecasting.arrays import BoolArray, FloatArray

# The median of two years halves an outlier and gives the other year the same share of it.
YEARS = 3
SHORTEST_WINDOW = 13
# Series in one block of a running median: a window of a year makes a dozen copies of them.
BLOCK = 4096
FEWEST_VALUES, MOST_ZEROS = 12, 0.2
# A value below this part of the mean is as good as zero: its logarithm would outweigh all others.
SMALLEST_LOGGED = 1e-9
# Standard deviation of a normal variable in units of its median absolute deviation.
NORMAL = 1.4826


@dataclass(frozen=True)
class Pattern:
    """What each period of each series should be, shape (series, period).

    `scaled` are the values in the scale that they are judged in: logs of a series that is positive
    throughout (`logs`, shape (series, 1)), else multiples of the series' mean size (`unit`).
    """

    scaled: FloatArray
    level: FloatArray
    swing: FloatArray
    logs: BoolArray
    unit: FloatArray

    @property
    def deviation(self) -> FloatArray:
        """How far each value is from what it should be; NaN where it is unknown."""
        return self.scaled - self.level - self.swing

    def restored(self, scaled: FloatArray) -> FloatArray:
        """Values from the scale that they are judged in, in currency."""
        with np.errstate(over="ignore"):
            return np.where(self.logs, np.exp(np.where(self.logs, scaled, 0.0)), scaled) * self.unit


def find_pattern(values: FloatArray, season: int, protected: BoolArray | None = None) -> Pattern:
    """Pattern of each series; `season` is the number of periods in a year.

    Cells that are `protected` (series, period) are taken as unknown.
    """
    if protected is not None:
        values = np.where(protected, np.nan, values)
    scaled, logs, unit = _scaled(values)
    window = max(2 * (season // 2) + 1, SHORTEST_WINDOW)
    swing = np.zeros_like(scaled)
    for _ in range(2):
        swing = _swing(scaled - running_level(scaled - swing, window), season)
    return Pattern(scaled, running_level(scaled - swing, window), swing, logs, unit)


def is_regular(values: FloatArray) -> BoolArray:
    """Series with enough values for a pattern, most of them sales; shape (series, 1)."""
    count = (~np.isnan(values)).sum(axis=1, keepdims=True)
    zeros = (values == 0).sum(axis=1, keepdims=True)
    return np.asarray((count >= FEWEST_VALUES) & (zeros <= MOST_ZEROS * count))


def spread(deviation: FloatArray) -> FloatArray:
    """Robust standard deviation around zero, shape (series, 1); NaN cells do not count.

    Where more than half of a series lies exactly on its pattern, the mean absolute deviation
    stands in for the median one (Iglewicz and Hoaglin 1993, §3.3).
    """
    size = np.abs(deviation)
    typical = NORMAL * median(size)
    known = ~np.isnan(size)
    mean = np.where(known, size, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return np.where(typical > 1e-9, typical, 1.2533 * mean)[:, None]


def median(values: FloatArray) -> FloatArray:
    """Median over the last axis without the NaN cells; NaN where there are no others."""
    ordered = np.sort(values, axis=-1)  # NaN come last
    count = (~np.isnan(values)).sum(axis=-1, keepdims=True)
    low = np.take_along_axis(ordered, np.maximum(count - 1, 0) // 2, axis=-1)
    high = np.take_along_axis(ordered, np.minimum(count // 2, values.shape[-1] - 1), axis=-1)
    return np.where(count > 0, (low + high) / 2, np.nan)[..., 0]


def window_medians(values: FloatArray, window: int) -> FloatArray:
    """Median of the `window` periods from each on, of those known; (series, period - window + 1)."""
    medians = np.empty((len(values), values.shape[1] - window + 1))
    for first in range(0, len(values), BLOCK):
        block = slice(first, first + BLOCK)
        medians[block] = median(sliding_window_view(values[block], window, axis=1))
    return medians


def running_median(values: FloatArray, window: int) -> FloatArray:
    """Median of the `window` periods around each period (odd), of those known; shape as `values`."""
    half = window // 2
    padded = np.pad(values, ((0, 0), (half, half)), constant_values=np.nan)
    return window_medians(padded, window)


def running_level(values: FloatArray, window: int) -> FloatArray:
    """Running median, with the last half window in line with the window before it."""
    level = running_median(values, window)
    half, periods = window // 2, values.shape[1]
    turn = periods - 1 - half
    if turn - window < 0:
        return level
    slope = (level[:, turn] - level[:, turn - window]) / window
    ahead = level[:, turn, None] + slope[:, None] * np.arange(1, half + 1)[None, :]
    level[:, turn + 1 :] = np.where(np.isnan(ahead), level[:, turn + 1 :], ahead)
    return level


def _scaled(values: FloatArray) -> tuple[FloatArray, BoolArray, FloatArray]:
    """Values in units of their mean size; of positive series, the logs."""
    known = ~np.isnan(values)
    size = np.where(known, np.abs(values), 0.0)
    mean = size.sum(axis=1, keepdims=True) / np.maximum(known.sum(axis=1, keepdims=True), 1)
    unit = np.where(mean > 0, mean, 1.0)
    scaled = values / unit
    logs = np.where(known, scaled, np.inf).min(axis=1, keepdims=True) > SMALLEST_LOGGED
    logarithm = np.log(np.where(logs & known, scaled, 1.0))
    return np.where(logs & known, logarithm, scaled), logs, unit


def _swing(rest: FloatArray, season: int) -> FloatArray:
    """Median of each time of the year, centred; zero where it was seen in fewer than three years."""
    series, periods = rest.shape
    padding = -periods % season
    folded = np.pad(rest, ((0, 0), (padding, 0)), constant_values=np.nan)
    folded = folded.reshape(series, -1, season).swapaxes(1, 2)
    index = median(folded)
    seen = (~np.isnan(folded)).sum(axis=2) >= YEARS
    whole = seen.all(axis=1, keepdims=True) & (season > 1)
    index = np.where(whole, index - index.mean(axis=1, keepdims=True), 0.0)
    years = (periods + padding) // season
    return np.tile(index, years)[:, padding:]
