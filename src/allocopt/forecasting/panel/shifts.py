"""Level shifts: a series that jumps from one level to another and stays there.

The jump at a period is the median of it and the two after it minus that of the three before it, without
the seasonal swing. It must be large beside what such jumps usually are in the series, so that a series
that wanders or is noisy has to jump farther; and it must last: half a dozen periods on both sides differ
by most of it, and halfway between lies a line that few values of the years around it cross. A ramp fails
the first test, an episode the second.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from allocopt.forecasting.arrays import BoolArray, FloatArray, IntArray
from allocopt.forecasting.panel.pattern import (
    Pattern,
    find_pattern,
    is_regular,
    median,
    spread,
    window_medians,
)

SHORT, SHORTEST_LONG = 3, 6
# Robust standard deviations of a series' jumps.
JUMP, CLEAR_JUMP = 5.0, 6.0
# Share of the jump by which the longer windows differ, and of their values that keep to their side.
LASTING, KEPT = 0.7, 0.8
# A change of level below this part of the level is no matter for a plan.
SMALLEST = 0.2


@dataclass(frozen=True)
class Shifts:
    """Jumps from one level to another that last, one element per shift in every array.

    `series` and `period` are positions in the panel, the period being the first on the new level.
    `step` is the change in the series' scale: a difference of logs where `logs`, else of currency.
    `strength` tells how many times the usual size of a jump it is.
    """

    series: IntArray
    period: IntArray
    step: FloatArray
    logs: BoolArray
    strength: FloatArray

    def __len__(self) -> int:
        return len(self.series)

    @property
    def clear(self) -> BoolArray:
        """Which shifts leave no doubt."""
        return np.asarray(self.strength >= CLEAR_JUMP)


def find_shifts(
    values: FloatArray,
    season: int,
    protected: BoolArray | None = None,
    *,
    pattern: Pattern | None = None,
) -> Shifts:
    """Level shifts of each series; none in the last periods, where a level cannot have lasted.

    `protected` marks periods whose values say nothing about the level, such as those of events; its
    shape is that of `values`, (series, period). `pattern` saves finding it again.
    """
    pattern = pattern or find_pattern(values, season, protected)
    level = pattern.scaled - pattern.swing
    jump = _jumps(level)
    usual = np.maximum(spread(jump), 1e-9)
    large = (np.abs(jump) >= JUMP * usual) & (np.abs(jump) >= SMALLEST)
    candidate = large & _summit(jump) & is_regular(values)
    series, summit = np.nonzero(candidate)
    size, strength = jump[candidate], (np.abs(jump) / usual)[candidate]
    period = _sharpened(level, series, summit, np.sign(size))
    step, lasts = _lasting(level, series, period, size, season)
    series, period, logs = series[lasts], period[lasts], pattern.logs[series[lasts], 0]
    in_currency = np.where(logs, 1.0, pattern.unit[series, 0])
    return Shifts(series, period, step[lasts] * in_currency, logs, strength[lasts])


def shift_adjusted(values: FloatArray, shifts: Shifts, *, only_clear: bool = True) -> FloatArray:
    """Values with all that lies before a shift moved to the level after it; shape as `values`.

    Positive series are multiplied, others are added to. Shifts that leave a doubt are let be unless
    `only_clear` is false.
    """
    chosen = shifts.clear if only_clear else np.ones(len(shifts), dtype=bool)
    if not chosen.any():
        return values
    factor = _still_to_come(values, shifts, chosen & shifts.logs)
    summand = _still_to_come(values, shifts, chosen & ~shifts.logs)
    moved = (factor != 0) | (summand != 0)
    return np.where(moved, values * np.exp(factor) + summand, values)


def _still_to_come(values: FloatArray, shifts: Shifts, chosen: BoolArray) -> FloatArray:
    """Sum of the chosen steps after each period."""
    steps = np.zeros_like(values)
    np.add.at(steps, (shifts.series[chosen], shifts.period[chosen]), shifts.step[chosen])
    total = np.cumsum(steps[:, ::-1], axis=1)[:, ::-1]
    return np.pad(total[:, 1:], ((0, 0), (0, 1)))


def _jumps(level: FloatArray) -> FloatArray:
    """Short median from each period on minus the one before it; NaN where the series is too short."""
    jump = np.full_like(level, np.nan)
    if level.shape[1] >= 2 * SHORT:
        middle = window_medians(level, SHORT)
        jump[:, SHORT : len(level[0]) - SHORT + 1] = middle[:, SHORT:] - middle[:, :-SHORT]
    return jump


def _summit(jump: FloatArray) -> BoolArray:
    """Whether no larger jump is near; the first of equals."""
    size = np.nan_to_num(np.abs(jump))
    around = np.pad(size, ((0, 0), (SHORTEST_LONG, SHORTEST_LONG)))
    windows = sliding_window_view(around, SHORTEST_LONG, axis=1)
    before, after = (
        windows[:, : size.shape[1]].max(axis=2),
        windows[:, -size.shape[1] :].max(axis=2),
    )
    return np.asarray((size > before) & (size >= after))


def _sharpened(level: FloatArray, series: IntArray, period: IntArray, side: FloatArray) -> IntArray:
    """The period with the largest single step of those that share a jump of medians."""
    near = period[:, None] + np.arange(-1, 2)[None, :]
    steps = (level[series[:, None], near] - level[series[:, None], near - 1]) * side[:, None]
    steps = np.where(np.isnan(steps), -np.inf, steps)
    return np.asarray(np.take_along_axis(near, steps.argmax(axis=1)[:, None], axis=1)[:, 0])


def _lasting(
    level: FloatArray, series: IntArray, period: IntArray, size: FloatArray, year: int
) -> tuple[FloatArray, BoolArray]:
    """Step between half a dozen periods on both sides, and whether it is most of the jump and kept.

    Two years before and one after must keep to their side of the line halfway, as far as they are
    known: the end of an episode is no new level.
    """
    near, far = SHORTEST_LONG, max(SHORTEST_LONG, year)
    padded = np.pad(level, ((0, 0), (2 * far, far)), constant_values=np.nan)
    places = period[:, None] + np.arange(3 * far)[None, :]
    around = padded[series[:, None], places]
    before, after = around[:, : 2 * far], around[:, 2 * far :]
    low, high = median(before[:, -near:]), median(after[:, :near])
    line, side = ((low + high) / 2)[:, None], np.sign(size)[:, None]
    keeps = _keeps(before, line, -side) & _keeps(after, line, side)
    lasts = (high - low) * np.sign(size) >= LASTING * np.abs(size)
    return high - low, np.asarray(lasts & keeps)


def _keeps(window: FloatArray, line: FloatArray, side: FloatArray) -> BoolArray:
    """Whether enough of each window is known, and nearly all of that lies on one side of a line."""
    known = (~np.isnan(window)).sum(axis=1)
    ours = ((window - line) * side > 0).sum(axis=1)
    return np.asarray((known >= SHORTEST_LONG) & (ours >= KEPT * known))
