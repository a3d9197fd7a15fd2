"""Reading: from the cells of all sources to canonical frames and one list of findings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from allocopt.errors import DataError, Finding
from allocopt.tables.body import read_body
from allocopt.tables.cells import Grid
from allocopt.tables.checks import check_cells, check_rows
from allocopt.tables.contract import CONTRACT
from allocopt.tables.headers import Heading, read_heading
from allocopt.tables.raw import RawTable, TableSource
from allocopt.tables.references import check_references
from allocopt.tables.sources import find_sources, read_source
from allocopt.tables.table import Table
from allocopt.tables.tree import check_tree
from allocopt.tables.values import empty_values, parse, parse_attribute

Synonyms = Mapping[str, Sequence[str]]
NO_SYNONYMS: Synonyms = MappingProxyType({})


@dataclass(frozen=True)
class Interpreted:
    """One table: its canonical frame, its cells as written, and what was found in it alone."""

    name: str
    frame: pd.DataFrame
    grid: Grid
    sha256: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Reading:
    """All tables that were read.

    `tables` holds canonical frames by table name; an absent table is not in it. `files` names the source of
    each table as shown in findings, `hashes` is the sha256 of its bytes.
    """

    tables: Mapping[str, pd.DataFrame]
    findings: tuple[Finding, ...]
    files: Mapping[str, str]
    hashes: Mapping[str, str]


def read_tables(
    folder: Path,
    sources: Mapping[str, TableSource],
    synonyms: Synonyms = NO_SYNONYMS,
    *,
    only: Collection[str] | None = None,
) -> Reading:
    """Read and check the tables of a folder: those that `sources` names, and files named as a table.

    `synonyms` adds words for columns (`column` or `table.column` → words). `only` restricts reading to
    some tables. Everything wrong is in `findings`; nothing is raised for a user's mistake.
    """
    found, findings = find_sources(folder, sources)
    said = list(findings)
    tables = []
    for name, source in found.items():
        if only is not None and name not in only:
            continue
        try:
            raw = read_source(name, source, folder, synonyms)
        except DataError as error:
            said.extend(error.findings)
        else:
            tables.append(interpret(raw, source, synonyms))
    return assemble(tables, said)


def interpret(
    raw: RawTable, source: TableSource | None = None, synonyms: Synonyms = NO_SYNONYMS
) -> Interpreted:
    """Read one table by the contract and check it alone."""
    table = CONTRACT[raw.name]
    return interpret_as(table, raw, read_heading(raw, table, source or TableSource(), synonyms))


def interpret_as(table: Table, raw: RawTable, heading: Heading) -> Interpreted:
    """Read the rows below a header as a table, of the contract or not, and check it alone."""
    body = read_body(raw, table, heading)
    frame, cell_findings = _frame(body.grid)
    findings = (
        *raw.findings,
        *heading.findings,
        *body.findings,
        *cell_findings,
        *check_rows(body.grid, frame),
    )
    return Interpreted(raw.name, frame, body.grid, raw.sha256, findings)


def assemble(tables: Iterable[Interpreted], findings: Iterable[Finding] = ()) -> Reading:
    """Put tables together and check what must hold between them."""
    parts = {part.name: part for part in tables}
    grids = {name: part.grid for name, part in parts.items()}
    said = [*findings, *(finding for part in parts.values() for finding in part.findings)]
    if "territories" in grids:
        said += check_tree(grids["territories"])
    said += check_references(grids)
    return Reading(
        MappingProxyType({name: part.frame for name, part in parts.items()}),
        tuple(dict.fromkeys(said)),
        MappingProxyType({name: part.grid.file for name, part in parts.items()}),
        MappingProxyType({name: part.sha256 for name, part in parts.items()}),
    )


def _frame(grid: Grid) -> tuple[pd.DataFrame, list[Finding]]:
    """The canonical frame: all columns of the contract in order, then the attributes."""
    columns: dict[str, pd.Series[Any]] = {}
    findings: list[Finding] = []
    for column in grid.table.columns:
        cells = grid.known.get(column.name)
        if cells is None:
            columns[column.name] = empty_values(column, len(grid))
            continue
        parsed = parse(cells, column)
        columns[column.name] = parsed.over(cells)
        findings += check_cells(grid, column, parsed)
    for name, cells in grid.attributes.items():
        columns[name] = parse_attribute(cells).over(cells)
    return pd.DataFrame(columns), findings
