"""The rows below the header as a grid: without blank rows and totals, months turned into rows."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from allocopt.errors import Finding, Severity
from allocopt.tables.cells import Cells, Grid, Mask
from allocopt.tables.headers import Heading
from allocopt.tables.months import unpivot
from allocopt.tables.raw import RawTable
from allocopt.tables.table import Kind, Table

_TOTAL = re.compile(
    r"(?:.*\s)?(?:grand\s*|sub\s*-?\s*)?totals?\s*:?|.*(?:合计|总计|小计|共计)\s*:?", re.IGNORECASE
)
_TOTAL_ENDS = ("l", "L", "s", "S", "计", ":", " ")
_NAMES = {Kind.TEXT, Kind.DATE, Kind.PERIOD}


@dataclass(frozen=True)
class Body:
    """The grid of a table, and what was said on the way to it."""

    grid: Grid
    findings: tuple[Finding, ...]


def read_body(raw: RawTable, table: Table, heading: Heading) -> Body:
    """Cells below the header, column by column."""
    start = min(heading.row + 1, len(raw.cells))
    columns = {place: _cells(raw, heading, place, start) for place in range(raw.cells.shape[1])}
    filled = _filled(list(columns.values()), len(raw.cells) - start)
    findings = _unnamed_findings(raw, heading, columns)
    columns = {place: cells.keep(filled) for place, cells in columns.items()}
    grid = Grid(
        table,
        raw.file,
        raw.rows[start:][filled],
        {name: columns[place] for place, name in heading.known.items()},
        {name: columns[place] for place, name in heading.attributes.items()},
    )
    totals = _totals(grid)
    findings += _total_findings(grid, totals)
    columns = {place: cells.keep(~totals) for place, cells in columns.items()}
    grid = grid.keep(~totals)
    if heading.months:
        grid, said = _long(raw, grid, heading, columns)
        findings += said
    return Body(grid, (*findings, *_empty_findings(grid)))


def _cells(raw: RawTable, heading: Heading, place: int, start: int) -> Cells:
    values = raw.cells.iloc[start:, place].to_numpy(dtype=object)
    return Cells.of(heading.written.get(place, ""), values, heading.scales.get(place, 1.0))


def _filled(columns: list[Cells], rows: int) -> Mask:
    """Which rows have anything in them."""
    filled = np.zeros(rows, dtype=bool)
    for cells in columns:
        if not cells.empty.any():
            return np.ones(rows, dtype=bool)
        filled |= ~cells.empty[cells.codes]
    return filled


def _unnamed_findings(raw: RawTable, heading: Heading, columns: dict[int, Cells]) -> list[Finding]:
    return [
        Finding(
            Severity.WARNING,
            f"column {place + 1} has cells but no header, and is left out",
            file=raw.file,
            mend="give it a header, or empty it",
            code="unnamed-column",
        )
        for place, cells in columns.items()
        if place not in heading.written and not cells.empty.all()
    ]


def _totals(grid: Grid) -> Mask:
    """Which rows add up others: a total word instead of a name or a date."""
    totals = np.zeros(len(grid), dtype=bool)
    for name, cells in grid.known.items():
        column = grid.table.by_name[name]
        if column.kind not in _NAMES or not (column.refers or name in grid.table.key):
            continue
        said = np.array([_is_total(text) for text in cells.texts], dtype=bool)
        if said.any():
            totals |= said[cells.codes]
    return totals


def _is_total(text: str) -> bool:
    # The last letter decides for nearly all cells: a pattern for each of 200,000 takes long.
    return text.endswith(_TOTAL_ENDS) and bool(_TOTAL.fullmatch(text))


def _total_findings(grid: Grid, totals: Mask) -> list[Finding]:
    rows = grid.rows[totals]
    if not len(rows):
        return []
    shown = ", ".join(str(row) for row in rows[:10].tolist()) + (" …" if len(rows) > 10 else "")
    return [
        Finding(
            Severity.NOTICE,
            f"rows that add up others are skipped: {shown}",
            file=grid.file,
            row=int(rows[0]),
            code="total-row",
            count=len(rows),
        )
    ]


def _long(
    raw: RawTable, grid: Grid, heading: Heading, columns: dict[int, Cells]
) -> tuple[Grid, list[Finding]]:
    """The grid with months turned into rows; a problem if months have no year."""
    year = columns[heading.year] if heading.year is not None else None
    bare = [place for place, month in heading.months.items() if month.number]
    if bare and year is None:
        problem = Finding(
            Severity.PROBLEM,
            "columns are named by months, but nothing says which year",
            file=raw.file,
            column=heading.written[bare[0]],
            mend="add a column 年 (year), or write the year into the headers: 2025年1月, 2025-01",
            code="no-year",
        )
        return grid.keep(np.zeros(len(grid), dtype=bool)), [problem]
    months = [(month, columns[place]) for place, month in heading.months.items()]
    long, blanks = unpivot(grid, months, year)
    notice = Finding(
        Severity.NOTICE,
        f"{len(months)} columns of months are read as rows; {blanks} empty cells are unknown and left out",
        file=raw.file,
        column=heading.written[next(iter(heading.months))],
        code="wide-months",
    )
    return long, [notice]


def _empty_findings(grid: Grid) -> list[Finding]:
    if len(grid):
        return []
    return [Finding(Severity.WARNING, "the table has no rows", file=grid.file, code="no-rows")]
