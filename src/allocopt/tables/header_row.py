"""The row that names the columns: where it stands and what is written in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from allocopt.errors import Finding, Severity
from allocopt.tables.cells import plain_text
from allocopt.tables.months import month_of
from allocopt.tables.raw import RawTable
from allocopt.tables.table import Table
from allocopt.tables.text import fold

HEADER_ROWS = 20  # a header that is not within the first rows is not looked for

Match = Callable[[str], str]  # a header as written → canonical name, "" when it is none


@dataclass(frozen=True)
class HeaderRow:
    """The header row of a table: its place among the cells, and its texts by the position of the column."""

    raw: RawTable
    table: Table
    row: int
    written: Mapping[int, str]

    @property
    def number(self) -> int | None:
        """The row as the user counts it; None for a table without rows."""
        return int(self.raw.rows[self.row]) if self.row < len(self.raw.rows) else None

    def finding(self, severity: Severity, code: str, message: str, **more: Any) -> Finding:
        """A finding about the header row."""
        finding = Finding(severity, message, self.raw.file, self.number, code=code)
        return replace(finding, **more)


def find_header_row(raw: RawTable, table: Table, match: Match) -> HeaderRow:
    """The first of the rows that name the most columns; if none names any, the first with two cells."""
    best, most = 0, 0
    full: int | None = None
    for row in range(min(HEADER_ROWS, len(raw.cells))):
        texts = [text for text in texts_of(raw, row) if text]
        found = {match(text) for text in texts} - {""}
        months = sum(month_of(text) is not None for text in texts) if table.wide and found else 0
        if len(found) + months > most:
            best, most = row, len(found) + months
        if full is None and len(texts) > 1:
            full = row
    row = best if most else full or 0
    return HeaderRow(
        raw, table, row, {p: text for p, text in enumerate(texts_of(raw, row)) if text}
    )


def texts_of(raw: RawTable, row: int) -> list[str]:
    """The texts of one row of cells, blank ones included."""
    if row >= len(raw.cells):
        return []
    return [fold(plain_text(value)) for value in raw.cells.iloc[row].tolist()]
