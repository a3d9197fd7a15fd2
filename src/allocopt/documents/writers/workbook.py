"""Workbook: a document as sheets that people filter, add up, print and edit (.xlsx)."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from allocopt.documents.rendering import Rendering
from allocopt.documents.workbook.book import OPTIONS, Book
from allocopt.documents.workbook.charts import has_chart, pictures_of, write_charts
from allocopt.documents.workbook.contents import TOLD_IN_SHEETS, plan_sheets
from allocopt.documents.workbook.forms import write_forms
from allocopt.documents.workbook.overview import write_overview
from allocopt.documents.workbook.pages import write_section
from allocopt.documents.workbook.table import Placed, parts_of, write_sheet

Entry = tuple[str, str]


def write(rendering: Rendering, path: Path) -> None:
    """Write the workbook of a document: overview, charts, sections, tables, forms to edit.

    Raises:
        OSError: the disk refuses, be it the one for files that are in the making.
    """
    stream = BytesIO()
    try:
        with xlsxwriter.Workbook(stream, OPTIONS) as file:
            book = Book(file, rendering)
            first = book.sheet(book.voice.say("workbook.sheet.overview"))
            entries = list(_write_rest(book, rendering, first.get_name()))
            write_overview(book, first, rendering, entries)
            first.activate()
    except FileCreateError as error:
        raise OSError(str(error)) from error
    path.write_bytes(stream.getvalue())


def _write_rest(book: Book, rendering: Rendering, first: str) -> Iterator[Entry]:
    """Every sheet after the first: its name and what it has."""
    say = book.voice.say
    sheets = list(plan_sheets(rendering.facts, book.voice))
    page = None
    if any(has_chart(sheet) for sheet in sheets):
        page = book.sheet(say("workbook.sheet.charts"))
        yield page.get_name(), say("workbook.note.charts")
    for section in rendering.content["sections"][1:]:
        if section["id"] not in TOLD_IN_SHEETS:
            yield write_section(book, section, first), ""
    placed: dict[str, Placed] = {}
    for sheet in sheets:
        for part in parts_of(sheet):
            put = write_sheet(book, part, first)
            placed.setdefault(sheet.name, put)
            yield put.name, " ".join(sheet.notes)
    if page is not None:
        write_charts(book, page, list(pictures_of(book, placed)), first)
    yield from write_forms(book, rendering, first)
