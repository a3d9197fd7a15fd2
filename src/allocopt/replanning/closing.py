"""Closing: which periods are over, by what has come and by when a period's last rows used to come."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from allocopt.calendar import Calendar
from allocopt.errors import DataError, Finding, Severity
from allocopt.plan import OPTIONAL_TABLES
from allocopt.replanning.course import Course

DAY = pd.Timedelta(days=1)
# So many days later than it used to be, the last row of a period may still be its last. [days]
GRACE = 3
# How many periods of the past show when the last row of a period used to come.
PERIODS_SEEN = 12


@dataclass(frozen=True)
class Closed:
    """Labels of the periods that are over, and of the one that is not though rows of it came, or ""."""

    labels: tuple[str, ...]
    running: str = ""


def closed_periods(
    calendar: Calendar,
    came: pd.Series[pd.Timestamp],
    past: pd.Series[pd.Timestamp],
    through: str = "",
) -> Closed:
    """The periods of a horizon that are over.

    With `through`, the label or the last day of a period, those up to that one; else all up to the one
    with the latest day that `came`, which is running still when its last row comes earlier before its end
    than that of any of the last 12 periods of the `past` did. Raises DataError where nothing came, or
    where `through` is no period.
    """
    if through:
        return Closed(_until(calendar, through))
    if came.empty:
        raise DataError([_nothing_came()])
    latest = came.max()
    number = int((calendar.starts <= latest).sum())
    labels = calendar.labels[:number]
    left = int((calendar.ends[number - 1] - latest).days)
    if left > usual_days_left(calendar, past) + GRACE:
        return Closed(labels[:-1], labels[-1])
    return Closed(labels)


def usual_days_left(calendar: Calendar, past: pd.Series[pd.Timestamp]) -> int:
    """Most days that were left of a past period after its last row; a whole period without a past."""
    days = past[past < calendar.plan_start].dt.normalize()
    if days.empty:
        return int((calendar.ends[0] - calendar.starts[0]).days)
    last = days.groupby(calendar.start_of(days)).max().sort_index().iloc[-PERIODS_SEEN:]
    ends = pd.Series([calendar.shift(start, 1) - DAY for start in last.index], last.index)
    return int((ends - last).dt.days.max())


def _until(calendar: Calendar, through: str) -> tuple[str, ...]:
    ends = [f"{day:%Y-%m-%d}" for day in calendar.ends]
    for names in (list(calendar.labels), ends):
        if through in names:
            return calendar.labels[: names.index(through) + 1]
    raise DataError([_no_end(calendar, through)])


def reported(course: Course) -> pd.DataFrame:
    """territory, period, rows, sales, plan [currency]: what each place with a plan has reported."""
    plan = course.planned("sales")
    place = plan["unit"].map(course.units["territory"])
    closed = plan["period"].isin(course.closed)
    planned = plan[closed].groupby([place[closed].rename("territory"), "period"])["sales"].sum()
    sold = course.sold.groupby(["territory", "period"])["sales"].agg(["size", "sum"])
    table = planned.rename("plan").to_frame().join(sold, how="outer").reset_index()
    table = table.rename(columns={"size": "rows", "sum": "sales"}).fillna(
        {"rows": 0.0, "plan": 0.0}
    )
    order = table["period"].map({label: k for k, label in enumerate(course.closed)})
    ordered = table.assign(order=order).sort_values(["order", "territory"], kind="stable")
    return ordered[list(OPTIONAL_TABLES["reported"])].reset_index(drop=True)


def silent(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of `reported` of places that have a plan and have not reported."""
    return table[(table["rows"] == 0) & (table["plan"] > 0)]


def _nothing_came() -> Finding:
    return Finding(
        Severity.PROBLEM,
        "no actual sales have come yet",
        file="--actuals",
        expected="rows of sales inside the plan",
        mend="name a file of sales, or say with --through which periods are over",
        code="no-actuals",
    )


def _no_end(calendar: Calendar, through: str) -> Finding:
    ends = ", ".join(
        f"{label} or {day:%Y-%m-%d}"
        for label, day in zip(calendar.labels[:3], calendar.ends, strict=False)
    )
    return Finding(
        Severity.PROBLEM,
        "this is no period of the plan and ends none",
        file="--through",
        value=through,
        expected=f"a period or its last day: {ends} …",
        code="through-no-end",
    )
