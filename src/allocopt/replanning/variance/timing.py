"""Timing: sales that came earlier or later than they were expected, not more or fewer of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.problem.deals import OPEN, WON, plain_stages, status_of
from allocopt.replanning.course import Course
from allocopt.replanning.variance.items import Floats, Items

# What a sale is called at its stages, the first one first.
STAGES = ("booked", "invoiced", "collected")


def timing(course: Course, items: Items) -> Floats:
    """Sales of each period that were expected in another, less those of it that come in another.

    item × period [currency], NaN where nothing tells. Told by what has been booked, where the plan
    counts sales at a later stage; else by deals of the pipeline whose day has moved.
    """
    booked = _against_bookings(course, items)
    return np.where(np.isnan(booked), _by_deals(course, items), booked)


def _against_bookings(course: Course, items: Items) -> Floats:
    """Sales less what was sold at the earliest stage that all rows of item and period tell."""
    rows = items.sold
    found = np.full(items.shape, np.nan)
    measure = course.scenario.config.measure.sales
    for stage in reversed(STAGES[: STAGES.index(measure)]):
        told = items.total(rows.assign(one=rows[stage].notna().astype(float)), "one")
        moved = items.total(rows.assign(moved=rows["sales"] - rows[stage]), "moved")
        found = np.where((told > 0) & (told == items.rows), moved, found)
    return found


def _by_deals(course: Course, items: Items) -> Floats:
    """What deals that were expected in one period and fell into another took from it and brought to it.

    A deal counts with amount × probability of the snapshot that the plan was made with. Known in cells
    that the pipeline names, for periods that end before a later snapshot was taken.
    """
    moved = np.full(items.shape, np.nan)
    deals, newest = _deals(course)
    if deals.empty:
        return moved
    at = items.at(deals.assign(period=course.closed[0]))
    cells = np.isin(items.cells, items.cells[at["item"].to_numpy()])
    ends = course.calendar.ends[: len(course.closed)]
    moved[np.ix_(cells, np.asarray(ends <= newest))] = 0.0
    for column, sign in (("expected", -1.0), ("falls", 1.0)):
        rows = deals.assign(period=course.calendar.label_of(deals[column]))
        rows = items.at(rows[deals["expected"].notna() & deals["falls"].notna()])
        moved += items.total(rows.assign(worth=sign * rows["worth"]), "worth")
    return moved


def _deals(course: Course) -> tuple[pd.DataFrame, pd.Timestamp]:
    """Deals of the plan's snapshot with `worth`, when they were expected and where they fall now.

    A row per deal and unit, a cell's deal on each of its planned units by planned sales. Empty where
    there is no later snapshot; then the day is the plan's start.
    """
    rows, start = course.table("pipeline"), course.calendar.plan_start
    rows = rows.assign(taken=rows["snapshot_date"].fillna(start))
    before, after = rows[rows["taken"] <= start], rows[rows["taken"] > start]
    if before.empty or after.empty:
        return rows.iloc[:0], start
    first = before[before["taken"] == before["taken"].max()].drop_duplicates("deal", keep="last")
    first = first[status_of(plain_stages(first["stage"])) == OPEN].set_index("deal")
    last = after.sort_values("taken", kind="stable").drop_duplicates("deal", keep="last")
    last = last.set_index("deal").reindex(first.index)
    going = status_of(plain_stages(last["stage"])).isin([OPEN, WON])
    falls = last["close"].where(going)
    # An open deal whose day is past has not been told to have moved.
    stale = (status_of(plain_stages(last["stage"])) == OPEN) & (falls < last["taken"])
    deals = first.assign(
        worth=first["amount"] * first["probability"],
        expected=first["close"],
        falls=falls.mask(stale, first["close"]),
    )
    return _on_units(course, deals.reset_index()), after["taken"].max()


def _on_units(course: Course, deals: pd.DataFrame) -> pd.DataFrame:
    """Deals with the place of their unit; one that names a cell only is shared by the cell's units."""
    plan = course.planned("sales")
    sales = plan[plan["period"].isin(course.closed)].groupby("unit")["sales"].sum()
    units = course.units[["territory", "segment"]].assign(weight=sales).reset_index()
    whole = units.groupby(["territory", "segment"])["weight"].transform("sum")
    size = units.groupby(["territory", "segment"])["weight"].transform("size")
    units["weight"] = (units["weight"] / whole).where(whole > 0, 1.0 / size)
    own = (
        deals[deals["unit"].notna()].drop(columns=["territory", "segment"]).merge(units, on="unit")
    )
    cell = (
        deals[deals["unit"].isna()].drop(columns="unit").merge(units, on=["territory", "segment"])
    )
    both = pd.concat([own.assign(weight=1.0), cell], ignore_index=True)
    return both.assign(worth=both["worth"] * both["weight"])
