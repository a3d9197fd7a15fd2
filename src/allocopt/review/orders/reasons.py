"""Reasons: why nothing came of an order, as it is kept and in the words of a reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allocopt.documents.language.voice import Voice

# The server ended before the document was there.
LOST = "lost"


def failure_told(told: Mapping[str, Any]) -> str:
    """What is kept of the last that a worker says of a document: its sentence; "" for a fault of ours."""
    return str(told.get("message", "")) if told.get("code") == "refused" else ""


def failure_in_words(reason: str, form: str, voice: Voice) -> str:
    """Why there is no document of a format (`pdf`)."""
    if reason == LOST:
        return voice.say("review.documents.lost")
    if not reason:
        return voice.say("review.documents.came_to.fault")
    kind = "pdf" if form == "pdf" else "file"
    return voice.say(f"review.documents.came_to.{kind}", told=reason)
