"""Voice: the texts and the formats of one language, for one currency."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from allocopt.documents.language.formats import Formats
from allocopt.documents.language.messages import Messages, load_messages
from allocopt.documents.templates.catalogues import company_messages


@dataclass(frozen=True)
class Voice:
    """How a document speaks: `say` its texts, `show` its values."""

    say: Messages
    show: Formats


def voice_of(language: str, currency: str, templates: Path | None = None) -> Voice:
    """The voice of a language; `templates` is a company's folder, whose texts come before ours.

    Raises:
        AllocoptError: there is no catalogue for the language, or the company's cannot be used.
    """
    messages = (
        load_messages(language) if templates is None else company_messages(language, templates)
    )
    return Voice(messages, Formats(messages, currency))
