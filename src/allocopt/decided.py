"""Decided by people: the overrides that hold in the plan, by their kind."""

from __future__ import annotations

from functools import cache
from typing import Protocol

import pandas as pd

from allocopt.calendar import Calendar
from allocopt.tables import empty_table
from allocopt.tables.cells import Cells
from allocopt.tables.numbers import parse_numbers

COLUMNS = ["rep", "unit", "period", "value", "reason", "by", "expires"]


class Planned(Protocol):
    """Tables and the calendar that they are planned on: a scenario, or what checks look at."""

    @property
    def calendar(self) -> Calendar:
        """The planned periods."""

    def table(self, name: str) -> pd.DataFrame:
        """A canonical frame; one without rows when there is no such table."""


def decided(source: Planned, kind: str) -> pd.DataFrame:
    """Overrides of a kind (quota, lock, hours) that have not expired, in the order of the table.

    Columns rep, unit, period (a label of the plan, "" = all of them), value, reason, by: text, "" where
    nothing is said; expires: the last day it holds, NaT = for good. A row for a period that is not
    planned, or that starts after its own last day, holds nowhere and is left out.
    """
    rows, calendar = source.table("overrides"), source.calendar
    rows = rows[rows["kind"] == kind] if len(rows) else rows
    if rows.empty:
        return _nothing().copy(deep=False)
    day = rows["period"].fillna(calendar.plan_start)
    holds = rows["expires"].isna() | (rows["expires"] >= calendar.start_of(day))
    label = calendar.label_of(rows["period"])
    planned = rows["period"].isna() | label.isin(calendar.labels)
    rows = rows.assign(period=label)[holds & planned]
    return rows[COLUMNS].fillna(dict.fromkeys(COLUMNS[:-1], ""))


@cache
def _nothing() -> pd.DataFrame:
    return empty_table("overrides")[COLUMNS].astype({"period": "str"})


def by_period(rows: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """The same overrides, one row for each period that they hold in.

    One without a period holds in every period that starts no later than its last day.
    """
    starts = pd.Series(calendar.starts, index=list(calendar.labels), name="first")
    every = rows[rows["period"] == ""].drop(columns="period")
    spread = every.merge(starts.rename_axis("period").reset_index(), how="cross")
    spread = spread[spread["expires"].isna() | (spread["first"] <= spread["expires"])]
    # What is said of one period comes later, and so wins over what is said of all.
    named = rows[rows["period"] != ""]
    return pd.concat([spread[COLUMNS], named[COLUMNS]], ignore_index=True)


def amounts_in(values: pd.Series[str]) -> pd.Series[float]:
    """The numbers that texts hold, as cells of a table hold them; NaN for a text that is no number."""
    cells = Cells.of("value", values.to_numpy(dtype=object))
    numbers, _ = parse_numbers(cells, percent=False)
    return pd.Series(numbers[cells.codes], index=values.index)
