"""Locks that people set, lift or move in the form `locks`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from allocopt.documents.edits.edit import Edit
from allocopt.documents.edits.filled import Filled
from allocopt.documents.edits.names import Names
from allocopt.documents.language.text import known_text
from allocopt.errors import Finding
from allocopt.locks import locks, renews_soon
from allocopt.overrides import key_texts
from allocopt.row_changes import REMOVE
from allocopt.scenario import Scenario
from allocopt.tables import CONTRACT
from allocopt.yaml_source import KeyPath

FREE = "free"


@dataclass(frozen=True)
class Lock:
    """A rep that a unit stays with, why and until when; "" = for good. `decided`: by an override."""

    rep: str
    reason: str
    until: str = ""
    decided: bool = False

    def __str__(self) -> str:
        until = f" until {self.until}" if self.until else ""
        return f"locked to {self.rep}{until} ({self.reason})"


@dataclass(frozen=True)
class Held:
    """What holds of the units of a scenario: owners, locks, and the locks that people decided."""

    scenario: Scenario

    @cached_property
    def owners(self) -> dict[str, str]:
        """Today's rep of each unit; "" where it is vacant."""
        units = self.scenario.table("units").drop_duplicates("unit")
        return {
            str(unit): known_text(rep)
            for unit, rep in zip(units["unit"], units["rep"], strict=True)
        }

    @cached_property
    def locks(self) -> dict[str, Lock]:
        """The lock of each unit that has one."""
        rows = locks(self.scenario)
        return {
            str(unit): Lock(
                str(row["rep"]), str(row["reason"]), day(row["until"]), str(unit) in self.keys
            )
            for unit, row in rows.iterrows()
        }

    @cached_property
    def renewing(self) -> frozenset[str]:
        """Units that stay because they renew soon, unless something else is said of them."""
        units = self.scenario.table("units")
        soon = units.loc[renews_soon(self.scenario), "unit"]
        stated = units.loc[units["lock"].notna(), "unit"]
        return frozenset(soon) - frozenset(stated) - frozenset(self.keys)

    @cached_property
    def keys(self) -> dict[str, list[str]]:
        """The rows of overrides that lock each unit."""
        rows = self.scenario.table("overrides")
        rows = rows[(rows["kind"] == "lock") & rows["unit"].notna()]
        found: dict[str, list[str]] = {}
        for unit, key in zip(rows["unit"], key_texts(CONTRACT["overrides"], rows), strict=True):
            found.setdefault(str(unit), []).append(str(key))
        return found


def lock_edits(
    filled: Filled, scenario: Scenario, reps: Names, findings: list[Finding]
) -> Iterator[Edit]:
    """The locks that differ from those that hold."""
    held = Held(scenario)
    units = Names(scenario.table("units"), "unit")
    for row in filled.rows():
        text = filled.text(row, "unit")
        unit = units.key_of(text)
        if not unit:
            if text:
                near = units.near(text)
                findings.append(
                    filled.problem(row, "unit", "is no unit of this plan", nearest=near)
                )
            continue
        wanted = _wanted(filled, row, held, unit, reps)
        if isinstance(wanted, Finding):
            findings.append(wanted)
        elif wanted != held.locks.get(unit):
            yield _edit(filled, row, held, unit, wanted)


def _wanted(  # noqa: PLR0911 - one line per answer of the form
    filled: Filled, row: int, held: Held, unit: str, reps: Names
) -> Lock | Finding | None:
    """The lock that a row asks for, None for none; or what is wrong with the row."""
    now = held.locks.get(unit)
    named, asked = filled.text(row, "new_rep"), filled.value(row, "lock")
    is_no = not pd.isna(asked) and not bool(asked)
    if named and is_no:
        return filled.problem(
            row, "lock", "is no, and a new rep is named", "one of the two", mend="empty one of them"
        )
    if named:
        rep = reps.key_of(named)
        if not rep:
            return _no_rep(filled, row, "new_rep", reps)
        return _locked(filled, row, now, Lock(rep, "", decided=True))
    if is_no:
        return _freed(filled, row, held, unit)
    if not pd.isna(asked):
        owner = held.owners[unit]
        if not owner:
            return filled.problem(
                row, "lock", "is yes, and nobody has the unit today", "a rep as new rep"
            )
        return _locked(filled, row, now, Lock(owner, "", decided=False))
    if now is None or unit in held.renewing:
        name = "reason" if filled.text(row, "reason") else "until"
        return filled.problem(
            row, name, "belongs to a lock, and there is none", "a new rep, or yes as lock"
        )
    return _locked(filled, row, now, now)


def _no_rep(filled: Filled, row: int, name: str, reps: Names) -> Finding:
    near = reps.near(filled.text(row, name))
    return filled.problem(
        row, name, "is no rep of this plan", "a rep out of the list", nearest=near
    )


def _locked(filled: Filled, row: int, now: Lock | None, wanted: Lock) -> Lock | Finding:
    """The lock with its reason and last day; those that hold stay where nothing is said."""
    same = now is not None and now.rep == wanted.rep
    reason = filled.text(row, "reason") or (now.reason if now and same else "")
    if not reason:
        return filled.problem(row, "reason", "is empty", "why the unit is locked")
    until = now.until if now and same else ""
    if filled.has(row, "until"):
        until = day(filled.value(row, "until"))
    elif filled.cleared(row, "until"):
        until = ""
    # A rep who has the unit already by a decision keeps it by that decision.
    decided = now.decided if now and same else wanted.decided
    return replace(wanted, reason=reason, until=until, decided=decided)


def _freed(filled: Filled, row: int, held: Held, unit: str) -> Finding | None:
    if unit in held.renewing:
        return filled.problem(
            row,
            "lock",
            "cannot be no: the unit renews soon",
            mend="change coverage.lock_before_renewal with --set",
        )
    return None


def _edit(filled: Filled, row: int, held: Held, unit: str, wanted: Lock | None) -> Edit:
    """What must change so that a unit has the lock that is wanted."""
    changes = lock_changes(held, unit, wanted)
    return Edit(
        "lock",
        unit,
        str(held.locks.get(unit) or FREE),
        str(wanted or FREE),
        filled.text(row, "reason"),
        tuple(filled.setting(row, "lock", path, value) for path, value in changes),
        lock_row(unit, wanted) if wanted is not None and wanted.decided else None,
        filled.place(row, "new_rep"),
    )


def lock_changes(held: Held, unit: str, wanted: Lock | None) -> Iterator[tuple[KeyPath, Any]]:
    """Paths and values by which a unit has a lock, but for the row that a decided one is (`lock_row`)."""
    for key in held.keys.get(unit, ()):
        yield ("override", "overrides", key), REMOVE
    stated = wanted if wanted is not None and not wanted.decided else None
    before = held.locks.get(unit)
    if stated is not None or (before is not None and not before.decided):
        path = ("override", "units", unit)
        yield (*path, "lock"), stated.reason if stated else None
        yield (*path, "lock_until"), _until(stated)


def _until(lock: Lock | None) -> str | None:
    return (lock.until or None) if lock else None


def lock_row(unit: str, lock: Lock) -> dict[str, Any]:
    """A row of overrides that locks a unit to a rep."""
    row = {"kind": "lock", "unit": unit, "value": lock.rep, "reason": lock.reason}
    return {**row, "expires": lock.until} if lock.until else row


def day(value: Any) -> str:
    """A day as tables hold it; "" where there is none."""
    return "" if pd.isna(value) else f"{pd.Timestamp(value):%Y-%m-%d}"
