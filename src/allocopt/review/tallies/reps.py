"""What each rep has in a plan, as one table, and how the tables of two plans differ."""

from __future__ import annotations

import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.documents.figures.balance import balance_table
from allocopt.documents.figures.carried import carried, held, measure_of
from allocopt.documents.language.text import known_text
from allocopt.review.tallies.sides import differs

AMOUNTS = (
    *("units", "hours", "load", "used", "overtime", "quota", "expected", "share", "quota_before"),
    *("potential", "taken", "handed", "probability", "payout", "cost"),
)
# What a position is: filled by somebody who is there, filled by the plan, or left open by it.
ACTIVE, FILLED, OPEN = "", "filled", "open"


def rep_tally(facts: Facts) -> pd.DataFrame:
    """Per rep of the plan, in its order: manager, territory, state, start, and `AMOUNTS`.

    hours, load, overtime [h], quota, expected, quota_before, potential, payout, cost [currency], all over
    the horizon; used = load / hours, share = expected / quota, probability of the quota; units held, taken
    over and handed on. Of a part of the plan `units` are those in it; all else is of the whole rep. What
    is not known, or not for the reader, is NaN.
    """
    table: pd.DataFrame = facts.once("rep tally", lambda: _rep_tally(facts))
    return table


def _rep_tally(facts: Facts) -> pd.DataFrame:
    reps = facts.reps
    rows = facts.table("reps").groupby("rep")[["overtime", "cost"]].sum(min_count=1)
    quotas = facts.rep_quotas.rename(columns={"before": "quota_before"})
    potential = carried(held(facts), measure_of(facts, "potential")).rename("potential")
    table = reps[["territory", "start", "units", "hours", "load"]].join(
        [rows, quotas[["quota", "expected", "quota_before"]], potential, _chances(facts)]
    )
    table["used"] = reps["utilisation"]
    table["share"] = table["expected"] / table["quota"].where(table["quota"] > 0)
    table["taken"], table["handed"] = _changed_hands(facts, table.index)
    table["state"] = _states(facts)
    table["manager"] = _stated(facts, "manager").reindex(table.index).fillna("")
    return table.astype(dict.fromkeys(AMOUNTS, float))


def _chances(facts: Facts) -> pd.DataFrame:
    """Per rep: probability of the quota, and the payout on average. [currency]"""
    names = {"attain_probability": "probability", "payout_mean": "payout"}
    rows = facts.table("attainment").reindex(columns=["level", "rep", *names])
    own = rows[rows["level"] == "rep"].drop_duplicates("rep").set_index("rep")
    return own[list(names)].rename(columns=names)


def _changed_hands(facts: Facts, reps: pd.Index) -> tuple[pd.Series[int], pd.Series[int]]:
    """How many units each rep takes over, and hands on, against today."""
    taken, handed = (
        facts.changes.groupby(side)["unit"].nunique().reindex(reps).fillna(0)
        for side in ("rep", "before")
    )
    return taken, handed


def _states(facts: Facts) -> pd.Series[str]:
    opened = facts.reps["status"].map(known_text) == "open"
    filled = opened & facts.reps["hired"].astype(bool)
    states = pd.Series(ACTIVE, index=facts.reps.index, dtype="str")
    return states.mask(opened, OPEN).mask(filled, FILLED)


def _stated(facts: Facts, column: str) -> pd.Series[str]:
    """What the table `reps` says of each rep, as text."""
    reps = facts.scenario.table("reps").drop_duplicates("rep").set_index("rep")
    return reps[column].map(known_text)


def balance_tally(facts: Facts, measure: str) -> pd.DataFrame:
    """Per rep: today, carried, lower and upper end of the band [measure], and where the rep lies.

    place: `above` or `below` the band, `inside` it, "" where there is none.
    """

    def made() -> pd.DataFrame:
        table = balance_table(facts, measure).set_axis(
            ["today", "carried", "lower", "upper"], axis="columns"
        )
        # What an optimiser leaves of a band is not outside it.
        slack = 1e-6 * table["carried"].abs()
        place = pd.Series("", index=table.index, dtype="str")
        place = place.mask(table[["lower", "upper"]].notna().any(axis=1), "inside")
        place = place.mask(table["carried"] > table["upper"] + slack, "above")
        return table.assign(place=place.mask(table["carried"] < table["lower"] - slack, "below"))

    table: pd.DataFrame = facts.once(f"balance tally {measure}", made)
    return table


def measures(facts: Facts) -> tuple[str, ...]:
    """What reps can be compared by: what the scenario balances, then demand, potential, hours."""
    asked = [section.measure for section in facts.scenario.config.balance]
    usual = [name for name in ("demand", "potential", "hours") if _is_measured(facts, name)]
    return tuple(dict.fromkeys([*asked, *usual])) or ("demand",)


def _is_measured(facts: Facts, measure: str) -> bool:
    return bool(measure_of(facts, measure).notna().any())


def changed_reps(before: Facts, after: Facts) -> frozenset[str]:
    """The reps of whom anything differs between two plans, with those that only one of them has."""
    was, now = rep_tally(before), rep_tally(after)
    both = was.index.intersection(now.index)
    other = set(was.index.symmetric_difference(now.index))
    for name in (*AMOUNTS, "state"):
        moved = differs(was.loc[both, name], now.loc[both, name])
        other |= set(both[moved.to_numpy()])
    return frozenset(other | _other_units(before, after))


def _other_units(before: Facts, after: Facts) -> set[str]:
    """Reps who have other units, or other days or shares of them."""
    columns = ["unit", "rep", "start", "end", "share"]
    rows = [
        set(plan.table("assignments")[columns].itertuples(index=False, name=None))
        for plan in (before, after)
    ]
    return {known_text(row[1]) for row in rows[0] ^ rows[1]} - {""}
