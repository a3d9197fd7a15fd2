"""Tenures: the times in which a rep may be there.

An active rep has one tenure. An open position has one for each day on which it may be filled, of which the
plan takes one or none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import pandas as pd

from allocopt.problem.absences import absence_of
from allocopt.problem.hours import hours_of
from allocopt.problem.selling_time import (
    days_there,
    hire_days,
    presence_of,
    ramp_of,
    ramp_periods,
)
from allocopt.scenario import Scenario

KEY = ["rep", "first"]


@dataclass(frozen=True)
class Tenures:
    """When reps may be there, and what they then have to give.

    days: by rep, first and last day (start and end) of the longest tenure. hire_days: the days on which
    open positions may be filled, indexed by rep. presence: index (rep, first) × period, share of the
    period; `first` names a tenure by its first day. selling_time: the same index × period [h].
    """

    days: pd.DataFrame
    hire_days: pd.Series[pd.Timestamp]
    presence: pd.DataFrame
    selling_time: pd.DataFrame

    def first_of(self, hired: Mapping[str, str]) -> pd.MultiIndex:
        """The tenures taken: those of active reps, and of positions by the day in `hired`."""
        index = cast("pd.MultiIndex", self.presence.index)
        is_open = set(self.hire_days.index)
        taken = [rep not in is_open or hired.get(rep) == first for rep, first in index]
        return index[taken]

    def taken(self, frame: pd.DataFrame, hired: Mapping[str, str]) -> pd.DataFrame:
        """`presence` or `selling_time` of the tenures taken, 0 for others; rep × period."""
        chosen = frame.loc[self.first_of(hired)].droplevel("first")
        return chosen.reindex(self.days.index).fillna(0.0)

    @property
    def earliest(self) -> dict[str, str]:
        """Every open position filled as early as it may be."""
        first = self.hire_days[~self.hire_days.index.duplicated()]
        return dict(zip(first.index, first.dt.strftime("%Y-%m-%d"), strict=True))


def make_tenures(scenario: Scenario, reps: pd.DataFrame) -> Tenures:
    """Tenures of the reps who may work in the plan."""
    calendar = scenario.calendar
    days = days_there(reps, calendar)
    hires = hire_days(scenario, reps, days)
    active = days.loc[reps["status"] != "open", "start"]
    started = active.where(active > calendar.plan_start, calendar.plan_start)
    first = pd.concat([started, hires])
    order = reps.index.get_indexer(first.index)
    first = first.iloc[order.argsort(kind="stable")]
    spans = pd.DataFrame({"start": first, "end": days["end"].reindex(first.index)})
    # The ramp counts from the true first day, which may lie before the plan.
    began = first.where(
        reps["status"].reindex(first.index) == "open", days["start"].reindex(first.index)
    )
    presence = presence_of(spans, calendar)
    share = presence * ramp_of(ramp_periods(reps).reindex(first.index), began, calendar)
    share *= 1.0 - absence_of(scenario, spans, calendar)
    hours = hours_of(scenario, reps, calendar).reindex(first.index)
    index = pd.MultiIndex.from_arrays([first.index, first.dt.strftime("%Y-%m-%d")], names=KEY)
    return Tenures(
        days=days,
        hire_days=hires,
        presence=presence.set_axis(index),
        selling_time=(share * hours).set_axis(index),
    )
