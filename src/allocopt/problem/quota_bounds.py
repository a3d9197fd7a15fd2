"""Quota bounds: the least and the most of each quota, and the quotas that people have decided."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.decided import amounts_in, by_period, decided
from allocopt.problem.demand import history_of
from allocopt.scenario import Scenario


def quota_bounds(
    scenario: Scenario, units: pd.DataFrame, reps: pd.DataFrame, demand: pd.DataFrame
) -> tuple[pd.Series[float], pd.Series[float]]:
    """Least and most quota by rep: as given, else by the allowed change [currency/period].

    A quota that is held harmless is not below that share of `quota_before`, times what demand of the rep's
    units of today is of their sales in the year before where that is less.
    """
    section, before = scenario.config.quota, reps["quota_before"]
    lower, upper = reps["quota_min"], reps["quota_max"]
    floors = pd.DataFrame(index=reps.index)
    if section.change_min is not None:
        floors["change"] = before * (1 + section.change_min)
    if section.hold_harmless is not None:
        kept = section.hold_harmless * shrinkage(scenario, units, reps, demand)
        floors["harmless"] = before * kept
    lower = lower.fillna(floors.max(axis=1))
    if section.change_max is not None:
        upper = upper.fillna(before * (1 + section.change_max))
    return lower.fillna(0.0), upper.fillna(np.inf)


def quota_before(scenario: Scenario, reps: pd.DataFrame) -> pd.Series[float]:
    """`reps.quota_before`, else the last of `quota_history`; by rep [currency/input period]."""
    rows = scenario.table("quota_history")
    past = rows[rows["start"] < scenario.calendar.plan_start].sort_values("start", kind="stable")
    last = past.drop_duplicates("rep", keep="last").set_index("rep")["quota"]
    return reps["quota_before"].fillna(last.reindex(reps.index))


def shrinkage(
    scenario: Scenario, units: pd.DataFrame, reps: pd.DataFrame, demand: pd.DataFrame
) -> pd.Series[float]:
    """Demand of a rep's units of today over their sales of a year before, per year, at most 1; by rep.

    1 where nothing is known of their past.
    """
    calendar = scenario.calendar
    expected = demand.sum(axis=1) * calendar.season / calendar.plan_periods
    past = history_of(scenario, units)
    known = past > 0
    sums = pd.DataFrame({"expected": expected, "past": past})[known]
    sums = sums.groupby(units["owner"][known]).sum().reindex(reps.index)
    return (sums["expected"] / sums["past"]).clip(upper=1.0).fillna(1.0)


def decided_quotas(scenario: Scenario, reps: pd.DataFrame) -> pd.DataFrame:
    """Quotas that people have decided; rep × period [currency/period], unknown where they have not.

    Of several for one rep and period the last one holds.
    """
    calendar = scenario.calendar
    rows = by_period(decided(scenario, "quota"), calendar)
    rows = rows[rows["rep"].isin(reps.index)]
    if rows.empty:
        return pd.DataFrame(np.nan, reps.index, pd.Index(calendar.labels, name="period"))
    amounts = amounts_in(rows["value"]) * calendar.input_factor
    keyed = amounts.set_axis(pd.MultiIndex.from_frame(rows[["rep", "period"]]))
    last = keyed[~keyed.index.duplicated(keep="last")]
    return last.unstack("period").reindex(index=reps.index, columns=list(calendar.labels))
