"""A table of two sides: rows before and after by the same key, with columns that have something to say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

import pandas as pd

from allocopt.documents.blocks import Column
from allocopt.documents.language.voice import Voice
from allocopt.review.tallies.sides import Write, sided, sided_text


@dataclass(frozen=True)
class SideColumn:
    """A column of a grid: the column of the tables, its head, and how a number is written (None = text).

    An `idle` one is left out where it holds nothing but zero.
    """

    key: str
    label: str
    write: Write | None = None
    idle: bool = False

    @property
    def head(self) -> Column:
        """Head and what the column holds."""
        return self.label, "text" if self.write is None else "number"


@dataclass(frozen=True)
class SideTable:
    """Rows by key after, and before where there is something to compare with."""

    now: pd.DataFrame
    was: pd.DataFrame | None = None

    @property
    def keys(self) -> pd.Index:
        """All keys, those that only the table before has at the end."""
        if self.was is None:
            return self.now.index
        return self.now.index.append(self.was.index.difference(self.now.index, sort=False))

    def whole(self) -> pd.DataFrame:
        """The rows after; of what is no longer there those before."""
        if self.was is None:
            return self.now
        gone = self.was.loc[self.was.index.difference(self.now.index, sort=False)]
        return pd.concat([self.now, gone]) if len(gone) else self.now

    def kept(self, columns: Iterable[SideColumn]) -> list[SideColumn]:
        """The columns that say something of a row on one of the sides; the first one stays."""
        first, *others = columns
        tables = [table for table in (self.now, self.was) if table is not None]
        return [first, *(one for one in others if any(_says(one, table) for table in tables))]

    def cells(self, key: str, columns: Sequence[SideColumn]) -> list[str]:
        """The cells of a row; those that differ hold both sides."""
        return [self._cell(key, column) for column in columns]

    def state(self, key: str) -> str:
        """`new`, `gone`, or "" where both sides have the row."""
        if self.was is None or (key in self.was.index and key in self.now.index):
            return ""
        return "new" if key in self.now.index else "gone"

    def _cell(self, key: str, column: SideColumn) -> str:
        now = _value(self.now, key, column)
        was = now if self.was is None or self.state(key) else _value(self.was, key, column)
        if self.state(key) == "gone" and self.was is not None:
            was = now = _value(self.was, key, column)
        if column.write is None:
            return sided_text(str(was), str(now))
        return sided(float(was), float(now), column.write)


def state_word(state: str, voice: Voice) -> str:
    """`new` or `gone` in a word; blank where both sides have a row."""
    return voice.say(f"review.sides.{state}") if state else ""


def _says(column: SideColumn, table: pd.DataFrame) -> bool:
    if column.key not in table:
        return False
    cells = table[column.key]
    if column.write is None:
        return bool((cells.fillna("") != "").any())
    return bool((cells.fillna(0.0) != 0).any() if column.idle else cells.notna().any())


def _value(table: pd.DataFrame, key: str, column: SideColumn) -> float | str:
    missing = "" if column.write is None else nan
    if key not in table.index or column.key not in table:
        return missing
    value: Any = table.at[key, column.key]
    return missing if pd.isna(value) else value
