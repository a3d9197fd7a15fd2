"""Inspection: all that is found in a panel before it is forecast, and the values that are forecast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocopt.forecasting.arrays import BoolArray, FloatArray, IntArray
from allocopt.forecasting.panel.cleaning import Cleaned, clean
from allocopt.forecasting.panel.panel import Panel
from allocopt.forecasting.panel.pattern import find_pattern
from allocopt.forecasting.panel.shifts import SHORT, Shifts, find_shifts, shift_adjusted
from allocopt.forecasting.panel.status import closed_since, status_of


@dataclass(frozen=True)
class Inspection:
    """What was found in a panel.

    `status` (series, period) holds a `Status` for each cell; `closed_since` (series,) the column of
    the first period after a series closed, the number of periods while it is open. `cleaned` are
    the panel's values without surprises.
    """

    panel: Panel
    season: int
    status: IntArray
    closed_since: IntArray
    shifts: Shifts
    cleaned: Cleaned

    @property
    def closed(self) -> BoolArray:
        """Which series have ended and are to be forecast as nothing; shape (series,)."""
        return np.asarray(self.closed_since < self.panel.values.shape[1])

    @property
    def values(self) -> FloatArray:
        """What to forecast from: cleaned, and all of it on the level of after the last clear shift."""
        return shift_adjusted(self.cleaned.values, self.shifts)


def inspect_panel(panel: Panel, season: int, protected: BoolArray | None = None) -> Inspection:
    """Status, closings, level shifts and outliers of all series.

    `season` is the number of periods in a year; `protected` (series, period) marks cells that are
    never changed, such as those of events.
    """
    values = panel.values
    pattern = find_pattern(values, season, protected)
    shifts = find_shifts(values, season, pattern=pattern)
    cleaned = clean(values, season, _around(shifts, values.shape), pattern=pattern)
    status, closed = status_of(values, season), closed_since(values, season)
    return Inspection(panel, season, status, closed, shifts, cleaned)


def _around(shifts: Shifts, shape: tuple[int, ...]) -> BoolArray:
    """Periods beside a level shift, where the pattern is a mixture of both levels."""
    around = np.zeros(shape, dtype=bool)
    for step in range(-SHORT, SHORT):
        around[shifts.series, shifts.period + step] = True
    return around
