"""Returns: what the money that was spent has brought by the plan's curves, beside what was planned."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from allocopt.problem.cells import PLACE, LeverCells
from allocopt.replanning.course import Course
from allocopt.replanning.lifting import horizon_curves, lift_of, planned_demand


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
    curves = horizon_curves(course)
    units, demand = course.units, planned_demand(course).sum(axis=1)
    cells = demand.groupby([units["territory"], units["segment"]]).sum()
    weight = np.array([float(cells[curve.key[1:]]) for curve in curves])
    places = LeverCells(tuple(curve.key for curve in curves), course.scenario.territory_tree)
    place = {label: k for k, label in enumerate(course.closed)}
    named = {name: spent[name].fillna("").astype("str") for name in PLACE}
    rows = spent.assign(**named, column=spent["period"].map(place).astype(int))
    amounts = places.spread(rows, weight, len(course.closed))
    pairs = zip(curves, amounts.clip(min=0.0), strict=True)
    lifts = np.array([sum(lift_of(curve, line)) for curve, line in pairs])
    for lever, total in rows.groupby("lever", sort=False)["spend"].sum().items():
        own = [k for k, curve in enumerate(curves) if curve.lever == lever]
        yield str(lever), (float(total), float(lifts[own].sum()) if own else float("nan"))
