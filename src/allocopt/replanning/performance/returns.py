"""Returns: what the money that was spent has brought by the plan's curves, beside what was planned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.problem.cells import PLACE, LeverCells
from allocopt.problem.lifts import LiftCurve, lift_curves
from allocopt.replanning.course import Course
from allocopt.response.carryover import effective_spend
from allocopt.scenario import Scenario

Floats = npt.NDArray[np.float64]


def returns_of(course: Course) -> pd.DataFrame:
    """By lever over the closed periods: spend, lift, planned_spend and planned_lift [currency].

    Lift is that of the curves in each cell at actual spend and planned demand; spend that names no cell is
    spread by planned demand. Both are unknown of a lever of which no spend was told.
    """
    table = course.planned("budget")
    table = table[table["period"].isin(course.closed)]
    planned = table.groupby("lever", sort=False)[["spend", "lift"]].sum().add_prefix("planned_")
    spent = course.spent
    came = {} if spent is None else dict(_came(course, spent))
    actual = pd.DataFrame.from_dict(came, orient="index", columns=["spend", "lift"], dtype=float)
    every = pd.Index([*dict.fromkeys([*planned.index, *actual.index])])
    return actual.reindex(every).join(planned)


def _came(course: Course, spent: pd.DataFrame) -> Iterator[tuple[str, tuple[float, float]]]:
    """Spend and lift of each lever of which spend is known."""
    curves, weight = _curves(course)
    places = LeverCells(tuple(curve.key for curve in curves), course.scenario.territory_tree)
    place = {label: k for k, label in enumerate(course.closed)}
    named = {name: spent[name].fillna("").astype("str") for name in PLACE}
    rows = spent.assign(**named, column=spent["period"].map(place).astype(int))
    amounts = places.spread(rows, weight, len(course.closed))
    lifts = np.array([_lift(curve, line) for curve, line in zip(curves, amounts, strict=True)])
    for lever, total in rows.groupby("lever", sort=False)["spend"].sum().items():
        own = [k for k, curve in enumerate(curves) if curve.lever == lever]
        yield str(lever), (float(total), float(lifts[own].sum()) if own else float("nan"))


def _curves(course: Course) -> tuple[tuple[LiftCurve, ...], Floats]:
    """The plan's curves in every period of the horizon, and planned demand of the cell of each."""
    labels = list(course.calendar.labels)
    demand = course.planned("sales").pivot_table(
        index="unit", columns="period", values="demand", aggfunc="sum"
    )
    demand = demand.reindex(course.units.index, columns=labels).fillna(0.0)
    # What past spend brings has left planned demand already: none of it comes from history here.
    units = course.units.assign(demand=0.0)
    curves, _, _ = lift_curves(_over_horizon(course), units, demand)
    cells = demand.sum(axis=1).groupby([units["territory"], units["segment"]]).sum()
    weight = np.array([float(cells[curve.key[1:]]) for curve in curves])
    return curves, weight


def _over_horizon(course: Course) -> Scenario:
    """The plan's scenario with the calendar of the whole horizon."""
    calendar = course.calendar
    span = {"plan_start": calendar.plan_start.date(), "plan_periods": calendar.plan_periods}
    config = course.scenario.config
    section = config.calendar.model_copy(update=span)
    return replace(course.scenario, config=config.model_copy(update={"calendar": section}))


def _lift(curve: LiftCurve, spend: Floats) -> float:
    """What spend by period brings in one cell. [currency]"""
    left = curve.carried_in * curve.carryover ** (np.arange(len(spend)) + 1)
    effective = effective_spend(spend.clip(min=0.0), curve.carryover) + left
    pieces = zip(curve.curves, effective, strict=False)
    return sum(float(piece(amount)) for piece, amount in pieces)
