"""Timeline: milestones that people set, and those that follow from the plan."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.documents.blocks import Section, columns, section, table
from allocopt.documents.facts import Facts
from allocopt.documents.sections.quotas import quarters_of
from allocopt.documents.text import known_text
from allocopt.documents.voice import Voice

# When, what, who, whether people set it.
Entry = tuple[pd.Timestamp, str, str, bool]


def timeline_section(facts: Facts, voice: Voice) -> Section:
    """All milestones in the order of their dates."""
    entries = [
        *_given(facts),
        *_periods(facts, voice),
        *_people(facts, voice),
        *_targets(facts, voice),
    ]
    entries.sort(key=lambda entry: entry[0])
    rows = [
        [
            voice.show.date(when),
            what,
            who,
            voice.say("timeline.given" if given else "timeline.generated"),
        ]
        for when, what, who, given in entries
    ]
    undated = [
        [voice.show.unknown, milestone.name, milestone.owner, voice.say("timeline.given")]
        for milestone in facts.scenario.config.document.milestones
        if milestone.date is None
    ]
    heads = columns("@date milestone owner source", voice)
    caption = voice.say("timeline.table")
    return section("timeline", voice, [table(caption, heads, [*rows, *undated], voice)])


def _given(facts: Facts) -> Iterator[Entry]:
    document = facts.scenario.config.document
    for milestone in document.milestones:
        if milestone.date is not None:
            text = f"{milestone.name}: {milestone.text}" if milestone.text else milestone.name
            yield pd.Timestamp(milestone.date), text, milestone.owner, True
    for tactic in document.tactics:
        if tactic.due is not None:
            yield pd.Timestamp(tactic.due), tactic.name, tactic.owner, True


def _periods(facts: Facts, voice: Voice) -> Iterator[Entry]:
    """The plan's start and end, and each quarter between."""
    calendar = facts.scenario.calendar
    yield calendar.plan_start, voice.say("timeline.start"), "", False
    quarters = quarters_of(facts)
    seen = {quarters[calendar.labels[0]]}
    for start, label in zip(calendar.starts, calendar.labels, strict=True):
        if quarters[label] not in seen:
            seen.add(quarters[label])
            text = voice.say("timeline.quarter", period=voice.show.period(quarters[label]))
            yield start, text, "", False
    yield calendar.plan_end, voice.say("timeline.end"), "", False


def _people(facts: Facts, voice: Voice) -> Iterator[Entry]:
    """Hires, handovers and the ends of locks."""
    for rep, start in _dates(facts.hires["start"]).items():
        name = facts.name_of("reps", str(rep))
        yield pd.Timestamp(str(start)), voice.say("timeline.hire", rep=name), "", False
    changes = facts.handovers.drop_duplicates(["unit", "start"])["start"]
    for key, dates in (("handovers", changes), ("locks", facts.units["lock_until"])):
        for when, number in _dates(dates).value_counts().items():
            yield pd.Timestamp(str(when)), voice.say.count(f"timeline.{key}", number), "", False


def _targets(facts: Facts, voice: Voice) -> Iterator[Entry]:
    """Dates by which targets are due."""
    for row in facts.scenario.table("targets").to_dict("records"):
        if known_text(row["end"]):
            text = voice.say("timeline.target", name=row["name"])
            yield pd.Timestamp(row["end"]), text, known_text(row.get("owner")), False


def _dates(values: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    """The entries that name a date."""
    return pd.to_datetime(values, errors="coerce").dropna()
