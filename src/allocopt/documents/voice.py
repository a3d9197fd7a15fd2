"""Voice: the texts and the formats of one language, for one currency."""

from __future__ import annotations

from dataclasses import dataclass

from allocopt.documents.formats import Formats
from allocopt.documents.messages import Messages, load_messages


@dataclass(frozen=True)
class Voice:
    """How a document speaks: `say` its texts, `show` its values."""

    say: Messages
    show: Formats


def voice_of(language: str, currency: str) -> Voice:
    """The voice of a language.

    Raises:
        AllocoptError: there is no catalogue for the language.
    """
    messages = load_messages(language)
    return Voice(messages, Formats(messages, currency))
