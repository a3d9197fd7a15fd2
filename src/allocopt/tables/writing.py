"""Canonical tables as CSV that can be read back exactly, and that a spreadsheet does not run."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from allocopt.files import write_atomic
from allocopt.tables.cells import guarded


def write_table(frame: pd.DataFrame, path: Path, *, excel: bool = False) -> None:
    """Write a frame as CSV, UTF-8, whole or not at all.

    Dates are ISO, numbers the shortest text that reads back as the same number, unknown cells empty.
    Text that a spreadsheet would run as a formula gets a leading `'`, which reading takes away again.
    `excel`: with the byte-order mark by which Excel recognises UTF-8.
    """
    write_atomic(path, table_bytes(frame, excel=excel))


def table_bytes(frame: pd.DataFrame, *, excel: bool = False) -> bytes:
    """The CSV that `write_table` writes."""
    columns = [_written(frame.iloc[:, place]) for place in range(frame.shape[1])]
    shown = pd.concat(columns, axis=1) if columns else pd.DataFrame(index=frame.index)
    shown.columns = pd.Index([guarded(str(name)) for name in frame.columns], dtype=object)
    text = _csv_text(shown, csv.QUOTE_MINIMAL)
    if "\r" in text:
        # Up to CPython 3.12 the csv module leaves a lone carriage return bare, and nobody can read it back.
        text = _csv_text(shown, csv.QUOTE_NONNUMERIC)
    return text.encode("utf-8-sig" if excel else "utf-8")


def _csv_text(shown: pd.DataFrame, quoting: Literal[0, 2]) -> str:
    text = io.StringIO()
    shown.to_csv(text, index=False, lineterminator="\n", quoting=quoting)
    return text.getvalue()


def _written(column: pd.Series[Any]) -> pd.Series[Any]:
    """A column as it stands in the file."""
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return column.map(_iso, na_action="ignore").astype(object)
    if pd.api.types.is_bool_dtype(column.dtype):
        return column.map({True: "true", False: "false"}).astype(object)
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column
    return column.map(lambda value: guarded(value) if isinstance(value, str) else value).astype(
        object
    )


def _iso(day: pd.Timestamp) -> str:
    return day.isoformat().removesuffix("T00:00:00")
