"""Seasonality: factors on hours that reach some unit in some planned period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from allocopt.checks.subject import Subject, about, named, plural
from allocopt.errors import Finding, Severity

RESPONSE = ["response_0", "response_50", "response_100", "response_150", "response_max"]


def check_seasonality(subject: Subject) -> Iterator[Finding]:
    """Factors that no planned period has, and rows that name both a unit and a segment."""
    rows, calendar = subject.table("workload"), subject.calendar
    source = replace(calendar, period=calendar.input_period)
    first = source.start(calendar.plan_start)
    outside = (rows["period"] < first) | (rows["period"] > calendar.plan_end)
    days = rows.loc[outside, "period"].drop_duplicates().dt.strftime("%Y-%m-%d").tolist()
    if days:
        yield subject.say(
            Severity.WARNING,
            "workload",
            f"{len(days)} periods of the factors are not planned ({named(days)}): they do nothing",
            "period",
            mend="give the periods of the plan, or none for a factor that always holds",
            code="factor-not-planned",
            **about(days),
        )
    yield from _no_need(subject)
    both = rows.loc[rows["unit"].notna() & rows["segment"].notna(), "unit"].unique().tolist()
    if both:
        message = (
            f"the factor of {plural(both, 'unit', 'units')} names a segment too: the unit counts"
        )
        yield subject.say(
            Severity.NOTICE, "workload", message, "segment", code="factor-of-both", **about(both)
        )


def _no_need(subject: Subject) -> Iterator[Finding]:
    """Where sales respond to time over standard hours, the standard cannot be nothing."""
    segments, units = subject.table("segments"), subject.table("units")
    curved = segments.loc[segments[RESPONSE].notna().all(axis=1), "segment"]
    responding = units.loc[units["segment"].isin(curved), "unit"]
    rows = subject.table("workload").query("factor == 0")
    named_units = rows["unit"].isin(responding)
    wrong = rows[named_units | (rows["unit"].isna() & rows["segment"].isin(curved))]
    names = wrong["unit"].fillna(wrong["segment"]).unique().tolist()
    if names:
        yield subject.say(
            Severity.PROBLEM,
            "workload",
            f"the factor of {named(names)} is 0, and sales there respond to time over standard hours",
            "factor",
            value="0",
            expected="a factor above 0, or a segment without a response",
            code="factor-without-need",
            **about(names),
        )
