"""Credit: who was to sell each item, and who did."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.calendar import share_of_periods
from allocopt.replanning.course import Course
from allocopt.replanning.variance.items import Flags, Floats, Ints, Items, summed

NOBODY = ""


@dataclass(frozen=True)
class Holders:
    """Pairs of item and rep who held it by plan, or sold in it; rep "" where nobody did.

    share: of the item's planned sales; adds up to 1 over the pairs of an item in each period. sold:
    actual sales that name the rep [currency]. named, told: item × period, whether any actual row names
    one, and whether all do.
    """

    item: Ints
    rep: pd.Series[str]
    share: Floats
    sold: Floats
    named: Flags
    told: Flags

    def weights(self, time: pd.DataFrame, name: str, shape: tuple[int, int]) -> Floats:
        """Shares of an item by hours of `time` (item, rep, column) where there are any, else `share`."""
        keys = pd.MultiIndex.from_arrays([self.item, self.rep])
        pair = keys.get_indexer(pd.MultiIndex.from_frame(time[["item", "rep"]]))
        rows = time.assign(pair=pair)[pair >= 0]
        own = summed(rows["pair"], rows["column"], rows[name], self.share.shape)
        whole = np.zeros(shape)
        np.add.at(whole, self.item, own)
        total = whole[self.item]
        return np.divide(own, total, out=self.share.copy(), where=total > 0)


def holders(course: Course, items: Items) -> Holders:
    """Pairs of items and reps of the closed periods."""
    held = _held(course, items)
    rows = items.sold.assign(rep=items.sold["rep"].fillna(NOBODY).astype("str"))
    named = rows[rows["rep"] != NOBODY]
    nobody = pd.DataFrame({"item": np.arange(len(items.names)), "rep": NOBODY})
    keys = pd.concat([held[["item", "rep"]], named[["item", "rep"]], nobody])
    keys = keys.astype({"rep": "str"}).drop_duplicates().sort_values("item", kind="stable")
    index = pd.MultiIndex.from_frame(keys)
    shape = (len(index), items.shape[1])
    sold = _by_pair(index, named, "sales", shape)
    item = keys["item"].to_numpy(dtype=np.int64)
    share = _whole(_by_pair(index, held, "share", shape), item, keys["rep"] == NOBODY, items)
    count = items.total(named.assign(one=1.0), "one")
    told = (count == items.rows) & (count > 0)
    rep = keys["rep"].reset_index(drop=True)
    kept = (rep != NOBODY).to_numpy() | share.any(axis=1)
    rep = rep[kept].reset_index(drop=True)
    return Holders(item[kept], rep, share[kept], sold[kept], count > 0, told)


def _held(course: Course, items: Items) -> pd.DataFrame:
    """item, rep, column and share of the item's plan, from assignments; not yet all of it.

    Units of an item count by planned sales, evenly where none are planned.
    """
    rows = course.planned("assignments")
    rows = rows[(rows["rep"].fillna("") != "") & (rows["share"] > 0)].reset_index(drop=True)
    first, last = (pd.to_datetime(rows[name]) for name in ("start", "end"))
    part = share_of_periods(first, last, course.calendar)[:, : items.shape[1]]
    row, column = np.nonzero(part)
    units, reps = (rows[name].to_numpy(dtype=object)[row] for name in ("unit", "rep"))
    held = pd.DataFrame(
        {
            "unit": pd.Series(units, dtype="str"),
            "rep": pd.Series(reps, dtype="str"),
            "column": column,
            "share": part[row, column] * rows["share"].to_numpy()[row],
        }
    )
    planned = items.planned[["own", "item", "column", "sales"]].rename(columns={"own": "unit"})
    held = held.merge(planned, on=["unit", "column"])
    return held.assign(share=held["share"] * _part_of_item(planned, held))


def _part_of_item(planned: pd.DataFrame, held: pd.DataFrame) -> pd.Series[float]:
    """Share of each row's unit in the plan of its item."""
    by_item = planned.groupby(["item", "column"])["sales"].agg(["sum", "size"]).reset_index()
    whole = held[["item", "column"]].merge(by_item, on=["item", "column"], how="left")
    sums, count = (whole[name].set_axis(held.index) for name in ("sum", "size"))
    return (held["sales"] / sums.where(sums > 0)).fillna(1.0 / count)


def _by_pair(
    index: pd.MultiIndex, rows: pd.DataFrame, amount: str, shape: tuple[int, int]
) -> Floats:
    pair = pd.Series(index.get_indexer(pd.MultiIndex.from_frame(rows[["item", "rep"]])))
    return summed(pair, rows["column"], rows[amount], shape)


def _whole(share: Floats, item: Ints, nobody: pd.Series[bool], items: Items) -> Floats:
    """Shares that add up to 1 in each item and period: what nobody holds is nobody's."""
    total = np.zeros(items.shape)
    np.add.at(total, item, share)
    share = share / np.maximum(total, 1.0)[item]
    share[nobody.to_numpy()] += np.maximum(1.0 - total, 0.0)
    return share
