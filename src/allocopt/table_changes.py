"""Table changes: what differs between two versions of a table, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from allocopt.overrides import key_texts
from allocopt.tables import CONTRACT


@dataclass(frozen=True)
class TableChange:
    """One cell, one row (column blank) or, with a blank key, some rows of a table; all as text."""

    table: str
    key: str
    column: str
    before: str
    after: str


def table_changes(name: str, before: pd.DataFrame, after: pd.DataFrame) -> Iterator[TableChange]:
    """Cells that differ, rows that are gone and rows that are new.

    Tables whose rows have no key of their own are told by how many rows came and went.
    """
    table = CONTRACT[name]
    if not table.unique:
        if len(before) != len(after):
            yield TableChange(name, "", "", f"{len(before)} rows", f"{len(after)} rows")
        return
    old, new = (frame.set_axis(key_texts(table, frame)) for frame in (before, after))
    for key in old.index.difference(new.index, sort=False):
        yield TableChange(name, str(key), "", "row", "")
    both = old.index.intersection(new.index, sort=False)
    for column in old.columns.intersection(new.columns, sort=False):
        was, now = old.loc[both, column].map(_text), new.loc[both, column].map(_text)
        for key in both[(was != now).to_numpy()]:
            yield TableChange(name, str(key), str(column), was[key], now[key])
    for key in new.index.difference(old.index, sort=False):
        yield TableChange(name, str(key), "", "", "row")


def _text(value: Any) -> str:
    """A cell as people read it; unknown is blank."""
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return f"{value:.12g}" if isinstance(value, float) else str(value)
