"""Two sides: a value before and after, written so that a difference is seen without colour."""

from __future__ import annotations

from collections.abc import Callable
from math import nan
from typing import Any, Self

import pandas as pd

from allocopt.documents.language.formats import known
from allocopt.whatif.difference import ROUNDING

UP, DOWN, ARROW, NOTHING = "▲", "▼", " → ", "–"
Write = Callable[[float], str]


class Sided(str):
    """The text of a value after, with that of the value before.

    A grid shows `before` above it, struck out; `after` is the text as it was written, without a mark.
    """

    before: str
    after: str

    def __new__(cls, before: str, after: str, mark: str = "") -> Self:
        """Both texts; `mark` says which way the value went."""
        text = super().__new__(cls, f"{after} {mark}" if mark else after)
        text.before, text.after = before, after
        return text

    @property
    def in_line(self) -> str:
        """Both sides in one line: `12 → 14 ▲`."""
        return f"{self.before}{ARROW}{self}"


def number_at(table: pd.DataFrame, key: str, column: str) -> float:
    """The number in a cell of a table; NaN is not known."""
    value: Any = table.at[key, column]
    return float(value)


def differs(was: pd.Series[Any], now: pd.Series[Any]) -> pd.Series[bool]:
    """Where two columns differ by more than arithmetic; unknown on both sides is no difference."""
    if not pd.api.types.is_numeric_dtype(was):
        return was.fillna("") != now.fillna("")
    largest = pd.concat([was.abs(), now.abs()], axis=1).max(axis=1)
    moved = (now - was).abs() > ROUNDING * largest
    return moved | (was.isna() != now.isna())


def is_other(was: float, now: float) -> bool:
    """Whether two values differ by more than arithmetic."""
    if known(was) and known(now):
        return abs(now - was) > ROUNDING * max(abs(was), abs(now))
    return known(was) != known(now)


def sided(was: float, now: float, write: Write) -> str:
    """Both sides of a value where they are written differently, else the value after."""
    return sided_text(write(was), write(now), now - was)


def sided_text(was: str, now: str, change: float = nan) -> str:
    """Both sides where the texts differ, marked by the way that the value went; else the text after."""
    if was == now:
        return now
    mark = "" if not known(change) else UP if change > 0 else DOWN
    return Sided(was or NOTHING, now or NOTHING, mark)


def in_line(text: str) -> str:
    """A text of one line: both sides where it has two."""
    return text.in_line if isinstance(text, Sided) else text
