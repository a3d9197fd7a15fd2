"""Signals: figures of a plan that are worth a sentence. Nothing to say is an empty series, or None."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan

import pandas as pd

from allocopt.documents.facts import Facts, ratio
from allocopt.documents.language.formats import known

# A place must matter before its growth is worth a sentence.
LEAST_SHARE = 0.02
IDLE, FULL = 0.8, 0.97
# A lever that spends more of its limit than this has no room left.
ROOM = 0.95
# Returns that are nearer to each other than this are the same.
LEAST_DIFFERENCE = 0.05
# Fewer units than this are concentrated by themselves.
LEAST_UNITS, TOP_UNITS = 10, 0.2


@dataclass(frozen=True)
class Concentration:
    """How many units are the largest fifth, their share of planned sales, and how many units of one size
    would be as concentrated: the inverse of the Herfindahl index (Adelman, 1969)."""

    largest: int
    share: float
    as_if: float


@dataclass(frozen=True)
class Attainment:
    """Actual sales over quota (over plan where `of_plan`) by rep and of all, up to the period `last`."""

    reps: pd.Series[float]
    company: float
    last: str
    of_plan: bool


def growth(facts: Facts, column: str) -> pd.Series[float]:
    """Growth on the past of each territory or segment that matters, fastest first."""
    table = facts.by(column)
    known_growth = table.loc[table["share"] >= LEAST_SHARE, "growth"].dropna()
    return known_growth.sort_values(ascending=False, kind="stable")


def largest_units(facts: Facts) -> pd.Series[float]:
    """Planned sales of the largest fifth of the units, largest first."""
    sales = facts.units["sales"].dropna().sort_values(ascending=False, kind="stable")
    return (
        sales[: max(1, round(len(sales) * TOP_UNITS))] if len(sales) >= LEAST_UNITS else sales[:0]
    )


def concentration(facts: Facts) -> Concentration | None:
    """How much of sales comes from few units."""
    largest, sales = largest_units(facts), facts.units["sales"].dropna()
    total = float(sales.sum())
    if largest.empty or not total > 0:
        return None
    herfindahl = float(((sales / total) ** 2).sum())
    return Concentration(len(largest), float(largest.sum()) / total, 1 / herfindahl)


def attainment(facts: Facts) -> Attainment | None:
    """The latest known: of the plan where actuals have come, else of the quotas of the last year."""
    return _of_performance(facts) or _of_history(facts)


def _of_performance(facts: Facts) -> Attainment | None:
    """Year to date, after a replan."""
    rows = facts.table("performance")
    if rows.empty or "grain" not in rows:
        return None
    rows = rows[rows["ytd_actual"].notna() & (rows["grain"] == facts.scenario.calendar.period)]
    if rows.empty:
        return None
    last = rows[rows["period"] == rows["period"].max()]
    shares = last["ytd_actual"] / last["ytd_plan"].where(last["ytd_plan"] > 0)
    reps = shares[last["scope"] == "rep"].set_axis(last.loc[last["scope"] == "rep", "item"])
    company = shares[last["scope"] == "company"]
    whole = float(company.iloc[0]) if len(company) else nan
    return Attainment(reps.dropna(), whole, str(last["period"].iloc[0]), of_plan=True)


def _of_history(facts: Facts) -> Attainment | None:
    """Sales that history credits to reps, over the quotas of the same periods of the last year."""
    calendar = facts.scenario.calendar
    quotas, history = facts.scenario.table("quota_history"), facts.scenario.table("history")
    quotas = quotas[quotas["start"] < calendar.plan_start]
    if quotas.empty or history["rep"].isna().all():
        return None
    own = replace(calendar, period=calendar.input_period)
    sold = history.assign(period=own.label_of(history["date"])).groupby(["rep", "period"])["sales"]
    set_ = quotas.assign(period=own.label_of(quotas["start"])).groupby(["rep", "period"])["quota"]
    both = pd.concat([sold.sum(), set_.sum()], axis=1).dropna().reset_index()
    periods = sorted(both["period"].unique())[-own.season :]
    both = both[both["period"].isin(periods)]
    if facts.extent is not None:
        both = both[both["rep"].isin(facts.extent.reps)]
    sums = both.groupby("rep")[["sales", "quota"]].sum()
    if sums.empty or not sums["quota"].sum() > 0:
        return None
    whole = ratio(float(sums["sales"].sum()), float(sums["quota"].sum()))
    reps = (sums["sales"] / sums["quota"].where(sums["quota"] > 0)).dropna()
    return Attainment(reps, whole, str(periods[-1]), of_plan=False)


def open_potential(facts: Facts, column: str) -> pd.Series[float]:
    """Potential beyond planned sales by territory or segment, where there is any, largest first."""
    return _left_by(facts.units[column], facts)


def open_places(facts: Facts, segment: str) -> pd.Series[float]:
    """Potential of a segment beyond planned sales by territory, where there is any, largest first."""
    units = facts.units[facts.units["segment"] == segment]
    return _left_by(units["territory"], facts)


def neglected_units(facts: Facts) -> pd.DataFrame:
    """Units with open potential that get less selling time for their potential than half of all units.

    open [currency], hours; both per horizon, largest potential first.
    """
    units = facts.units.assign(open=facts.open_potential)
    spent = facts.table("time").groupby("unit")["hours"].sum()
    units["hours"] = spent.reindex(units.index).fillna(0.0)
    units = units[units["potential"] > 0]
    if spent.empty or len(units) < LEAST_UNITS:
        return units.loc[[], ["open", "hours"]]
    given = units["hours"] / units["potential"]
    chosen = units[(units["open"] > 0) & (given < given.median())]
    return chosen.sort_values("open", ascending=False, kind="stable")[["open", "hours"]]


def _left_by(places: pd.Series[str], facts: Facts) -> pd.Series[float]:
    """Open potential of units by the place of each."""
    left = facts.open_potential[places.index].groupby(places).sum(min_count=1).dropna()
    return left[left > 0].sort_values(ascending=False, kind="stable")


def reps_by_time(facts: Facts) -> tuple[list[str], list[str]]:
    """Reps whose selling time is full, and reps who have time left, each by the share in use."""
    used = facts.active_reps["utilisation"].dropna()
    full = used[used >= FULL].sort_values(ascending=False, kind="stable")
    idle = used[used < IDLE].sort_values(kind="stable")
    return [str(rep) for rep in full.index], [str(rep) for rep in idle.index]


def time_and_sales(facts: Facts) -> pd.DataFrame:
    """Share of selling time and of planned sales by segment: time, sales; by how much time leads."""
    time = facts.table("time").join(facts.units["segment"], on="unit")
    hours = time.groupby("segment")["hours"].sum()
    shares = pd.DataFrame({"time": hours / hours.sum(), "sales": facts.by("segment")["share"]})
    shares = shares[shares["time"].notna() & shares["sales"].notna()]
    lead = (shares["time"] - shares["sales"]).sort_values(ascending=False, kind="stable")
    return shares.reindex(lead.index)


def lever_returns(facts: Facts, column: str = "lever") -> pd.DataFrame:
    """Per lever (channel): spend, lift, returns = lift / spend; best returns first."""
    spent = facts.lever_spend[facts.lever_spend["spend"] > 0]
    if column != "lever":
        levers = facts.scenario.table("levers").drop_duplicates("lever").set_index("lever")
        spent = spent.groupby(levers[column].reindex(spent.index))[["spend", "lift"]].sum()
    returns = spent.assign(returns=spent["lift"] / spent["spend"])
    return returns.sort_values("returns", ascending=False, kind="stable")


def differ(returns: pd.Series[float]) -> bool:
    """Whether the best and the last of some returns, best first, differ enough to compare them."""
    found = returns.dropna()
    return len(found) > 1 and bool(found.iloc[0] > (1 + LEAST_DIFFERENCE) * found.iloc[-1])


def room_for_spend(facts: Facts) -> pd.DataFrame:
    """Levers of the company that spend less than they may: spend, most, returns; best returns first."""
    levers = facts.scenario.table("levers").drop_duplicates("lever").set_index("lever")
    returns = lever_returns(facts)
    returns["most"] = levers["total_max"].reindex(returns.index)
    return returns[(returns["spend"] < ROOM * returns["most"]) & (facts.extent is None)]


def margins(facts: Facts) -> pd.DataFrame:
    """Per segment: margin [share], sales, earned [currency]; empty unless all margins are known."""
    segments = facts.scenario.table("segments").drop_duplicates("segment").set_index("segment")
    table = facts.by("segment")[["sales"]].dropna()
    table["margin"] = segments["margin"].reindex(table.index).astype(float)
    if table["margin"].isna().any() or len(table) < 2:
        return table.iloc[:0].assign(earned=nan)
    table["earned"] = table["margin"] * table["sales"]
    return table.sort_values("margin", ascending=False, kind="stable")


def forecast_spread(facts: Facts) -> float:
    """Half the width of the forecast interval of all sales, as a share of the forecast, on average over
    the periods; unknown where the plan has no such interval."""
    nodes = facts.table("forecast_nodes")
    rows = nodes[nodes["node"].fillna("") == ""].dropna(subset=["mean", "lower", "upper"])
    half = (rows["upper"] - rows["lower"]).sum() / 2
    share = ratio(float(half), float(rows["mean"].sum()))
    return share if known(share) else nan
