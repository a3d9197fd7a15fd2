"""Book: a workbook that is being written, its sheets and how they print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import Any

import xlsxwriter

from allocopt.documents.language.text import NARROW, text_width, visible_text
from allocopt.documents.rendering import Rendering
from allocopt.documents.workbook.styles import Styles

# Limits of the format (ECMA-376, and Excel's own).
LONGEST_NAME, LONGEST_TEXT, LONGEST_HEADER = 31, 32_767, 100
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
# Nothing that data holds becomes a formula, a link or a number.
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
A4 = 9
# Characters of the usual size that fit the width of a page, upright and lying.
UPRIGHT, LYING = 95, 140
# A table is shrunk to one page's width down to this part of its size, and then goes on beside.
SMALLEST = 0.55
NARROWEST, WIDEST = 8.0, 60.0
LINE_HEIGHT = 13.5  # points


class Book:
    """A workbook in the language and with the name of a document."""

    def __init__(self, file: xlsxwriter.Workbook, rendering: Rendering) -> None:
        self.file = file
        self.voice = rendering.voice
        self.styles = Styles(file, rendering.voice)
        self.title = visible_text(str(rendering.content["head"]["title"]))
        self.plan = str(rendering.facts.summary.get("id", ""))
        self.currency = rendering.voice.show.currency
        self._names: set[str] = set()
        self._tables = 0
        file.set_properties(_properties(rendering))

    def sheet(self, title: str) -> Any:
        """A new worksheet of that title, laid out for A4."""
        sheet = self.file.add_worksheet(self.name_for(title))
        sheet.hide_gridlines(2)
        sheet.set_paper(A4)
        sheet.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.7)
        head, plan = (_in_header(text) for text in (self.title, self.plan))
        sheet.set_header(f"&L&9{head}&R&9{plan}")
        page = self.voice.say("workbook.page", page="&P", pages="&N")
        sheet.set_footer(f"&L&9&A&R&9{page}")
        return sheet

    def name_for(self, title: str) -> str:
        """A name of a sheet that the format allows and no other sheet has."""
        wanted = NOT_IN_NAMES.sub(" ", visible_text(title)).strip(" '") or "–"
        name, number = wanted[:LONGEST_NAME].rstrip(), 1
        while name.casefold() in self._names or name.casefold() == "history":
            number += 1
            ending = f" ({number})"
            name = wanted[: LONGEST_NAME - len(ending)].rstrip() + ending
        self._names.add(name.casefold())
        return name

    def table_name(self) -> str:
        """A name for a table that no other has."""
        self._tables += 1
        return f"Table{self._tables}"

    def text(self, sheet: Any, row: int, column: int, text: str, **look: Any) -> None:
        """Write a text as text, whatever it looks like."""
        sheet.write_string(row, column, *self.cell(text, **look))

    def cell(self, text: str, **look: Any) -> tuple[str, Any]:
        """A text as a cell may hold it, and its format."""
        shown = visible_text(text)
        if len(shown) > LONGEST_TEXT:
            shown = shown[: LONGEST_TEXT - 1] + "…"
        return shown, self.styles.text(shown, **look)

    def top(self, sheet: Any, title: str, notes: Sequence[str], contents: str = "") -> int:
        """Title and notes; the first free row below. `contents` names the sheet to go back to."""
        sheet.set_row(0, 24)
        sheet.write_string(0, 0, visible_text(title), self.styles.title)
        for row, note in enumerate(notes, start=1):
            sheet.write_string(row, 0, visible_text(note), self.styles.note)
        row = len(notes) + 1
        if contents:
            self.link(sheet, row, 0, contents, self.voice.say("workbook.back"))
            row += 1
        return row

    def link(self, sheet: Any, row: int, column: int, name: str, text: str) -> None:
        """A link to another sheet of the workbook."""
        quoted = name.replace("'", "''")
        look = self.styles.of(font_color="#0563c1", underline=1)
        sheet.write_url(row, column, f"internal:'{quoted}'!A1", look, visible_text(text))

    def widths(self, sheet: Any, widths: Mapping[int, float]) -> None:
        """Widths of columns, and a page that they fit."""
        for column, width in widths.items():
            sheet.set_column(column, column, width)
        whole = sum(widths.values())
        if whole > UPRIGHT:
            sheet.set_landscape()
        room = (LYING if whole > UPRIGHT else UPRIGHT) / SMALLEST
        sheet.fit_to_pages(max(1, -(-int(whole) // int(room))), 0)


def width_of(texts: Sequence[str]) -> float:
    """Width that a column needs for its texts, within reason [characters]; wide letters count double."""
    longest = max((text_width(line) for text in texts for line in text.split("\n")), default=0.0)
    return min(max(longest / NARROW + 2, NARROWEST), WIDEST)


def height_of(cells: Iterable[tuple[str, float]]) -> float:
    """Height of a row whose texts run on in cells of these widths [points]."""
    lines = max((_lines(text, width) for text, width in cells), default=1)
    return LINE_HEIGHT * lines + 2


def _lines(text: str, width: float) -> int:
    room = max(width - 1.5, 1.0) * NARROW
    return sum(max(1, ceil(text_width(line) / room)) for line in text.split("\n"))


def _in_header(text: str) -> str:
    """A text in a page header, where `&` begins a command."""
    cut = text if len(text) <= LONGEST_HEADER else text[: LONGEST_HEADER - 1] + "…"
    return cut.replace("\n", " ").replace("&", "&&")


def _properties(rendering: Rendering) -> dict[str, str]:
    head, facts = rendering.content["head"], rendering.facts
    return {
        name: visible_text(str(text))[:255]
        for name, text in {
            "title": head["title"],
            "subject": head["subtitle"],
            "author": facts.scenario.config.document.author or "allocopt",
            "keywords": str(facts.summary.get("id", "")),
            "comments": rendering.content["words"]["made_by"],
        }.items()
    }
