"""Strategy and tactics: what people wrote, and proposals from the data where they wrote nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from allocopt.documents.blocks import (
    Block,
    Section,
    bullets,
    columns,
    heading,
    notice,
    prose,
    section,
    table,
)
from allocopt.documents.facts import Facts
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table
from allocopt.documents.proposals.strategy import propose_strategy
from allocopt.documents.proposals.swot import propose_swot
from allocopt.documents.proposals.topics import TOPICS, propose_topic


def strategy_section(facts: Facts, voice: Voice) -> Section:
    """Who we are, the way to the goals, topic by topic, tactics, strengths and weaknesses, own chapters."""
    document = facts.scenario.config.document
    blocks = [
        *_written(document.company, "strategy.company", voice),
        *(
            _written(document.strategy, "strategy.way", voice)
            or [_proposed(propose_strategy(facts, voice), "strategy.proposals", voice)]
        ),
        *(block for topic in TOPICS for block in _topic(topic, facts, voice)),
        _tactics(facts, voice),
        _swot(("strengths", "weaknesses"), "strategy.inside", facts, voice),
        _swot(("opportunities", "threats"), "strategy.outside", facts, voice),
        *_chapters(facts),
    ]
    if not any(blocks):
        blocks.append(notice(voice.say("strategy.none")))
    return section("strategy", voice, blocks)


def _topic(topic: str, facts: Facts, voice: Voice) -> Iterator[Block | None]:
    """What is written about a topic, else what the data says of it."""
    title, text = f"strategy.{topic}", getattr(facts.scenario.config.document, topic)
    proposal = [] if prose(text) else propose_topic(topic, facts, voice)
    yield from _written(text, title, voice) or [_proposed(proposal, title, voice)]


def _written(text: str | tuple[str, ...], title: str, voice: Voice) -> list[Block | None]:
    """What people wrote under its heading; nothing where they wrote nothing."""
    written = prose(text)
    return [heading(voice.say(title)), written] if written else []


def _proposed(sentences: list[str], title: str, voice: Voice) -> Block | None:
    return bullets(sentences, voice.say(title), voice.say("strategy.proposed"))


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
    return lean_table(voice.say("strategy.tactics"), heads, rows, voice)


def _swot(names: tuple[str, str], caption: str, facts: Facts, voice: Voice) -> Block | None:
    """Two quadrants side by side: what people wrote, else what the data says."""
    heads, sides = [], []
    for name in names:
        text = getattr(facts.scenario.config.document.swot, name)
        written = [item for item in ([text] if isinstance(text, str) else text) if item.strip()]
        title = voice.say(f"strategy.{name}")
        proposed = [] if written else propose_swot(name, facts, voice)
        sides.append(written or proposed)
        heads.append(
            (voice.say("strategy.proposed_title", title=title) if proposed else title, "text")
        )
    if not any(sides):
        return None
    sides = [side or [voice.say("strategy.nothing")] for side in sides]
    rows = [list(row) for row in zip_longest(*sides, fillvalue="")]
    return table(voice.say(caption), heads, rows, voice)


def _chapters(facts: Facts) -> Iterator[Block | None]:
    for chapter in facts.scenario.config.document.chapters:
        yield heading(chapter.title)
        yield prose(chapter.text)
