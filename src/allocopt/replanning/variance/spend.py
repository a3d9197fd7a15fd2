"""Spend: lift at what was spent, by the curves that the plan was made with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.problem.cells import Key, LeverCells
from allocopt.problem.lifts import LiftCurve
from allocopt.replanning.course import Course
from allocopt.replanning.lifting import horizon_curves, lift_of
from allocopt.replanning.reading import AS_PLANNED
from allocopt.replanning.variance.items import Flags, Floats, Items, summed
from allocopt.rolling.actuals import PLACE

CELL = list(PLACE)


@dataclass(frozen=True)
class Lift:
    """Lift of each item as planned and as spend came; item × period [currency].

    `known` is where actual spend is told of every lever that is planned there; elsewhere `came` is as
    planned.
    """

    planned: Floats
    came: Floats
    known: Flags


def lift(course: Course, items: Items) -> Lift:
    """Planned lift, and that of actual spend; carried over from period to period."""
    planned = items.total(items.planned, "lift")
    curves = horizon_curves(course)
    if not curves:
        return Lift(planned, planned, np.ones(items.shape, dtype=bool))
    cells = _by_cell(course, curves)
    share = _share_of_cell(items, planned)
    rows = cells[0].index.get_indexer(pd.MultiIndex.from_frame(items.names[CELL]))
    before, after, told = (np.where((rows >= 0)[:, None], f.to_numpy()[rows], 0.0) for f in cells)
    known = (told > 0) | (rows < 0)[:, None]
    return Lift(planned, np.where(known, planned + share * (after - before), planned), known)


def _by_cell(
    course: Course, curves: tuple[LiftCurve, ...]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Lift as planned and at actual spend, and whether spend is told (1 or 0); cell × closed period."""
    keys = tuple(curve.key for curve in curves)
    planned, lifts = _planned(course, keys)
    spent, told = _spent(course, keys, planned)
    came = np.array([_came(*each) for each in zip(curves, planned, spent, lifts, strict=True)])
    known = (told | (planned == 0)).astype(float)
    index = pd.MultiIndex.from_tuples([key[1:] for key in keys], names=CELL)
    before, after, all_known = (
        pd.DataFrame(values, index).groupby(level=CELL, sort=False)
        for values in (lifts, came, known)
    )
    return before.sum(), after.sum(), all_known.min()


def _planned(course: Course, keys: tuple[Key, ...]) -> tuple[Floats, Floats]:
    """Planned spend and lift; lever's cell × closed period [currency]."""
    rows = course.planned("budget")
    places = pd.MultiIndex.from_frame(rows[["lever", *CELL]])
    item = pd.MultiIndex.from_tuples(keys).get_indexer(places)
    column = pd.Index(course.closed).get_indexer(pd.Index(rows["period"]))
    rows = rows.assign(item=item, column=column)[(item >= 0) & (column >= 0)]
    shape = (len(keys), len(course.closed))
    spend, lifts = (
        summed(rows["item"], rows["column"], rows[name], shape) for name in ("spend", "lift")
    )
    return spend, lifts


def _spent(course: Course, keys: tuple[Key, ...], planned: Floats) -> tuple[Floats, Flags]:
    """Actual spend, spread as planned, and where it is told; lever's cell × closed period.

    A lever that has been told at all has spent nothing in a period in which others have rows and it has
    none. Where nothing is told spend is as planned.
    """
    rows = course.spent
    if rows is not None and "source" in rows:
        rows = rows[rows["source"] != AS_PLANNED]
    if rows is None or rows.empty:
        return planned, np.zeros(planned.shape, dtype=bool)
    named = {name: rows[name].fillna("").astype("str") for name in PLACE}
    column = pd.Index(course.closed).get_indexer(pd.Index(rows["period"]))
    places = LeverCells(keys, course.scenario.territory_tree)
    amounts = places.spread(
        rows.assign(**named, column=column), planned.sum(axis=1), planned.shape[1]
    )
    levers = set(rows["lever"])
    of_lever = np.array([key[0] in levers for key in keys], dtype=bool)
    told = of_lever[:, None] & np.isin(np.arange(planned.shape[1]), column)[None, :]
    return np.where(told, np.maximum(amounts, 0.0), planned), told


def _came(curve: LiftCurve, planned: Floats, spent: Floats, lifts: Floats) -> Floats:
    """Lift of a curve at actual spend, period by period, on the scale of the planned lift."""
    at_plan, at_spent = (np.array(lift_of(curve, spend)) for spend in (planned, spent))
    scaled = np.divide(lifts * at_spent, at_plan, out=lifts + at_spent, where=at_plan > 0)
    return np.asarray(scaled)


def _share_of_cell(items: Items, planned: Floats) -> Floats:
    """Share of its cell's lift that an item has: as planned, else by planned demand, else evenly."""
    shares = np.full(items.shape, 0.0)
    ones = np.ones(items.shape)
    demand = items.total(items.planned, "demand")
    for weight in (ones, demand, planned):
        whole = pd.DataFrame(weight).groupby(items.cells).transform("sum").to_numpy()
        np.divide(weight, whole, out=shares, where=whole > 0)
    return shares
