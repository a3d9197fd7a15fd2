"""Workbooks of small plans, edited as people edit them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from allocopt.documents import Material, Request, Solved, rendering_of
from allocopt.documents.writers.workbook import write
from allocopt.plan import Plan
from allocopt.scenario import Scenario

Edited = Mapping[tuple[str, str, str], Any]


def written(plan: Plan, scenario: Scenario, path: Path, **asked: Any) -> Path:
    """The workbook of a plan; `asked` are the fields of a request."""
    write(rendering_of(Material(Solved(plan, scenario)), Request(**asked)), path)
    return path


def edited(
    path: Path, into: Path, edits: Edited, *, new: Mapping[str, list[dict[str, Any]]] | None = None
) -> Path:
    """A copy with cells filled in, by (sheet, key in the first column, heading), and rows added below."""
    book = load_workbook(path)
    for (name, key, heading), value in edits.items():
        sheet = book[name]
        headings = headings_of(sheet)
        row = next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 1).value == key)
        sheet.cell(row, headings[heading]).value = value
    for name, rows in (new or {}).items():
        sheet = book[name]
        headings = headings_of(sheet)
        free = next(
            r for r in range(headings[""] + 1, sheet.max_row + 2) if not sheet.cell(r, 1).value
        )
        for row, cells in enumerate(rows, start=free):
            for heading, value in cells.items():
                sheet.cell(row, headings[heading]).value = value
    book.save(into)
    return into


def headings_of(sheet: Worksheet) -> dict[str, int]:
    """Column of each heading; "" is the row that they stand in, the one below which the view is frozen."""
    row = int(str(sheet.freeze_panes).strip("ABCDEFGHIJ")) - 1
    return {"": row, **{str(cell.value): cell.column for cell in sheet[row] if cell.value}}
