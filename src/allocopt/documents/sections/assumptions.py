"""Assumptions and warnings: every document says them."""

from __future__ import annotations

from allocopt.documents.blocks import Section, bullets, notice, section
from allocopt.documents.facts import Facts
from allocopt.documents.voice import Voice


def assumptions_section(facts: Facts, voice: Voice) -> Section:
    """What was assumed where the data said nothing, and what somebody should look at."""
    assumed = [str(text) for text in facts.summary.get("assumptions", [])]
    warned = [str(text) for text in facts.summary.get("warnings", [])]
    blocks = [
        bullets(assumed, voice.say("assumptions.assumed")) or notice(voice.say("assumptions.none")),
        bullets(warned, voice.say("assumptions.warnings"))
        or notice(voice.say("assumptions.no_warnings")),
    ]
    return section("assumptions", voice, blocks)
