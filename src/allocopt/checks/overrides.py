"""Overrides: what people decided names what is there, still holds and is within bounds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from allocopt.checks.eligibility import present_reps
from allocopt.checks.subject import Subject, about, named
from allocopt.decided import amounts_in
from allocopt.errors import Finding, Severity
from allocopt.tables.text import nearest

HOURS_OF_A_DAY = 24


def check_overrides(subject: Subject) -> Iterator[Finding]:
    """Overrides that hold nowhere, or that contradict each other."""
    rows = subject.table("overrides")
    held = pd.concat([subject.decided(kind) for kind in rows["kind"].dropna().unique()] or [rows])
    lost = rows[~rows.index.isin(held.index)]
    if len(lost):
        names = lost["unit"].fillna(lost["rep"]).tolist()
        message = (
            f"overrides of {named(names)} hold nowhere in the plan: expired, or for a period that is"
            " not planned"
        )
        yield subject.say(
            Severity.WARNING,
            "overrides",
            message,
            "expires",
            code="override-expired",
            **about(names),
        )
    keys = ["kind", "rep", "unit", "period"]
    holding = rows.loc[held.index].assign(name=rows["unit"].fillna(rows["rep"]))
    for row in holding[holding.duplicated(keys)].itertuples(index=False):
        yield subject.say(
            Severity.WARNING,
            "overrides",
            f"there are two overrides of the {row.kind} of {row.name}",
            "value",
            mend="take one out: the last one counts",
            code="override-twice",
            **about([row.name]),
        )


def check_one_name(subject: Subject) -> Iterator[Finding]:
    """Hours are a rep's or a unit's; a lock names its rep once."""
    rows = subject.table("overrides")
    both = rows[rows["rep"].notna() & rows["unit"].notna()]
    for row in both[both["kind"] == "hours"].itertuples(index=False):
        message = f"hours of unit {row.unit}, and of rep {row.rep} at once: the unit's are meant"
        yield _of_two(subject, message, "take the rep out, or make two rows of it")
    other = (both["kind"] == "lock") & (both["rep"] != both["value"].str.strip())
    for row in both[other].itertuples(index=False):
        message = f"unit {row.unit} is locked to {row.value}, and the row names {row.rep} as well"
        yield _of_two(subject, message, "take the rep out: the value is whom the unit is locked to")


def _of_two(subject: Subject, message: str, mend: str) -> Finding:
    return subject.say(
        Severity.WARNING, "overrides", message, "rep", mend=mend, code="override-of-two"
    )


def check_decided_locks(subject: Subject) -> Iterator[Finding]:
    """A lock names a unit, and as its value a rep; one who leaves has the unit to the last day."""
    rows, reps = subject.decided("lock"), subject.table("reps")
    known = reps["rep"].tolist()
    present = present_reps(subject)
    staying = set(present.loc[present["status"] != "leaving", "rep"])
    for rep, unit, value in zip(rows["rep"], rows["unit"], rows["value"], strict=True):
        if not unit:
            yield out_of_bounds(subject, f"the lock of {rep} names no unit", "unit", "", "a unit")
        elif value not in known:
            message = f"unit {unit} cannot be locked to {value or 'nobody'}"
            near = nearest(value, known)
            yield out_of_bounds(
                subject, message, "value", value, "as the value a rep", nearest=near
            )
        elif value not in staying:
            yield subject.say(
                Severity.WARNING,
                "overrides",
                f"unit {unit} is locked to {value}, who leaves: the lock ends with the rep",
                "value",
                mend="name another rep, or take the lock out",
                code="decided-lock-ends",
                **about([unit]),
            )


def check_decided_hours(subject: Subject) -> Iterator[Finding]:
    """Hours that people decided are hours that a period has, of a unit that needs some."""
    rows, calendar = subject.decided("hours"), subject.calendar
    days = ((calendar.ends - calendar.starts).days.max() + 1) / calendar.input_factor
    most = HOURS_OF_A_DAY * float(days)
    amounts = amounts_in(rows["value"])
    wrong = rows[~amounts.between(0, most)]
    for rep, unit, value in zip(wrong["rep"], wrong["unit"], wrong["value"], strict=True):
        message = f"{unit or rep} cannot have these hours"
        yield out_of_bounds(subject, message, "value", value, f"hours from 0 to {most:,.0f}")


def out_of_bounds(
    subject: Subject, message: str, column: str, value: str, expected: str, **more: Any
) -> Finding:
    """An override that cannot be; what it must be is `expected`."""
    return subject.say(
        Severity.PROBLEM,
        "overrides",
        message,
        column,
        value=value,
        expected=expected,
        code="override-out-of-bounds",
        **more,
    )
