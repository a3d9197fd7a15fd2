"""Actions: what is agreed and still open, and what the meeting has to decide."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.documents.blocks import Block, Section, bullets, section
from allocopt.documents.facts import Facts
from allocopt.documents.facts.actions import Action, actions_of
from allocopt.documents.facts.progress import is_over, review_of, year_to_date
from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table
from allocopt.documents.sections.adjustments import gain_of_change


def actions_section(facts: Facts, voice: Voice) -> Section:
    """Actions with those that are overdue marked, and decisions that the figures ask for."""
    blocks = [
        bullets(
            list(decisions_asked(facts, voice)),
            voice.say("actions.decisions"),
            voice.say("actions.proposed"),
        ),
        _table(actions_of(facts), voice),
    ]
    return section("actions", voice, blocks)


def _table(actions: list[Action], voice: Voice) -> Block | None:
    rows = [
        [
            action.name,
            action.goal,
            action.owner,
            voice.show.date(action.due),
            _status(action, voice),
        ]
        for action in actions
    ]
    return lean_table(voice.say("actions.table"), "action goal owner @due status", rows, voice)


def _status(action: Action, voice: Voice) -> str:
    if action.overdue:
        return voice.say("actions.overdue")
    return action.status or voice.say("actions.open" if action.is_open else "actions.done")


def decisions_asked(facts: Facts, voice: Voice) -> Iterator[str]:
    """What somebody has to agree to: moves, quotas, the gap to the year's plan, late actions."""
    say, show = voice.say, voice.show
    year = year_to_date(facts)
    if year is not None and not is_over(facts):
        gap = year["year_plan"] - year["landing"]
        if known(gap) and gap > 0:
            yield say("actions.gap", gap=show.money(gap))
    moved, gain = facts.table("moves")["unit"].nunique(), gain_of_change(facts)
    if moved:
        worth = say("actions.worth", gain=show.money(gain)) if known(gain) else ""
        yield say.count("actions.moves", moved, worth=worth)
    if year is not None and not is_over(facts):
        yield say.get(f"actions.quotas.{review_of(facts).get('quotas')}", "") or say(
            "actions.quotas.hold"
        )
    late = [action.name for action in actions_of(facts) if action.overdue]
    if late:
        yield say.count("actions.late", len(late), names=show.join(late))
