"""Span: which periods of the past are played, and what must be known before them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from allocopt.calendar import Calendar
from allocopt.errors import DataError, Finding, Severity
from allocopt.replanning.closing import closed_periods
from allocopt.scenario import Scenario


@dataclass(frozen=True)
class Span:
    """The horizon of the first plan, which starts at the origin, and how many of its periods came."""

    calendar: Calendar
    number: int

    @property
    def origin(self) -> pd.Timestamp:
        """First day that is played: nothing from then on is known to the first plan."""
        return self.calendar.plan_start

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of the periods that are played."""
        return self.calendar.labels[: self.number]

    @property
    def played(self) -> Calendar:
        """The calendar of the periods that are played."""
        return replace(self.calendar, plan_periods=self.number)


def span_of_past(scenario: Scenario, first: str = "") -> Span:
    """The last periods of the history, as many as the scenario plans; or those from `first` on.

    Raises DataError where there is no history, no such period, no whole one, or less than a year before.
    """
    days = scenario.table("history")["date"]
    if days.empty:
        raise DataError([_problem("there is no past to be played", "history", NO_PAST)])
    calendar = scenario.calendar
    starts = dict(_periods(calendar, days))
    if first and first not in starts:
        raise DataError([_no_start(first, list(starts))])
    last = calendar.start(days.max())
    origin = starts[first] if first else calendar.shift(last, 1 - calendar.plan_periods)
    closed = closed_periods(replace(calendar, plan_start=origin), days, days)
    if closed.running and not first:
        origin = calendar.shift(origin, -1)
        closed = closed_periods(replace(calendar, plan_start=origin), days, days)
    span = Span(replace(calendar, plan_start=origin), len(closed.labels))
    _need_past(span, days)
    return span


def span_of_files(scenario: Scenario, came: pd.Series[pd.Timestamp]) -> Span:
    """The periods of the scenario's own plan that are over by what `came`.

    Raises DataError where none is.
    """
    calendar, past = scenario.calendar, scenario.table("history")["date"]
    closed = closed_periods(calendar, came, past)
    if not closed.labels:
        message = f"no period is over: {closed.running} is running still"
        raise DataError([_problem(message, "--actuals", "name files of whole periods")])
    return Span(calendar, len(closed.labels))


NO_PAST = "add past sales as the table history, or name what came with --actuals"


def _periods(
    calendar: Calendar, days: pd.Series[pd.Timestamp]
) -> Iterator[tuple[str, pd.Timestamp]]:
    """Label and first day of each period of the history."""
    start = calendar.start(days.min())
    while start <= days.max():
        yield calendar.label(start), start
        start = calendar.shift(start, 1)


def _need_past(span: Span, days: pd.Series[pd.Timestamp]) -> None:
    """Raises DataError where nothing is over or the year before the origin is not known."""
    calendar = span.calendar
    if not span.number:
        message = f"the period {calendar.labels[0]} is not over in the history"
        raise DataError([_problem(message, "history", "play from an earlier period with --from")])
    known = calendar.distance(days.min(), span.origin)
    if known >= calendar.season:
        return
    message = (
        f"{max(known, 0)} periods of sales lie before {calendar.labels[0]}, from where the past is played; "
        f"a year of them, {calendar.season}, is the least"
    )
    mend = (
        "play from a later period with --from, plan fewer with --set calendar.plan_periods=N, "
        "or add past sales"
    )
    raise DataError([_problem(message, "history", mend)])


def _no_start(first: str, labels: list[str]) -> Finding:
    return Finding(
        Severity.PROBLEM,
        "this is no period of the history",
        file="--from",
        value=first,
        expected=f"a period from {labels[0]} to {labels[-1]}",
        code="replay-start",
    )


def _problem(message: str, file: str, mend: str) -> Finding:
    return Finding(Severity.PROBLEM, message, file=file, mend=mend, code="replay-past")
