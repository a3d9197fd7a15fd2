"""Reasons: what a version was saved for, in the reader's language where a command has said it."""

from __future__ import annotations

from allocopt.documents.language.voice import Voice
from allocopt.store import Version


def reason_of(version: Version, voice: Voice) -> str:
    """Why a version was saved: the words of who saved it, or those that stand for a command's own."""
    return voice.say.get(f"review.saved_for.{version.reason}", version.reason)
