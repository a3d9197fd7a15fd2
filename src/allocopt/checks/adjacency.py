"""Adjacency: a map that says which units touch, where the plan is to keep them together."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.borders import Borders, unit_borders
from allocopt.checks.eligibility import present_reps
from allocopt.checks.subject import Subject, about, named, plural
from allocopt.errors import Finding, Severity


def check_adjacency(subject: Subject) -> Iterator[Finding]:
    """Rules about borders need borders, and a map whose parts have reps enough."""
    section = subject.config.contiguity
    asked = "hard" if section.hard else "cut_price" if section.cut_price > 0 else ""
    adjacency, units = subject.table("adjacency"), subject.table("units")
    yield from _odd_rows(subject, adjacency)
    if not asked or units.empty:
        return
    if adjacency.empty:
        yield subject.place("contiguity", asked).problem(
            f"contiguity.{asked} needs to know which units touch, and no row says so",
            mend="add adjacency.csv with the columns a and b",
            code="no-adjacency",
        )
    elif section.hard:
        borders = unit_borders(units, adjacency, subject.tree)
        yield from _islands(subject, units, borders)
        yield from _scattered_families(subject, units, borders)


def _odd_rows(subject: Subject, adjacency: pd.DataFrame) -> Iterator[Finding]:
    """Rows of one place with itself, and borders with two lengths."""
    same = adjacency.loc[adjacency["a"] == adjacency["b"], "a"].tolist()
    if same:
        message = f"{plural(same, 'place', 'places')} next to itself: the row says nothing"
        yield subject.say(
            Severity.WARNING, "adjacency", message, "b", code="border-with-itself", **about(same)
        )
    length = adjacency["length"].fillna(1.0)
    sides = [frozenset(pair) for pair in zip(adjacency["a"], adjacency["b"], strict=True)]
    for pair, lengths in length.groupby(sides, sort=False):
        if lengths.nunique() > 1:
            yield subject.say(
                Severity.PROBLEM,
                "adjacency",
                f"the border of {' and '.join(sorted(map(str, pair)))} has two lengths",
                "length",
                value=", ".join(f"{value:g}" for value in lengths),
                expected="one length",
                mend="take one of the rows out",
                code="two-border-lengths",
            )


def _islands(subject: Subject, units: pd.DataFrame, borders: Borders) -> Iterator[Finding]:
    """Parts of the map that no border joins: no rep can have units of two of them."""
    parts = borders.parts(units["unit"])
    reps = len(present_reps(subject))
    too_many = subject.config.coverage.every_unit and len(parts) > reps
    if len(parts) == 1:
        return
    small = [_part(part, units) for part in parts[1:]]
    yield subject.say(
        Severity.PROBLEM if too_many else Severity.WARNING,
        "adjacency",
        f"the map falls into {len(parts)} parts that do not touch, and a rep may have units of one part "
        f"only: beside the largest {named(small)}"
        + (f"; there are {reps} reps" if too_many else ""),
        "a",
        mend="add the borders that are missing, or set contiguity.hard to false",
        code="too-many-islands" if too_many else "islands",
        **about(small),
    )


def _part(part: frozenset[str], units: pd.DataFrame) -> str:
    """The part's first unit, and how many others it has."""
    first = next(unit for unit in units["unit"] if unit in part)
    return first if len(part) == 1 else f"{first} with {len(part) - 1} more"


def _scattered_families(
    subject: Subject, units: pd.DataFrame, borders: Borders
) -> Iterator[Finding]:
    """Families that one rep is to have, and whose units lie in several parts of the map."""
    part_of = {
        unit: number for number, part in enumerate(borders.parts(units["unit"])) for unit in part
    }
    for family, members in units.groupby("family", sort=False)["unit"]:
        if members.map(part_of).nunique() > 1:
            yield subject.say(
                Severity.PROBLEM,
                "units",
                f"the units of the family {family} ({named(members)}) lie in parts of the map that do not "
                "touch, and one rep is to have them all",
                "family",
                mend="add the borders that are missing, or take the units out of the family",
                code="scattered-family",
                **about(list(members)),
            )
