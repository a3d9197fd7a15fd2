"""Rows: the limits of a plan, one row for a rule and what it is about, its periods together."""

from __future__ import annotations

import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.documents.facts.binding import item_name
from allocopt.documents.facts.facts import BINDING
from allocopt.documents.language.voice import Voice
from allocopt.review.limits.families import FAMILY_OF, GIVEN

KEY = ["rule", "item"]


def limit_rows(facts: Facts, voice: Voice) -> pd.DataFrame:
    """rule, item, family, name, periods, tight, activity, limit, slack, one, percent, given, floored.

    Those first that bring most when loosened by 1 %. `tight` counts the periods in which the limit has no
    room, and loosening it brings something or nobody knows what; activity and limit are sums over the
    periods and slack is the least of them [unit of the limit]. `one` is the worth of one more in each
    period, `percent` that of one per cent more [currency]; unknown where no period tells it. `given` says
    that nobody in the room decides it, `floored` that the plan is nearer to its lower side.
    """
    rows: pd.DataFrame = facts.once(
        f"limit rows {voice.say.language}", lambda: _limit_rows(facts, voice)
    )
    return rows


def _limit_rows(facts: Facts, voice: Voice) -> pd.DataFrame:
    limits = facts.table("limits")
    worth = limits["value_of_one_more"].abs()
    bound = _bound(limits)
    low = (bound == limits["lower"]) & (bound != limits["upper"])
    scale = limits["activity"].abs().clip(lower=1).fillna(1)
    # Of a limit without room whose worth is not known, nobody can say that it does not bind.
    binds = limits.index.isin(facts.binding.index) | (
        worth.isna() & (limits["slack"].abs() <= BINDING * scale)
    )
    rows = limits.assign(limit=bound, one=worth, percent=worth * bound.abs() / 100)
    rows = rows.assign(tight=binds, floored=low)
    groups = rows.groupby(KEY, sort=False, dropna=False)
    table = groups.agg(periods=("period", "size"), tight=("tight", "sum"), slack=("slack", "min"))
    table["floored"] = groups["floored"].any()
    for column in ("activity", "limit", "one", "percent"):
        table[column] = groups[column].sum(min_count=1)
    table = table.reset_index()
    # What is left of rounding is no room.
    spent = table["slack"].abs() <= BINDING * table["activity"].abs().clip(lower=1.0)
    table = table.assign(
        slack=table["slack"].mask(spent, 0.0),
        family=table["rule"].map(FAMILY_OF).fillna("other"),
        name=[item_name(item, facts, voice) for item in table["item"]],
        given=table["rule"].isin(GIVEN),
    )
    return table.sort_values(["percent", "tight"], ascending=False, kind="stable")


def _bound(limits: pd.DataFrame) -> pd.Series[float]:
    """The side of each limit that the plan is nearer to."""
    above = (limits["upper"] - limits["activity"]).abs()
    below = (limits["activity"] - limits["lower"]).abs()
    nearer = limits["upper"].where(above.fillna(float("inf")) <= below.fillna(float("inf")))
    return nearer.fillna(limits["lower"]).fillna(limits["upper"])


def beside(now: pd.DataFrame, after: pd.DataFrame | None) -> pd.DataFrame:
    """Rows with those of the answer to a what-if: `…_after`; unknown where there is none."""
    added = ["tight", "activity", "limit", "slack", "one", "percent"]
    if after is None:
        return now.assign(**{f"{name}_after": float("nan") for name in added})
    other = after.set_index(KEY)[added].add_suffix("_after")
    return now.join(other, on=KEY)
