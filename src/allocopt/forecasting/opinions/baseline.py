"""Baseline: the statistical forecast, today and at earlier origins, that opinions stand beside."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar
from allocopt.forecasting.arrays import BoolArray, FloatArray, IntArray
from allocopt.forecasting.grain import Span, span


@dataclass(frozen=True)
class Baseline:
    """Statistical forecasts [currency/period] of the target periods.

    `series` has the columns territory and segment, and where they are told apart unit, product and
    channel ("" = none). Columns of `mean` (series, target) are the periods of `calendar` from
    `start` on. `origins` are the first days of what was forecast at earlier times, ascending;
    `past` and `actual` (origin, series, target) are the forecast made for them and what came, NaN
    where unknown. At each origin, as today, the last `lead` periods before the first target were
    not known.
    """

    series: pd.DataFrame
    calendar: Calendar
    start: pd.Timestamp
    mean: FloatArray
    origins: pd.DatetimeIndex
    past: FloatArray
    actual: FloatArray
    lead: int = 0

    @property
    def targets(self) -> int:
        """Number of target periods."""
        return int(self.mean.shape[1])

    @cached_property
    def todays(self) -> pd.DatetimeIndex:
        """First day of the targets at each origin, and today's last."""
        return pd.DatetimeIndex([*self.origins, self.start])

    def means(self, origin: int) -> FloatArray:
        """Statistical forecast at an origin, today's after the last origin; (series, target)."""
        return np.nan_to_num(self.past[origin]) if origin < len(self.origins) else self.mean

    def periods(self, origin: int) -> Span:
        """Target periods at an origin, today's after the last origin."""
        return span(self.calendar, self.todays[origin], self.targets)

    def known_at(self, origin: int) -> BoolArray:
        """Which outcomes were known at an origin (today after the last one), (origin, target)."""
        stops = self._numbers[:-1, None] + np.arange(1, self.targets + 1)[None, :]
        return np.asarray(stops <= self._numbers[origin] - self.lead)

    @cached_property
    def _numbers(self) -> IntArray:
        """Consecutive number of the first target period at each origin and today."""
        return self.calendar.number_of(pd.Series(self.todays)).to_numpy()
