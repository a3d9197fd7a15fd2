"""What must hold inside one table: cells filled, within bounds, keys unique, first before last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd

from allocopt.errors import Finding
from allocopt.tables.cells import Cells, Fault, Grid
from allocopt.tables.report import cell_findings, row_findings
from allocopt.tables.table import DATED, NUMERIC, Column, Kind
from allocopt.tables.text import nearest
from allocopt.tables.values import Parsed

EMPTY = Fault(
    "empty-cell",
    "is empty, and unknown is not zero",
    "a value in every row",
    "fill it in, or take the row out",
)
DUPLICATE_KEY = Fault(
    "duplicate-key", "", "one row for each", "take one of the two rows out, or put them together"
)

# No amount of money or hours is larger, and sums and products of larger ones leave what a solver can hold.
LARGEST = 1e15
TOO_LARGE = Fault(
    "too-large",
    "is larger than any amount that can be planned",
    f"a number from {-LARGEST:g} to {LARGEST:g}",
    "write the amount in a larger unit, or correct it",
)

_ARTICLE = {Kind.NUMBER: "a number", Kind.SHARE: "a share"}


def check_cells(grid: Grid, column: Column, parsed: Parsed) -> list[Finding]:
    """Findings for the cells of one column: not readable, out of bounds, missing."""
    cells = grid.known[column.name]
    faults = dict(parsed.faults)
    if column.kind in NUMERIC:
        faults |= _out_of_bounds(column, parsed)
    if column.required:
        empty = np.flatnonzero(cells.unknown & parsed.missing)
        faults |= dict.fromkeys(empty.tolist(), EMPTY)
    return cell_findings(grid, column.name, faults, _suggest(column))


def _suggest(column: Column) -> Callable[[str], tuple[str, str]] | None:
    if not column.choices:
        return None
    return lambda text: (nearest(text, column.choices), "")


def _out_of_bounds(column: Column, parsed: Parsed) -> dict[int, Fault]:
    values = np.asarray(parsed.values, dtype=np.float64)
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    with np.errstate(invalid="ignore"):
        outside = (values < low) | (values > high) | (column.exclusive & (values == low))
    faults = dict.fromkeys(np.flatnonzero(np.abs(values) > LARGEST).tolist(), TOO_LARGE)
    if not outside.any():
        return faults
    mend = "write 15% or 0.15 for fifteen percent" if column.kind is Kind.SHARE else ""
    fault = Fault("out-of-range", "is out of range", _bounds(column), mend)
    return faults | dict.fromkeys(np.flatnonzero(outside).tolist(), fault)


def _bounds(column: Column) -> str:
    """`a share from 0 to 1`, `a number above 0`."""
    what = _ARTICLE[column.kind]
    if column.minimum is not None and column.maximum is not None:
        return f"{what} from {column.minimum:g} to {column.maximum:g}"
    if column.minimum is None:
        return f"{what} up to {column.maximum:g}"
    return f"{what} {'above' if column.exclusive else 'of at least'} {column.minimum:g}"


def check_rows(grid: Grid, frame: pd.DataFrame) -> list[Finding]:
    """Findings for rows: place not given, key given twice, first after last."""
    return [
        *_check_either(grid, frame),
        *_check_key(grid, frame),
        *(finding for chain in grid.table.ordered for finding in _check_order(grid, frame, chain)),
    ]


def _check_either(grid: Grid, frame: pd.DataFrame) -> list[Finding]:
    either = grid.table.either
    # Where the columns are missing altogether, the header row has been reported already.
    if not any(set(group) <= set(grid.known) for group in either):
        return []
    filled = np.zeros(len(frame), dtype=bool)
    for group in either:
        filled |= np.asarray(frame[list(group)].notna().all(axis=1), dtype=bool)
    rows = np.flatnonzero(~filled)
    if not len(rows):
        return []
    groups = " or ".join(" and ".join(group) for group in either)
    written = [name for group in either for name in group if name in grid.known]
    column = next(
        (name for name in written if grid.known[name].unknown[grid.known[name].codes[rows[0]]]),
        written[0],
    )
    fault = Fault(
        "empty-place", f"neither {groups} is given", groups, "fill it in, or take the row out"
    )
    finding = grid.finding(fault, int(rows[0]), column, count=len(rows))
    return [finding]


def _check_key(grid: Grid, frame: pd.DataFrame) -> list[Finding]:
    table = grid.table
    key = [name for name in table.key if name in grid.known]
    required = [name for name in table.required if name in table.key]
    if not table.unique or not set(required) <= set(key) or not key:
        return []
    known = frame[required].notna().all(axis=1) if required else frame[key].notna().any(axis=1)
    rows = np.flatnonzero(frame.duplicated(key) & known)
    if not len(rows):
        return []
    groups = frame.groupby(key, dropna=False, sort=False).ngroup().to_numpy()
    _, firsts = np.unique(groups, return_index=True)
    first_of = firsts[groups]

    def say(row: int) -> Finding:
        first = int(grid.rows[first_of[row]])
        value = ", ".join(_shown(grid.known[name], row) for name in key)
        return grid.finding(
            DUPLICATE_KEY,
            row,
            key[0],
            message=f"the same {' and '.join(key)} as in row {first}",
            value=value,
        )

    return row_findings(grid, rows.tolist(), say, f"{' and '.join(key)} given before")


def _shown(cells: Cells, row: int) -> str:
    return cells.texts[int(cells.codes[row])]


def _check_order(grid: Grid, frame: pd.DataFrame, chain: Sequence[str]) -> list[Finding]:
    """Each known value of the chain against the last known one before it."""
    # Without rows there is nothing to fill forward, and dates would lose their type.
    columns = [name for name in chain if name in grid.known] if len(frame) else []
    findings: list[Finding] = []
    for place in range(1, len(columns)):
        before = frame[columns[:place]].ffill(axis=1).iloc[:, -1]
        rows = np.flatnonzero(before > frame[columns[place]])
        say = partial(_wrong_order, grid, columns[: place + 1])
        findings += row_findings(grid, rows.tolist(), say, f"{columns[place]} too low or too early")
    return findings


def _wrong_order(grid: Grid, columns: Sequence[str], row: int) -> Finding:
    second = columns[-1]
    known = [n for n in columns[:-1] if not grid.known[n].unknown[grid.known[n].codes[row]]]
    first = known[-1]
    is_date = grid.table.by_name[first].kind in DATED
    fault = Fault(
        "wrong-order",
        f"{first} is {'after' if is_date else 'more than'} {second}",
        f"{first} not {'after' if is_date else 'above'} {second}",
        "correct one of the two",
    )
    value = f"{_shown(grid.known[first], row)} > {_shown(grid.known[second], row)}"
    return grid.finding(fault, row, first, value=value)
