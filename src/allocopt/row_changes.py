"""Row changes: what the section `override` wants of which row, before any value is read.

override:
  reps: {Li Lei: {hours: 0}, Wang Fang: remove, add: [{rep: Zhao Min, hours: 120}]}
  add: {segments: [{segment: New}]}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from allocopt.config.validation import place_of
from allocopt.errors import Finding
from allocopt.tables.contract import CONTRACT, empty_table, table_named
from allocopt.tables.headers import dictionary
from allocopt.tables.raw import TableSource
from allocopt.tables.text import header_key, nearest
from allocopt.yaml_source import KeyPath, Place, YamlSource, kind_of

ADD, REMOVE = "add", "remove"


@dataclass(frozen=True)
class RowChange:
    """What happens to one row: `values` by canonical column; no values = the row is removed."""

    table: str
    key: str
    values: Mapping[str, Any] | None
    place: Place
    places: Mapping[str, Place]
    added: bool = False


def read_changes(
    tables: Mapping[str, pd.DataFrame], source: YamlSource, findings: list[Finding]
) -> Iterator[RowChange]:
    """Every row that `override` changes, takes out or adds; what cannot be read goes to `findings`."""
    for name, block, path in _blocks(source, findings):
        frame = tables.get(name, empty_table(name))
        for key, wanted in block.items():
            place = place_of(source, (*path, key), key=True)
            if key == ADD:
                yield from _read_added(name, frame, wanted, (*path, key), source, findings)
            elif wanted == REMOVE:
                yield RowChange(name, key, None, place, {})
            elif isinstance(wanted, dict):
                change = _read_row(name, frame, wanted, (*path, key), source, findings)
                findings += _renamed(change)
                yield replace(change, key=key)
            else:
                message = f"{name} {key!r}: {kind_of(wanted)} is no change of a row"
                findings.append(place.problem(message, expected="{column: value} or remove"))


def _blocks(
    source: YamlSource, findings: list[Finding]
) -> Iterator[tuple[str, dict[str, Any], KeyPath]]:
    """Changes by canonical table name, and where they stand."""
    override = source.data.get("override") or {}
    if not isinstance(override, dict):
        return
    added = override.get(ADD)
    entries: list[tuple[KeyPath, Any]] = [
        (("override", k), v) for k, v in override.items() if k != ADD
    ]
    if isinstance(added, dict):
        entries += [(("override", ADD, k), {ADD: v}) for k, v in added.items()]
    for path, block in entries:
        word, place = str(path[-1]), place_of(source, path, key=True)
        if not (name := table_named(word)):
            near = nearest(word, list(CONTRACT))
            findings.append(place.problem(f"unknown table {word!r} in override", nearest=near))
        elif not isinstance(block, dict):
            findings.append(place.problem(f"override of {word}", expected="{key: {column: value}}"))
        else:
            yield name, block, path[:-1] if path[1] == ADD else path


def _read_added(
    name: str,
    frame: pd.DataFrame,
    rows: Any,
    path: KeyPath,
    source: YamlSource,
    findings: list[Finding],
) -> Iterator[RowChange]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        place = place_of(source, path)
        findings.append(
            place.problem(f"added rows of {name}", expected="a list of {column: value}")
        )
        return
    for number, row in enumerate(rows):
        change = _read_row(name, frame, row, (*path, number), source, findings)
        yield replace(change, added=True)


def _read_row(
    name: str,
    frame: pd.DataFrame,
    cells: dict[str, Any],
    path: KeyPath,
    source: YamlSource,
    findings: list[Finding],
) -> RowChange:
    """One row's values by canonical column; a column that the table does not have is a problem."""
    names = dictionary(CONTRACT[name], TableSource(), {})
    attributes = {header_key(column): column for column in frame.columns}
    values: dict[str, Any] = {}
    places: dict[str, Place] = {}
    for word, value in cells.items():
        column = names.name(word) or attributes.get(header_key(word))
        place = place_of(source, (*path, word))
        if column is None:
            near = nearest(word, list(frame.columns))
            findings.append(place.problem(f"unknown column {word!r} of {name}", nearest=near))
        else:
            values[column], places[column] = _as_cell(value), place
    return RowChange(name, "", values, place_of(source, path), places)


def _renamed(change: RowChange) -> list[Finding]:
    """A key is not changed: what other tables say of the row would be lost."""
    return [
        change.places[column].problem(
            f"the key {column} of {change.table} cannot be changed",
            mend="remove the row and add another",
            code="changed-key",
        )
        for column in CONTRACT[change.table].key
        if column in (change.values or {})
    ]


def _as_cell(value: Any) -> Any:
    return ";".join(map(str, value)) if isinstance(value, list) else value
