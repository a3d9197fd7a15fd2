"""Styles: the formats of cells, each made once for a workbook."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd
import xlsxwriter

from allocopt.documents.charts.palette import DARK, LIGHT, SEQUENTIAL, UNKNOWN
from allocopt.documents.language.shown import Shown
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.workbook.field import Holds

HEAD, NOTE, BAR, INPUT = "#1f4e79", "#5a6570", "#9dc3e6", "#fff2cc"
DAY = "yyyy-mm-dd"
# What Excel would run as a formula once somebody edits the cell.
FORMULA = ("=", "+", "-", "@")


class Styles:
    """The formats of a workbook in the font of its language."""

    def __init__(self, file: xlsxwriter.Workbook, voice: Voice) -> None:
        self._file = file
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._font = voice.say("workbook.font")
        self._currency = voice.say.get(
            f"format.currency.{voice.show.currency or 'none'}",
            voice.say("format.currency.other", number="{number}", code=voice.show.currency),
        )

    def of(self, **look: Any) -> Any:
        """The format that looks so."""
        key = tuple(sorted(look.items()))
        if key not in self._made:
            base = {"font_name": self._font, "font_size": 10, "valign": "vcenter"}
            self._made[key] = self._file.add_format({**base, **look})
        return self._made[key]

    def text(self, value: str, **look: Any) -> Any:
        """The format of a text; one that looks like a formula is marked as text for who edits it."""
        quoted = {"quote_prefix": True} if value.startswith(FORMULA) else {}
        return self.of(**quoted, **look)

    def holding(self, holds: Holds, decimals: int = 0, **look: Any) -> Any:
        """The format of a column."""
        return self.of(num_format=pattern(holds, decimals), **look)

    def shown(self, value: Shown, **look: Any) -> Any:
        """The format of a value that a document shows; money has its currency."""
        form = pattern(value.what, value.decimals)
        if value.what == "money":
            before, _, after = self._currency.partition("{number}")
            form = f"{_literal(before)}{form}{_literal(after)}"
        return self.of(num_format=form, **look)

    @property
    def title(self) -> Any:
        """The name of a sheet."""
        return self.of(bold=True, font_size=16, font_color=HEAD)

    @property
    def heading(self) -> Any:
        """A heading inside a sheet."""
        return self.of(bold=True, font_size=12, font_color=HEAD)

    @property
    def note(self) -> Any:
        """A line under a title."""
        return self.of(font_color=NOTE, italic=True)

    def head_of(self, holds: Holds) -> Any:
        """The heading of a column that holds such values; over numbers it stands to the right."""
        side = "left" if holds in ("text", "date") else "right"
        look = {"bold": True, "text_wrap": True, "bg_color": HEAD, "font_color": LIGHT}
        return self.of(**look, valign="top", align=side)

    @property
    def total(self) -> dict[str, Any]:
        """How a row of totals looks."""
        return {"bold": True, "top": 1}

    @property
    def input(self) -> dict[str, Any]:
        """How a cell that people fill in looks."""
        return {"locked": False, "bg_color": INPUT, "border": 1, "border_color": "#bf9000"}

    @property
    def given(self) -> dict[str, Any]:
        """How a cell beside those looks."""
        return {"bg_color": "#f7f8f9", "border": 1, "border_color": UNKNOWN, "font_color": DARK}

    @property
    def low(self) -> Any:
        """What catches the eye in grey as well: bold on a tint."""
        return self._file.add_format({"bold": True, "bg_color": SEQUENTIAL[1]})


def pattern(holds: Holds, decimals: int = 0) -> str:
    """The number format of Excel."""
    digits = "0." + "0" * decimals if decimals else "0"
    match holds:
        case "share":
            return f"{digits}%"
        case "change":
            return f"+{digits}%;-{digits}%;{digits}%"
        case "date":
            return DAY
        case "number" | "money":
            return f"#,##{digits}"
        case _:
            return "@"


def _literal(text: str) -> str:
    return f'"{text}"' if text else ""


def days_in(values: Iterable[object]) -> dict[object, date]:
    """The day of each distinct value that is a date, a time stamp or ISO text."""
    distinct = list(dict.fromkeys(value for value in values if known_text(value)))
    days = pd.to_datetime(
        pd.Series(map(str, distinct), dtype="str"), errors="coerce", format="ISO8601"
    )
    return {
        value: day.date() for value, day in zip(distinct, days, strict=True) if not pd.isna(day)
    }
