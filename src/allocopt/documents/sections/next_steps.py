"""Next steps: what is to be done for an account, by when and by whom."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.documents.blocks import Block, Section, bullets, columns, notice, section, table
from allocopt.documents.facts import Facts
from allocopt.documents.facts.concerns import concerns, names_in, own_things
from allocopt.documents.facts.holdings import holdings
from allocopt.documents.facts.milestones import DatedStep, renewals
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice


def next_steps_section(facts: Facts, voice: Voice) -> Section:
    """Milestones and tactics that name the account, renewals and handovers, else what the data suggests."""
    steps = sorted(
        [*_written(facts), *renewals(facts, voice), *_handovers(facts, voice)],
        key=lambda step: step.when,
    )
    rows = [[voice.show.date(step.when), step.what, step.who] for step in steps]
    heads = columns("@date milestone owner", voice)
    proposals = [] if rows else list(_proposed(facts, voice))
    blocks: list[Block | None] = [
        table(voice.say("next_steps.table"), heads, rows, voice),
        bullets(proposals, voice.say("next_steps.proposals"), voice.say("strategy.proposed")),
    ]
    if not rows and not proposals:
        blocks.append(notice(voice.say("next_steps.none")))
    return section("next_steps", voice, blocks)


def _written(facts: Facts) -> Iterator[DatedStep]:
    """What people wrote for this account, or for its places and segments."""
    document = facts.scenario.config.document
    for milestone in document.milestones:
        told = f"{milestone.name} {milestone.text}"
        if milestone.date is not None and names_in(told, facts) & own_things(facts):
            when = pd.Timestamp(milestone.date)
            yield DatedStep(when, milestone.name, milestone.owner, "milestone")
    for tactic in document.tactics:
        told = f"{tactic.name} {tactic.text}"
        is_named = bool(tactic.scope) or bool(names_in(told, facts))
        if tactic.due is not None and is_named and concerns(facts, told, scope=tactic.scope):
            yield DatedStep(pd.Timestamp(tactic.due), tactic.name, tactic.owner, "tactic")


def _handovers(facts: Facts, voice: Voice) -> Iterator[DatedStep]:
    """Units of the account that get another rep: a joint visit before the day."""
    for row in facts.changes[facts.changes["before"] != ""].to_dict("records"):
        names = {key: facts.name_of("reps", known_text(row[key])) for key in ("before", "rep")}
        if names["rep"]:
            unit = facts.name_of("units", str(row["unit"]))
            text = voice.say("next_steps.handover", unit=unit, **names)
            yield DatedStep(pd.Timestamp(str(row["start"])), text, names["before"], "people")


def _proposed(facts: Facts, voice: Voice) -> Iterator[str]:
    """What the plan's figures suggest where nobody wrote anything."""
    rows = holdings(facts)
    left = rows[rows["open"] > 0].sort_values("open", ascending=False, kind="stable")
    if len(left):
        name = facts.name_of("units", str(left.index[0]))
        amount = voice.show.money(float(left["open"].iloc[0]))
        key = "next_steps.open" if len(rows) > 1 else "next_steps.open_alone"
        yield voice.say(key, unit=name, amount=amount)
    if len(facts.credits):
        yield voice.say("next_steps.review")
