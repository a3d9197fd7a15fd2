"""Selling time: how many hours each rep has in each period, and how many a unit needs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar
from allocopt.scenario import Scenario


def presence_of(reps: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """Share of each period between a rep's start and end; rep × period.

    An open position starts at the earliest `lead_time` periods after the plan's start.
    """
    starts, ends = calendar.starts, calendar.ends
    first = first_days(reps, calendar)
    last = reps["end"].fillna(calendar.plan_end)
    day = pd.Timedelta(days=1)
    shares = {}
    for label, start, end in zip(calendar.labels, starts, ends, strict=True):
        days = (last.where(last < end, end) - first.where(first > start, start) + day) / day
        shares[label] = (days.clip(lower=0) / ((end - start + day) / day)).clip(upper=1.0)
    return pd.DataFrame(shares, index=reps.index, dtype=float)


def first_days(reps: pd.DataFrame, calendar: Calendar) -> pd.Series[pd.Timestamp]:
    """First working day of each rep; a start that is unknown lies before the plan."""
    first = reps["start"].copy()
    lead = reps["lead_time"].fillna(0).astype(int)
    earliest = pd.Series(
        [calendar.shift(calendar.plan_start, periods) for periods in lead], index=reps.index
    )
    waits = (reps["status"] == "open") & ((first < earliest) | first.isna())
    return first.where(~waits, earliest).fillna(calendar.plan_start)


def ramp_of(reps: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """Share of full hours while a rep learns: min(1, (k + 1) / (ramp + 1)); rep × period.

    k counts the whole periods since the start. A rep without a start date is fully ramped.
    """
    known = reps["start"].notna() | (reps["status"] == "open")
    ramp = reps["ramp"].fillna(0).where(known, 0).to_numpy(dtype=float)
    first = calendar.number_of(first_days(reps, calendar)).to_numpy()
    periods = calendar.number_of(pd.Series(calendar.starts)).to_numpy()
    elapsed = np.maximum(periods[None, :] - first[:, None], 0)
    shares = np.minimum(1.0, (elapsed + 1) / (ramp[:, None] + 1))
    return pd.DataFrame(shares, index=reps.index, columns=list(calendar.labels))


def unit_hours(scenario: Scenario, units: pd.DataFrame) -> pd.Series[float]:
    """Hours per input period that each unit needs: its own, else visits × hours per visit, else 0."""
    hours_per_visit = scenario.look_up("segments", "hours_per_visit", units["segment"])
    return units["hours"].fillna(visits_of(scenario, units) * hours_per_visit).fillna(0.0)


def visits_of(scenario: Scenario, units: pd.DataFrame) -> pd.Series[float]:
    """Visits per input period: the unit's own, else its segment's; NaN where neither is known."""
    return units["visits"].fillna(scenario.look_up("segments", "visits", units["segment"]))
