"""Content of the documents: a plan and its scenario as plain text, numbers and chart geometry."""

from __future__ import annotations

from typing import Any

from allocopt.documents.facts import Facts
from allocopt.documents.kinds import kind_of
from allocopt.documents.language.text import visible_content
from allocopt.documents.language.voice import Voice
from allocopt.documents.sections.head import head


def document_content(facts: Facts, voice: Voice, kind: str) -> dict[str, Any]:
    """All that a template shows: language, kind, words of the frame, head, sections.

    Holds only dicts, lists, texts, numbers and booleans; no text has a letter that XML forbids. A section
    that has nothing to show is left out.
    """
    made = (make(facts, voice) for make in kind_of(kind).sections)
    content = {
        "language": voice.say.language,
        "kind": kind,
        "words": voice.say.branch("frame"),
        "head": head(facts, voice, kind),
        "sections": [section for section in made if section["blocks"]],
    }
    return dict(visible_content(content))
