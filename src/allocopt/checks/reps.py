"""Reps: dates, costs and positions that fit together."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.checks.eligibility import present_reps
from allocopt.checks.subject import Subject, about, plural
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
    positions = reps[reps["status"] == "open"]
    if section.min > len(positions):
        yield subject.place("headcount", "min").problem(
            f"headcount.min is {section.min}, and {len(positions)} positions are open",
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
                f"{bound.min} positions must be filled in {bound.scope}, and {inside} are open there",
                mend="add reps with status open, or lower it",
                code="too-few-positions",
            )
