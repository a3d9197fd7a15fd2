"""What each lever gets and brings in a plan, by what it is spent on, and which limits hold it."""

from __future__ import annotations

from math import nan

import pandas as pd

from allocopt.documents.facts import Facts, ratio
from allocopt.documents.facts.curves import PlacedCurve, placed_curves
from allocopt.documents.language.text import known_text

AMOUNTS = (
    *("spend", "lift", "per_spend", "spend_share", "sales_share", "average", "marginal"),
    *("least", "most", "asked"),
)
# What spend can be added up by; the first two are columns of `levers`.
CUTS = ("channel", "group", "territory", "segment", "period")
# Rules of the plan that are about money spent on levers.
RULES = (
    *("budget_total", "lever_budget", "scope_budget", "period_budget", "committed_spend"),
    "return_floor",
)


def lever_tally(facts: Facts) -> pd.DataFrame:
    """Per lever, the most spend first, over the horizon: `AMOUNTS`.

    spend, lift, least, most [currency]; per_spend = lift / spend; shares of all spend and of all sales;
    average and marginal return [margin per unit of money] by the response curves;
    asked = the least return that is asked. What is not known is NaN.
    """
    table: pd.DataFrame = facts.once("lever tally", lambda: _lever_tally(facts))
    return table


def _lever_tally(facts: Facts) -> pd.DataFrame:
    given = facts.scenario.table("levers").drop_duplicates("lever").set_index("lever")
    sums = facts.lever_spend
    table = sums.reindex(given.index.union(sums.index, sort=False)).fillna(0.0)
    table["per_spend"] = table["lift"] / table["spend"].where(table["spend"] > 0)
    table["spend_share"] = table["spend"] / (table["spend"].sum() or nan)
    table["sales_share"] = table["lift"] / (facts.sales() or nan)
    table = table.join(_returns(facts))
    names = {"total_min": "least", "total_max": "most", "roi_min": "asked"}
    table = table.join(given.reindex(columns=list(names)).rename(columns=names))
    ordered = table.sort_values("spend", ascending=False, kind="stable")
    return ordered.astype(dict.fromkeys(AMOUNTS, float))[list(AMOUNTS)]


def _returns(facts: Facts) -> pd.DataFrame:
    """Per lever the average and the marginal return, those of its curves weighed by their spend."""
    curves = [one for one in placed_curves(facts) if one.spend > 0]
    rows = [
        (one.report.lever, one.spend, one.mean_return * one.spend, one.marginal_return * one.spend)
        for one in curves
    ]
    sums = pd.DataFrame(rows, columns=["lever", "spend", "average", "marginal"])
    sums = sums.astype({"spend": float, "average": float, "marginal": float})
    sums = sums.groupby("lever").sum()
    return sums[["average", "marginal"]].div(sums["spend"], axis=0)


def curve_tally(facts: Facts) -> pd.DataFrame:
    """Per response curve, the most spend first: lever, place, planned and today's spend and the lift of
    what is planned, on average [currency/period], average and marginal return [margin per unit of money].
    """
    rows = [_curve_row(one) for one in placed_curves(facts)]
    columns = ["lever", "territory", "segment", "planned", "today", "lift", "average", "marginal"]
    return pd.DataFrame(rows, columns=columns)


def _curve_row(placed: PlacedCurve) -> tuple[object, ...]:
    report = placed.report
    place = (report.lever, report.place.territory, report.place.segment)
    amounts = (placed.planned, report.spend_today, placed.brought / placed.periods)
    return (*place, *amounts, placed.mean_return, placed.marginal_return)


def spend_by(facts: Facts, cut: str) -> pd.DataFrame:
    """Spend and lift [currency over the horizon] by a cut, the most spend first; periods in their order.

    "" is what no lever names: it counts for the whole company.
    """
    budget = facts.table("budget")
    levers = facts.scenario.table("levers").drop_duplicates("lever").set_index("lever")
    keys = budget["lever"].map(levers[cut]) if cut in ("channel", "group") else budget[cut]
    sums = budget.groupby(keys.map(known_text))[["spend", "lift"]].sum(min_count=1)
    sums = sums.rename_axis(cut)
    if cut == "period":
        return sums.reindex([label for label in facts.periods if label in sums.index])
    return sums[sums["spend"] > 0].sort_values("spend", ascending=False, kind="stable")


def cuts(facts: Facts) -> tuple[str, ...]:
    """The cuts that divide the plan's spend: those with more than one part."""
    return tuple(cut for cut in CUTS if len(spend_by(facts, cut)) > 1)


def money_limits(facts: Facts) -> pd.DataFrame:
    """Rows of `limits` about money, those first that bring most; `value_of_one_more` beyond its cost."""
    rows = facts.table("limits")
    rows = rows[rows["rule"].isin(RULES)]
    return rows.sort_values("value_of_one_more", ascending=False, kind="stable", na_position="last")


def total_limit(facts: Facts) -> float:
    """The most that may be spent in all; NaN where nothing limits it. [currency]"""
    rows = facts.table("limits")
    own: pd.Series[float] = rows.loc[rows["rule"] == "budget_total", "upper"].dropna()
    return float(own.iloc[0]) if len(own) else nan


def average_return(facts: Facts) -> float:
    """Margin on all that spend brings, per unit of money; unknown where no curve tells it."""
    table = lever_tally(facts)
    rows = table[table["average"].notna()]
    return ratio(float((rows["average"] * rows["spend"]).sum()), float(rows["spend"].sum()))
