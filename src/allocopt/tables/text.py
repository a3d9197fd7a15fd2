"""Words as people type them: full-width letters, blanks, brackets, slips of the finger."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

# Full-width ASCII (U+FF01 … U+FF5E) lies at a fixed distance from ASCII.
_FOLD: dict[int, str] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOLD |= {0x3000: " ", 0x00A0: " ", 0x202F: " ", 0xFFE5: "¥", 0x2212: "-"}
_FOLD |= dict.fromkeys((0xFEFF, 0x200B, 0x200E, 0x200F), "")

BRACKETS = re.compile(r"[(\[【{〔]([^)\]】}〕]*)[)\]】}〕]")
_JOINTS = re.compile(r"[\s_\-./·:*#]+")
_CJK = re.compile(r"[\u3400-\u9fff]")


def fold(text: str) -> str:
    """Half-width form of `text` without surrounding blanks; Chinese characters stay as they are."""
    return (text if text.isascii() else text.translate(_FOLD)).strip()


def fold_all(texts: Sequence[str]) -> list[str]:
    """`fold` of each text, for columns of 200,000: a letter that none of them has costs nothing."""
    whole = "\n".join(texts)
    if whole.count("\n") >= len(texts):
        return [fold(text) for text in texts]
    for letter in [] if whole.isascii() else set(whole):
        if ord(letter) in _FOLD:
            whole = whole.replace(letter, _FOLD[ord(letter)])
    return [text.strip() for text in whole.split("\n")] if texts else []


def word_key(text: str) -> str:
    """What two spellings of one name have in common: no case, width, blanks or joints."""
    return _JOINTS.sub("", fold(text).casefold())


def header_key(text: str) -> str:
    """`word_key` of a header without the unit in brackets: `销售额(元)` and `销售额` are one."""
    return word_key(BRACKETS.sub("", fold(text))) or word_key(text)


def edit_distance(first: str, second: str) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours between two words.

    Optimal string alignment (Damerau 1964; Wagner and Fischer 1974).
    """
    before: list[int] = []
    above = list(range(len(second) + 1))
    for i, a in enumerate(first, start=1):
        row = [i]
        for j, b in enumerate(second, start=1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == second[j - 2] and first[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, above = above, row
    return above[-1]


def slips_allowed(key: str) -> int:
    """How many slips make a word a likely misspelling of the name `key`."""
    length = len(key) + (1 if _CJK.search(key) else 0)
    return 0 if length < 5 else 1 if length < 8 else 2


def near_miss(key: str, names: Iterable[str]) -> str:
    """The name that `key` probably misspells; "" when there is none. All are `header_key`s."""
    best, fewest = "", len(key) + 1
    for name in names:
        allowed = slips_allowed(name)
        if not allowed or abs(len(name) - len(key)) > allowed:
            continue
        slips = edit_distance(key, name)
        if slips <= allowed and slips < fewest:
            best, fewest = name, slips
    return best


def nearest(value: str, valid: Sequence[str]) -> str:
    """The valid value that is closest to `value`, "" when none is close.

    A value that differs in case, width or blanks only comes first.
    """
    keys: dict[str, str] = {}
    for candidate in valid:
        keys.setdefault(word_key(candidate), candidate)
    key = word_key(value)
    if key in keys:
        return keys[key]
    found = difflib.get_close_matches(key, _alike(key, keys), n=5, cutoff=0.6)
    # `Eest` is as close to West as to East: people slip less often at the first letter.
    best = min(found, key=lambda name: (edit_distance(key, name), name[:1] != key[:1]), default="")
    return keys[best] if best else ""


def _alike(key: str, keys: Iterable[str]) -> list[str]:
    """Those keys that are worth a close look: matching all of 10,000 names takes seconds."""
    names = list(keys)
    if len(names) <= 1000:
        return names
    return [name for name in names if name[:2] == key[:2] or name[-3:] == key[-3:]][:1000]
