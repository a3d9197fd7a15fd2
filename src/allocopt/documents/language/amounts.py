"""Amounts that say which way they go."""

from __future__ import annotations

from allocopt.documents.language.shown import Shown
from allocopt.documents.language.voice import Voice


def signed(amount: float, voice: Voice) -> str:
    """A compact amount with its sign."""
    return with_sign(voice.show.compact(amount))


def points(difference: float, voice: Voice) -> str:
    """A difference of two shares, in percentage points."""
    return voice.say("general.points", n=with_sign(voice.show.number(difference * 100, 1)))


def with_sign(text: str) -> str:
    """The text of a number with a plus where it is above zero, and its value."""
    if isinstance(text, Shown) and isinstance(text.value, float) and text.value > 0:
        return Shown(f"+{text}", text.value, text.what, text.decimals)
    return text
