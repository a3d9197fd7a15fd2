"""Prices: what pieces were sold for and which, against the year before the horizon."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.replanning.course import Course
from allocopt.replanning.variance.items import Flags, Floats, Items
from allocopt.rolling.actuals import PLACE

# Where prices and mix are looked for, the closest place first.
LEVELS: tuple[tuple[str, ...], ...] = (PLACE, ("segment",), ())
PRODUCT = "product"


@dataclass(frozen=True)
class Prices:
    """Indices of price and mix against the reference; item × period, 1 where they are not known.

    sales = pieces × reference price of a piece × mix × price. `sold` has sales, pieces and what the pieces
    would have brought at reference prices (`worth`) by item, column and product.
    """

    price: Floats
    mix: Floats
    knows_price: Flags
    knows_mix: Flags
    sold: pd.DataFrame


@dataclass(frozen=True)
class Reference:
    """Sales and pieces of products in the year before the horizon, at each level of `LEVELS`.

    Index: the level's columns and product. `listed` are list prices by product.
    """

    sums: tuple[pd.DataFrame, ...]
    listed: pd.Series[float]

    @property
    def is_known(self) -> bool:
        """Whether any product has a reference price."""
        return bool(len(self.sums[-1]) or self.listed.notna().any())

    def price(self, rows: pd.DataFrame) -> pd.Series[float]:
        """Reference price of a piece for rows with territory, segment and product; NaN if unknown."""
        found = pd.Series(np.nan, rows.index)
        for level, sums in zip(LEVELS, self.sums, strict=True):
            prices = (sums["sales"] / sums["pieces"])[(sums["pieces"] > 0) & (sums["sales"] > 0)]
            here = prices.reindex(_key(rows, (*level, PRODUCT))).set_axis(rows.index)
            found = found.fillna(here)
        return found.fillna(self.listed.reindex(rows[PRODUCT]).set_axis(rows.index))

    def mean_price(self, places: pd.DataFrame) -> pd.Series[float]:
        """Price of a piece at reference mix, for rows with territory and segment; NaN if unknown."""
        found = pd.Series(np.nan, places.index)
        for level, sums in zip(LEVELS, self.sums, strict=True):
            pieces = sums[sums["pieces"] > 0]
            if not level:
                mean = pieces["sales"].sum() / pieces["pieces"].sum() if len(pieces) else np.nan
                return found.fillna(mean)
            whole = pieces.groupby(level=list(level)).sum()
            mean_prices = (whole["sales"] / whole["pieces"]).reindex(_key(places, level))
            found = found.fillna(mean_prices.set_axis(places.index))
        return found


def reference(course: Course) -> Reference:
    """What products sold for in the year before the horizon."""
    past = course.past
    start = course.calendar.plan_start - pd.DateOffset(years=1)
    rows = with_pieces(past[past["date"] >= start])
    rows = rows[rows[PRODUCT].notna() & rows["pieces"].notna()]
    sums = tuple(rows.groupby([*level, PRODUCT])[["sales", "pieces"]].sum() for level in LEVELS)
    products = course.table("products").drop_duplicates(PRODUCT).set_index(PRODUCT)
    return Reference(sums, products["price"].astype(float))


def with_pieces(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with `pieces`: as told, else sales over price; NaN where neither is known."""
    price = rows["price"].where(rows["price"] > 0)
    return rows.assign(pieces=rows["units_sold"].fillna(rows["sales"] / price))


def prices(course: Course, items: Items) -> Prices:
    """Price and mix of each item in each period, as far as products and pieces are told."""
    known = reference(course)
    rows = with_pieces(items.sold)
    told = rows[PRODUCT].notna() & rows["pieces"].notna()
    sold = _by_product(items, rows[told], known)
    untold = items.total(rows.assign(size=rows["sales"].abs())[~told], "size")
    sales, pieces, worth = (items.total(sold, name) for name in ("sales", "pieces", "worth"))
    unpriced = items.total(sold.assign(none=sold["worth"].isna().astype(float)), "none")
    whole = (untold == 0) & (unpriced == 0)
    complete = whole & (sales > 0) & (pieces > 0) & (worth > 0)
    price = np.divide(sales, worth, out=np.ones(items.shape), where=complete)
    mean = known.mean_price(items.names).to_numpy()[:, None]
    usual = pieces * mean
    mixed = complete & (usual > 0)
    mix = np.divide(worth, usual, out=np.ones(items.shape), where=mixed)
    # Where nothing was sold, neither price nor mix has done anything.
    nothing = (items.rows == 0) & bool(len(sold))
    return Prices(price, mix, complete | nothing, mixed | (nothing & (mean > 0)), sold)


def _by_product(items: Items, rows: pd.DataFrame, known: Reference) -> pd.DataFrame:
    """Sales, pieces and worth at reference prices; a row per item, column and product.

    A product without a reference is new: its own price of now is taken, so that it counts as mix.
    """
    key = ["item", "column", PRODUCT]
    sold = rows.groupby(key, as_index=False)[["sales", "pieces"]].sum()
    places = items.names.iloc[sold["item"].to_numpy()].set_index(sold.index)
    price = known.price(sold.assign(**{name: places[name] for name in PLACE}))
    whole = sold.groupby(PRODUCT)[["sales", "pieces"]].transform("sum")
    own = (whole["sales"] / whole["pieces"]).where((whole["sales"] > 0) & (whole["pieces"] > 0))
    price = price.fillna(own) if known.is_known else price
    return sold.assign(worth=sold["pieces"] * price)


def _key(rows: pd.DataFrame, columns: tuple[str, ...]) -> pd.Index:
    """The rows' values of some columns, as an index of the same form as a group's."""
    if len(columns) == 1:
        single: pd.Index = pd.Index(rows[columns[0]])
        return single
    return pd.MultiIndex.from_frame(rows[list(columns)])
