"""Sums: amounts by day and dimensions, added up batch by batch in bounded memory.

A cell is a series (one combination of names) and a day, packed into one integer. What batches bring is
put aside until it is as much as there is already, then both are added up; so each number is moved a few
times only, however many batches come. When there are too many cells, days are put together: first the
days of a week within a month, which any plan period can still be made of but a day; then months.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.errors import DataError, Finding
from allocopt.tables.cells import Cells
from allocopt.tables.transactions.batch import FloatArray, IntArray
from allocopt.tables.transactions.files import problem

# Cells at which days are put together, one step after the other; beyond the last there is no sum.
MOST_CELLS = (2_000_000, 6_000_000, 20_000_000)
FEWEST_PENDING = 500_000
MOST_COMBINED = 2**62
DAY_BITS = 17  # days since 1900 up to 2199 stay below 2 ** 17
FIRST_DAY = np.datetime64("1900-01-01", "D")
# How finely days are told apart, the finest first.
DATINGS = ("day", "week of a month", "month")


@dataclass
class Sums:
    """Sums of `amounts` by day and `dimensions`.

    `most_cells` are the numbers of cells beyond which each of `DATINGS` gives way to the next.
    """

    dimensions: Sequence[str]
    amounts: Sequence[str]
    most_cells: Sequence[int] = MOST_CELLS
    dating: int = 0
    last_day: int = 0
    _words: dict[str, dict[object, int]] = field(default_factory=dict)
    _series: dict[tuple[int, ...], int] = field(default_factory=dict)
    _keys: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    _totals: FloatArray = field(default_factory=lambda: np.empty((0, 0)))
    _pending: list[tuple[IntArray, FloatArray]] = field(default_factory=list)

    def add(
        self,
        days: npt.NDArray[np.datetime64],
        names: Mapping[str, Cells],
        amounts: Mapping[str, FloatArray],
    ) -> None:
        """Add rows: the day of each, the cells of their names, their amounts (NaN adds nothing)."""
        number = _days(days)
        self.last_day = int(np.max(number, initial=self.last_day))
        keys = (self._series_of(names, len(days)) << DAY_BITS) | coarse(number, self.dating)
        zeros = np.zeros(len(days))
        columns = [np.nan_to_num(amounts.get(name, zeros)) for name in self.amounts]
        self._pending.append(_summed(keys, np.column_stack(columns)))
        waiting = sum(len(keys) for keys, _ in self._pending)
        if waiting > max(len(self._keys), FEWEST_PENDING):
            self._settle()

    def table(self) -> pd.DataFrame:
        """The sums [date, *dimensions, *amounts], series by series; dates are ISO text, names categories.

        Days that were put together are dated by the last of them, or the last that there is.
        """
        self._settle()
        names = list(self._series)
        series, day = self._keys >> DAY_BITS, self._keys & ((1 << DAY_BITS) - 1)
        codes = np.array(names, dtype=np.int64).reshape(len(names), len(self.dimensions))[series]
        columns = {"date": _dates(np.minimum(last_of(day, self.dating), self.last_day))}
        for place, name in enumerate(self.dimensions):
            words = pd.Index(list(self._words[name]), dtype=object)
            columns[name] = pd.Categorical.from_codes(codes[:, place], words)
        frame = pd.DataFrame(columns)
        for place, name in enumerate(self.amounts):
            frame[name] = self._totals[:, place]
        return frame

    def _series_of(self, names: Mapping[str, Cells], rows: int) -> IntArray:
        """Number of each row's combination of names; new ones get the next number."""
        local, reach = np.zeros(rows, dtype=np.int64), 1
        codes = []
        for name in self.dimensions:
            cells = names.get(name) or Cells.blank(name, rows)
            words = self._words.setdefault(name, {})
            known = [words.setdefault(word, len(words)) for word in cells.texts]
            codes.append(np.array(known, dtype=np.int64)[cells.codes])
            if reach * len(cells.distinct) > MOST_COMBINED:
                local, reach = pd.factorize(local)[0].astype(np.int64), rows
            local = local * len(cells.distinct) + cells.codes
            reach *= len(cells.distinct)
        local = pd.factorize(local)[0].astype(np.int64)
        firsts = _first_of_each(local)
        combinations = zip(*(code[firsts].tolist() for code in codes), strict=True)
        series = self._series
        found = [series.setdefault(one, len(series)) for one in combinations]
        return np.array(found, dtype=np.int64)[local]

    def _settle(self) -> None:
        """Add what is pending; tell days apart less finely while there are too many cells."""
        parts = [*([(self._keys, self._totals)] if len(self._keys) else []), *self._pending]
        self._pending = []
        if parts:
            keys = np.concatenate([keys for keys, _ in parts])
            self._keys, self._totals = _summed(keys, np.concatenate([sums for _, sums in parts]))
        while len(self._keys) > self.most_cells[self.dating]:
            if self.dating + 1 == len(DATINGS):
                raise DataError([_too_many(len(self._keys), self.most_cells[-1])])
            self.dating += 1
            day = self._keys & ((1 << DAY_BITS) - 1)
            keys = self._keys - day + coarse(day, self.dating)
            self._keys, self._totals = _summed(keys, self._totals)


def coarse(day: IntArray, dating: int) -> IntArray:
    """First day (since 1900) of the day, of its week within its month, or of its month."""
    if dating == 0:
        return day
    month = _days(_dates_of(day).astype("datetime64[M]"))
    # 1 January 1900 was a Monday.
    return month if dating == 2 else np.asarray(np.maximum(month, day - day % 7))


def last_of(day: IntArray, dating: int) -> IntArray:
    """Last day (since 1900) of what `coarse` puts together."""
    if dating == 0:
        return day
    month = _days(np.add(_dates_of(day).astype("datetime64[M]"), np.timedelta64(1, "M"))) - 1
    return month if dating == 2 else np.asarray(np.minimum(month, day - day % 7 + 6))


def _dates_of(day: IntArray) -> npt.NDArray[np.datetime64]:
    return np.asarray(FIRST_DAY + day.astype("timedelta64[D]"))


def _days(dates: npt.NDArray[np.datetime64]) -> IntArray:
    return (dates.astype("datetime64[D]") - FIRST_DAY).astype(np.int64)


def _summed(keys: IntArray, amounts: FloatArray) -> tuple[IntArray, FloatArray]:
    """One row per key, sorted, with the sums of its amounts."""
    codes, distinct = pd.factorize(keys, sort=True)
    sums = [np.bincount(codes, column, len(distinct)) for column in amounts.T]
    return np.asarray(distinct, dtype=np.int64), np.column_stack(sums)


def _first_of_each(codes: IntArray) -> npt.NDArray[np.intp]:
    """Where each code comes first; codes are numbered from 0."""
    firsts = np.empty(int(np.max(codes, initial=-1)) + 1, dtype=np.intp)
    firsts[codes[::-1]] = np.arange(len(codes))[::-1]
    return firsts


def _dates(day: IntArray) -> pd.Categorical:
    distinct, codes = np.unique(day, return_inverse=True)
    words = pd.Index(_dates_of(distinct).astype(str), dtype=object)
    return pd.Categorical.from_codes(codes, words)


def _too_many(cells: int, most: int) -> Finding:
    return problem(
        f"the sums by month and names are still {cells:,} rows",
        "history",
        "too-many-series",
        expected=f"at most {most:,}",
        mend="leave columns out of the file that the plan does not tell apart, such as the product",
    )
