"""Outline: what an office file says about itself, and the sentence that a section comes down to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allocopt.documents.language.text import visible_text
from allocopt.documents.rendering import Rendering
from allocopt.documents.sections.head import fingerprint

# Letters of a property of a file.
LONGEST = 255
# A sentence ends at a full stop before a blank, or at a Chinese one; "3.5" and "z.B." do not end one.
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=\S)|(?<=[。！？])")


@dataclass(frozen=True)
class Identity:
    """What a document is called, where its numbers came from, and when its plan was made.

    `footer` is the line at the foot of every page: plan and fingerprint.
    """

    title: str
    subtitle: str
    author: str
    language: str
    plan: str
    inputs: str
    footer: str
    created: datetime


def tell_identity(file: Any, identity: Identity) -> None:
    """Write what a Word file or presentation says about itself into its properties."""
    about = file.core_properties
    about.title, about.subject = identity.title, identity.subtitle
    about.author, about.last_modified_by = identity.author, identity.author
    about.identifier, about.keywords = identity.plan, identity.inputs
    about.language = identity.language
    about.created = about.modified = identity.created.replace(tzinfo=None)


def identity_of(rendering: Rendering) -> Identity:
    """What the file says about itself."""
    summary, head = rendering.facts.summary, rendering.content["head"]
    return Identity(
        head["title"][:LONGEST],
        head["subtitle"][:LONGEST],
        visible_text(rendering.facts.scenario.config.document.author)[:LONGEST],
        rendering.content["language"],
        visible_text(str(summary.get("id", "")))[:LONGEST],
        fingerprint(summary.get("hashes", {})),
        head["imprint"],
        _moment(str(summary.get("created", ""))),
    )


def _moment(text: str) -> datetime:
    """When a plan was made; unknown is the first moment that every format can write."""
    try:
        made = datetime.fromisoformat(text)
    except ValueError:
        return datetime(1980, 1, 1, tzinfo=UTC)
    return made.astimezone(UTC) if made.tzinfo else made.replace(tzinfo=UTC)


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]
