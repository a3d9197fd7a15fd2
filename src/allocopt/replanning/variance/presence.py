"""Presence: what planned time reps could not give, as the tables of people are now."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from allocopt.problem.absences import absence_of
from allocopt.problem.selling_time import days_there, presence_of, ramp_of, ramp_periods
from allocopt.replanning.course import Course
from allocopt.scenario import Scenario

TABLES = ("reps", "absences")


@dataclass(frozen=True)
class Presence:
    """Shares of planned time that were lost, rep × closed period, and whether anything tells them.

    `vacant`: the rep was not there. `ramping`: the rep was there, and less far in learning than planned.
    """

    vacant: pd.DataFrame
    ramping: pd.DataFrame
    knows_vacancy: bool
    knows_ramp: bool

    def of(self, name: str, rows: pd.DataFrame) -> pd.Series[float]:
        """One of the shares for each row with `rep` and `period`; nothing for reps who are not known."""
        long = pd.DataFrame({"share": getattr(self, name).stack()})["share"]
        found = long.reindex(pd.MultiIndex.from_frame(rows[["rep", "period"]]))
        return found.fillna(0.0).set_axis(rows.index)


def presence(course: Course) -> Presence:
    """What the tables reps and absences, as they are now, take of the time that was planned with them.

    Only a table that differs from the one of the plan tells anything.
    """
    now = replace(
        course.scenario,
        tables={**course.scenario.tables, **{name: course.table(name) for name in TABLES}},
    )
    there_then, ramp_then = _capacity(course, course.scenario, _hired(course))
    there_now, ramp_now = _capacity(course, now, None)
    present = _share(there_now, there_then)
    learnt = _share(ramp_now, ramp_then)
    changed = {name: _differs(now.table(name), course.scenario.table(name)) for name in TABLES}
    return Presence(
        vacant=1.0 - present,
        ramping=present * (1.0 - learnt),
        knows_vacancy=any(changed.values()),
        knows_ramp=changed["reps"],
    )


def _hired(course: Course) -> pd.Series[pd.Timestamp]:
    """First day of the open positions that the plan fills, by rep."""
    rows = course.plan["reps"]
    rows = rows[rows["hired"] == "yes"].drop_duplicates("rep")
    return pd.Series(pd.to_datetime(rows["start"]).to_numpy(), index=rows["rep"])


def _capacity(
    course: Course, scenario: Scenario, hired: pd.Series[pd.Timestamp] | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Share of each closed period that reps are there, and share of full hours; rep × period.

    Open positions are there from the day in `hired`; where that is None, those that are open still are not.
    """
    reps, calendar = scenario.table("reps").set_index("rep"), course.calendar
    days = days_there(reps, calendar)
    is_open = (reps["status"] == "open").to_numpy()
    if hired is None and not _differs(scenario.table("reps"), course.scenario.table("reps")):
        hired = _hired(course)
    if hired is not None:
        first = hired.reindex(reps.index)
        days["start"] = days["start"].where(first.isna(), first)
        is_open = is_open & first.isna().to_numpy()
    here = presence_of(days, calendar) * (1.0 - absence_of(scenario, days, calendar))
    here[is_open] = 0.0
    ramp = ramp_of(ramp_periods(reps), days["start"], calendar)
    closed = list(course.closed)
    return here[closed], ramp[closed]


def _share(now: pd.DataFrame, then: pd.DataFrame) -> pd.DataFrame:
    """What is left of what was planned, from 0 to 1; 1 where nothing was."""
    left = now.reindex(then.index).fillna(0.0).to_numpy()
    before = then.to_numpy()
    ratio = np.ones(before.shape)
    np.divide(left, before, out=ratio, where=before > 0)
    return pd.DataFrame(np.clip(ratio, 0.0, 1.0), then.index, then.columns)


def _differs(now: pd.DataFrame, then: pd.DataFrame) -> bool:
    columns = [name for name in then.columns if name in now]
    own, other = (frame[columns].reset_index(drop=True) for frame in (now, then))
    return not own.equals(other)
