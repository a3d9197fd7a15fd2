"""Seasonality: by how much the hours that a unit needs differ from period to period."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from allocopt.calendar import Calendar
from allocopt.problem.hours import decided_hours
from allocopt.scenario import Scenario


def need_of(scenario: Scenario, units: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """Factor on the standard hours of each unit; unit × period.

    From `workload`: a unit's own row beats its segment's, and a row for a period beats one for all; 1
    where nothing is said. Hours that people decided for a unit (overrides of kind hours) beat both; they
    stand for the unit's `hours`, and scale those of its pairs alike.
    """
    rows = scenario.table("workload")
    own = rows["unit"].notna()
    need = _factors(rows[own], "unit", calendar).reindex(units.index)
    of_segment = _factors(rows[~own], "segment", calendar).reindex(units["segment"])
    need = need.fillna(of_segment.set_axis(units.index)).fillna(1.0)
    hours = decided_hours(scenario, "unit", units.index)
    standard = units["hours"].where(units["hours"] > 0)
    # Decisions are about periods of the scenario; `calendar` may reach back before them.
    return hours.div(standard, axis=0).reindex(columns=need.columns).fillna(need)


def _factors(rows: pd.DataFrame, key: str, calendar: Calendar) -> pd.DataFrame:
    """What is said of each period, else of all; key × period, NaN where nothing is said.

    A row holds for an input period: several within one plan period count with their mean, and one that
    is longer than a plan period holds in each that begins in it.
    """
    if rows.empty:
        return pd.DataFrame(index=rows[key], columns=list(calendar.labels), dtype=float)
    source = replace(calendar, period=calendar.input_period)
    grain = source if source.season < calendar.season else calendar
    first = grain.start_of(rows["period"])
    said = {
        label: rows[first == grain.start(start)].groupby(key)["factor"].mean()
        for label, start in zip(calendar.labels, calendar.starts, strict=True)
    }
    names = pd.Index(rows[key].unique())
    every = rows[rows["period"].isna()].groupby(key)["factor"].last().reindex(names)
    factors = pd.DataFrame(said, names, list(calendar.labels), dtype=float)
    return factors.fillna(pd.DataFrame(dict.fromkeys(calendar.labels, every)))
