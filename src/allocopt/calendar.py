"""The plan's calendar: weeks, months or quarters, with labels that sort as text.

Labels: `2026-W07` (ISO week), `2026-03` (month), `2026Q1` (calendar quarter). A quarter of a fiscal year
that does not start in January, April, July or October is no calendar quarter and is labelled by its first
month with an ending: `2026-02-Q`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

PeriodName = Literal["week", "month", "quarter", "year"]

# A year has 52 weeks here, so that four quarters of 13 weeks add up to it.
PER_YEAR: dict[str, int] = {"week": 52, "month": 12, "quarter": 4, "year": 1}


def rescale(from_period: str, to_period: str) -> float:
    """Factor that turns an amount per `from_period` into an amount per `to_period`."""
    return PER_YEAR[from_period] / PER_YEAR[to_period]


@dataclass(frozen=True)
class Calendar:
    """The periods that are planned, and the rule that puts any date into its period.

    `plan_start` is the first day of the first planned period.
    """

    period: PeriodName
    plan_start: pd.Timestamp
    plan_periods: int
    fiscal_start_month: int = 1
    input_period: PeriodName = "month"

    @cached_property
    def starts(self) -> pd.DatetimeIndex:
        """First day of each planned period."""
        return pd.DatetimeIndex([self.shift(self.plan_start, k) for k in range(self.plan_periods)])

    @cached_property
    def ends(self) -> pd.DatetimeIndex:
        """Last day of each planned period."""
        day = pd.Timedelta(days=1)
        return pd.DatetimeIndex([self.shift(start, 1) - day for start in self.starts])

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Labels of the planned periods, in order."""
        return tuple(self.label(start) for start in self.starts)

    @property
    def plan_end(self) -> pd.Timestamp:
        """Last day of the plan."""
        return self.ends[-1]

    @property
    def season(self) -> int:
        """Periods in a year."""
        return PER_YEAR[self.period]

    @property
    def input_factor(self) -> float:
        """Turns an amount per input period into an amount per plan period."""
        return rescale(self.input_period, self.period)

    def start_of(self, dates: pd.Series[pd.Timestamp]) -> pd.Series[pd.Timestamp]:
        """First day of the period that each date falls in; shape as `dates`, NaT stays NaT."""
        days = pd.to_datetime(dates).dt.normalize()
        if self.period == "week":
            return days - pd.to_timedelta(days.dt.day_of_week, unit="D")
        months = days.dt.year * 12 + days.dt.month - 1
        length = 12 // self.season
        offset = (self.fiscal_start_month - 1) % length
        first = months - (months - offset) % length
        known = days.notna().to_numpy()
        starts = np.full(len(days), np.datetime64("NaT", "us"))
        # NumPy counts months from January 1970.
        since = first[known].to_numpy(dtype=np.int64) - 1970 * 12
        starts[known] = since.astype("datetime64[M]")
        return pd.Series(starts, index=days.index, name=days.name)

    def start(self, date: pd.Timestamp) -> pd.Timestamp:
        """First day of the period that one date falls in."""
        return self.start_of(pd.Series([date])).iloc[0]

    def shift(self, start: pd.Timestamp, periods: int) -> pd.Timestamp:
        """The period start that lies `periods` later (earlier when negative)."""
        if self.period == "week":
            return start + pd.Timedelta(weeks=periods)
        return start + pd.DateOffset(months=periods * 12 // self.season)

    def label(self, start: pd.Timestamp) -> str:
        """Label of the period that starts on `start`."""
        if self.period == "week":
            year, week, _ = start.isocalendar()
            return f"{year}-W{week:02d}"
        if self.period == "month":
            return f"{start:%Y-%m}"
        if self.period == "year":
            return f"{start:%Y}" if start.month == 1 else f"{start:%Y-%m}-Y"
        if (start.month - 1) % 3:
            return f"{start:%Y-%m}-Q"
        return f"{start.year}Q{(start.month + 2) // 3}"

    def label_of(self, dates: pd.Series[pd.Timestamp]) -> pd.Series[str]:
        """Label of the period that each date falls in; unknown dates stay unknown."""
        starts = self.start_of(dates)
        labels = {start: self.label(start) for start in starts.dropna().unique()}
        return starts.map(labels).astype("str")

    def distance(self, first: pd.Timestamp, second: pd.Timestamp) -> int:
        """Whole periods from the period of `first` to the period of `second`."""
        a, b = self.number_of(pd.Series([first, second]))
        return int(b - a)

    def number_of(self, dates: pd.Series[pd.Timestamp]) -> pd.Series[int]:
        """Consecutive number of the period that each known date falls in; only differences matter."""
        starts = self.start_of(dates)
        if self.period == "week":
            return (starts - pd.Timestamp(0).normalize()).dt.days // 7
        return (starts.dt.year * 12 + starts.dt.month) * self.season // 12


def share_of_periods(
    first: pd.Series[pd.Timestamp], last: pd.Series[pd.Timestamp], calendar: Calendar
) -> np.ndarray:
    """Share of each period's days from `first` to `last`, both included; row × period."""
    starts, ends = (_day_numbers(days) for days in (calendar.starts, calendar.ends))
    begin = np.maximum(_day_numbers(first)[:, None], starts[None, :])
    finish = np.minimum(_day_numbers(last)[:, None], ends[None, :])
    return np.asarray(np.clip(finish - begin + 1, 0, None) / (ends - starts + 1)[None, :])


def _day_numbers(days: pd.Series[pd.Timestamp] | pd.DatetimeIndex) -> np.ndarray:
    return np.asarray(days, dtype="datetime64[D]").astype(np.int64)
