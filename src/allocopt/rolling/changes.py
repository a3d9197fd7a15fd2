"""Changes: what differs between this year's scenario and the next, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from allocopt.overrides import key_texts
from allocopt.tables import CONTRACT

COLUMNS = ("table", "key", "column", "before", "after", "reason")
CHINESE = "zh-CN"


@dataclass(frozen=True)
class Reason:
    """Why something changes, in English and in Chinese; `undecided` where somebody has yet to decide."""

    english: str
    chinese: str
    undecided: bool = False

    def said_in(self, language: str) -> str:
        """The reason in one language."""
        return self.chinese if language == CHINESE else self.english


@dataclass(frozen=True)
class Change:
    """One cell, one row or (key blank) some rows of a table, or one setting (table scenario.yaml)."""

    table: str
    key: str
    column: str
    before: str
    after: str
    reason: Reason


def differences(
    name: str, before: pd.DataFrame, after: pd.DataFrame, reason: Reason
) -> Iterator[Change]:
    """Cells that differ, rows that are gone and rows that are new.

    Tables whose rows have no key of their own are told by how many rows came and went.
    """
    table = CONTRACT[name]
    if not table.unique:
        yield from _counts(name, before, after, reason)
        return
    old, new = (frame.set_axis(key_texts(table, frame)) for frame in (before, after))
    for key in old.index.difference(new.index, sort=False):
        yield Change(name, str(key), "", "row", "", reason)
    both = old.index.intersection(new.index, sort=False)
    for column in old.columns.intersection(new.columns, sort=False):
        was, now = old.loc[both, column].map(_text), new.loc[both, column].map(_text)
        for key in both[(was != now).to_numpy()]:
            yield Change(name, str(key), str(column), was[key], now[key], reason)
    for key in new.index.difference(old.index, sort=False):
        yield Change(name, str(key), "", "", "row", reason)


def _counts(
    name: str, before: pd.DataFrame, after: pd.DataFrame, reason: Reason
) -> Iterator[Change]:
    if len(before) != len(after):
        yield Change(name, "", "", f"{len(before)} rows", f"{len(after)} rows", reason)


def _text(value: Any) -> str:
    """A cell as people read it; unknown is blank."""
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def change_table(changes: tuple[Change, ...], language: str) -> pd.DataFrame:
    """table, key, column, before, after, reason: all text."""
    rows = [
        (c.table, c.key, c.column, c.before, c.after, c.reason.said_in(language)) for c in changes
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")
