"""Overlays: specialists who serve reps of the plan, with a share and a lift that are the same for all."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.checks.eligibility import present_reps
from allocopt.checks.subject import Subject, about, named, plural
from allocopt.errors import Finding, Severity


def check_overlays(subject: Subject) -> Iterator[Finding]:
    """Who supports whom, with how many hours, and what it brings."""
    rows = subject.table("overlays")
    if rows.empty:
        return
    yield from _served(subject, rows)
    yield from _of_two_minds(subject, rows)
    yield from _owning(subject, rows)
    yield from _assumed(subject, rows)


def _owning(subject: Subject, rows: pd.DataFrame) -> Iterator[Finding]:
    """A specialist who owns units today gives them away, unless `pairs` names them."""
    pairs, units = subject.table("pairs"), subject.table("units")
    named_for = pd.MultiIndex.from_frame(pairs.loc[pairs["allowed"].fillna(False), ["unit", "rep"]])
    owned = units[units["rep"].isin(rows["rep"])]
    kept = pd.MultiIndex.from_frame(owned[["unit", "rep"]]).isin(named_for)
    lost = owned.loc[~kept, "unit"].tolist()
    if lost:
        message = f"{plural(lost, 'unit', 'units')} of specialists go to other reps"
        yield subject.say(
            Severity.WARNING,
            "overlays",
            message,
            "rep",
            mend="allow the pair in `pairs` if the specialist is to keep the unit",
            code="overlay-owns-unit",
            **about(lost),
        )


def _served(subject: Subject, rows: pd.DataFrame) -> Iterator[Finding]:
    """Specialists serve reps who own units; those who are not in the plan serve nobody."""
    for row in rows[rows["serves"].isin(set(rows["rep"]))].itertuples(index=False):
        yield subject.say(
            Severity.PROBLEM,
            "overlays",
            f"{row.rep} serves {row.serves}, who is a specialist too and owns no units",
            "serves",
            mend="name reps who own units",
            code="overlay-serves-overlay",
        )
    present = set(present_reps(subject)["rep"])
    active = rows["rep"].isin(present) & rows["serves"].isin(present)
    idle = [rep for rep in rows["rep"].unique() if not active[rows["rep"] == rep].any()]
    if idle:
        message = f"{plural(idle, 'specialist', 'specialists')} without a rep to serve in the plan"
        yield subject.say(
            Severity.WARNING,
            "overlays",
            message,
            "serves",
            mend="see the dates and the status of the reps",
            code="overlay-without-rep",
            **about(idle),
        )


def _of_two_minds(subject: Subject, rows: pd.DataFrame) -> Iterator[Finding]:
    for column in ("share", "lift"):
        several = rows.groupby("rep")[column].nunique() > 1
        for rep in several.index[several]:
            found = sorted(rows.loc[rows["rep"] == rep, column].dropna().unique())
            yield subject.say(
                Severity.PROBLEM,
                "overlays",
                f"{rep} has several values of {column}",
                column,
                value=named(f"{value:g}" for value in found),
                expected="one value for all whom a specialist serves",
                mend="give it once, or make two positions of it",
                code="overlay-of-two-minds",
            )


def _assumed(subject: Subject, rows: pd.DataFrame) -> Iterator[Finding]:
    said = rows.groupby("rep", sort=False)[["share", "lift"]].first()
    for column, default in (("share", "0.1"), ("lift", "0")):
        unknown = said.index[said[column].isna()].tolist()
        if unknown:
            names = plural(unknown, "specialist", "specialists")
            message = f"the {column} of {names} is not given: {default} assumed"
            yield subject.say(
                Severity.ASSUMPTION,
                "overlays",
                message,
                column,
                code=f"assumed-overlay-{column}",
                **about(unknown),
            )
