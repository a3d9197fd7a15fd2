"""What a plan means for each territory: what it brings, what time and money it gets, who covers it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.documents.figures.carried import held
from allocopt.documents.language.text import known_text
from allocopt.problem.selling_time import unit_hours

# How the measures of a territory are written, in the order in which they are offered.
MEASURES: Mapping[str, str] = MappingProxyType(
    {
        "sales": "money",
        "demand": "money",
        "growth": "change",
        "potential": "money",
        "covered": "share",
        "open": "money",
        "hours": "hours",
        "coverage": "share",
        "load": "share",
        "spend": "money",
        "quota": "money",
        "handovers": "count",
    }
)
REPS = "reps"
# Columns of the table `territories` that say where a territory lies and measure nothing.
PLACES = ("latitude", "longitude")


def territory_tally(facts: Facts) -> pd.DataFrame:
    """Per territory with units, largest sales first: `MEASURES`, `units`, `reps` and `rep`, own measures.

    Amounts are per horizon. `covered` are sales as a share of potential, `open` is the potential beyond
    them; `hours` is planned selling time, `coverage` its share of the time of standard coverage; `load` is
    the use of their time of the reps who cover the territory, by the time they spend there; `quota` is the
    part of their quotas that its share of their sales makes. `reps` are the keys of who covers it, the one
    with the most sales first, joined by `;`, and `rep` that one.
    """
    table: pd.DataFrame = facts.once("territory tally", lambda: _tally(facts))
    return table


def own_measures(facts: Facts) -> list[str]:
    """Numeric columns of the scenario's table of territories that are known of some."""
    listed = facts.scenario.table("territories")
    numeric = listed.select_dtypes("number")
    return [str(one) for one in numeric if one not in PLACES and numeric[one].notna().any()]


def _tally(facts: Facts) -> pd.DataFrame:
    table = facts.by("territory")
    units = facts.units
    places = units["territory"].map(known_text)
    open_potential = facts.open_potential.groupby(places).sum(min_count=1).rename("open")
    moved = places[places.index.isin(facts.handovers["unit"])].value_counts()
    table = table.join([open_potential, _time(facts, places), _people(facts, places)])
    covered = table["sales"] / table["potential"].where(table["potential"] > 0)
    given = facts.scenario.table("territories").drop_duplicates("territory").set_index("territory")
    own = [one for one in own_measures(facts) if one not in table]
    return table.assign(
        covered=covered, handovers=moved.reindex(table.index).fillna(0).astype(float)
    ).join(given[own])


def _time(facts: Facts, places: pd.Series[str]) -> pd.DataFrame:
    """Planned hours of each territory and their share of the hours of standard coverage."""
    planned = facts.table("time").groupby("unit")["hours"].sum(min_count=1)
    hours = planned.reindex(places.index).groupby(places).sum(min_count=1)
    given = facts.scenario.table("units").drop_duplicates("unit").set_index("unit")
    needed = unit_hours(facts.scenario, given).reindex(places.index)
    horizon = facts.scenario.calendar.input_factor * len(facts.periods)
    standard = needed.groupby(places).sum(min_count=1) * horizon
    return pd.DataFrame({"hours": hours, "coverage": hours / standard.where(standard > 0)})


def _people(facts: Facts, places: pd.Series[str]) -> pd.DataFrame:
    """Who covers each territory, the use of their time, and what part of their quotas lies there."""
    earned = facts.credits.groupby(["unit", "rep"])["sales"].sum(min_count=1).reset_index()
    earned = earned.assign(territory=earned["unit"].map(places)).dropna(subset=["territory"])
    sold = earned.groupby(["territory", "rep"])["sales"].sum().reset_index()
    sold = sold.sort_values("sales", ascending=False, kind="stable")
    whole = (facts.whole or facts).credits.groupby("rep")["sales"].sum()
    quota = sold["rep"].map(facts.rep_quotas["quota"])
    total = sold["rep"].map(whole)
    sold["quota"] = quota * sold["sales"] / total.where(total > 0)
    groups = sold.groupby("territory", sort=False)
    return pd.DataFrame(
        {
            "quota": groups["quota"].sum(min_count=1),
            "rep": groups["rep"].first(),
            REPS: groups["rep"].agg(";".join),
            "load": _load(facts, places),
        }
    )


def _load(facts: Facts, places: pd.Series[str]) -> pd.Series[float]:
    """Use of their time of the reps who cover each territory, weighted by their time there."""
    time = facts.table("time").groupby(["unit", "rep"])["hours"].sum().reset_index()
    if time["hours"].sum() == 0:
        time = held(facts).rename(columns={"share": "hours"})
    place, used = time["unit"].map(places), time["rep"].map(facts.reps["utilisation"])
    weight = time["hours"].where(used.notna())
    sums = pd.DataFrame({"used": used * weight, "weight": weight}).groupby(place).sum()
    return sums["used"] / sums["weight"].where(sums["weight"] > 0)
