"""Timeline: milestones that people set, and those that follow from the plan."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.documents.blocks import Section, columns, section
from allocopt.documents.facts import Facts
from allocopt.documents.facts.milestones import dated_steps
from allocopt.documents.figures import milestone_chart
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table
from allocopt.documents.sections.quotas import quarters_of

# When, what, who, whether people set it.
Entry = tuple[pd.Timestamp, str, str, bool]


def timeline_section(facts: Facts, voice: Voice) -> Section:
    """All milestones in the order of their dates."""
    steps = dated_steps(facts, voice)
    entries = [
        *_periods(facts, voice),
        *((step.when, step.what, step.who, step.by_people) for step in steps),
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
    dates = lean_table(caption, heads, [*rows, *undated], voice)
    return section("timeline", voice, [milestone_chart(facts, voice), dates])


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
