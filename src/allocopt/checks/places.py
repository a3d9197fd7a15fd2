"""Places: rules about distance need to know where units and reps are."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.checks.subject import Subject, about, plural
from allocopt.errors import Finding, Severity
from allocopt.tables import look_up

RULES = ("candidates", "max_distance", "travel_speed")


def check_places(subject: Subject) -> Iterator[Finding]:
    """Coordinates of a thing or of its territory, or listed distances, for each rule that needs them."""
    coverage, pairs = subject.config.coverage, subject.table("pairs")
    asked = [rule for rule in RULES if getattr(coverage, rule) is not None]
    if not asked or subject.config.pairs.complete:
        return
    listed = pairs.dropna(subset=["distance"])
    for table, key in (("units", "unit"), ("reps", "rep")):
        frame = subject.table(table)
        lost = frame.loc[~_placed(subject, frame) & ~frame[key].isin(listed[key]), key].tolist()
        if lost and len(lost) == len(frame):
            yield subject.place("coverage", asked[0]).problem(
                f"coverage.{asked[0]} needs places, and no {key} has any",
                mend=f"give latitude and longitude in {table} or territories, or pairs.distance",
                code="no-places",
            )
        elif lost:
            message = f"{plural(lost, key, table)} without a place: distance is unknown"
            yield subject.say(
                Severity.WARNING, table, message, "latitude", code="no-place", **about(lost)
            )


def _placed(subject: Subject, frame: pd.DataFrame) -> pd.Series[bool]:
    places = subject.table("territories")
    known = pd.Series(data=True, index=frame.index)
    for column in ("latitude", "longitude"):
        home = look_up(places, "territory", column, frame["territory"])
        known &= frame[column].fillna(home).notna()
    return known
