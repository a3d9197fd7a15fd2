"""Spans: plan periods, and the months, quarters and fiscal years that they make up.

A week lies in the month, quarter and fiscal year that hold its Thursday, as most of its days do: nothing
is cut, and the periods of a year add up to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from allocopt.calendar import PER_YEAR, Calendar, PeriodName

# From Monday to the day that says where a week belongs (ISO 8601).
THURSDAY = pd.Timedelta(days=3)
COARSER: tuple[PeriodName, ...] = ("month", "quarter", "year")


@dataclass(frozen=True)
class Span:
    """A plan period or a coarser one as far as it is over.

    `label` as calendars have it; `grain` its length. `places` are those of its periods that are over,
    counted from the first of the horizon; `whole`: no more of it is to come inside the horizon. `year` are
    the places of its fiscal year's periods inside the horizon.
    """

    label: str
    grain: PeriodName
    places: range
    whole: bool
    year: range

    @property
    def to_date(self) -> range:
        """Places from the start of the fiscal year, or of the horizon in it, to the end of the span."""
        return range(self.year.start, self.places.stop)

    @property
    def to_come(self) -> range:
        """Places of the fiscal year after the span."""
        return range(self.places.stop, self.year.stop)


@dataclass(frozen=True)
class Spans:
    """All spans of a horizon of which the first `closed` periods are over.

    `working_days` [days/period] where they are given.
    """

    calendar: Calendar
    closed: int
    working_days: float | None = None

    def __iter__(self) -> Iterator[Span]:
        """Closed periods first, then months (of weeks), quarters and fiscal years to date."""
        for place in range(self.closed):
            label, grain = self.calendar.labels[place], self.calendar.period
            yield Span(label, grain, range(place, place + 1), True, self.year_of(place))
        for grain in self._homes:
            yield from self._coarser(grain)

    @property
    def earliest(self) -> int:
        """The first place that is compared with: a year and a quarter before the first period."""
        return -2 * self.calendar.season

    def year_of(self, place: int) -> range:
        """Places of the horizon's periods in the fiscal year of a period."""
        if self.calendar.period == "year":
            return range(place, place + 1)
        inside = self._inside("year", place)
        return range(max(inside.start, 0), min(inside.stop, self.calendar.plan_periods))

    def year_label(self, place: int) -> str:
        """Label of the fiscal year of a period."""
        if self.calendar.period == "year":
            return self.calendar.labels[place]
        return self._label("year", place)

    def elapsed(self, span: Span) -> float:
        """Share of the fiscal year inside the horizon that is over at the end of a span (时间进度).

        By working days where they are given, else by days.
        """
        days = (self.calendar.ends - self.calendar.starts).days.to_numpy() + 1.0
        if self.working_days is not None:
            days = np.full(len(days), self.working_days)
        return float(days[list(span.to_date)].sum() / days[list(span.year)].sum())

    def days(self, span: Span) -> tuple[pd.Timestamp, pd.Timestamp]:
        """First and last day of a whole span: of its months, quarter or year, not of its weeks."""
        place = span.places.start
        if span.grain == self.calendar.period:
            return self.calendar.starts[place], self.calendar.ends[place]
        first = pd.Timestamp(self._homes[span.grain][place - self._reach.start])
        coarse = replace(self.calendar, period=span.grain)
        return first, coarse.shift(first, 1) - pd.Timedelta(days=1)

    def before(self, span: Span) -> range | None:
        """Places of the span before this one, as much of it as is over of this one.

        None for a fiscal year: the one before it is the prior year.
        """
        if span.grain == "year":
            return None
        if span.grain == self.calendar.period:
            return range(span.places.start - 1, span.places.stop - 1)
        own = self._inside(span.grain, span.places.start)
        former = self._inside(span.grain, own.start - 1)
        if span.places == own:
            return former
        first = former.start + span.places.start - own.start
        return range(first, min(first + len(span.places), former.stop))

    def _coarser(self, grain: PeriodName) -> Iterator[Span]:
        place = 0
        while place < self.closed:
            stop = min(self._inside(grain, place).stop, self.calendar.plan_periods)
            over = range(place, min(stop, self.closed))
            whole = stop <= self.closed
            yield Span(self._label(grain, place), grain, over, whole, self.year_of(place))
            place = stop

    def _label(self, grain: PeriodName, place: int) -> str:
        home = pd.Timestamp(self._homes[grain][place - self._reach.start])
        return replace(self.calendar, period=grain).label(home)

    @cached_property
    def _reach(self) -> range:
        return range(self.earliest - self.calendar.season, self.calendar.plan_periods + 1)

    @cached_property
    def _homes(self) -> Mapping[PeriodName, np.ndarray]:
        """First day of the month, quarter and year of each place in reach, as far as coarser."""
        first = self.calendar.plan_start
        days = pd.Series([self.calendar.shift(first, place) for place in self._reach])
        if self.calendar.period == "week":
            days = days + THURSDAY
        coarser = [name for name in COARSER if PER_YEAR[name] < self.calendar.season]
        return {
            name: replace(self.calendar, period=name).start_of(days).to_numpy() for name in coarser
        }

    def _inside(self, grain: PeriodName, place: int) -> range:
        """Places of the month, quarter or year that holds a period, beyond the horizon too."""
        homes = self._homes[grain]
        inside = np.flatnonzero(homes == homes[place - self._reach.start]) + self._reach.start
        return range(int(inside[0]), int(inside[-1]) + 1)
