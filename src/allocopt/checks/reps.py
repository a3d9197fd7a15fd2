"""Reps: dates, costs and positions that fit together."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.checks.eligibility import present_reps
from allocopt.checks.subject import Subject, about, named, plural
from allocopt.errors import Finding, Severity


def check_present(subject: Subject) -> Iterator[Finding]:
    """Somebody is there to plan for."""
    if not subject.table("reps").empty and present_reps(subject).empty:
        yield subject.say(
            Severity.PROBLEM,
            "reps",
            "no rep works in the planned periods",
            mend="give reps whose start and end reach into the plan, or move calendar.plan_start",
            code="nobody-present",
        )


def check_dates(subject: Subject) -> Iterator[Finding]:
    """A rep who leaves has a last day; a ramp needs a first day to count from."""
    reps = subject.table("reps")
    leavers = reps.loc[(reps["status"] == "leaving") & reps["end"].isna(), "rep"].tolist()
    if leavers:
        message = (
            f"{plural(leavers, 'rep', 'reps')} leaving without an end: planned to the last period"
        )
        yield subject.say(
            Severity.WARNING,
            "reps",
            message,
            "end",
            mend="give the last day",
            code="leaver-without-end",
            **about(leavers),
        )
    active = reps["status"].fillna("active") == "active"
    ramps = reps.loc[active & (reps["ramp"] > 0) & reps["start"].isna(), "rep"].tolist()
    if ramps:
        message = f"the ramp of {plural(ramps, 'rep', 'reps')} has no start to count from"
        yield subject.say(
            Severity.PROBLEM,
            "reps",
            message,
            "start",
            mend="give the first day, or take the ramp out",
            code="ramp-without-start",
            **about(ramps),
        )


def check_positions(subject: Subject) -> Iterator[Finding]:
    """An open position is filled after whole periods, on a day of the plan."""
    reps = subject.table("reps")
    positions = reps[reps["status"] == "open"]
    broken = positions[positions["lead_time"] % 1 > 0]
    for rep, lead in zip(broken["rep"], broken["lead_time"], strict=True):
        yield subject.say(
            Severity.PROBLEM,
            "reps",
            f"the lead time of {rep} is no whole number of periods",
            "lead_time",
            value=f"{lead:g}",
            expected="a whole number; give start for a day inside a period",
            code="broken-lead-time",
        )
    never = reps.loc[subject.never_filled, "rep"].tolist()
    if never:
        message = f"{plural(never, 'open position', 'open positions')} cannot be filled in the plan"
        yield subject.say(
            Severity.WARNING,
            "reps",
            message,
            "lead_time",
            mend="see start, lead_time and the last day of the rep whom it replaces",
            code="never-filled",
            **about(never),
        )


def check_replaced(subject: Subject) -> Iterator[Finding]:
    """An open position takes over from somebody else, who goes."""
    reps = subject.table("reps")
    positions = reps[(reps["status"] == "open") & reps["replaces"].notna()]
    stays = reps.loc[reps["end"].isna() & (reps["status"] != "leaving"), "rep"]
    for rep, other in zip(positions["rep"], positions["replaces"], strict=True):
        if rep == other:
            yield subject.say(
                Severity.PROBLEM,
                "reps",
                f"{rep} replaces itself",
                "replaces",
                value=other,
                expected="the rep whom the position takes over from, or blank",
                code="replaces-itself",
            )
    kept = positions[
        positions["replaces"].isin(stays) & (positions["rep"] != positions["replaces"])
    ]
    if len(kept):
        message = (
            f"{plural(kept['rep'].tolist(), 'open position', 'open positions')} to replace"
            f" {named(kept['replaces'].unique())}, who stays: both may be there at once"
        )
        yield subject.say(
            Severity.WARNING,
            "reps",
            message,
            "replaces",
            mend="give the last day of the one who leaves, or take replaces out",
            code="replaces-who-stays",
            **about(kept["rep"].tolist()),
        )


def check_hire_dates(subject: Subject) -> Iterator[Finding]:
    """Days on which positions may be filled are days of the plan, and there is a position to fill."""
    days = [pd.Timestamp(day) for day in subject.config.headcount.hire_dates if day]
    calendar = subject.calendar
    outside = [day for day in days if not calendar.plan_start <= day <= calendar.plan_end]
    place = subject.place("headcount", "hire_dates")
    if outside:
        listed = named(f"{day:%Y-%m-%d}" for day in outside)
        first, last = calendar.plan_start, calendar.plan_end
        message = (
            f"nobody is hired on {listed}: the plan is from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
        )
        yield Finding(
            Severity.WARNING,
            message,
            file=place.file,
            line=place.line,
            mend="give days of the plan",
            code="hire-dates-outside",
        )
    if days and not (subject.table("reps")["status"] == "open").any():
        yield Finding(
            Severity.WARNING,
            "headcount.hire_dates is given, and no position is open: nobody is hired",
            file=place.file,
            line=place.line,
            mend="add reps with status open",
            code="hire-dates-without-position",
        )


def check_costs(subject: Subject) -> Iterator[Finding]:
    """An unknown cost counts as nothing, which makes hiring look free."""
    reps = subject.table("reps")
    is_open = reps["status"] == "open"
    for rows, one, many in (
        (is_open, "open position", "open positions"),
        (~is_open, "rep", "reps"),
    ):
        unknown = reps.loc[rows & reps["cost"].isna(), "rep"].tolist()
        if unknown:
            message = f"the cost of {plural(unknown, one, many)} is not given: 0 assumed"
            yield subject.say(
                Severity.ASSUMPTION,
                "reps",
                message,
                "cost",
                code="assumed-cost",
                **about(unknown),
            )


def check_quota_changes(subject: Subject) -> Iterator[Finding]:
    """Bounds on the change of a quota need the quota of before."""
    quota, reps = subject.config.quota, subject.table("reps")
    if all(bound is None for bound in (quota.change_min, quota.change_max, quota.hold_harmless)):
        return
    active = reps["status"].fillna("active") == "active"
    known = reps["quota_before"].notna() | reps["rep"].isin(subject.table("quota_history")["rep"])
    unknown = reps.loc[active & (reps["hours"] > 0) & ~known, "rep"].tolist()
    if unknown:
        message = (
            f"{plural(unknown, 'rep', 'reps')} without quota_before: its change is not bounded"
        )
        yield subject.say(
            Severity.WARNING,
            "reps",
            message,
            "quota_before",
            code="no-quota-before",
            **about(unknown),
        )


def check_headcount(subject: Subject) -> Iterator[Finding]:
    """No more positions can be filled than are open."""
    reps, section = subject.table("reps"), subject.config.headcount
    positions = reps[(reps["status"] == "open") & ~subject.never_filled]
    if section.min > len(positions):
        yield subject.place("headcount", "min").problem(
            f"headcount.min is {section.min}, and {len(positions)} open positions can be filled in the"
            " plan",
            mend="add reps with status open, or lower it",
            code="too-few-positions",
        )
    for number, bound in enumerate(section.by):
        homes = positions["territory"].fillna("")
        if bound.scope.kind == "rep":
            inside = int((positions["rep"] == bound.scope.value).sum())
        elif bound.scope.kind == "territory":
            inside = int(homes.isin(subject.tree.within([bound.scope.value])).sum())
        else:
            inside = len(positions)
        if bound.min > inside:
            yield subject.place("headcount", "by", number, "min").problem(
                f"{bound.min} positions must be filled in {bound.scope}, and {inside} can be in the plan",
                mend="add reps with status open, or lower it",
                code="too-few-positions",
            )
