"""Lifting: what money brings over the whole horizon of a course, by the curves of its plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from allocopt.problem.lifts import LiftCurve, lift_curves
from allocopt.replanning.course import Course
from allocopt.scenario import Scenario


def horizon_curves(course: Course) -> tuple[LiftCurve, ...]:
    """The curves of the whole horizon, at planned demand."""
    if course.scenario.table("responses").empty:
        return ()
    # Planned demand is net of the lift of past spend already: given to each unit, it stays so.
    units = course.units.assign(demand=0.0)
    return lift_curves(_over_horizon(course), units, planned_demand(course))[0]


def planned_demand(course: Course) -> pd.DataFrame:
    """Planned demand over the horizon; unit × period [currency/period]."""
    rows = course.planned("sales")
    wide = rows.pivot_table(index="unit", columns="period", values="demand", aggfunc="sum")
    return wide.reindex(course.units.index, columns=list(course.calendar.labels)).fillna(0.0)


def lift_of(curve: LiftCurve, spend: Iterable[float]) -> list[float]:
    """What spend from a curve's first period on lifts, by period; its effect lasts. [currency]"""
    effective, lifts = curve.carried_in, []
    for amount, shape in zip(spend, curve.curves, strict=False):
        effective = float(amount) + curve.carryover * effective
        lifts.append(float(shape(effective)))
    return lifts


def _over_horizon(course: Course) -> Scenario:
    """The plan's scenario with the calendar of the whole horizon."""
    calendar = course.calendar
    span = {"plan_start": calendar.plan_start.date(), "plan_periods": calendar.plan_periods}
    config = course.scenario.config
    section = config.calendar.model_copy(update=span)
    return replace(course.scenario, config=config.model_copy(update={"calendar": section}))
