"""Quotas and hours that people decide in the form `overrides`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from allocopt.decided import amounts_in
from allocopt.documents.edits.edit import Edit
from allocopt.documents.edits.filled import Filled
from allocopt.documents.edits.locks import day
from allocopt.documents.edits.names import Names
from allocopt.documents.language.text import known_text
from allocopt.errors import Finding
from allocopt.overrides import key_texts
from allocopt.row_changes import REMOVE
from allocopt.scenario import Scenario
from allocopt.tables import CONTRACT

KINDS = ("quota", "hours")
# Texts of a decision that must be given, and why.
ASKED = {"reason": "why it was decided", "by": "who decided it"}


@dataclass(frozen=True)
class Decision:
    """A quota or hours of a rep, or hours of a unit, in a period ("" = all of them) [per period]."""

    kind: str
    rep: str
    unit: str
    period: str
    value: float
    reason: str
    by: str
    expires: str

    @property
    def about(self) -> tuple[str, str, str, str]:
        """What it decides."""
        return self.kind, self.rep, self.unit, self.period

    def __str__(self) -> str:
        until = f" until {self.expires}" if self.expires else ""
        return f"{self.value:,.6g}{until}"

    @property
    def item(self) -> str:
        """What it decides, in words."""
        return " ".join(filter(None, (self.kind, "of", self.rep or self.unit, self.period)))

    def row(self) -> dict[str, Any]:
        """The row of overrides that says it."""
        told = {
            "kind": self.kind,
            "rep": self.rep,
            "unit": self.unit,
            "period": self.period,
            "value": repr(self.value),
            "reason": self.reason,
            "by": self.by,
            "expires": self.expires,
        }
        return {name: text for name, text in told.items() if text}


def decisions_of(scenario: Scenario) -> dict[str, Decision]:
    """The decisions on quotas and hours in overrides, by their key; the last of several counts."""
    rows = scenario.table("overrides")
    rows = rows[rows["kind"].isin(KINDS)]
    values = amounts_in(rows["value"].map(known_text)) if len(rows) else rows["value"]
    keys: Iterable[str] = key_texts(CONTRACT["overrides"], rows) if len(rows) else ()
    texts = ("kind", "rep", "unit", "reason", "by")
    return {
        str(key): Decision(
            **{name: known_text(row[name]) for name in texts},
            period="" if pd.isna(row["period"]) else scenario.calendar.label(row["period"]),
            value=float(value),
            expires=day(row["expires"]),
        )
        for key, value, row in zip(keys, values, rows.to_dict("records"), strict=True)
    }


def decision_edits(
    filled: Filled, scenario: Scenario, reps: Names, findings: list[Finding]
) -> Iterator[Edit]:
    """The decisions that are new, that differ from those that hold, or that are withdrawn."""
    held = {one.about: (key, one) for key, one in decisions_of(scenario).items()}
    seen: dict[tuple[str, str, str, str], int] = {}
    for row in filled.rows():
        wanted = _read(filled, row, scenario, reps, findings)
        if wanted is None:
            continue
        key, before = held.get(wanted.about, ("", None))
        withdrawn = filled.has(row, "withdraw") and bool(filled.value(row, "withdraw"))
        if not withdrawn and _same(wanted, before):
            continue
        wrong = _wrong(filled, row, wanted, before, withdrawn=withdrawn)
        if wanted.about in seen:
            first = int(filled.grid.rows[seen[wanted.about]])
            wrong.append(
                filled.problem(row, "value", f"decides the same as row {first}", "one row for each")
            )
        seen[wanted.about] = row
        findings += wrong
        if not wrong:
            yield _edit(filled, row, (key, before), None if withdrawn else wanted)


def _same(wanted: Decision, before: Decision | None) -> bool:
    if before is None:
        return False
    texts = ("reason", "by", "expires")
    shown = Filled.shown
    same = all(shown(getattr(wanted, n)) == shown(getattr(before, n)) for n in texts)
    return same and bool(np.isclose(wanted.value, before.value, rtol=1e-9, equal_nan=True))


def _read(
    filled: Filled, row: int, scenario: Scenario, reps: Names, findings: list[Finding]
) -> Decision | None:
    """What a row decides; None where it does not say about what."""
    units = Names(scenario.table("units"), "unit")
    keys = {
        "rep": reps.key_of(filled.text(row, "rep")),
        "unit": units.key_of(filled.text(row, "unit")),
    }
    wrong = [
        filled.problem(
            row, name, f"is no {name} of this plan", nearest=names.near(filled.text(row, name))
        )
        for name, names in (("rep", reps), ("unit", units))
        if filled.text(row, name) and not keys[name]
    ]
    if not filled.text(row, "kind"):
        wrong.append(filled.problem(row, "kind", "is empty", "quota or hours"))
    label, unplanned = _period(filled, row, scenario)
    findings += [*wrong, *unplanned]
    if wrong or unplanned or not filled.has(row, "kind"):
        return None
    return Decision(
        kind=str(filled.value(row, "kind")),
        **keys,
        period=label,
        value=float(filled.value(row, "value")),
        reason=filled.text(row, "reason"),
        by=filled.text(row, "by"),
        expires=day(filled.value(row, "expires")),
    )


def _period(filled: Filled, row: int, scenario: Scenario) -> tuple[str, list[Finding]]:
    """The label of the period that a row is for, "" = all; a problem where it is not planned."""
    calendar = scenario.calendar
    if not filled.has(row, "period"):
        return "", []
    label = calendar.label(filled.value(row, "period"))
    if label in calendar.labels:
        return label, []
    expected = f"a period from {calendar.labels[0]} to {calendar.labels[-1]}"
    return "", [filled.problem(row, "period", "is not planned", expected)]


def _wrong(
    filled: Filled, row: int, wanted: Decision, before: Decision | None, *, withdrawn: bool
) -> list[Finding]:
    """What a decision lacks."""
    if withdrawn:
        mend = "empty the row"
        missing = before is None
        return [
            filled.problem(row, "withdraw", "withdraws what was not decided", mend=mend)
        ] * missing
    found = []
    if wanted.kind == "quota" and not wanted.rep:
        found.append(filled.problem(row, "rep", "is empty", "the rep whose quota it is"))
    if wanted.kind == "quota" and wanted.unit:
        found.append(filled.problem(row, "unit", "has no quota", "a rep alone"))
    if wanted.kind == "hours" and bool(wanted.rep) == bool(wanted.unit):
        found.append(
            filled.problem(row, "rep", "needs one of rep and unit", "either a rep or a unit")
        )
    if not filled.text(row, "value"):
        found.append(filled.problem(row, "value", "is empty", "an amount per period"))
    found += [
        filled.problem(row, name, "is empty", what)
        for name, what in ASKED.items()
        if not filled.text(row, name)
    ]
    return found


def _edit(
    filled: Filled, row: int, held: tuple[str, Decision | None], wanted: Decision | None
) -> Edit:
    key, before = held
    path = ("override", "overrides", key)
    either = wanted or before
    assert either is not None  # noqa: S101 - what is withdrawn was decided
    return Edit(
        either.kind,
        either.item,
        str(before or "as planned"),
        str(wanted or "as planned"),
        either.reason,
        () if before is None else (filled.setting(row, "value", path, REMOVE),),
        None if wanted is None else wanted.row(),
        filled.place(row, "value"),
    )
