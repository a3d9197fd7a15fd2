"""Shown: the text of a value that remembers the value."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

# What a value is, which decides how a workbook writes it: `share` is 0.12 for 12 %, `change` has a sign.
What = Literal["number", "money", "share", "change", "date"]


class Shown(str):
    """A text that people read, with the value it was written from.

    Pages show the text, workbooks compute with `value`. Text that is joined to it is plain text again.
    """

    value: float | date
    what: What
    decimals: int

    def __new__(cls, text: str, value: float | date, what: What, decimals: int = 0) -> Self:
        """The text of a value; `decimals` are those that a workbook shows of it."""
        shown = super().__new__(cls, text)
        shown.value, shown.what, shown.decimals = value, what, decimals
        return shown
