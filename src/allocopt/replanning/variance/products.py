"""Products: planned and actual sales of each item by product, and what each cause did to them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.replanning.course import Course
from allocopt.replanning.variance.cents import CENTS, divided, to_totals
from allocopt.replanning.variance.effects import Effects
from allocopt.replanning.variance.items import Floats, Ints, Items, summed
from allocopt.replanning.variance.prices import LEVELS, PRODUCT
from allocopt.replanning.variance.scopes import CAUSES, Parts
from allocopt.rolling.actuals import PLACE

UNNAMED = ""
MIX, PRICE = CAUSES.index("mix"), CAUSES.index("price")


def by_product(course: Course, items: Items, effects: Effects, parts: Parts) -> Parts | None:
    """The parts of items, divided by product; None where the year before the horizon names no product.

    Planned sales are divided by the reference mix, each cause alike, price by what the product's own price
    did. What is left of a product's difference is `mix`: what it won from other products or lost to them.
    """
    mix = reference_mix(course, items)
    if mix is None:
        return None
    rows = items.sold.assign(product=items.sold[PRODUCT].fillna(UNNAMED).astype("str"))
    keys = pd.concat([mix[["item", PRODUCT]], rows[["item", PRODUCT]]]).drop_duplicates()
    keys = keys.sort_values("item", kind="stable", ignore_index=True)
    index = pd.MultiIndex.from_frame(keys)
    item, periods = keys["item"].to_numpy(dtype=np.int64), items.shape[1]
    shape = (len(keys), periods)
    share = np.zeros(len(keys))
    share[index.get_indexer(pd.MultiIndex.from_frame(mix[["item", PRODUCT]]))] = mix["share"]
    weight = np.repeat(share[:, None], periods, axis=1)
    plan = divided(parts.plan, item, weight)
    actual = _actual(index, rows, item, parts, shape)
    causes = np.stack([divided(parts.causes[:, :, k], item, weight) for k in range(len(CAUSES))], 2)
    causes[:, :, PRICE] = _by_price(index, effects, item, parts, weight)
    causes[:, :, MIX] = 0
    causes[:, :, MIX] = actual - plan - causes.sum(axis=2)
    known = parts.known[item].copy()
    known[:, :, MIX] = True
    names = items.names.iloc[item].reset_index(drop=True).assign(product=keys[PRODUCT])
    return Parts(names, plan, actual, causes, known)


def reference_mix(course: Course, items: Items) -> pd.DataFrame | None:
    """item, product and share of sales in the year before the horizon.

    Of the item's cell, else of its segment, else of the company; None where no product is named.
    """
    past = course.past
    rows = past[past["date"] >= course.calendar.plan_start - pd.DateOffset(years=1)]
    if not rows[PRODUCT].notna().any():
        return None
    rows = rows.assign(product=rows[PRODUCT].fillna(UNNAMED).astype("str"))
    left = items.names[list(PLACE)].assign(item=np.arange(len(items.names)))
    found = []
    for level in LEVELS:
        sums = rows.groupby([*level, PRODUCT], as_index=False)["sales"].sum()
        sums = sums[sums["sales"] > 0]
        here = left.merge(sums, on=list(level)) if level else left.merge(sums, how="cross")
        found.append(here[["item", PRODUCT, "sales"]])
        left = left[~left["item"].isin(here["item"])]
    mix = pd.concat(found, ignore_index=True)
    return mix.assign(share=mix["sales"] / mix.groupby("item")["sales"].transform("sum"))


def _actual(
    index: pd.MultiIndex, rows: pd.DataFrame, item: Ints, parts: Parts, shape: tuple[int, int]
) -> Ints:
    """Actual sales by item and product in cents that add up to those of the item."""
    pair = pd.Series(index.get_indexer(pd.MultiIndex.from_frame(rows[["item", PRODUCT]])))
    exact = summed(pair, rows["column"], rows["sales"], shape) * CENTS
    return to_totals(exact, item, parts.actual)


def _by_price(
    index: pd.MultiIndex, effects: Effects, item: Ints, parts: Parts, weight: Floats
) -> Ints:
    """The effect of price by product: sales less worth at reference prices, evened out to the item's."""
    sold = effects.prices.sold
    shape, whole = weight.shape, parts.plan.shape
    pair = pd.Series(index.get_indexer(pd.MultiIndex.from_frame(sold[["item", PRODUCT]])))
    gain = summed(pair, sold["column"], sold["sales"] - sold["worth"], shape)
    worth = summed(pair, sold["column"], sold["worth"], shape)
    totals = []
    for amounts in (gain, worth):
        total = np.zeros(whole)
        np.add.at(total, item, amounts)
        totals.append(total[item])
    share = np.divide(worth, totals[1], out=weight.copy(), where=totals[1] > 0)
    target = parts.causes[:, :, PRICE]
    known = parts.known[:, :, PRICE][item]
    exact = (gain + (target[item] / CENTS - totals[0]) * share) * CENTS
    return to_totals(np.where(known, exact, 0.0), item, target)
