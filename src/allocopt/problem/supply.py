"""Supply: how much of a product can be delivered, and which products make up a unit's sales."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from allocopt.problem.demand import CELL
from allocopt.scenario import Scenario


@dataclass(frozen=True)
class SupplyRule:
    """Sales of a product, Σ share · sales over these units, stay within what can be delivered.

    shares: by unit, the product's share of the unit's sales, above 0 only. most: by period
    [currency/period], only the periods that are limited.
    """

    item: str
    shares: Mapping[str, float]
    most: Mapping[str, float]


def product_mix(scenario: Scenario, units: pd.DataFrame) -> pd.DataFrame:
    """Share of each product in a unit's sales; unit × product, rows add up to at most 1.

    From `demand` by product, else from the last year of history: the unit's own, else its cell's, else the
    company's. What is sold without a product's name is in no column. Empty where no product is named, or
    where neither a limit nor a margin asks for it.
    """
    if scenario.table("supply").empty and scenario.table("products")["margin"].isna().all():
        return pd.DataFrame(index=units.index)
    rows = _sold_by_product(scenario)
    rows = rows[rows["amount"] > 0]
    if not (rows["product"] != "").any():
        return pd.DataFrame(index=units.index)
    company = _shares(rows.assign(company=""), ["company"]).iloc[0]
    keys = pd.MultiIndex.from_frame(units[CELL])
    own = _shares(rows[rows["unit"] != ""], ["unit"]).reindex(units.index, columns=company.index)
    cell = _shares(rows, CELL).reindex(keys, columns=company.index).set_axis(units.index)
    own, cell = _whole(own), _whole(cell)
    mix = own.where(own.notna(), cell).fillna(company)
    return mix.drop(columns="", errors="ignore")


def supply_rules(scenario: Scenario, units: pd.DataFrame) -> tuple[SupplyRule, ...]:
    """Limits by product and place; a territory holds all below it, a blank one everywhere."""
    mix, table = product_mix(scenario, units), scenario.table("supply")
    supply = table.assign(territory=table["territory"].fillna("").astype("str"))
    rules = []
    for names, rows in supply.groupby(["product", "territory"], sort=False):
        product, territory = map(str, names)
        if product not in mix:
            continue
        shares = mix[product].loc[_inside(scenario, units["territory"], territory)]
        shares = shares[shares > 0]
        most = dict(_most(scenario, rows))
        if len(shares) and most:
            item = "/".join(filter(None, (product, territory)))
            rules.append(SupplyRule(item, dict(zip(shares.index, shares, strict=True)), most))
    return tuple(rules)


def unit_margin(
    scenario: Scenario, units: pd.DataFrame, margin: pd.Series[float]
) -> pd.Series[float]:
    """Margin of each unit's sales: Σ share · margin of the product, the segment's for the rest."""
    mix = product_mix(scenario, units)
    products = scenario.table("products").set_index("product")["margin"].dropna()
    known = [product for product in mix.columns if product in products.index]
    if not known:
        return margin
    shares = mix[known]
    return shares @ products[known] + (1 - shares.sum(axis=1)).clip(lower=0.0) * margin


def _sold_by_product(scenario: Scenario) -> pd.DataFrame:
    """Amounts [unit, territory, segment, product, amount], "" = not named; a unit knows its cell."""
    demand, calendar = scenario.table("demand"), scenario.calendar
    if demand["product"].notna().any():
        rows, amount = demand, demand["mean"]
    else:
        history = scenario.table("history")
        since = calendar.plan_start - pd.DateOffset(years=1)
        rows = history[(history["date"] < calendar.plan_start) & (history["date"] >= since)]
        amount = rows["sales"]
    units = scenario.table("units").drop_duplicates("unit").set_index("unit")
    named = {
        name: rows["unit"].map(units[name]).astype("object").fillna(rows[name]) for name in CELL
    }
    named |= {name: rows[name] for name in ("unit", "product")}
    texts = {
        name: column.astype("object").fillna("").astype("str") for name, column in named.items()
    }
    return pd.DataFrame({**texts, "amount": amount.astype(float)})


def _shares(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Share of each product, "" among them, in the sales of each key."""
    amounts = rows.pivot_table(index=keys, columns="product", values="amount", aggfunc="sum")
    amounts = amounts.fillna(0.0)
    return amounts.div(amounts.sum(axis=1), axis=0)


def _whole(shares: pd.DataFrame) -> pd.DataFrame:
    """Rows that are known at all, with 0 for the products that they do not have."""
    return shares.where(shares.isna().all(axis=1), shares.fillna(0.0), axis=0)


def _inside(scenario: Scenario, units: pd.Series[str], territory: str) -> pd.Series[bool]:
    if not territory:
        return pd.Series(data=True, index=units.index)
    return units.isin(scenario.territory_tree.within([territory]))


def _most(scenario: Scenario, rows: pd.DataFrame) -> Iterator[tuple[str, float]]:
    """The limit of each limited period [currency/period]; a named period goes before `each`."""
    labels, factor = scenario.calendar.labels, scenario.calendar.input_factor
    dated = rows.dropna(subset="period")
    each = rows.loc[rows["period"].isna(), "max"].min()
    named = dated["max"].groupby(scenario.calendar.label_of(dated["period"])).min()
    for label in labels:
        most = named.get(label, each)
        if pd.notna(most):
            yield label, float(most) * factor
