"""Absences: the share of selling time that falls away while reps are away."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.calendar import Calendar
from allocopt.scenario import Scenario

Days = npt.NDArray[np.float64]


def absence_of(scenario: Scenario, there: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """Share of the working days that a rep is there on which the rep is away; row of `there` × period.

    `there` has the first and the last day of each rep (index rep, columns start and end). Working days
    are Monday to Friday, or `calendar.working_days` a period where that is fewer because of public
    holidays. On a day that several absences name, the largest of their shares counts.
    """
    if scenario.table("absences").empty:
        return pd.DataFrame(0.0, there.index, list(calendar.labels))
    days = pd.bdate_range(calendar.plan_start, calendar.plan_end)
    period = calendar.starts.searchsorted(days, side="right") - 1
    worked = _between(there["start"], there["end"], days)
    lost = _away(scenario.table("absences"), there.index, days) * worked
    member = (period[:, None] == np.arange(len(calendar.starts))[None, :]).astype(float)
    whole = worked @ member * _kept(scenario.config.calendar.working_days, member)
    share = np.divide(lost @ member, whole, out=np.zeros_like(whole), where=whole > 0)
    return pd.DataFrame(np.minimum(share, 1.0), there.index, list(calendar.labels))


def _between(
    first: pd.Series[pd.Timestamp], last: pd.Series[pd.Timestamp], days: pd.DatetimeIndex
) -> Days:
    """1 on each day from the first to the last; row × day."""
    day = days.to_numpy()[None, :]
    return ((first.to_numpy()[:, None] <= day) & (day <= last.to_numpy()[:, None])).astype(float)


def _away(absences: pd.DataFrame, reps: pd.Index, days: pd.DatetimeIndex) -> Days:
    """The largest share of each day that a rep is away; rep × day."""
    away = np.zeros((len(reps), len(days)))
    spans = _between(absences["start"], absences["end"], days)
    shares = spans * absences["share"].fillna(1.0).to_numpy()[:, None]
    for rep, rows in absences.reset_index(drop=True).groupby("rep").groups.items():
        away[reps == rep] = shares[rows].max(axis=0)
    return away


def _kept(working_days: float | None, member: Days) -> Days:
    """Share of the weekdays of each period that are worked; by period."""
    if working_days is None:
        return np.ones(member.shape[1])
    return np.asarray(np.minimum(1.0, working_days / np.maximum(member.sum(axis=0), 1.0)))
