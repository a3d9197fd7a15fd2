"""Items: what a variance is taken apart by - units where sales name them, else whole cells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.replanning.closing import reported, silent
from allocopt.replanning.course import Course
from allocopt.rolling.actuals import PLACE

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
KEY = [*PLACE, "unit"]


@dataclass(frozen=True)
class Items:
    """Base items and the closed periods.

    `names`: territory, segment and unit of each item, unit "" for a whole cell. A cell is one item where
    any of its actual rows names no unit, else each of its units is one. `planned` are the rows of planned
    sales and `sold` those of actual sales, each with `item` and `column`, its place among the periods.
    """

    names: pd.DataFrame
    periods: tuple[str, ...]
    planned: pd.DataFrame
    sold: pd.DataFrame
    quiet: Flags  # item × period: its territory has a plan and has not reported

    @property
    def shape(self) -> tuple[int, int]:
        """Items and periods."""
        return len(self.names), len(self.periods)

    def total(self, rows: pd.DataFrame, amount: str) -> Floats:
        """Sum of a column of rows with `item` and `column`; item × period, unknown counts as nothing."""
        return summed(rows["item"], rows["column"], rows[amount], self.shape)

    @cached_property
    def plan(self) -> Floats:
        """Planned sales; item × period [currency]."""
        return self.total(self.planned, "sales")

    @cached_property
    def actual(self) -> Floats:
        """Actual sales; item × period [currency]."""
        return self.total(self.sold, "sales")

    @cached_property
    def rows(self) -> Floats:
        """How many rows of actual sales there are; item × period."""
        return self.total(self.sold.assign(one=1.0), "one")

    @cached_property
    def cells(self) -> Ints:
        """Number of each item's cell, (territory, segment)."""
        numbers = self.names.groupby(list(PLACE), sort=False).ngroup()
        return np.asarray(numbers, dtype=np.int64)

    def at(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows that name a place and a `period`, with `item` and `column`; others are left out.

        A row of a unit that is part of a whole cell is the cell's.
        """
        keys = rows[KEY].fillna("")
        found = self._index.get_indexer(pd.MultiIndex.from_frame(keys))
        cell = self._index.get_indexer(pd.MultiIndex.from_frame(keys.assign(unit="")))
        item = np.where(found >= 0, found, cell)
        column = pd.Index(self.periods).get_indexer(pd.Index(rows["period"]))
        inside = (item >= 0) & (column >= 0)
        return rows.assign(item=item, column=column)[inside].reset_index(drop=True)

    @cached_property
    def _index(self) -> pd.MultiIndex:
        return pd.MultiIndex.from_frame(self.names[KEY])


def summed(
    item: pd.Series[int], column: pd.Series[int], amount: pd.Series[float], shape: tuple[int, int]
) -> Floats:
    """Amounts added up by item and column; unknown ones count as nothing."""
    place = item.to_numpy() * shape[1] + column.to_numpy()
    weights = amount.to_numpy(dtype=float, na_value=0.0)
    flat = np.bincount(place.astype(np.int64), np.nan_to_num(weights), shape[0] * shape[1])
    return flat.reshape(shape).astype(np.float64)


def base_items(course: Course) -> Items:
    """The base items of all that was planned for, or sold in, the closed periods."""
    planned, sold = of_units(course, course.planned("sales")), _at_home(course)
    keys = pd.MultiIndex.from_frame(sold[list(PLACE)])
    whole = keys[(sold["unit"] == "").to_numpy()].unique()
    planned, sold = (_of_whole(rows, whole) for rows in (planned, sold))
    names = pd.concat([rows[KEY] for rows in (planned, sold)])
    names = names.drop_duplicates().reset_index(drop=True)
    quiet = np.zeros((len(names), len(course.closed)), dtype=bool)
    items = Items(names, course.closed, planned, sold, quiet)
    items = replace(items, planned=items.at(planned), sold=items.at(sold))
    return replace(items, quiet=_quiet(course, items))


def of_units(course: Course, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of a plan's table in closed periods, with the place of their unit."""
    rows = rows[rows["period"].isin(course.closed)]
    place = _places(course).reindex(rows["unit"]).fillna("").set_axis(rows.index)
    return rows.assign(**{name: place[name] for name in PLACE})


def _places(course: Course) -> pd.DataFrame:
    """Territory and segment by unit; of one that is gone, as the plan's assignments tell."""
    names, told = list(PLACE), course.planned("assignments")
    if not set(names) <= set(told):
        return course.units[names]
    before = told.drop_duplicates("unit").set_index("unit")[names]
    gone = before[~before.index.isin(course.units.index)]
    return pd.concat([course.units[names], gone])


def _at_home(course: Course) -> pd.DataFrame:
    """Rows of actual sales, those of a known unit in the unit's own cell."""
    rows, units = course.sold, course.units
    home = {name: rows["unit"].map(units[name]).fillna(rows[name]).fillna("") for name in PLACE}
    return rows.assign(**home, unit=rows["unit"].fillna("")).astype(dict.fromkeys(KEY, "str"))


def _of_whole(rows: pd.DataFrame, whole: pd.Index) -> pd.DataFrame:
    """The rows, without their unit's name where their cell is one item; `own` keeps the name."""
    inside = whole.get_indexer(pd.MultiIndex.from_frame(rows[list(PLACE)])) >= 0
    return rows.assign(own=rows["unit"], unit=rows["unit"].where(~inside, "").astype("str"))


def _quiet(course: Course, items: Items) -> Flags:
    """Items without rows whose territory has a plan and has not reported; item × period."""
    table = silent(reported(course))
    flags = np.zeros(items.shape, dtype=bool)
    columns = pd.Index(items.periods).get_indexer(pd.Index(table["period"]))
    territory = items.names["territory"].to_numpy()
    for name, column in zip(table["territory"].tolist(), columns.tolist(), strict=True):
        flags[territory == name, column] = True
    return np.asarray(flags & (items.rows == 0))
