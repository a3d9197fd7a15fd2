"""My dates: what happens when, of what concerns one rep."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.documents.blocks import MOST_ROWS, Block, Section, section
from allocopt.documents.facts import Facts
from allocopt.documents.facts.milestones import DatedStep, dated_steps, renewals
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table
from allocopt.documents.sections.my_units import rows_left


def my_dates_section(facts: Facts, voice: Voice) -> Section:
    """The dates of a rep's sheet, as many as it has room for."""
    return section("my_dates", voice, [_dates(facts, voice, rows_left(facts))])


def dates_section(facts: Facts, voice: Voice) -> Section:
    """All dates of a part, or of the company."""
    return section("my_dates", voice, [_dates(facts, voice, MOST_ROWS)])


def _dates(facts: Facts, voice: Voice, most: int) -> Block | None:
    """Milestones, tactics, handovers and renewals, in the order of their days."""
    steps = sorted([*_own_steps(facts, voice), *renewals(facts, voice)], key=lambda one: one.when)
    rows = [[voice.show.date(step.when), step.what, step.who] for step in steps]
    return lean_table(voice.say("my_dates.table"), "@date milestone owner", rows, voice, most=most)


def _own_steps(facts: Facts, voice: Voice) -> Iterator[DatedStep]:
    """Those of the plan's steps that lie in it: a rep's sheet looks ahead."""
    calendar = facts.scenario.calendar
    for step in dated_steps(facts, voice):
        if calendar.plan_start <= step.when <= calendar.plan_end or step.by_people:
            yield step
