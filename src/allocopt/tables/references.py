"""What must hold between tables: a name that one table uses is a row of the table it refers to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from allocopt.errors import Finding, Severity
from allocopt.tables.cells import Fault, Grid
from allocopt.tables.contract import CONTRACT
from allocopt.tables.report import Suggest, cell_findings
from allocopt.tables.table import Column, Kind
from allocopt.tables.text import nearest, word_key
from allocopt.tables.tree import implied_nodes
from allocopt.tables.values import split_list

SCOPES: Mapping[str, str] = {
    "territory": "territories",
    "segment": "segments",
    "product": "products",
    "rep": "reps",
    "channel": "",
}
# Tables of what happened, whose names may be those of before a reorganisation.
BEFORE = ("history", "actuals")


class Names(NamedTuple):
    """The names that a table knows, and how to call that table in a sentence."""

    valid: frozenset[str]
    ordered: tuple[str, ...]
    file: str


def check_references(grids: Mapping[str, Grid]) -> list[Finding]:
    """Findings for names that no row of the table they refer to has.

    A reference to a table that the scenario does not have is not checked.
    """
    names = {table: _names(grid) for table, grid in grids.items() if _key(grid) in grid.known}
    former = _former(grids.get("recast"))
    return [
        finding
        for grid in grids.values()
        for column in grid.table.columns
        if column.refers and column.name in grid.known
        for finding in _check_column(grid, column, names, former)
    ]


def _former(recast: Grid | None) -> dict[tuple[str, str], frozenset[str]]:
    """Names of before a reorganisation, by the table and column that may still use them."""
    if recast is None:
        return {}
    return {
        (table, name): frozenset(_known_texts(recast, f"from_{name}"))
        for table in BEFORE
        for name in ("territory", "segment")
        if f"from_{name}" in recast.known
    }


def _key(grid: Grid) -> str:
    return grid.table.key[0] if len(grid.table.key) == 1 else ""


def _names(grid: Grid) -> Names:
    """Names of a table's rows; for territories also the nodes that are only named as parents."""
    ordered = dict.fromkeys(_known_texts(grid, _key(grid)))
    if grid.table.name == "territories":
        ordered |= dict.fromkeys(implied_nodes(grid))
    return Names(frozenset(ordered), tuple(ordered), grid.file)


def _known_texts(grid: Grid, name: str) -> list[str]:
    cells = grid.known[name]
    used = np.bincount(cells.codes, minlength=len(cells.distinct)) > 0
    return [cells.name(code) for code in np.flatnonzero(used & ~cells.unknown).tolist()]


def _check_column(
    grid: Grid,
    column: Column,
    names: Mapping[str, Names],
    former: Mapping[tuple[str, str], frozenset[str]],
) -> list[Finding]:
    if column.kind is Kind.SCOPE:
        return _check_scopes(grid, column, names)
    targets = [names[table] for table in column.refers if table in names]
    if not targets or (column.name == "parent" and grid.table.name == "territories"):
        return []
    cells = grid.known[column.name]
    valid = frozenset().union(*(target.valid for target in targets))
    valid |= former.get((grid.table.name, column.name), frozenset())
    fault = _fault(column, targets, _zh(column.refers))
    faults = {}
    for code in np.flatnonzero(~cells.unknown).tolist():
        text = cells.name(code)
        parts = split_list(text) if column.kind is Kind.LIST else [text]
        if any(part not in valid for part in parts):
            faults[code] = fault
    if column.former:
        return _former_notice(grid, column, faults, targets)
    ordered = [name for target in targets for name in target.ordered]
    return cell_findings(grid, column.name, faults, _suggest(ordered, valid, column.kind))


def _zh(refers: Iterable[str]) -> str:
    return ", ".join(CONTRACT[table].zh for table in refers)


def _fault(column: Column, targets: list[Names], zh: str) -> Fault:
    files = " or ".join(target.file for target in targets)
    key = " or ".join(CONTRACT[table].key[0] for table in column.refers)
    return Fault(
        "unknown-reference",
        f"is not in {files}",
        f"a {key} that {files} has ({zh})",
        f"correct the name, or add a row to {files}",
    )


def _suggest(ordered: list[str], valid: frozenset[str], kind: Kind = Kind.TEXT) -> Suggest:
    def suggest(text: str) -> tuple[str, str]:
        parts = split_list(text) if kind is Kind.LIST else [text]
        wrong = next((part for part in parts if part not in valid), text)
        near = nearest(wrong, ordered)
        if near and word_key(near) == word_key(wrong):
            return near, f"write {near}: it differs in case, width, blanks or joints only"
        return near, ""

    return suggest


def _former_notice(
    grid: Grid, column: Column, faults: Mapping[int, Fault], targets: list[Names]
) -> list[Finding]:
    """People who left are no fault: one notice with their number."""
    if not faults:
        return []
    cells = grid.known[column.name]
    counts, _ = cells.counted(np.fromiter(faults, dtype=np.intp))
    shown = ", ".join(cells.name(code) for code in list(faults)[:5]) + (
        " …" if len(faults) > 5 else ""
    )
    return [
        Finding(
            Severity.NOTICE,
            f"{len(faults)} names are not in {targets[0].file}, people who have left perhaps: {shown}",
            file=grid.file,
            column=cells.header,
            code="former-name",
            count=int(counts.sum()),
        )
    ]


def _check_scopes(grid: Grid, column: Column, names: Mapping[str, Names]) -> list[Finding]:
    """Scopes are `company` or a dimension and a name of it: `territory=East`."""
    cells = grid.known[column.name]
    findings = []
    unread: dict[int, Fault] = {}
    wrong: dict[str, dict[int, Fault]] = {}
    for code in np.flatnonzero(~cells.unknown).tolist():
        dimension, _, name = (part.strip() for part in cells.name(code).partition("="))
        table = SCOPES.get(dimension.casefold())
        if dimension.casefold() == "company" and not name:
            continue
        if table is None or not name:
            unread[code] = _UNREAD
        elif table in names and name not in names[table].valid:
            wrong.setdefault(table, {})[code] = _scope_fault(names[table])
    findings += cell_findings(grid, column.name, unread, _suggest_scope)
    for table, faults in wrong.items():
        findings += cell_findings(grid, column.name, faults, _suggest_in_scope(names[table]))
    return findings


_UNREAD = Fault(
    "unknown-scope",
    "is no scope",
    "company, or territory=…, segment=…, product=…, channel=…, rep=…",
)


def _scope_fault(target: Names) -> Fault:
    return Fault(
        "unknown-reference",
        f"names something that is not in {target.file}",
        f"a name that {target.file} has",
        f"correct the name, or add a row to {target.file}",
    )


def _suggest_scope(text: str) -> tuple[str, str]:
    dimension, equals, name = text.partition("=")
    near = nearest(dimension, ["company", *SCOPES]) if equals else ""
    return (near + equals + name if near else ""), ""


def _suggest_in_scope(target: Names) -> Suggest:
    def suggest(text: str) -> tuple[str, str]:
        dimension, _, name = text.partition("=")
        near = nearest(name, target.ordered)
        return f"{dimension}={near}" if near else "", ""

    return suggest
