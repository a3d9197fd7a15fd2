"""Coverage: the time that was given against the planned one, and what that does to sales."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.problem.build import RESPONSE_COLUMNS
from allocopt.problem.curves import Curve, coverage_curve
from allocopt.problem.seasonality import need_of
from allocopt.problem.selling_time import unit_hours
from allocopt.replanning.course import Course
from allocopt.replanning.variance.items import Flags, Floats, Items, of_units
from allocopt.replanning.variance.presence import Presence, presence
from allocopt.scenario import Scenario

# Points of a curve that differ by less are the same.
SAME = 1e-6


@dataclass(frozen=True)
class Coverage:
    """Planned time, what became of it, and how sales follow; all item × period.

    hours: planned time [h]. vacant, ramping: what of it was not there [h]. other: what was given beyond
    the planned time that was there, NaN where nothing tells [h]. per_hour: share of standard hours that an
    hour makes; start: the share of demand that planned time brings. `curves`: by segment.
    """

    hours: Floats
    vacant: Floats
    ramping: Floats
    other: Floats
    per_hour: Floats
    start: Floats
    segments: pd.Series[str]
    curves: dict[str, Curve]
    presence: Presence
    time: pd.DataFrame  # planned time by item, rep and column, with its hours lost

    @property
    def known(self) -> dict[str, Flags]:
        """Where each of the three parts is known."""
        every = np.ones(self.hours.shape, dtype=bool)
        return {
            "vacancy": every & self.presence.knows_vacancy,
            "ramp": every & self.presence.knows_ramp,
            "coverage": ~np.isnan(self.other),
        }

    def factor(self, parts: frozenset[str]) -> Floats:
        """Sales of covered demand against planned ones when some of the three parts are as they came."""
        hours = self.hours.copy()
        if "vacancy" in parts:
            hours -= self.vacant
        if "ramp" in parts:
            hours -= self.ramping
        if "coverage" in parts:
            hours += np.nan_to_num(self.other)
        hours = np.maximum(hours, 0.0)
        ratio = np.ones(hours.shape)
        np.divide(hours, self.hours, out=ratio, where=self.hours > 0)
        ratio = np.minimum(ratio, 1.0)
        for name, curve in self.curves.items():
            rows = (self.segments == name).to_numpy()
            reached, start = curve(hours[rows] * self.per_hour[rows]), self.start[rows]
            share = np.ones(reached.shape)
            ratio[rows] = np.divide(reached, start, out=share, where=start > 0)
        return ratio


def coverage(course: Course, items: Items) -> Coverage:
    """Planned time and time given of each item, and its response."""
    here = presence(course)
    time = _time(course, items, here)
    hours, vacant, ramping = (items.total(time, name) for name in ("hours", "vacant", "ramping"))
    per_hour, start = _responses(course, items, time, hours)
    return Coverage(
        hours=hours,
        vacant=vacant,
        ramping=ramping,
        other=_given(items) - (hours - vacant - ramping),
        per_hour=per_hour,
        start=start,
        segments=items.names["segment"],
        curves=_curves(course.scenario),
        presence=here,
        time=time,
    )


def _responses(
    course: Course, items: Items, time: pd.DataFrame, hours: Floats
) -> tuple[Floats, Floats]:
    """Share of standard hours that an hour makes [1/h], and share of demand that planned time brings."""
    rows = items.planned
    covered = items.total(rows.assign(covered=rows["sales"] - rows["lift"]), "covered")
    demand = items.total(rows, "demand")
    level = np.divide(covered, demand, out=np.ones(covered.shape), where=demand > 0)
    per_hour, start = _per_hour(course, items, time, hours), np.ones(hours.shape)
    for name, curve in _curves(course.scenario).items():
        own = (items.names["segment"] == name).to_numpy()
        per_hour[own] = _fitting(curve, per_hour[own], hours[own], level[own])
        start[own] = curve(hours[own] * per_hour[own])
    return per_hour, start


def _time(course: Course, items: Items, here: Presence) -> pd.DataFrame:
    """Planned time with `item`, `column`, and what of it was lost for which reason [h]."""
    rows = items.at(of_units(course, course.planned("time")))
    lost = {name: rows["hours"] * here.of(name, rows) for name in ("vacant", "ramping")}
    return rows.assign(**lost)


def _given(items: Items) -> Floats:
    """Hours given; item × period, NaN where none are told [h].

    An item that sold nothing and has no row got none where its territory told hours of that period.
    """
    rows = items.sold
    told = items.total(rows.assign(told=rows["hours"].notna().astype(float)), "told") > 0
    places = pd.DataFrame(told).groupby(items.names["territory"].to_numpy()).transform("any")
    hours = items.total(rows, "hours")
    nothing = (items.rows == 0) & places.to_numpy(dtype=bool)
    return np.where(told | nothing, hours, np.nan)


def _curves(scenario: Scenario) -> dict[str, Curve]:
    """Response of each segment that gives one."""
    table = scenario.table("segments").set_index("segment")[RESPONSE_COLUMNS].dropna()
    return {
        str(name): coverage_curve(tuple(row))
        for name, row in zip(table.index, table.to_numpy(), strict=True)
    }


def _per_hour(course: Course, items: Items, time: pd.DataFrame, hours: Floats) -> Floats:
    """Share of an item's standard hours that an hour makes with its planned reps; item × period [1/h]."""
    scenario = course.scenario
    units = scenario.table("units").set_index("unit")
    need = need_of(scenario, units, course.calendar)[list(course.closed)]
    standard = need.mul(unit_hours(scenario, units) * course.calendar.input_factor, axis=0)
    long = pd.DataFrame({"standard": standard.rename_axis(columns="period").stack()}).reset_index()
    whole = items.total(items.at(of_units(course, long)), "standard")
    skill = scenario.look_up("reps", "productivity", time["rep"]).fillna(1.0)
    worth = items.total(time.assign(worth=time["hours"] * skill), "worth")
    productivity = np.divide(worth, hours, out=np.ones(hours.shape), where=hours > 0)
    return np.divide(productivity, whole, out=np.zeros(hours.shape), where=whole > 0)


def _fitting(curve: Curve, per_hour: Floats, hours: Floats, level: Floats) -> Floats:
    """`per_hour`, made such that planned time reaches the planned share of demand, `level`.

    Travel is part of planned time and sells nothing, so that time may stand for less than its hours.
    """
    meets = np.abs(curve(hours * per_hour) - level) <= SAME * max(curve.y)
    point = np.interp(level, curve.y, curve.x)
    implied = np.divide(point, hours, out=per_hour.copy(), where=hours > 0)
    return np.where(meets, per_hour, implied)
