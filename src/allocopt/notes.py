"""Notes: sentences for people on how a forecast and a plan were made, in English and in Chinese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

CHINESE = "zh-CN"
# What history and demand may be dated by.
GRAINS_ZH: Mapping[str, str] = {"week": "周", "month": "月", "quarter": "季度", "year": "年"}


MOST_NAMED = 3


class Note(str):
    """An English sentence that is also known in Chinese: `zh`."""

    zh: str

    def __new__(cls, english: str, zh: str) -> Note:
        """A sentence in both languages."""
        made = super().__new__(cls, english)
        made.zh = zh
        return made

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        """What a copy is made from: text alone would lose the Chinese."""
        return str(self), self.zh

    def said_in(self, language: str) -> str:
        """The sentence in one language: Chinese for `zh-CN`, else English."""
        return self.zh if language == CHINESE else str(self)


def few(names: Sequence[str], things: str = "") -> tuple[str, str]:
    """The first names of a list and how many more there are, in English and in Chinese.

    `things` is what they are, as in "3 more units".
    """
    shown, rest = list(names[:MOST_NAMED]), len(names) - MOST_NAMED
    if rest <= 0:
        return ", ".join(shown), "、".join(shown)
    more = f" and {rest} more {things}".rstrip()
    return ", ".join(shown) + more, "、".join(shown) + f"等 {len(names)} 个"
