"""Selling time: when each rep is there, and how many hours a rep has and a unit needs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar, share_of_periods
from allocopt.problem.windows import DAY
from allocopt.scenario import Scenario


def days_there(reps: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """First and last day of each rep; columns start and end.

    A start that is unknown lies before the plan. An open position starts at the earliest `lead_time`
    periods after the plan does, and after the last day of the rep whom it replaces.
    """
    first = reps["start"].copy()
    lead = reps["lead_time"].fillna(0).clip(upper=len(calendar.labels)).astype(int)
    earliest = pd.Series(
        [calendar.shift(calendar.plan_start, periods) for periods in lead], index=reps.index
    )
    vacated = reps["replaces"].map(reps["end"]) + DAY
    earliest = earliest.where(~(vacated > earliest) | first.notna(), vacated)
    waits = (reps["status"] == "open") & ((first < earliest) | first.isna())
    return pd.DataFrame(
        {
            "start": first.where(~waits, earliest).fillna(calendar.plan_start),
            "end": reps["end"].fillna(calendar.plan_end),
        }
    )


def hire_days(
    scenario: Scenario, reps: pd.DataFrame, there: pd.DataFrame
) -> pd.Series[pd.Timestamp]:
    """Days on which each open position may be filled, in order: its earliest, and `hire_dates` after it."""
    calendar = scenario.calendar
    asked = [pd.Timestamp(day) for day in scenario.config.headcount.hire_dates if day]
    rows = [
        (rep, day)
        for rep in reps.index[reps["status"] == "open"]
        for day in sorted({there["start"][rep], *asked})
        if there["start"][rep] <= day <= min(calendar.plan_end, there["end"][rep])
    ]
    names = pd.Index([rep for rep, _ in rows], name="rep")
    return pd.Series(pd.to_datetime([day for _, day in rows]), index=names)


def presence_of(there: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """Share of each period from the first to the last day; index as `there` × period."""
    shares = share_of_periods(there["start"], there["end"], calendar)
    return pd.DataFrame(shares, index=there.index, columns=list(calendar.labels))


def ramp_of(
    ramp: pd.Series[float], first: pd.Series[pd.Timestamp], calendar: Calendar
) -> pd.DataFrame:
    """Share of full hours while a rep learns: min(1, (k + 1) / (ramp + 1)); index as `first` × period.

    k counts the whole periods since the first day.
    """
    start = calendar.number_of(first).to_numpy()
    periods = calendar.number_of(pd.Series(calendar.starts)).to_numpy()
    elapsed = np.maximum(periods[None, :] - start[:, None], 0)
    shares = np.minimum(1.0, (elapsed + 1) / (ramp.to_numpy(dtype=float)[:, None] + 1))
    return pd.DataFrame(shares, index=first.index, columns=list(calendar.labels))


def ramp_periods(reps: pd.DataFrame) -> pd.Series[float]:
    """Periods until full hours; a rep without a start date is fully ramped, an open position never."""
    known = reps["start"].notna() | (reps["status"] == "open")
    return reps["ramp"].fillna(0).where(known, 0).astype(float)


def unit_hours(scenario: Scenario, units: pd.DataFrame) -> pd.Series[float]:
    """Hours per input period that each unit needs: its own, else visits × hours per visit, else 0."""
    hours_per_visit = scenario.look_up("segments", "hours_per_visit", units["segment"])
    return units["hours"].fillna(visits_of(scenario, units) * hours_per_visit).fillna(0.0)


def visits_of(scenario: Scenario, units: pd.DataFrame) -> pd.Series[float]:
    """Visits per input period: the unit's own, else its segment's; NaN where neither is known."""
    return units["visits"].fillna(scenario.look_up("segments", "visits", units["segment"]))
