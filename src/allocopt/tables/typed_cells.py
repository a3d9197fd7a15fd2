"""Typed cells of workbooks, Parquet files and queries, in the few types that `RawTable` allows."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

_PLAIN = {str, float, int, bool, datetime.datetime, type(None)}


def typed_frame(columns: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """Frame of object cells: text, float, int, bool, date-time or None; an empty text is None."""
    plain = {number: _plain_column(column) for number, column in enumerate(columns)}
    return pd.DataFrame({number: pd.Series(cells, dtype=object) for number, cells in plain.items()})


def with_header(header: Sequence[str], frame: pd.DataFrame) -> pd.DataFrame:
    """The cells of a table that has names for its columns: the header becomes the first row."""
    head = pd.DataFrame([list(header)], dtype=object)
    return pd.concat([head, frame], ignore_index=True)


def _plain_column(column: Sequence[Any]) -> list[Any]:
    if {type(cell) for cell in column} <= _PLAIN:
        return [None if cell == "" or cell != cell else cell for cell in column]  # noqa: PLR0124 - NaN
    return [plain(cell) for cell in column]


def plain(cell: Any) -> Any:  # noqa: PLR0911 - one line per kind of cell
    """One cell in the types of `RawTable`; a time of day, a list or bytes become text."""
    match cell:
        case str() | bool() | int():
            return None if cell == "" else cell
        case float():
            return None if math.isnan(cell) else float(cell)
        case datetime.datetime():
            return None if cell is pd.NaT else cell.replace(tzinfo=None)
        case datetime.date():
            return datetime.datetime.combine(cell, datetime.time.min)
        case datetime.timedelta():
            return cell.total_seconds() / 86_400  # a duration in Excel is a number of days
        case Decimal():
            return plain(float(cell))
        case np.generic():
            return plain(cell.item())
        case _:
            return None if cell is None or cell is pd.NA or cell is pd.NaT else str(cell)
