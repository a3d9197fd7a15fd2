"""Goals: what was asked for, what the plan reaches, and whether each goal is SMART."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from allocopt.checks.goals import CRITERIA
from allocopt.documents.blocks import (
    Block,
    Section,
    bullets,
    columns,
    notice,
    section,
    table,
)
from allocopt.documents.facts import Facts
from allocopt.documents.facts.goals import GoalFacts, all_goals, given_goals, judged_goals
from allocopt.documents.language.formats import known
from allocopt.documents.language.measures import measure_name, measure_value
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table


def goals_section(facts: Facts, voice: Voice) -> Section:
    """Goals of the configuration, targets of the table, the quota of the company or the part."""
    goals = all_goals(facts, voice)
    given = {goal.key for goal in given_goals(facts)}
    blocks = [
        None if given else notice(voice.say("goals.proposed")),
        _reached(goals, voice) or notice(voice.say("goals.none")),
        _smart(goals, facts, voice),
        bullets(list(_remarks(given, facts, voice)), voice.say("goals.remarks")),
    ]
    return section("goals", voice, blocks)


def _reached(goals: list[GoalFacts], voice: Voice) -> Block | None:
    """Each goal with what the plan reaches of it, and how likely where that is known."""
    rows = [
        [
            goal.key or goal.name,
            measure_name(goal.measure, voice),
            measure_value(goal.measure, goal.amount, voice, goal.unit),
            voice.show.date(goal.due),
            goal.owner,
            measure_value(goal.measure, goal.planned, voice, goal.unit),
            missing_of(goal, voice),
            voice.show.percent(goal.probability, 0),
        ]
        for goal in goals
    ]
    heads = "goal measure #amount @due owner #planned #gap #chance"
    return lean_table(voice.say("goals.table"), heads, rows, voice)


def missing_of(goal: GoalFacts, voice: Voice) -> str:
    """What is missing to the goal, or that nothing is."""
    if goal.is_reached:
        return voice.say("goals.gap_kept" if goal.is_ceiling else "goals.gap_reached")
    return measure_value(goal.measure, goal.gap, voice, goal.unit)


def _smart(goals: list[GoalFacts], facts: Facts, voice: Voice) -> Block | None:
    """The five facts of each goal; those that were judged bear a mark."""
    judged = judged_goals(facts)
    rows = []
    for goal in goals:
        said = judged.loc[goal.key].to_dict() if goal.key in judged.index else {}
        texts = _five_facts(goal, facts, voice)
        rows.append(
            [_marked(text, name, said, voice) for name, text in zip(CRITERIA, texts, strict=True)]
        )
    heads = columns("specific measurable achievable relevant time_bound", voice)
    return table(voice.say("goals.smart"), heads, rows, voice)


def _marked(text: str, criterion: str, judged: Mapping[Hashable, Any], voice: Voice) -> str:
    """A fact under the mark of its criterion."""
    verdict = known_text(judged.get(criterion))
    if not verdict:
        return text
    if text == voice.show.unknown:
        return voice.say(f"mark.{verdict}")
    return voice.say("goals.marked", mark=voice.say(f"mark.{verdict}"), text=text)


def _five_facts(goal: GoalFacts, facts: Facts, voice: Voice) -> list[str]:
    """Specific, measurable, achievable, relevant, time-bound."""
    amount = measure_value(goal.measure, goal.amount, voice, goal.unit)
    where = facts.scope_name(goal.scope) or voice.say("general.company")
    dates = voice.say(
        "general.from_to", first=voice.show.date(goal.start), last=voice.show.date(goal.due)
    )
    return [
        voice.say("goals.specific", name=goal.name.rstrip(".。"), scope=where),
        f"{measure_name(goal.measure, voice)} {amount}".strip(),
        _achievable(goal, voice),
        goal.reason or voice.show.unknown,
        dates,
    ]


def _achievable(goal: GoalFacts, voice: Voice) -> str:
    """Whether the plan reaches the goal."""
    if not known(goal.gap):
        return voice.show.unknown
    key = "missed" if not goal.is_reached else "kept" if goal.is_ceiling else "reached"
    gap = measure_value(goal.measure, abs(goal.gap), voice, goal.unit)
    return voice.say(f"goals.{key}", gap=gap)


def _remarks(given: set[str], facts: Facts, voice: Voice) -> Iterator[str]:
    """What each goal lacks of the five criteria, in the document's language where it is known."""
    known_in = facts.summary.get("translations", {}).get(voice.say.language, {})
    notes = judged_goals(facts)["note"]
    for name, note in notes[notes.index.isin(given)].map(known_text).items():
        if note:
            yield voice.say("goals.remark", name=name, note=known_in.get(note, note))
