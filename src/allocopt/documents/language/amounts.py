"""Amounts that say which way they go."""

from __future__ import annotations

from allocopt.documents.language.shown import Shown
from allocopt.documents.language.voice import Voice

# A difference of shares below this would be written as 0.0 or 0.1 points.
LEAST_POINTS = 0.001


def signed(amount: float, voice: Voice) -> str:
    """A compact amount with its sign."""
    return with_sign(voice.show.compact(amount))


def points(difference: float, voice: Voice) -> str:
    """A difference of two shares, in percentage points; a small one with a figure more, not as naught."""
    digits = 2 if 0 < abs(difference) < LEAST_POINTS else 1
    return voice.say("general.points", n=with_sign(voice.show.number(difference * 100, digits)))


def with_sign(text: str) -> str:
    """The text of a number with a plus where it is above zero, and its value."""
    if isinstance(text, Shown) and isinstance(text.value, float) and text.value > 0:
        return Shown(f"+{text}", text.value, text.what, text.decimals)
    return text
