"""Absences: they fall into a time in which the rep works."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.checks.subject import Subject, about, plural
from allocopt.errors import Finding, Severity


def check_absences(subject: Subject) -> Iterator[Finding]:
    """An absence outside the time in the position changes nothing; two at once count as the larger."""
    absences = subject.table("absences")
    reps = subject.table("reps").drop_duplicates("rep").set_index("rep")
    place = reps.reindex(absences["rep"]).set_axis(absences.index)
    outside = (absences["end"] < place["start"]) | (absences["start"] > place["end"])
    for row in absences[outside].itertuples(index=False):
        yield subject.say(
            Severity.WARNING,
            "absences",
            f"{row.rep} is away from {row.start:%Y-%m-%d} on, and not in the position then",
            "start",
            mend="mend the absence, or the rep's start and end",
            code="absence-outside-employment",
            **about([row.rep]),
        )
    twice = overlapping(absences)
    if twice:
        message = f"absences of {plural(twice, 'rep', 'reps')} overlap: the larger share counts"
        yield subject.say(
            Severity.NOTICE, "absences", message, "start", code="absences-overlap", **about(twice)
        )


def overlapping(absences: pd.DataFrame) -> list[str]:
    """Reps with two absences at once."""
    rows = absences.sort_values(["rep", "start"])
    so_far = rows.groupby("rep")["end"].cummax()
    before = so_far.groupby(rows["rep"]).shift()
    return rows.loc[rows["start"] <= before, "rep"].unique().tolist()
