"""Sheet: a table of a workbook before anybody writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.workbook.field import Field, field_of

# Columns whose rows hold different things.
VALUES = ("value", "planned_value", "goal", "planned", "gap")


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its key in the frame, its heading, what it holds.

    Where rows differ, `like` is the column of the frame that names a column which holds the same.
    """

    key: str
    head: str
    field: Field
    like: str = ""


@dataclass(frozen=True)
class Sheet:
    """One table with its heading; `frozen` columns stay in view."""

    name: str
    title: str
    notes: tuple[str, ...]
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    frozen: int = 1
    adds_up: bool = True

    @property
    def totals(self) -> bool:
        """Whether the table has a row of totals."""
        several = self.adds_up and len(self.frame) > 1
        return several and any(column.field.total for column in self.columns)


def sheet_of(
    name: str,
    keys: str,
    frame: pd.DataFrame,
    voice: Voice,
    *,
    like: str = "",
    **more: Any,
) -> Sheet | None:
    """The sheet `name` with the columns `keys` that hold anything; None where it has no rows.

    `like` as in `Column`, for its columns of VALUES; `more` are further fields of `Sheet`.
    """
    held = [key for key in keys.split() if key in frame and has_any(frame[key])]
    if frame.empty or not held:
        return None
    columns = tuple(
        Column(key, heading(key, voice), field_of(key), like if key in VALUES else "")
        for key in held
    )
    title, note = voice.say(f"workbook.sheet.{name}"), voice.say.get(f"workbook.note.{name}", "")
    return Sheet(name, title, (note,) if note else (), columns, frame, **more)


def with_periods(sheet: Sheet | None, columns: Sequence[Column]) -> Sheet | None:
    """The sheet with further columns, such as one for each period."""
    if sheet is None:
        return None
    return replace(sheet, columns=(*sheet.columns, *columns))


def period_columns(labels: Sequence[str], voice: Voice) -> list[Column]:
    """A column of money for each period."""
    field = field_of("amount_by_period")
    return [Column(label, voice.show.short_period(label), field) for label in labels]


def heading(key: str, voice: Voice) -> str:
    """What stands over a column."""
    return voice.say.get(f"workbook.column.{key}", "") or voice.say(f"column.{key}")


def has_any(values: pd.Series[Any]) -> bool:
    """Whether a column says anything."""
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values):
        return bool(values.notna().any())
    return any(known_text(value) for value in values)


def names_for(keys: pd.Series[Any], table: str, facts: Facts) -> pd.Series[str]:
    """The names people use for the keys of a column."""
    texts = keys.map(known_text)
    known: Mapping[str, str] = {
        key: facts.name_of(table, key) if key else "" for key in texts.unique()
    }
    return texts.map(known).astype("str")
