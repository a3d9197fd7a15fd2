"""Parts of quotas: each rep's quota on the rep's units, and cut by product, channel or segment."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from allocopt.results.rounding import largest_remainder
from allocopt.scenario import Scenario

CELL = ["territory", "segment"]


def quota_on_units(quota: pd.DataFrame, basis: pd.DataFrame) -> pd.DataFrame:
    """Each rep's quota on the rep's units; (unit, rep) × period [currency].

    `quota` rep × period; `basis` (unit, rep) × period says in which proportion: by period, else over the
    horizon, else evenly. The quota of a rep without a unit stands on unit "".
    """
    reps = basis.index.get_level_values("rep")
    whole = pd.DataFrame({period: basis.sum(axis=1) for period in basis.columns})
    share = _share(basis, reps)
    for other in (whole, basis * 0.0 + 1.0):
        share = share.fillna(_share(other, reps))
    parts = share * quota.reindex(reps).fillna(0.0).to_numpy()
    without = quota[~quota.index.isin(reps)]
    without = without[(without != 0).any(axis=1)]
    without.index = pd.MultiIndex.from_product([[""], without.index], names=["unit", "rep"])
    return pd.concat([parts, without]) if len(without) else parts


def _share(amounts: pd.DataFrame, by: pd.Index) -> pd.DataFrame:
    """Each row's share of the rows alike; not a number where they have nothing to share."""
    total = amounts.groupby(by).transform("sum")
    return amounts / total.where(total > 0)


def cut(parts: pd.DataFrame, mix: pd.DataFrame, step: float | None = None) -> pd.DataFrame:
    """Amounts on units by the mix of their items; (rep, item) × period [currency].

    `parts` (unit, rep) × period, `mix` (unit, item) × period. What a rep has adds up to the rep's amount;
    with a `step` it is in multiples of it where that amount is one.
    """
    periods = list(parts.columns)
    spread = parts.reset_index().merge(mix.reset_index(), on="unit", suffixes=("", ":share"))
    amounts = spread[periods].to_numpy() * spread[[f"{p}:share" for p in periods]].to_numpy()
    made = pd.DataFrame(amounts, columns=periods)
    made = made.groupby([spread["rep"], spread["item"]], sort=False).sum()
    return made if step is None else _rounded(made, step)


def _rounded(parts: pd.DataFrame, step: float) -> pd.DataFrame:
    """Multiples of a step, by rep and period; a quota that is none keeps its parts as they are."""
    result = parts.copy()
    for rows in parts.groupby(level="rep", sort=False).groups.values():
        for period in parts.columns:
            amounts = parts.loc[rows, period].to_numpy()
            total = float(amounts.sum())
            if abs(total / step - round(total / step)) < 1e-6:
                result.loc[rows, period] = largest_remainder(amounts, total, step)
    return result


def mix_of(
    dimension: str, scenario: Scenario, products: pd.DataFrame, units: pd.DataFrame
) -> pd.DataFrame:
    """Share of each product, channel or segment in what a unit sells; (unit, item) × period.

    The shares of a unit add up to 1 in every period; unit "" is the whole company. A unit sells what its
    own rows of demand, else of the last year's history, name; without any what the forecast of its cell
    does, else the rows of its cell, else what the company sells. Empty where nothing is named.
    """
    periods = list(scenario.calendar.labels)
    if dimension == "segment":
        item = [*units["segment"], ""]
        index = pd.MultiIndex.from_arrays([[*units.index, ""], item], names=["unit", "item"])
        return pd.DataFrame(1.0, index, periods)
    named = _named_rows(dimension, scenario)
    own = _amounts(named[named["unit"] != ""], ["unit"], periods)
    cells = _forecast_of(dimension, products, periods)
    cells = cells if len(cells) else _amounts(named, CELL, periods)
    company = cells.groupby(level="item").sum()
    places = units[CELL].rename_axis("unit").reset_index()
    by_cell = places.merge(cells.reset_index(), on=CELL).set_index(["unit", "item"])[periods]
    everywhere = pd.DataFrame({"unit": ["", *units.index]}).merge(
        company.reset_index(), how="cross"
    )
    by_company = everywhere.set_index(["unit", "item"])[periods]
    return _first_known([own, by_cell, by_company])


def _first_known(sources: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Shares of each unit from the first source that has any amount of it; (unit, item) × period."""
    parts: list[pd.DataFrame] = []
    done: set[str] = set()
    for amounts in sources:
        unit = amounts.index.get_level_values("unit")
        left = amounts[~unit.isin(list(done))]
        unit = left.index.get_level_values("unit")
        whole = pd.DataFrame({period: left.sum(axis=1) for period in left.columns})
        shares = _share(left, unit).fillna(_share(whole, unit)).dropna()
        done |= set(shares.index.get_level_values("unit"))
        parts.append(shares)
    return pd.concat(parts)


def _named_rows(dimension: str, scenario: Scenario) -> pd.DataFrame:
    """Rows that name an item: unit ("" = none), territory, segment, item, amount.

    Those of the table demand, else of the last year of history.
    """
    start, units = scenario.calendar.plan_start, scenario.table("units").set_index("unit")[CELL]
    history = scenario.table("history")
    recent = (history["date"] < start) & (history["date"] >= start - pd.DateOffset(years=1))
    tables = {"mean": scenario.table("demand"), "sales": history[recent]}
    for amount, table in tables.items():
        rows = table[table[dimension].notna()].rename(columns={dimension: "item", amount: "amount"})
        own = units.reindex(rows["unit"]).set_index(rows.index)
        cell = {name: rows[name].fillna(own[name]).fillna("") for name in CELL}
        rows = rows.assign(**cell, unit=rows["unit"].fillna(""))
        if len(rows):
            break
    return rows[["unit", *CELL, "item", "amount"]]


def _amounts(rows: pd.DataFrame, by: list[str], periods: list[str]) -> pd.DataFrame:
    """Sums of named rows, the same in every period; (*by, item) × period."""
    sums = rows.groupby([*by, "item"])["amount"].sum()
    return pd.DataFrame(dict.fromkeys(periods, sums), index=sums.index)


def _forecast_of(dimension: str, products: pd.DataFrame, periods: list[str]) -> pd.DataFrame:
    """The forecast of products or channels; (territory, segment, item) × period."""
    rows = products[products[dimension].fillna("") != ""] if len(products) else pd.DataFrame()
    if rows.empty:
        return pd.DataFrame()
    keys = [*CELL, dimension]
    wide = rows.pivot_table(index=keys, columns="period", values="mean", aggfunc="sum", sort=False)
    return wide.rename_axis([*CELL, "item"]).reindex(columns=periods).fillna(0.0)
