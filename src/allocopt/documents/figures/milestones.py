"""Milestones on a time line, a lane for each kind."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from allocopt.calendar import Calendar
from allocopt.documents.blocks import Block, chart
from allocopt.documents.charts import Event, Lane, lane_chart
from allocopt.documents.charts.lanes import MOST_ROWS
from allocopt.documents.charts.palette import BLUE, DARK, GREEN, RED
from allocopt.documents.facts import Facts
from allocopt.documents.facts.milestones import DatedStep, dated_steps
from allocopt.documents.figures.texts import more, words
from allocopt.documents.language.voice import Voice

# The sign of each lane, the same in every document.
LANES = {
    "milestone": ("diamond", BLUE),
    "tactic": ("dot", RED),
    "people": ("ring", DARK),
    "target": ("box", GREEN),
}


def milestone_chart(facts: Facts, voice: Voice) -> Block | None:
    """Milestones, tactics, changes of people and targets on the plan's time line."""
    steps = sorted(dated_steps(facts, voice), key=lambda step: step.when)
    if not steps:
        return None
    calendar = facts.scenario.calendar
    first, last = _span(steps, calendar)
    shown = steps[:MOST_ROWS]
    lanes = [
        Lane(
            voice.say(f"chart.lane.{kind}"),
            [_event(step, first, voice) for step in shown if step.kind == kind],
            sign,
        )
        for kind, sign in LANES.items()
    ]
    ticks = [
        (float((start - first).days), voice.show.short_period(label))
        for start, label in zip(calendar.starts, calendar.labels, strict=True)
    ]
    texts = words("milestones", facts, voice, _numbers(steps, voice))
    geometry = lane_chart(lanes, (0.0, float((last - first).days)), ticks, texts)
    return chart(geometry, more(len(steps) - len(shown), voice))


def _numbers(steps: Sequence[DatedStep], voice: Voice) -> str:
    """How many there are, from when to when; what a single one is."""
    days = [voice.show.date(steps[place].when.date()) for place in (0, -1)]
    if len(steps) == 1:
        return voice.say("figure.numbers.one", most=steps[0].what, high=days[0])
    count = voice.show.number(len(steps))
    return voice.say("figure.milestones.numbers", count=count, first=days[0], last=days[1])


def _span(steps: Sequence[DatedStep], calendar: Calendar) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The plan's days, and up to half of their number more on each side for what lies outside.

    What is farther away lies on an end of the line: it would press the plan into a corner.
    """
    margin = (calendar.plan_end - calendar.plan_start) / 2
    earliest = min(step.since or step.when for step in steps)
    latest = max(step.when for step in steps)
    first = max(min(earliest, calendar.plan_start), calendar.plan_start - margin)
    return first, min(max(latest, calendar.plan_end), calendar.plan_end + margin)


def _event(step: DatedStep, first: pd.Timestamp, voice: Voice) -> Event:
    """A step in days since the line begins, with its date in words, or with its first and its last."""
    start = step.when if step.since is None else step.since
    day = voice.show.date(step.when.date())
    if step.since is not None:
        day = voice.say("general.from_to", first=voice.show.date(step.since.date()), last=day)
    label = voice.say("chart.dated", date=day, what=step.what)
    return Event(label, float((start - first).days), float((step.when - first).days))
