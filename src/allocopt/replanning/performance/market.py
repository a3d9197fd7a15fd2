"""Market: our share of what is bought, by closed period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from allocopt.replanning.performance.amounts import Books

PLACE = ["territory", "segment", "product"]
ANY = ""


def market_shares(books: Books) -> pd.DataFrame:
    """scope, period, value, plan: our part of the market of the company and of each territory it names.

    Rows of `market` that name the least tell of the company and of a territory, so that a market that is
    told twice, as a whole and by part, counts once. `our_share` goes before what we sold there; `plan` is
    what was planned there over the same size, unknown where the row names a product.
    """
    rows = _rows(books)
    parts = [rows.assign(scope="company"), _of_territories(rows)]
    scoped = pd.concat(parts, ignore_index=True)
    scoped = _least_named(scoped)
    sums = scoped.groupby(["scope", "period"], sort=False)[["size", "ours", "planned"]].sum(
        min_count=1
    )
    share = sums[["ours", "planned"]].div(sums["size"].where(sums["size"] > 0), axis=0)
    return share.set_axis(["value", "plan"], axis=1).reset_index()


def _of_territories(rows: pd.DataFrame) -> pd.DataFrame:
    named = rows[rows["territory"] != ANY]
    return named.assign(scope="territory=" + named["territory"])


def _least_named(rows: pd.DataFrame) -> pd.DataFrame:
    """Of each scope and period the rows that name the same, fewest columns."""
    named = rows[PLACE] != ANY
    pattern = named.apply(lambda row: "".join("01"[int(cell)] for cell in row), axis=1)
    order = named.sum(axis=1).astype(str) + pattern.astype("str")
    least = order.groupby([rows["scope"], rows["period"]]).transform("min")
    return rows[order == least]


def _rows(books: Books) -> pd.DataFrame:
    """Rows of closed periods with `size`, `ours` and `planned` [currency/period]; "" = not named."""
    course = books.course
    table = course.table("market")
    period = course.calendar.label_of(table["period"])
    table = table.assign(period=period)[period.isin(course.closed)]
    table = table.assign(**{name: table[name].fillna(ANY).astype("str") for name in PLACE})
    size = table["size"] * course.calendar.input_factor
    figures = [_sales(books, row) for row in table[[*PLACE, "period"]].to_dict("records")]
    sold = pd.DataFrame(figures, columns=["sold", "planned"], index=table.index, dtype=float)
    ours = (table["our_share"] * size).fillna(sold["sold"])
    return table[[*PLACE, "period"]].assign(size=size, ours=ours, planned=sold["planned"])


def _sales(books: Books, row: Mapping[Any, Any]) -> tuple[float, float]:
    """What was sold and planned in a place and period; unknown is NaN."""
    territory, segment, product, period = (str(row[name]) for name in (*PLACE, "period"))
    tree, units = books.course.scenario.territory_tree, books.units
    sold = books.course.sold
    sold = sold[sold["period"] == period]
    chosen = pd.Series(True, index=units.index)
    if territory:
        inside = tree.within([territory])
        sold, chosen = sold[sold["territory"].isin(inside)], units["territory"].isin(inside)
    if segment:
        sold, chosen = sold[sold["segment"] == segment], chosen & (units["segment"] == segment)
    place = books.course.closed.index(period)
    planned = float(books.planned.loc[chosen, place].sum())
    if product:
        sold, planned = sold[sold["product"] == product], float("nan")
    return float(sold["sales"].sum(min_count=1)), planned
