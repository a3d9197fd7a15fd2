"""Strategy and tactics: what people wrote, and proposals from the data where they wrote nothing."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.documents.blocks import (
    Block,
    Section,
    bullets,
    columns,
    heading,
    prose,
    section,
    table,
)
from allocopt.documents.facts import Facts
from allocopt.documents.proposals import propose_strategy
from allocopt.documents.voice import Voice


def strategy_section(facts: Facts, voice: Voice) -> Section:
    """Who we are, strengths and weaknesses, the way to the goals, tactics, own chapters."""
    document = facts.scenario.config.document
    written = prose(document.strategy)
    proposals = bullets(
        [] if written else propose_strategy(facts, voice),
        voice.say("strategy.proposals"),
        voice.say("strategy.proposed"),
    )
    return section(
        "strategy",
        voice,
        [
            prose(document.company),
            written,
            proposals,
            *_swot(facts, voice),
            _tactics(facts, voice),
            *_chapters(facts),
        ],
    )


def _swot(facts: Facts, voice: Voice) -> Iterator[Block | None]:
    swot = facts.scenario.config.document.swot
    for name in ("strengths", "weaknesses", "opportunities", "threats"):
        text = getattr(swot, name)
        items = [text] if isinstance(text, str) else list(text)
        yield bullets([item for item in items if item.strip()], voice.say(f"strategy.{name}"))


def _tactics(facts: Facts, voice: Voice) -> Block | None:
    rows = [
        [
            tactic.name,
            tactic.text,
            facts.scope_name(tactic.scope) or voice.say("general.everywhere"),
            facts.name_of("levers", tactic.lever),
            tactic.owner,
            voice.say(
                "general.from_to",
                first=voice.show.date(tactic.start),
                last=voice.show.date(tactic.due),
            ),
        ]
        for tactic in facts.scenario.config.document.tactics
    ]
    heads = columns("tactic how scope lever owner time_bound", voice)
    return table(voice.say("strategy.tactics"), heads, rows, voice)


def _chapters(facts: Facts) -> Iterator[Block | None]:
    for chapter in facts.scenario.config.document.chapters:
        yield heading(chapter.title)
        yield prose(chapter.text)
