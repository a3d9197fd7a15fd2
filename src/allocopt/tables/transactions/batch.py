"""Batch: a part of the rows of a file of transactions, column by column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.tables.cells import UNKNOWN, Cells, Fault
from allocopt.tables.numbers import NOT_FINITE, parse_numbers

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Column:
    """Amounts of a batch, NaN where there is none; why, and what stands there, by position."""

    header: str
    values: FloatArray
    faults: Mapping[int, tuple[Fault, str]]


@dataclass(frozen=True)
class Batch:
    """Rows of a file: their numbers in it, their dates and dimensions, and their amounts.

    `count` tells how many rows of the file each one stands for. `torn` marks rows with more cells
    than the header.
    """

    file: str
    rows: IntArray
    count: IntArray
    date: Cells
    names: Mapping[str, Cells]
    amounts: Mapping[str, Column]
    torn: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.rows)


def cells_of(header: str, column: pd.Series) -> Cells:
    """Cells of a categorical column, or of one of any other kind."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return Cells.of(header, column.to_numpy(dtype=object))
    codes = column.cat.codes.to_numpy().astype(np.intp)
    distinct = np.asarray(column.cat.categories, dtype=object)
    if np.any(codes < 0):
        codes = np.where(codes < 0, len(distinct), codes)
        distinct = np.append(distinct, "")
    return Cells(header, codes, distinct)


def amounts_of(header: str, column: pd.Series, scale: float) -> Column:
    """Numbers of a column: as they are where the parser could read all of them, else cell by cell."""
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        values = column.to_numpy(dtype=np.float64, na_value=np.nan) * scale
        infinite = np.flatnonzero(np.isinf(values)).tolist()
        faults = {place: (NOT_FINITE, str(values[place])) for place in infinite}
        return Column(header, np.where(np.isinf(values), np.nan, values), faults)
    texts = column.astype(object).where(column.notna(), "").to_numpy(dtype=object)
    cells = Cells.of(header, texts, scale)
    values, wrong = parse_numbers(cells, percent=False)
    bad = np.flatnonzero(np.isin(cells.codes, list(wrong))) if wrong else np.empty(0, dtype=int)
    places = bad.tolist()
    faults = {
        place: (wrong[int(cells.codes[place])], cells.texts[cells.codes[place]]) for place in places
    }
    return Column(header, values[cells.codes], faults)


def known_words() -> list[str]:
    """How people write that they do not know, for a parser that must be told."""
    return sorted({*UNKNOWN, *(word.upper() for word in UNKNOWN)})
