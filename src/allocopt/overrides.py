"""Overrides: single cells, removed rows and added rows that a child scenario or `--set` puts over tables.

Values are read by the kind of their column, exactly as cells of a table are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from allocopt.errors import Finding, Severity
from allocopt.row_changes import RowChange, read_changes
from allocopt.tables.cells import Cells, Grid
from allocopt.tables.checks import check_cells
from allocopt.tables.contract import CONTRACT, empty_table
from allocopt.tables.table import Column, Kind, Table
from allocopt.tables.text import nearest
from allocopt.tables.values import Parsed, parse, split_list
from allocopt.yaml_source import Place, YamlSource

KEY_JOINT = ";"

Tables = dict[str, pd.DataFrame]


def apply_overrides(
    tables: Mapping[str, pd.DataFrame], source: YamlSource, replaced: Collection[str] = ()
) -> tuple[Tables, list[Finding]]:
    """The tables after the changes under `override` of a source, and what is wrong with those.

    Changes of tables that are `replaced` by a later scenario are left out.
    Removing a row also removes the rows of other tables that have it in their key.
    """
    changed = dict(tables)
    findings: list[Finding] = []
    changes = [c for c in read_changes(tables, source, findings) if c.table not in replaced]
    for name in dict.fromkeys(change.table for change in changes):
        own = [change for change in changes if change.table == name]
        frame = changed.get(name, empty_table(name))
        changed[name] = _change_table(CONTRACT[name], frame, own, findings)
        findings += _drop_dependents(changed, name, [c for c in own if c.values is None])
    for change in changes:
        findings += _unknown_references(changed, change)
    return changed, findings


def key_texts(table: Table, frame: pd.DataFrame) -> pd.Series[str]:
    """The key of each row as `override` writes it: the parts of a composite key joined by `;`."""
    parts = [_as_text(frame[column]) for column in table.key]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined + KEY_JOINT + part
    return joined


def _as_text(column: pd.Series[Any]) -> pd.Series[str]:
    if pd.api.types.is_datetime64_any_dtype(column):
        column = column.dt.strftime("%Y-%m-%d")
    texts: pd.Series[str] = column.astype("str").fillna("")
    return texts


def _change_table(
    table: Table, frame: pd.DataFrame, changes: Sequence[RowChange], findings: list[Finding]
) -> pd.DataFrame:
    keys = key_texts(table, frame)
    parsed = _parse_values(table, frame, changes, findings)
    edited = {column: frame[column].copy() for column in frame.columns}
    keep = pd.Series(data=True, index=frame.index)
    added: list[dict[str, Any]] = []
    for change, values in zip(changes, parsed, strict=True):
        if change.added:
            taken = {*keys, *(_key_of(table, row) for row in added)}
            added += _added_row(table, taken, change, values, findings)
            continue
        rows = keys == change.key
        if not rows.any():
            findings.append(_unknown_row(table, keys, change))
        keep &= ~rows | (change.values is not None)
        for column, value in values.items():
            edited[column].loc[rows] = value
    changed = pd.DataFrame(edited, columns=frame.columns)[keep]
    return _with_rows(changed, added)


def _parse_values(
    table: Table, frame: pd.DataFrame, changes: Sequence[RowChange], findings: list[Finding]
) -> list[dict[str, Any]]:
    """The values of each change by the kind of their column; what cannot be read is left out."""
    parsed: list[dict[str, Any]] = [{} for _ in changes]
    columns = dict.fromkeys(column for change in changes for column in change.values or ())
    for name in columns:
        users = [k for k, change in enumerate(changes) if name in (change.values or {})]
        cells = Cells.of(name, np.array([_value(changes[k], name) for k in users], dtype=object))
        column = table.by_name.get(name) or _attribute(frame, name)
        result = parse(cells, column)
        places = [changes[k].places[name] for k in users]
        findings += _cell_findings(table, column, cells, result, places)
        for k, value, code in zip(users, result.over(cells), cells.codes, strict=True):
            if code not in result.faults:
                parsed[k][name] = value
    return parsed


def _value(change: RowChange, column: str) -> Any:
    return (change.values or {})[column]


def _attribute(frame: pd.DataFrame, name: str) -> Column:
    number = pd.api.types.is_numeric_dtype(frame[name])
    return Column(name, Kind.NUMBER if number else Kind.TEXT, name, "")


def _cell_findings(
    table: Table, column: Column, cells: Cells, parsed: Parsed, places: Sequence[Place]
) -> list[Finding]:
    grid = Grid(table, "", np.arange(len(places)), {column.name: cells})
    return [
        _moved(finding, places[finding.row or 0]) for finding in check_cells(grid, column, parsed)
    ]


def _moved(finding: Finding, place: Place) -> Finding:
    return replace(
        finding, file=place.file, row=place.row, line=place.line, position=place.position
    )


def _unknown_row(table: Table, keys: pd.Series[str], change: RowChange) -> Finding:
    return change.place.problem(
        f"{table.name} has no row {change.key!r}",
        nearest=nearest(change.key, keys.unique().tolist()),
        code="unknown-key",
    )


def _added_row(
    table: Table,
    taken: Collection[str],
    change: RowChange,
    values: dict[str, Any],
    findings: list[Finding],
) -> list[dict[str, Any]]:
    missing = [column for column in table.required if column not in (change.values or {})]
    if missing:
        message = f"an added row of {table.name} lacks {', '.join(missing)}"
        findings.append(change.place.problem(message, code="missing-column"))
        return []
    key = _key_of(table, values)
    if table.unique and key in taken:
        message = f"{table.name} has a row {key!r} already"
        findings.append(change.place.problem(message, code="duplicate-key"))
        return []
    return [values]


def _key_of(table: Table, values: dict[str, Any]) -> str:
    row = pd.DataFrame([values]).reindex(columns=list(table.key))
    return str(key_texts(table, row).iloc[0])


def _with_rows(frame: pd.DataFrame, rows: list[dict[str, Any]]) -> pd.DataFrame:
    if not rows:
        return frame.reset_index(drop=True)
    more = pd.DataFrame(rows).reindex(columns=frame.columns)
    more = more.astype({column: frame[column].dtype for column in frame.columns})
    return pd.concat([frame, more], ignore_index=True) if len(frame) else more


def _drop_dependents(
    tables: Tables, removed_from: str, removed: Sequence[RowChange]
) -> list[Finding]:
    """Rows of other tables whose key has a removed row in it go with it, with a notice."""
    gone = {change.key for change in removed}
    findings: list[Finding] = []
    for name, frame in tables.items() if gone else ():
        table = CONTRACT[name]
        columns = [c for c in table.key if removed_from in table.by_name[c].refers]
        lost = pd.Series(data=False, index=frame.index)
        for column in columns:
            if not table.by_name[column].former and name != removed_from:
                lost |= frame[column].isin(gone)
        if lost.any():
            tables[name] = frame[~lost].reset_index(drop=True)
            message = f"{int(lost.sum())} rows of {name} went with removed rows of {removed_from}"
            findings.append(Finding(Severity.NOTICE, message, code="removed-rows"))
    return findings


def _unknown_references(tables: Tables, change: RowChange) -> Iterator[Finding]:
    """Values that name a row of another table must name one that is there after all changes."""
    table = CONTRACT[change.table]
    for name, value in (change.values or {}).items():
        column = table.by_name.get(name)
        if column is None or not column.refers or column.former or column.kind is Kind.SCOPE:
            continue
        if not isinstance(value, str) or not (known := _names_known(tables, change, column)):
            continue
        for word in split_list(value) if column.kind is Kind.LIST else [value.strip()]:
            if word not in known:
                yield change.places[name].problem(
                    f"{word!r} is not in {' or '.join(column.refers)}",
                    nearest=nearest(word, sorted(known)),
                    code="unknown-reference",
                )


def _names_known(tables: Tables, change: RowChange, column: Column) -> set[str]:
    known: set[str] = set()
    for name in column.refers:
        if name in tables:
            known |= set(tables[name][CONTRACT[name].key[0]].dropna())
    if "territories" in column.refers and "units" in tables:
        known |= set(tables["units"]["territory"].dropna()) - set(map(str, _own(change, column)))
    return known


def _own(change: RowChange, column: Column) -> list[Any]:
    return [(change.values or {}).get(column.name)] if change.table == "units" else []
