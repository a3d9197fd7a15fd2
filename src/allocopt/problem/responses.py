"""Responses: the parameters of each lever's curve by cell, given, judged or fitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from allocopt.errors import DataError, Finding, Severity
from allocopt.notes import Note
from allocopt.problem.cells import Key
from allocopt.response.asked import Row, asked_fits, is_fitted, place_of
from allocopt.response.fitted import Fit, FittedCurve, fit_place
from allocopt.response.forms import POINT_COLUMNS, POINTS
from allocopt.response.judgement import judged_curve
from allocopt.response.observations import Sources
from allocopt.response.place import Place
from allocopt.scenario import Scenario

Cell = tuple[str, str]  # territory, segment


@dataclass(frozen=True)
class LeverResponse:
    """A row of `responses` in plan periods.

    lift_max: share of demand (`of_demand`) or [currency/period]. half: [currency/period]. Of a fitted
    curve (`of_sales`) half, most_seen and a lift_max in currency are shares of the cell's usual sales.
    spend_max, spend_min_if_any: [currency/period], the first None where nothing limits spend; then it
    goes to `most_seen`, the largest spend that the curve was fitted to, or to the end of the curve, and
    in any case to `asked`, what rules and promises want to be spent.
    """

    form: str
    shape: float
    half: float
    lift_max: float
    of_demand: bool
    of_sales: bool = False
    carryover: float = 0.0
    spend_max: float | None = None
    spend_min_if_any: float = 0.0
    asked: float = 0.0
    most_seen: float | None = None


def lever_responses(
    scenario: Scenario, units: pd.DataFrame
) -> tuple[dict[Key, LeverResponse], tuple[Note, ...]]:
    """The response of each lever in each cell that has units, and what to tell about fitted ones.

    Of several rows for a cell the one that names its place most closely holds. Raises DataError where a
    curve is asked from history that has none.
    """
    table = scenario.table("responses")
    fits, fitted = fits_of(scenario), is_fitted(table)
    cells = _cells_by_territory(units)
    found: dict[Key, tuple[int, LeverResponse]] = {}
    asked = _asked_spend(scenario)
    for row, from_history in zip(table.to_dict("records"), fitted, strict=True):
        place = place_of(row)
        response = _response(scenario, row, fits.get(place) if from_history else None, asked)
        closeness = _closeness(scenario, place)
        for cell in _cells_in(scenario, cells, place):
            key = (str(row["lever"]), *cell)
            if key not in found or closeness >= found[key][0]:
                found[key] = (closeness, response)
    return {key: response for key, (_, response) in found.items()}, _notes(fits)


def fits_of(scenario: Scenario) -> Mapping[Place, Fit]:
    """Curves fitted to history, by the place that rows of `responses` ask them for."""
    sources = sources_of(scenario)
    fits = {}
    for place, forms in asked_fits(scenario.table("responses")).items():
        fit = fit_place(sources, place, forms)
        if fit is None:
            levers = ", ".join(forms)
            message = f"no sales and spend before the plan tell the response of {levers} in {place}"
            raise DataError(
                [Finding(Severity.PROBLEM, message, file="spend.csv", code="fit-no-spend")]
            )
        fits[place] = fit
    return fits


def sources_of(scenario: Scenario) -> Sources:
    """What fits read of a scenario."""
    return Sources(scenario.table, scenario.territory_tree, scenario.calendar)


def _response(scenario: Scenario, row: Row, fit: Fit | None, asked: float) -> LeverResponse:
    """The curve that a row gives, describes by points or asks to be fitted, with the limits of the row."""
    factor = scenario.calendar.input_factor
    if fit is None:
        response = read_response(scenario, row)
    else:
        response = _fitted(fit.curve(str(row["lever"])), of_demand=row["lift_unit"] != "currency")
    return replace(
        response,
        spend_max=None if pd.isna(row["spend_max"]) else float(row["spend_max"]) * factor,
        spend_min_if_any=float(np.nan_to_num(row["spend_min_if_any"])) * factor,
        asked=asked,
    )


def read_response(scenario: Scenario, row: Row) -> LeverResponse:
    """The curve of a row that gives parameters or points, without limits, in plan periods."""
    of_demand = row["lift_unit"] != "currency"
    response = (_judged if row["form"] == POINTS else _given)(row, of_demand=of_demand)
    factor = scenario.calendar.input_factor
    return replace(
        response,
        half=response.half * factor,
        lift_max=response.lift_max * (1.0 if of_demand else factor),
        carryover=0.0 if pd.isna(row["carryover"]) else float(row["carryover"]),
    )


def _given(row: Row, *, of_demand: bool) -> LeverResponse:
    shape: float = 1.0 if pd.isna(row["shape"]) else float(row["shape"])
    return LeverResponse(
        str(row["form"]), shape, float(row["half"]), float(row["lift_max"]), of_demand=of_demand
    )


def _judged(row: Row, *, of_demand: bool) -> LeverResponse:
    points = np.array([row[name] for name in POINT_COLUMNS], dtype=float)
    curve = judged_curve(points, float(row["spend_today"]), of_demand=of_demand)
    return LeverResponse("adbudg", curve.shape, curve.half, curve.lift_max, of_demand=of_demand)


def _fitted(curve: FittedCurve, *, of_demand: bool) -> LeverResponse:
    return LeverResponse(
        curve.form,
        curve.shape,
        curve.half,
        curve.lift_max * (1.0 if of_demand else curve.base),
        of_demand=of_demand,
        of_sales=True,
        carryover=curve.carryover,
        most_seen=curve.most_seen,
    )


def _asked_spend(scenario: Scenario) -> float:
    """The largest amount that any rule or promise wants to be spent. [currency]"""
    spend = scenario.table("spend")
    promised = spend.loc[spend["kind"] == "committed"].groupby("lever")["spend"].sum()
    bounds = [bound.min or 0.0 for bound in scenario.config.budget.by]
    return float(max([0.0, *scenario.table("levers")["total_min"].dropna(), *promised, *bounds]))


def _closeness(scenario: Scenario, place: Place) -> int:
    """How closely a row names its place: a deeper territory first, then a segment."""
    depth = 2 * (1 + scenario.territory_tree.depth(place.territory)) if place.territory else 0
    return depth + int(bool(place.segment))


def _cells_by_territory(units: pd.DataFrame) -> dict[str, list[tuple[int, Cell]]]:
    """Cells with units in the order of the units, and the place of each in that order."""
    cells: dict[str, list[tuple[int, Cell]]] = {}
    each = dict.fromkeys(zip(units["territory"], units["segment"], strict=True))
    for number, cell in enumerate(each):
        cells.setdefault(cell[0], []).append((number, cell))
    return cells


def _cells_in(
    scenario: Scenario, cells: Mapping[str, list[tuple[int, Cell]]], place: Place
) -> list[Cell]:
    """Cells with units that a place holds."""
    inside = scenario.territory_tree.within([place.territory]) if place.territory else cells
    held = sorted(numbered for territory in inside for numbered in cells.get(territory, ()))
    return [cell for _, cell in held if place.segment in ("", cell[1])]


def _notes(fits: Mapping[Place, Fit]) -> tuple[Note, ...]:
    """Says which fitted levers have brought nothing that can be seen."""
    idle = [
        f"{lever} ({place})"
        for place, fit in fits.items()
        for lever in fit.asked
        if fit.curve(lever).lift_max <= 0
    ]
    if not idle:
        return ()
    return (
        Note(
            f"Past sales do not follow the spend on {', '.join(idle)}: no lift is expected of it.",
            f"历史销售额没有随{'、'.join(idle)}的投入变化：预计不会带来提升。",
        ),
    )
