"""Reading: files of transactions to one table of sums by day and names, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.errors import DataError, Finding, Severity
from allocopt.tables.dates import parse_dates
from allocopt.tables.raw import RawTable, TableSource
from allocopt.tables.transactions.batch import Batch
from allocopt.tables.transactions.faults import (
    MOST_LISTED,
    NO_AMOUNT,
    NO_DATE,
    TORN,
    Faults,
)
from allocopt.tables.transactions.files import (
    PARQUET_FILES,
    problem,
    sha256_of,
    transaction_files,
)
from allocopt.tables.transactions.layout import (
    AMOUNTS,
    DIMENSIONS,
    Layout,
    Synonyms,
    named_layout,
    text_layout,
)
from allocopt.tables.transactions.parquet import parquet_batches, parquet_header
from allocopt.tables.transactions.sums import DATINGS, Sums
from allocopt.tables.transactions.text import text_batches

NO_SYNONYMS: Synonyms = MappingProxyType({})


def read_transactions(
    name: str, source: TableSource, folder: Path, synonyms: Synonyms = NO_SYNONYMS
) -> RawTable:
    """The sums of all files by day, territory, segment, unit, product and channel as one table.

    Rows that cannot be read are left out, counted and listed. Only names, dates and amounts that
    add up are read; memory does not grow with the number of rows.

    Raises: DataError when there is no file, one lacks a column or cannot be read, or the sums are
    too many.
    """
    files = transaction_files(source, folder)
    layouts = _layouts(files, source, folder, synonyms)
    sums, faults = _add_up(layouts)
    table = sums.table()
    found = [finding for layout in layouts for finding in layout.findings]
    findings = (*found, *faults.findings(source.path), _summary(source.path, faults, sums, table))
    cells = _with_header(table, source)
    rows = np.arange(1, len(cells) + 1, dtype=np.int64)
    return RawTable(name, source.path, cells, rows, sha256_of(files), findings)


def _layouts(
    files: list[Path], source: TableSource, folder: Path, synonyms: Synonyms
) -> list[Layout]:
    """Layout of each file; the problems of all of them at once."""
    layouts: list[Layout] = []
    findings: list[Finding] = []
    for path in files:
        file = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
        try:
            if path.suffix.lower() in PARQUET_FILES:
                header = parquet_header(path, file)
                layouts.append(named_layout(path, file, header, source, synonyms))
            else:
                layouts.append(text_layout(path, file, source, synonyms))
        except OSError as error:
            message = f"the file cannot be read: {error.strerror}"
            findings.append(problem(message, file, "missing-file"))
        except DataError as error:
            findings += error.findings
    if findings:
        raise DataError(findings)
    return layouts


def _add_up(layouts: list[Layout]) -> tuple[Sums, Faults]:
    dimensions = [one for one in DIMENSIONS if any(one in layout.places for layout in layouts)]
    amounts = [one for one in AMOUNTS if any(one in layout.places for layout in layouts)]
    sums, faults = Sums(dimensions, amounts), Faults()
    for layout in layouts:
        for batch in _batches(layout):
            _add(batch, sums, faults)
    return sums, faults


def _batches(layout: Layout) -> Iterator[Batch]:
    if layout.path.suffix.lower() in PARQUET_FILES:
        return parquet_batches(layout)
    return text_batches(layout)


def _add(batch: Batch, sums: Sums, faults: Faults) -> None:
    """Add the rows of a batch that have a date and an amount; the others are left out and counted."""
    days, unread = parse_dates(batch.date)
    day = days[batch.date.codes]
    sales = batch.amounts["sales"]
    undated, unpaid = np.isnat(day), np.isnan(sales.values)
    bad = batch.torn | undated | unpaid
    blank = bad & ~batch.torn & _blank(batch)
    faults.count(batch, bad & ~blank, blank)
    for place in _first(batch.torn):
        faults.note(batch, place, TORN)
    for place in _first(undated & ~batch.torn & ~blank):
        code = int(batch.date.codes[place])
        fault = unread.get(code, NO_DATE)
        faults.note(batch, place, fault, batch.date.header, batch.date.texts[code])
    for place in _first(unpaid & ~undated & ~batch.torn & ~blank):
        fault, text = sales.faults.get(place, (NO_AMOUNT, ""))
        faults.note(batch, place, fault, sales.header, text)
    keep = ~bad
    sums.add(
        day[keep],
        {name: cells.keep(keep) for name, cells in batch.names.items()},
        {name: column.values[keep] for name, column in batch.amounts.items()},
    )


def _first(rows: npt.NDArray[np.bool_]) -> list[int]:
    return [int(place) for place in np.flatnonzero(rows)[:MOST_LISTED]]


def _blank(batch: Batch) -> npt.NDArray[np.bool_]:
    """Rows in which nothing is written at all."""
    blank = batch.date.empty[batch.date.codes] & np.isnan(batch.amounts["sales"].values)
    for cells in batch.names.values():
        blank &= cells.empty[cells.codes]
    faulty = np.array(list(batch.amounts["sales"].faults), dtype=np.intp)
    blank[faulty] = False
    return np.asarray(blank)


def _summary(file: str, faults: Faults, sums: Sums, table: pd.DataFrame) -> Finding:
    """What became of the rows; a warning when days are not told apart finely enough for weeks."""
    message = (
        f"{faults.rows - faults.left_out:,} rows of transactions are added up "
        f"to {len(table):,} by {DATINGS[sums.dating]} and names"
    )
    by_month = sums.dating == len(DATINGS) - 1
    severity = Severity.WARNING if by_month else Severity.NOTICE
    mend = (
        "leave out names that the plan does not tell apart, if it plans weeks" if by_month else ""
    )
    return Finding(severity, message, file=file, mend=mend, code="added-up", count=len(table))


def _with_header(table: pd.DataFrame, source: TableSource) -> pd.DataFrame:
    """Cells of the sums below their names; columns that the scenario renames keep their old name.

    Renamed columns that do not add up are there without cells: they have been found in the files.
    """
    given = {ours: theirs for theirs, ours in source.columns}
    header = [given.get(str(name), str(name)) for name in table]
    columns = {
        place: np.concatenate([[name], table.iloc[:, place].to_numpy(dtype=object)])
        for place, name in enumerate(header)
    }
    for ours, theirs in given.items():
        if ours not in table:
            columns[len(columns)] = np.array([theirs, *[None] * len(table)], dtype=object)
    return pd.DataFrame(columns)
