"""Content of the documents: a plan and its scenario as plain text, numbers and chart geometry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from allocopt.documents.blocks import Section
from allocopt.documents.facts import Facts
from allocopt.documents.sections.appendix import appendix_section
from allocopt.documents.sections.assumptions import assumptions_section
from allocopt.documents.sections.goals import goals_section
from allocopt.documents.sections.head import head
from allocopt.documents.sections.quotas import quotas_section
from allocopt.documents.sections.resources import resources_section
from allocopt.documents.sections.risks import risks_section
from allocopt.documents.sections.segments import segments_section
from allocopt.documents.sections.strategy import strategy_section
from allocopt.documents.sections.summary import summary_section
from allocopt.documents.sections.timeline import timeline_section
from allocopt.documents.voice import Voice

SectionMaker = Callable[[Facts, Voice], Section]

# The sections of each kind of document, in order. A further kind is a further entry.
KINDS: Mapping[str, tuple[SectionMaker, ...]] = MappingProxyType(
    {
        "annual": (
            summary_section,
            goals_section,
            segments_section,
            strategy_section,
            resources_section,
            quotas_section,
            timeline_section,
            risks_section,
            assumptions_section,
            appendix_section,
        )
    }
)


def document_content(facts: Facts, voice: Voice, kind: str) -> dict[str, Any]:
    """All that a template shows: language, words of the frame, head, sections.

    Holds only dicts, lists, texts, numbers and booleans.
    """
    return {
        "language": voice.say.language,
        "words": voice.say.branch("frame"),
        "head": head(facts, voice, kind),
        "sections": [make(facts, voice) for make in KINDS[kind]],
    }
