"""Text that must fit a space: width estimates, shortening, near-misses of a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

import pandas as pd

# Advance widths in em of the sans-serif faces in the document's font stack, rounded up.
WIDE, NARROW = 1.0, 0.58
OTHER_WIDTHS = {
    **dict.fromkeys("MWmw%@…—→", 0.95),
    **dict.fromkeys("ABCDEFGHKNOPQRSTUVXYZ&", 0.74),
    **dict.fromkeys(" .,:;'|!()[]fijlrtI", 0.36),
}

PLACE_ENDING = re.compile(
    r"(?<=..)((壮族|回族|维吾尔|藏族)?自治[区州]|特别行政区|省|市|地区|大区)$"
)


# What no XML file may hold (XML 1.0, § 2.2), beside line feed and tab.
FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
LINE_END = re.compile(r"\r\n?")


def known_text(value: object) -> str:
    """A table cell as text; unknown is the empty text."""
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]


def visible_text(text: str) -> str:
    """The text as an office file may hold it: what XML forbids is there as a picture of itself.

    A control character becomes its symbol (U+2400 …), half a surrogate pair and a non-character the
    replacement character; ends of lines are line feeds.
    """
    return FORBIDDEN.sub(_pictured, LINE_END.sub("\n", text))


def visible_content(content: Any) -> Any:
    """Dicts, lists and texts in which every text is visible text; a value keeps what it remembers."""
    if isinstance(content, dict):
        return {key: visible_content(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [visible_content(value) for value in content]
    if isinstance(content, str) and (FORBIDDEN.search(content) or "\r" in content):
        return visible_text(content)
    return content


def _pictured(match: re.Match[str]) -> str:
    code = ord(match[0])
    return "\u2421" if code == 0x7F else chr(0x2400 + code) if code < 0x20 else "\ufffd"


def text_width(text: str) -> float:
    """Estimated width of a line of text [em]."""
    return sum(
        WIDE if unicodedata.east_asian_width(char) in "WF" else OTHER_WIDTHS.get(char, NARROW)
        for char in text
    )


def shorten(text: str, width: float) -> str:
    """The text, cut with an ellipsis to at most `width` em."""
    if text_width(text) <= width:
        return text
    kept, room = [], width - text_width("…")
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
