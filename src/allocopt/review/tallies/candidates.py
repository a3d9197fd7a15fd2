"""Candidates: the reps who may have a unit, how far they are, and how much time they have left."""

from __future__ import annotations

import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.problem.eligibility import eligible_pairs


def candidates(facts: Facts, unit: str) -> pd.DataFrame:
    """Per rep who may have a unit, the nearest first: distance [km], fit, hours, free [h], used.

    `hours` are what the rep has over the horizon and `free` what is left of them. Locks on the unit are
    not minded: they are what a what-if would change. A distance or a fit that nobody knows is NaN.
    """
    company = facts.whole or facts
    units = _members(company, unit)
    reps = company.scenario.table("reps").drop_duplicates("rep").set_index("rep")
    reps = reps[reps.index.isin(company.reps.index)]
    pairs = eligible_pairs(company.scenario, units, reps).loc[[unit]].droplevel("unit")
    hours = company.reps[["hours", "load", "utilisation"]].reindex(pairs.index)
    table = pairs[["distance", "fit"]].assign(
        hours=hours["hours"], free=hours["hours"] - hours["load"], used=hours["utilisation"]
    )
    return table.sort_values("distance", kind="stable", na_position="last")


def _members(company: Facts, unit: str) -> pd.DataFrame:
    """The unit with its family, which has the same rep; without locks."""
    table = company.scenario.table("units").drop_duplicates("unit").set_index("unit")
    family = table["family"].get(unit)
    own = table.index == unit
    if isinstance(family, str) and family:
        own |= (table["family"] == family).to_numpy()
    members = table[own]
    return members.assign(owner=members["rep"].fillna(""), locked=False, locked_to="")
