"""Selling time of reps, and when they are there, as people change it in the form `capacities`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from allocopt.documents.edits.edit import Edit
from allocopt.documents.edits.filled import Filled
from allocopt.documents.edits.locks import day
from allocopt.documents.edits.names import Names
from allocopt.errors import Finding
from allocopt.scenario import Scenario

# Columns of the form and of the table reps.
DAYS = {"new_start": "start", "new_end": "end"}


def capacity_edits(
    filled: Filled, scenario: Scenario, reps: Names, findings: list[Finding]
) -> Iterator[Edit]:
    """The hours and days of reps that differ from those of the scenario."""
    rows = scenario.table("reps").drop_duplicates("rep")
    known = {str(one["rep"]): one for one in rows.to_dict("records")}
    for row in filled.rows():
        text = filled.text(row, "rep")
        rep = reps.key_of(text)
        if rep:
            findings += _disordered(filled, row, known[rep])
            yield from _hours(filled, row, rep, known[rep])
            yield from _days(filled, row, rep, known[rep])
        elif text:
            near = reps.near(text)
            findings.append(filled.problem(row, "rep", "is no rep of this plan", nearest=near))


def _hours(filled: Filled, row: int, rep: str, known: Mapping[Any, Any]) -> Iterator[Edit]:
    if not filled.has(row, "new_hours"):
        return
    before, after = float(known["hours"]), float(filled.value(row, "new_hours"))
    if not np.isclose(before, after, rtol=1e-12):
        setting = filled.setting(row, "new_hours", ("override", "reps", rep, "hours"), after)
        yield Edit("hours", rep, f"{before:,.6g}", f"{after:,.6g}", "", (setting,))


def _days(filled: Filled, row: int, rep: str, known: Mapping[Any, Any]) -> Iterator[Edit]:
    for name, column in DAYS.items():
        before, after = day(known[column]), _asked(filled, row, name)
        if after is not None and after != before:
            path = ("override", "reps", rep, column)
            setting = filled.setting(row, name, path, after or None)
            yield Edit(column, rep, before or "none", after or "none", "", (setting,))


def _asked(filled: Filled, row: int, name: str) -> str | None:
    """The day that is asked for, "" for none; None where nothing is asked."""
    if filled.has(row, name):
        return day(filled.value(row, name))
    return "" if filled.cleared(row, name) else None


def _disordered(filled: Filled, row: int, known: Mapping[Any, Any]) -> list[Finding]:
    """A rep who would leave before the first day."""
    start, end = (
        day(known[column]) if (asked := _asked(filled, row, name)) is None else asked
        for name, column in DAYS.items()
    )
    if not start or not end or start <= end:
        return []
    name = "new_end" if filled.has(row, "new_end") else "new_start"
    said = "is before the first day" if name == "new_end" else "is after the last day"
    return [filled.problem(row, name, said, f"a start ({start}) not after the end ({end})")]
