"""Credit: what of a unit's sales each rep answers for, from when to when and with which share."""

from __future__ import annotations

import pandas as pd

from allocopt.calendar import Calendar

AMOUNTS = ("sales", "demand", "lift", "spend")
COLUMNS = ("unit", "rep", "period", *AMOUNTS)


def credited(assignments: pd.DataFrame, sales: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """unit, rep, period, sales, demand, lift, spend: amounts of `sales` by who has the unit then.

    A rep has a unit in the periods that begin while the assignment runs; of a shared unit each has the
    share. The sums over units are what the plan expects of a rep. [currency/period]
    """
    starts = pd.DataFrame({"period": calendar.labels, "first": calendar.starts})
    held = assignments.loc[
        assignments["rep"].notna() & (assignments["rep"] != ""),
        ["unit", "rep", "start", "end", "share"],
    ]
    rows = held.merge(sales.merge(starts, on="period"), on="unit")
    days = {name: pd.to_datetime(rows[name], errors="coerce") for name in ("start", "end")}
    rows = rows[(days["start"] <= rows["first"]) & (rows["first"] <= days["end"])]
    amounts = rows[list(AMOUNTS)].mul(rows["share"], axis=0)
    table = pd.concat([rows[["unit", "rep", "period"]], amounts], axis=1)
    return table.groupby(["unit", "rep", "period"], sort=False, as_index=False).sum(min_count=1)
