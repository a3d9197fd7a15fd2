"""Market: the part of the demand effect by which the forecast was wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.replanning.course import Course
from allocopt.replanning.variance.credibility import credible
from allocopt.replanning.variance.items import Floats, Items
from allocopt.replanning.variance.levels import levels_of
from allocopt.rolling.actuals import PLACE

KEY = ["label", *PLACE, "product"]


def market(course: Course, items: Items, deviation: Floats) -> Floats:
    """Sales that the market brought or took; item × period [currency], NaN where nothing tells.

    Where the table `market` has another size now than when the plan was made, planned sales times the
    relative change; else the credible part of `deviation`, the demand effect.
    """
    change = _change_of_size(course, items)
    told = ~np.isnan(change)
    judged = ~told & ~items.quiet
    weight = np.where(judged, np.maximum(items.plan, 0.0), 0.0)
    off = np.where(judged, deviation, 0.0)
    levels = levels_of(course, items, off, weight)
    if levels is None:
        return np.where(told, items.plan * change, np.nan)
    share = credible(off, weight, levels)
    return items.plan * np.where(told, change, share)


def _change_of_size(course: Course, items: Items) -> Floats:
    """Relative change of the market's size since the plan was made; NaN where none is told."""
    sizes = _sizes(course)
    change = np.full(items.shape, np.nan)
    tree = course.scenario.territory_tree
    names = items.names
    closeness = [2 * (1 + tree.depth(t)) * bool(t) + bool(s) for t, s in sizes.index]
    for k in np.argsort(closeness, kind="stable"):
        territory, segment = sizes.index[k]
        here = np.ones(len(names), dtype=bool)
        if territory:
            here &= names["territory"].isin(tree.within([territory])).to_numpy()
        if segment:
            here &= (names["segment"] == segment).to_numpy()
        ratio = sizes.to_numpy()[k]
        change[here] = np.where(np.isnan(ratio), change[here], ratio)
    return change


def _sizes(course: Course) -> pd.DataFrame:
    """Relative change of size by territory and segment ("" = any) × closed period; NaN where the same."""
    tables = (course.scenario.table("market"), course.table("market"))
    then, now = (_by_key(course, table) for table in tables)
    both = pd.DataFrame({"then": then, "now": now}).dropna()
    sums = both.groupby(level=[*PLACE, "label"])[["then", "now"]].sum()
    ratio = (sums["now"] / sums["then"] - 1.0).where(sums["then"] > 0)
    ratio = ratio.where(ratio != 0.0)
    return ratio.unstack("label").reindex(columns=list(course.closed)).astype(float)


def _by_key(course: Course, table: pd.DataFrame) -> pd.Series[float]:
    """Size of the market by period, territory, segment and product, "" = any."""
    named = {name: table[name].fillna("").astype("str") for name in KEY[1:]}
    rows = table.assign(label=course.calendar.label_of(table["period"]), **named)
    return rows.groupby(KEY)["size"].sum()
