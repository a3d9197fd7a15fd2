"""Grain: in which periods a history is looked at, and how amounts move from one grain to another.

The plan's own period is the natural grain. History that is dated in coarser periods (quarter rows
for a monthly plan) is forecast in those and split; history that is dated finer (month-end orders
for a quarterly plan) may also be forecast in months, which gives a longer series.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import get_args

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar, PeriodName
from allocopt.forecasting.arrays import FloatArray

GRAINS: tuple[PeriodName, ...] = get_args(PeriodName)
# Only these nest: a week belongs to two months.
FINER: dict[PeriodName, tuple[PeriodName, ...]] = {
    "quarter": ("month",),
    "year": ("quarter", "month"),
}
# Below this share of periods with any sale, a period without one is ordinary and counts as zero.
COVERED = 0.75
FEWEST_POSTINGS = 6


@dataclass(frozen=True)
class Span:
    """Consecutive periods: the first day of each, and of the one after each."""

    starts: pd.DatetimeIndex
    stops: pd.DatetimeIndex

    def __len__(self) -> int:
        return len(self.starts)


def span(calendar: Calendar, first: pd.Timestamp, periods: int) -> Span:
    """`periods` periods of a calendar from the one that starts on `first`."""
    edges = pd.DatetimeIndex([calendar.shift(first, step) for step in range(periods + 1)])
    return Span(edges[:-1], edges[1:])


def plan_span(calendar: Calendar) -> Span:
    """The planned periods."""
    return span(calendar, calendar.plan_start, calendar.plan_periods)


def shares(source: Span, target: Span) -> FloatArray:
    """Share of each source period that lies in each target period, shape (source, target).

    Time is counted in months, so that a quarter splits into three equal months.
    """
    source_start, source_stop = _months(source.starts), _months(source.stops)
    target_start, target_stop = _months(target.starts), _months(target.stops)
    start = np.maximum(source_start[:, None], target_start[None, :])
    stop = np.minimum(source_stop[:, None], target_stop[None, :])
    common = np.maximum(stop - start, 0.0) / (source_stop - source_start)[:, None]
    # Rounding in the count of months must not leave a trace of a neighbour.
    return np.where(common < 1e-9, 0.0, np.where(common > 1 - 1e-9, 1.0, common))


def _months(days: pd.DatetimeIndex) -> FloatArray:
    """Months since year 0, as a fraction."""
    within = (days.day - 1) / days.days_in_month
    return np.asarray(days.year * 12 + days.month - 1 + within, dtype=float)


def at_grain(calendar: Calendar, grain: PeriodName) -> Calendar:
    """The same calendar counted in other periods."""
    return calendar if grain == calendar.period else replace(calendar, period=grain)


def working_grains(dates: pd.Series, calendar: Calendar) -> tuple[PeriodName, ...]:
    """Grains to look at a history in: the one to be judged in first, then finer ones of it."""
    base = dated_in(dates, calendar)
    finer = (grain for grain in FINER.get(base, ()) if base == calendar.period)
    return (
        base,
        *(grain for grain in finer if coverage(dates, at_grain(calendar, grain)) >= COVERED),
    )


def dated_in(dates: pd.Series, calendar: Calendar) -> PeriodName:
    """The period that dates stand for; a coarser one than the plan's has one date in each."""
    days = dates.drop_duplicates()
    if len(days) < 2 or coverage(days, calendar) >= COVERED:
        return calendar.period
    for grain in GRAINS[GRAINS.index(calendar.period) + 1 :]:
        coarser = at_grain(calendar, grain)
        alone = coarser.start_of(days).nunique() == len(days)
        if alone and coverage(days, coarser) >= COVERED:
            return grain
    return calendar.period


def named_period(starts: pd.Series, calendar: Calendar) -> PeriodName:
    """The period whose first days are given: the finest one they nearly fill, else the plan's."""
    days = starts.drop_duplicates()
    for grain in GRAINS:
        named = at_grain(calendar, grain)
        aligned = bool((named.start_of(days) == days).all())
        if len(days) > 1 and aligned and coverage(days, named) >= COVERED:
            return grain
    return calendar.period


def coverage(dates: pd.Series, calendar: Calendar) -> float:
    """Share of the periods between the first and the last date that have a date."""
    starts = calendar.start_of(dates)
    return float(starts.nunique() / (calendar.distance(starts.min(), starts.max()) + 1))


def month_end_postings(dates: pd.Series) -> pd.Series | None:
    """Dates moved to the end of the month they were posted for, or None when they are no postings.

    Books that are closed once a month are dated around its end: 29 January, 1 March, 31 March.
    Taken by the calendar, February is empty and March counts twice. If the nearest month ends give
    every month exactly one date, and the calendar does not, the postings belong to those months.
    """
    days = pd.Series(pd.DatetimeIndex(dates.drop_duplicates().sort_values()))
    nearest = _nearest_month_end(days)
    months = nearest.dt.year * 12 + nearest.dt.month
    one_each = bool((months.diff().dropna() == 1).all())
    if len(days) < FEWEST_POSTINGS or not one_each or days.dt.to_period("M").is_unique:
        return None
    return _nearest_month_end(dates)


def _nearest_month_end(days: pd.Series[pd.Timestamp]) -> pd.Series[pd.Timestamp]:
    this = days.dt.to_period("M").dt.end_time.dt.normalize()
    previous = days.dt.to_period("M").dt.start_time - pd.Timedelta(days=1)
    return this.where(this - days <= days - previous, previous)
