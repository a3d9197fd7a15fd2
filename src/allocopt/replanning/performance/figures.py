"""Figures of a review beside sales: people, customers, money, the market, what may run out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from allocopt.problem.supply import unit_margin
from allocopt.replanning.performance.amounts import Amounts, Books
from allocopt.replanning.performance.returns import returns_of
from allocopt.replanning.performance.spans import Span

Figure = tuple[str, str, str, float, float]  # kpi, scope, period, value, plan

UNKNOWN = float("nan")
COMPANY = "company"
# Edges of the bands of attainment.
BANDS = (0.0, 0.5, 0.8, 1.0, 1.2)
QUARTILES = (0.25, 0.5, 0.75)
# A run rate is the mean of so many last periods.
RUN = 3


def attainments(reps: Amounts, span: Span, expected: float) -> Iterator[Figure]:
    """How attainment of the year to date is spread over the reps who carry a quota.

    `expected` is the share of reps that the plan expects at quota.
    """
    to_date = list(span.to_date)
    asked = reps.plan[to_date].sum(axis=1) - reps.missing[to_date].sum(axis=1)
    reached = (reps.actual[to_date].sum(axis=1, min_count=1) / asked.where(asked > 0)).dropna()
    if reached.empty:
        return
    yield "reps_with_quota", COMPANY, span.label, float(len(reached)), UNKNOWN
    yield "share_at_quota", COMPANY, span.label, float((reached >= 1).mean()), expected
    yield "share_at_80", COMPANY, span.label, float((reached >= 0.8).mean()), UNKNOWN
    for level in QUARTILES:
        name = f"attainment_quartile:{level:g}"
        yield name, COMPANY, span.label, float(reached.quantile(level)), UNKNOWN
    for low, high in zip(BANDS, (*BANDS[1:], np.inf), strict=True):
        inside = (reached >= low) & (reached < high) if low else reached < high
        name = (
            f"attainment_band:{low:g}-{high:g}"
            if np.isfinite(high)
            else f"attainment_band:{low:g}+"
        )
        yield name, COMPANY, span.label, float(inside.sum()), UNKNOWN


def returns(books: Books) -> Iterator[Figure]:
    """Spend of each lever and what a unit of it has brought, beside what was planned."""
    for lever, row in returns_of(books.course).iterrows():
        scope = f"lever={lever}"
        yield "spend", scope, "", row["spend"], row["planned_spend"]
        planned = _ratio(row["planned_lift"], row["planned_spend"])
        yield "return_on_spend", scope, "", _ratio(row["lift"], row["spend"]), planned


def customers(books: Books) -> Iterator[Figure]:
    """Customers won and lost, orders per customer and revenue per order, of rows that tell both."""
    sold = books.course.sold
    for name in ("new_customers", "lost_customers"):
        if sold[name].notna().any():
            yield name, COMPANY, "", float(sold[name].sum()), UNKNOWN
    pairs = {
        "orders_per_customer": ("orders", "customers"),
        "revenue_per_order": ("sales", "orders"),
    }
    for name, (upper, lower) in pairs.items():
        both = sold.dropna(subset=[upper, lower])
        if len(both):
            yield name, COMPANY, "", _ratio(both[upper].sum(), both[lower].sum()), UNKNOWN


def margins(books: Books) -> Iterator[Figure]:
    """Gross margin, a share of sales: by the cost given, else by the margins of `products` and `segments`.

    The second is assumed, and called so; it is left out, and no margin is planned, where none is given.
    """
    course, sold = books.course, books.course.sold
    of_unit = books.course.units["segment"].map(_margins(books)).fillna(1.0)
    rate = unit_margin(course.scenario, course.units, of_unit)
    closed = books.planned[list(range(books.spans.closed))].sum(axis=1)
    products = course.scenario.table("products").set_index("product")["margin"].dropna()
    given = len(_margins(books)) + len(products) > 0
    planned = _ratio(float((closed * rate).sum()), float(closed.sum())) if given else UNKNOWN
    told = sold.dropna(subset=["cost"])
    if len(told):
        share = _ratio(float((told["sales"] - told["cost"]).sum()), float(told["sales"].sum()))
        yield "gross_margin", COMPANY, "", share, planned
    untold = sold[sold["cost"].isna()]
    if len(untold) and given:
        own = untold["product"].map(products)
        margin = own.fillna(untold["segment"].map(_margins(books))).fillna(1.0).astype(float)
        share = _ratio(float((untold["sales"] * margin).sum()), float(untold["sales"].sum()))
        yield "gross_margin_assumed", COMPANY, "", share, planned


def _margins(books: Books) -> pd.Series[float]:
    """Margin of each segment that has one."""
    return books.course.scenario.table("segments").set_index("segment")["margin"].dropna()


def told_figures(books: Books) -> Iterator[Figure]:
    """Actual against target of whatever `kpi_values` has for closed periods; the last one of a period."""
    course = books.course
    rows = course.table("kpi_values")
    rows = rows[(rows["date"] >= course.calendar.plan_start) & (rows["date"] <= course.through)]
    rows = rows.assign(
        scope=rows["scope"].map(str, na_action="ignore").fillna(COMPANY),
        period=course.calendar.label_of(rows["date"]),
    ).sort_values("date", kind="stable")
    last = rows.groupby(["kpi", "scope", "period"], sort=False)[["actual", "target"]].last()
    for (kpi, scope, period), row in zip(last.index, last.to_numpy(dtype=float), strict=True):
        yield str(kpi), str(scope), str(period), float(row[0]), float(row[1])


def supplies(books: Books) -> Iterator[Figure]:
    """The run rate of each product that has a limit where it has one, beside the limit. [currency/period]

    The run rate is the mean of the last 3 closed periods; the limit that of the next one.
    """
    course, closed = books.course, books.spans.closed
    sold = books.rows[
        (books.rows["place"] >= max(closed - RUN, 0)) & (books.rows["place"] < closed)
    ]
    if sold["product"].isna().all():
        return
    tree = course.scenario.territory_tree
    for (product, territory), most in _limits(books).items():
        rows = sold[sold["product"] == product]
        if territory:
            rows = rows[rows["territory"].isin(tree.within([territory]))]
        rate = float(rows["sales"].sum()) / min(RUN, closed)
        scope = f"product={product}" + (f"/{territory}" if territory else "")
        yield "supply_run_rate", scope, "", rate, most


def _limits(books: Books) -> dict[tuple[str, str], float]:
    """What can be delivered in the next period, by product and territory, "" = everywhere."""
    course = books.course
    table = course.table("supply")
    ahead = course.open[0] if course.open else course.closed[-1]
    dated = table["period"].notna()
    label = course.calendar.label_of(table["period"])
    rows = table[~dated | (label == ahead)].assign(named=dated)
    # A named period goes before what holds in each.
    rows = rows.sort_values("named", ascending=False, kind="stable")
    rows = rows.assign(territory=rows["territory"].fillna("").astype("str"))
    first = rows.drop_duplicates(["product", "territory"])
    factor = course.calendar.input_factor
    return {
        (str(product), str(territory)): float(most) * factor
        for product, territory, most in zip(
            first["product"], first["territory"], first["max"], strict=True
        )
    }


def hours_used(books: Books) -> Iterator[Figure]:
    """Hours that reps gave beside what they have, where actuals tell hours; by period. [h]"""
    table = hours_table(books)
    for rep, period, given, available in table.itertuples(index=False):
        yield "hours", f"rep={rep}", str(period), float(given), float(available)


def hours_table(books: Books) -> pd.DataFrame:
    """rep, period, given, available [h] of closed periods in which a rep's hours were told."""
    sold = books.course.sold.dropna(subset=["hours", "rep"])
    given = sold.groupby(["rep", "period"], sort=False)["hours"].sum()
    rules = books.course.planned("limits")
    rows = rules[rules["rule"] == "selling_time_limit"]
    available = rows.groupby(["item", "period"])["upper"].sum()
    return pd.DataFrame(
        {
            "given": given,
            "available": available.reindex(given.index.set_names(["item", "period"])).to_numpy(),
        }
    ).reset_index()


def _ratio(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole > 0 else UNKNOWN
