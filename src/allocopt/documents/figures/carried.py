"""Carried: what reps hold of a measure of their units, by days and share."""

from __future__ import annotations

import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.documents.language.text import known_text


def held(facts: Facts) -> pd.DataFrame:
    """unit, rep and share: the part of the plan's days in which the rep has the unit, by share.

    Reps of a part of the plan have all their units here: their quotas and bands are for all of them.
    """
    rows = (facts.whole or facts).table("assignments")
    start, end = (pd.to_datetime(rows[side], errors="coerce") for side in ("start", "end"))
    calendar = facts.scenario.calendar
    first, last = calendar.plan_start, calendar.plan_end
    start, end = start.fillna(first), end.fillna(last)
    days = (end.where(end < last, last) - start.where(start > first, first)).dt.days + 1
    whole = (last - first).days + 1
    share = rows["share"].fillna(1.0) * days.clip(lower=0) / whole
    table = pd.DataFrame({"unit": rows["unit"], "rep": rows["rep"].map(known_text), "share": share})
    return _of_reps(table, facts)


def owners(facts: Facts) -> pd.DataFrame:
    """unit, rep and share of today's owners; vacant units have none."""
    units = facts.scenario.table("units")
    rep = units["rep"].map(known_text) if "rep" in units else pd.Series("", units.index)
    return _of_reps(pd.DataFrame({"unit": units["unit"], "rep": rep, "share": 1.0}), facts)


def _of_reps(table: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """The rows of reps that belong to the part."""
    named = table[table["rep"] != ""]
    return named if facts.extent is None else named[named["rep"].isin(facts.extent.reps)]


def carried(holders: pd.DataFrame, amounts: pd.Series[float]) -> pd.Series[float]:
    """Sum of a measure per rep; `amounts` by unit, unknown ones count as nothing."""
    own = holders["share"] * holders["unit"].map(amounts).astype(float)
    sums: pd.Series[float] = own.groupby(holders["rep"]).sum(min_count=1)
    return sums


def measure_of(facts: Facts, measure: str) -> pd.Series[float]:
    """A measure of all units over the horizon: demand, potential, hours or a numeric column of units."""
    if measure in ("demand", "sales", "potential"):
        return (facts.whole or facts).units[measure].astype(float)
    units = facts.scenario.table("units").drop_duplicates("unit").set_index("unit")
    if measure not in units:
        return pd.Series(float("nan"), units.index)
    values = pd.to_numeric(units[measure], errors="coerce").astype(float)
    calendar = facts.scenario.calendar
    periods = calendar.input_factor * len(calendar.labels) if measure == "hours" else 1.0
    return values * periods
