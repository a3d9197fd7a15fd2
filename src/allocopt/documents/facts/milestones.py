"""Milestones: dates that people have set, and those that follow from the plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.documents.facts.concerns import concerns
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice


@dataclass(frozen=True)
class DatedStep:
    """Something that happens on a day, or until it where `since` says from when on."""

    when: pd.Timestamp
    what: str
    who: str
    kind: Literal["milestone", "tactic", "people", "target"]
    since: pd.Timestamp | None = None

    @property
    def by_people(self) -> bool:
        """Whether people have set it; the plan follows from no such thing."""
        return self.kind in ("milestone", "tactic")


def dated_steps(facts: Facts, voice: Voice) -> Iterator[DatedStep]:
    """All that has a date: milestones, tactics, hires, handovers, locks and targets."""
    yield from _given(facts)
    yield from _people(facts, voice)
    yield from _targets(facts, voice)


def _given(facts: Facts) -> Iterator[DatedStep]:
    document = facts.scenario.config.document
    for milestone in document.milestones:
        told = f"{milestone.name} {milestone.text}"
        if milestone.date is not None and concerns(facts, told, milestone.owner):
            text = f"{milestone.name}: {milestone.text}" if milestone.text else milestone.name
            yield DatedStep(pd.Timestamp(milestone.date), text, milestone.owner, "milestone")
    for tactic in document.tactics:
        told = f"{tactic.name} {tactic.text}"
        if tactic.due is not None and concerns(facts, told, tactic.owner, tactic.scope):
            since = None if tactic.start is None else pd.Timestamp(tactic.start)
            yield DatedStep(pd.Timestamp(tactic.due), tactic.name, tactic.owner, "tactic", since)


def _people(facts: Facts, voice: Voice) -> Iterator[DatedStep]:
    """Hires, handovers and the ends of locks."""
    for rep, start in _dates(facts.hires["start"]).items():
        text = voice.say("timeline.hire", rep=facts.name_of("reps", str(rep)))
        yield DatedStep(pd.Timestamp(str(start)), text, "", "people")
    changes = facts.handovers.drop_duplicates(["unit", "start"])["start"]
    for key, dates in (("handovers", changes), ("locks", facts.units["lock_until"])):
        for when, number in _dates(dates).value_counts().items():
            text = voice.say.count(f"timeline.{key}", number)
            yield DatedStep(pd.Timestamp(str(when)), text, "", "people")


def _targets(facts: Facts, voice: Voice) -> Iterator[DatedStep]:
    """Dates by which targets are due."""
    for row in facts.scenario.table("targets").to_dict("records"):
        scope = known_text(row["scope"])
        if known_text(row["end"]) and (facts.extent is None or scope == str(facts.subject)):
            text = voice.say("timeline.target", name=row["name"])
            owner = known_text(row.get("owner"))
            yield DatedStep(pd.Timestamp(row["end"]), text, owner, "target")


def renewals(facts: Facts, voice: Voice) -> Iterator[DatedStep]:
    """Contracts that come up for renewal in the plan."""
    due: dict[str, pd.Timestamp] = (facts.whole or facts).once(
        "renewals", lambda: _due_in_the_plan(facts)
    )
    for unit in facts.units.index.intersection(list(due)):
        name = facts.name_of("units", unit)
        yield DatedStep(due[unit], voice.say("timeline.renewal", name=name), "", "people")


def _due_in_the_plan(facts: Facts) -> dict[str, pd.Timestamp]:
    """Units of the company whose contracts end in the plan, and when."""
    table, calendar = facts.scenario.table("units"), facts.scenario.calendar
    dates = _dates(table.set_index("unit")["renewal"]) if "renewal" in table else pd.Series()
    inside = (
        dates[(dates >= calendar.plan_start) & (dates <= calendar.plan_end)]
        if len(dates)
        else dates
    )
    return {str(unit): when for unit, when in inside.items()}


def _dates(values: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    """The entries that name a date."""
    return pd.to_datetime(values, errors="coerce").dropna()
