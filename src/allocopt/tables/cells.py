"""Cells of one table, each distinct cell held once.

Work on a column is done per distinct cell and spread over the rows by `codes`, so that a check of 200,000
rows costs as much as the number of different things written in them.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.errors import Finding, Severity
from allocopt.tables.table import Table
from allocopt.tables.text import fold_all

Codes = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

# How people write that they do not know. `NA` is left out: it is a place to some.
UNKNOWN = frozenset({"", "-", "--", "—", "——", "–", "―", "n/a", "#n/a"})
_LONGEST_UNKNOWN = max(map(len, UNKNOWN))
MOST_LISTED = 50
_GUARDED = tuple("=+-@\t\r'")


def is_unknown(text: str) -> bool:
    """Whether a stripped text says that its author does not know."""
    return len(text) <= _LONGEST_UNKNOWN and text.casefold() in UNKNOWN


def plain_text(value: object) -> str:
    """A typed cell as a person would type it: 1001.0 is `1001`, a date-time its ISO form."""
    if isinstance(value, str):
        return value
    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, bool | np.bool_):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | np.floating):
        return _number_text(float(value))
    if isinstance(value, dt.date):
        return value.isoformat().removesuffix("T00:00:00")
    return str(value)


def _number_text(value: float) -> str:
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def unguarded(text: str) -> str:
    """`text` without the quote that keeps a spreadsheet from running it as a formula."""
    if text[:1] == "'" and (text[1:2] in _GUARDED or is_unknown(text[1:])):
        return text[1:]
    return text


def guarded(text: str) -> str:
    """The reverse of `unguarded`: what to write so that `text` is read back and never run."""
    return f"'{text}" if text.startswith(_GUARDED) or is_unknown(text) else text


@dataclass(frozen=True)
class Cells:
    """One column of cells.

    `codes`: for each row the position of its cell in `distinct`. `header`: as the user wrote it; `headers`
    has one per distinct cell where the column was put together from several. `scale` multiplies plain
    numbers, for a header such as `销售额(万元)`.
    """

    header: str
    codes: Codes
    distinct: npt.NDArray[np.object_]
    headers: tuple[str, ...] = ()
    scale: float = 1.0

    @classmethod
    def of(cls, header: str, values: npt.NDArray[np.object_], scale: float = 1.0) -> Cells:
        """Cells of a column as it was read, text or typed."""
        if pd.api.types.infer_dtype(values, skipna=True) not in {"string", "floating", "empty"}:
            # True equals 1 and unhashable cells cannot be told apart: both become text.
            values = np.array([_hashable(value) for value in values], dtype=object)
        codes, distinct = pd.factorize(values, use_na_sentinel=True)
        if np.any(codes < 0):
            codes = np.where(codes < 0, len(distinct), codes)
            distinct = np.append(distinct, "")
        return cls(header, codes.astype(np.intp), np.asarray(distinct, dtype=object), scale=scale)

    @classmethod
    def blank(cls, header: str, rows: int) -> Cells:
        """A column that the file does not have."""
        return cls(header, np.zeros(rows, dtype=np.intp), np.array([""], dtype=object))

    @cached_property
    def texts(self) -> list[str]:
        """Half-width, stripped text of each distinct cell."""
        values = self.distinct.tolist()
        is_text = all(isinstance(value, str) for value in values)
        return fold_all(values if is_text else [plain_text(value) for value in values])

    @cached_property
    def unknown(self) -> Mask:
        """Which distinct cells say nothing."""
        return np.array([is_unknown(text) for text in self.texts], dtype=bool)

    @cached_property
    def empty(self) -> Mask:
        """Which distinct cells are empty in the file."""
        return np.array([not text for text in self.texts], dtype=bool)

    def name(self, code: int) -> str:
        """The name that a distinct cell holds."""
        return unguarded(self.texts[code])

    def header_of(self, code: int) -> str:
        """Header above a distinct cell."""
        return self.headers[code] if self.headers else self.header

    def keep(self, rows: Mask) -> Cells:
        """The same column with only some rows."""
        return replace(self, codes=self.codes[rows])

    def counted(self, codes: Codes) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """For distinct cells: in how many rows each stands, and the first such row."""
        counts = np.bincount(self.codes, minlength=len(self.distinct))
        first = np.full(len(self.distinct), len(self.codes), dtype=np.intp)
        first[self.codes[::-1]] = np.arange(len(self.codes), dtype=np.intp)[::-1]
        return counts[codes], first[codes]


def _hashable(value: Any) -> object:
    if isinstance(value, bool | np.bool_):
        return plain_text(value)
    try:
        hash(value)
    except TypeError:
        return str(value)
    return value


@dataclass(frozen=True)
class Fault:
    """Why a cell cannot be used, and what would be right."""

    code: str
    message: str
    expected: str = ""
    mend: str = ""
    severity: Severity = Severity.PROBLEM


@dataclass(frozen=True)
class Grid:
    """The body of one table: cells by canonical column name, and where its rows stand in the file."""

    table: Table
    file: str
    rows: npt.NDArray[np.int64]
    known: Mapping[str, Cells]
    attributes: Mapping[str, Cells] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> Cells:
        """Cells of a known column or an attribute; blank ones where the file has none."""
        return self.known.get(name) or self.attributes.get(name) or Cells.blank(name, len(self))

    def keep(self, rows: Mask) -> Grid:
        """The same table with only some rows."""
        if rows.all():
            return self
        return replace(
            self,
            rows=self.rows[rows],
            known={name: cells.keep(rows) for name, cells in self.known.items()},
            attributes={name: cells.keep(rows) for name, cells in self.attributes.items()},
        )

    def finding(self, fault: Fault, row: int | None = None, name: str = "", **more: Any) -> Finding:
        """A fault at a row (counted from 0 in the grid) and a column, as the user knows them."""
        cells = self.known.get(name)
        value, header = "", cells.header if cells else name
        if cells and row is not None:
            code = int(cells.codes[row])
            value, header = plain_text(cells.distinct[code]), cells.header_of(code)
        finding = Finding(
            fault.severity,
            fault.message,
            file=self.file,
            row=None if row is None else int(self.rows[row]),
            column=header,
            value=value,
            expected=fault.expected,
            mend=fault.mend,
            code=fault.code,
        )
        return replace(finding, **more)
