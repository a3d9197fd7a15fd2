"""Text that must fit a space: width estimates, shortening, near-misses of a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

import pandas as pd

# Average advance widths in em of the sans-serif faces in the document's font stack.
WIDE, NARROW = 1.0, 0.56

PLACE_ENDING = re.compile(
    r"(?<=..)((壮族|回族|维吾尔|藏族)?自治[区州]|特别行政区|省|市|地区|大区)$"
)


def known_text(value: object) -> str:
    """A table cell as text; unknown is the empty text."""
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]


def text_width(text: str) -> float:
    """Estimated width of a line of text [em]."""
    return sum(WIDE if unicodedata.east_asian_width(char) in "WF" else NARROW for char in text)


def shorten(text: str, width: float) -> str:
    """The text, cut with an ellipsis to at most `width` em."""
    if text_width(text) <= width:
        return text
    kept, room = [], width - NARROW * 2
    for char in text:
        room -= text_width(char)
        if room < 0:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "…"


def short_place(name: str, width: float) -> str:
    """A place without the ending that names its rank (广西壮族自治区 → 广西), cut to `width` em."""
    return shorten(PLACE_ENDING.sub("", name), width)


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean …?` when a known word is close, else nothing."""
    close = get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
