"""What is known of units: who has each, from when to when, why, and what holds it there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.documents.facts.holdings import holdings
from allocopt.documents.facts.reasons import LOCKED, handover_reason
from allocopt.documents.facts.subject import Subject
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.locks import locks


@dataclass(frozen=True)
class Stay:
    """A rep has a unit from a day to a day with a share; "" is nobody. `row` is the assignment."""

    rep: str
    start: pd.Timestamp
    end: pd.Timestamp
    share: float
    row: Mapping[Any, Any]

    @property
    def lock(self) -> str:
        """Why the unit is locked to the rep; blank where it is not."""
        reason = known_text(self.row["reason"])
        return reason.removeprefix(LOCKED) if reason.startswith(LOCKED) else ""


def stays(facts: Facts) -> Mapping[str, tuple[Stay, ...]]:
    """Who has each unit, in the order of days; units of a part only."""

    def made() -> dict[str, tuple[Stay, ...]]:
        found: dict[str, list[Stay]] = {}
        for row in facts.table("assignments").to_dict("records"):
            start, end = (pd.Timestamp(str(row[side])) for side in ("start", "end"))
            stay = Stay(known_text(row["rep"]), start, end, float(row["share"]), row)
            found.setdefault(str(row["unit"]), []).append(stay)
        return {unit: tuple(sorted(own, key=lambda s: s.start)) for unit, own in found.items()}

    table: dict[str, tuple[Stay, ...]] = facts.once("stays", made)
    return table


def reason_of(row: Mapping[Any, Any], facts: Facts, voice: Voice) -> str:
    """Why a unit has or changes its rep, in the words of the documents; found out once."""
    key = f"why {voice.say.language} {row['unit']} {row['rep']} {row['start']}"
    told: str = facts.once(key, lambda: handover_reason(row, facts, voice))
    return told


def lock_of(facts: Facts, unit: str) -> str:
    """The rep that a unit is locked to at the plan's start; blank where it is free."""
    held: pd.DataFrame = facts.once("locks", lambda: locks(facts.scenario))
    return known_text(held["rep"].get(unit, "")) if len(held) else ""


def units_of(facts: Facts, rep: str) -> pd.DataFrame:
    """The units of a rep in what the facts are about, as `holdings` has them: sales, hours and days of
    that rep.
    """
    own = holdings(part_of(facts, rep))
    return own[own.index.isin(facts.units.index)]


def part_of(facts: Facts, rep: str) -> Facts:
    """What belongs to a rep, also outside the part that the facts are about.

    Raises:
        AllocoptError: the plan knows no such rep.
    """
    part: Facts = facts.once(f"part of {rep}", lambda: facts.within(Subject("rep", rep)))
    return part


def open_units(facts: Facts) -> pd.DataFrame:
    """Units that nobody has for some of the plan: territory, segment, demand, first and last day."""
    rows = facts.table("assignments")
    rows = rows[rows["rep"].map(known_text) == ""]
    days = rows.groupby("unit").agg(first=("start", "min"), last=("end", "max"))
    table = days.join(facts.units[["territory", "segment", "demand"]])
    return table.sort_values("demand", ascending=False, kind="stable")
