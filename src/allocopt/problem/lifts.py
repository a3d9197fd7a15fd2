"""Lift curves: which cells a lever works in, and what past spend already brings there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.notes import Note
from allocopt.problem.cells import PLACE, Key, LeverCells
from allocopt.problem.curves import Curve, lift_curve
from allocopt.problem.demand import CELL
from allocopt.problem.responses import LeverResponse, lever_responses
from allocopt.response.forms import standard_lift
from allocopt.scenario import Scenario

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LiftCurve:
    """How spend on one lever lifts sales in one cell.

    `curves` has one piecewise curve per plan period: effective spend [currency/period] → lift
    [currency/period]. `carryover` is the share of the last period's effective spend that still works;
    `carried_in` the effective spend left over from before the plan [currency/period]. `made` is what
    has been spent already in periods of the plan [currency]. A `steady` lever spends the same in all
    other periods. `of_demand`: lift is a share of the cell's demand, and so grows with it.
    """

    lever: str
    territory: str
    segment: str
    curves: tuple[Curve, ...]
    spend_max: float
    spend_min_if_any: float
    carryover: float
    carried_in: float
    steady: bool = False
    made: Mapping[str, float] = field(default_factory=dict)
    of_demand: bool = False

    @property
    def key(self) -> Key:
        """Lever, territory, segment."""
        return (self.lever, self.territory, self.segment)

    def bounds(self, period: str) -> tuple[float, float]:
        """Least and most that may be spent in a period; what has been spent is both. [currency]"""
        done = self.made.get(period)
        return (0.0, self.spend_max) if done is None else (done, done)


@dataclass(frozen=True)
class _Cell:
    """A response in one cell; its half and limits in currency."""

    key: Key
    response: LeverResponse
    shape: Curve  # effective spend [currency/period] → lift [share of demand, or currency/period]
    spend_max: float
    carried_in: float
    usual: float  # mean past spend [currency/period]
    made: Mapping[str, float]


def lift_curves(
    scenario: Scenario, units: pd.DataFrame, demand: pd.DataFrame
) -> tuple[tuple[LiftCurve, ...], pd.DataFrame, tuple[Note, ...]]:
    """Lift curves by lever and cell, demand without the lift of past spend, and what to tell.

    `demand`: unit × period. Where actual spend of a lever is known, its mean over the last year is taken
    to have made part of the history; that lift leaves demand, because the plan decides spend anew.
    """
    responses, notes = lever_responses(scenario, units)
    if not responses:
        return (), demand, notes
    places = LeverCells(tuple(responses), scenario.territory_tree)
    by_cell = demand.groupby([units["territory"], units["segment"]]).sum()
    weight = by_cell.sum(axis=1).reindex([key[1:] for key in responses]).to_numpy()
    past = _past_spend(scenario, places, weight)
    made = _made_spend(scenario, places, weight)
    usual = by_cell.mean(axis=1)
    cells = [
        _cell(scenario, key, response, past[k], made[k], float(usual[key[1:]]))
        for k, (key, response) in enumerate(responses.items())
    ]
    base = _without_past_lift(scenario, units, demand, cells)
    heights = base.groupby([units["territory"], units["segment"]]).sum()
    levels = dict(zip(heights.index, heights.to_numpy(), strict=True))
    steady = _steady_levers(scenario)
    lifts = tuple(_lift(cell, levels[cell.key[1:]], cell.key[0] in steady) for cell in cells)
    return lifts, base, (*notes, *_notes(scenario, places))


def _steady_levers(scenario: Scenario) -> frozenset[str]:
    levers = scenario.table("levers")
    return frozenset(levers.loc[levers["commit"] == "horizon", "lever"])


def _cell(
    scenario: Scenario,
    key: Key,
    response: LeverResponse,
    past: Values,
    made: Values,
    usual_sales: float,
) -> _Cell:
    """A response in one cell, its curve as far as spend can reach there."""
    scale = usual_sales if response.of_sales else 1.0
    half = response.half * scale or 1.0
    height = response.lift_max * (1.0 if response.of_demand else scale)
    labels = scenario.calendar.labels
    done = {label: float(amount) for label, amount in zip(labels, made, strict=True) if amount >= 0}
    most = response.spend_max
    if most is None:
        _, end = standard_lift(response.form, response.shape)
        seen = end * half if response.most_seen is None else response.most_seen * scale
        most = max(seen, response.spend_min_if_any, response.asked)
    carried = float(past @ response.carryover ** np.arange(len(past)))
    most_made, lasts = max(most, *done.values(), 0.0), min(response.carryover, 0.999)
    # Spend at its most for ever, or once on top of what is left from before the plan.
    reach = max(most_made / (1 - lasts), most_made + lasts * carried)
    return _Cell(
        key=key,
        response=response,
        # Whole where nothing may be spent.
        shape=lift_curve(response.form, response.shape, half, height, reach or None),
        spend_max=most,
        carried_in=carried,
        usual=_mean_spend(past),
        made=done,
    )


def _past_spend(scenario: Scenario, places: LeverCells, weight: Values) -> Values:
    """Actual spend of the year before the plan; (cell, periods ago), column 0 just before the plan.

    Spend that names no cell is spread by demand.
    """
    calendar = scenario.calendar
    spend = _actual(scenario)
    past = spend[spend["date"] < calendar.plan_start]
    past = past[past["date"] >= calendar.plan_start - pd.DateOffset(years=1)]
    now = calendar.number_of(pd.Series([calendar.plan_start])).iloc[0]
    ago = (now - 1 - calendar.number_of(past["date"])).clip(upper=calendar.season - 1)
    return places.spread(past.assign(column=ago.astype(int)), weight, calendar.season)


def _made_spend(scenario: Scenario, places: LeverCells, weight: Values) -> Values:
    """Actual spend inside the plan; (cell, period), −1 where none is known."""
    calendar = scenario.calendar
    spend = _actual(scenario)
    rows = spend[(spend["date"] >= calendar.plan_start) & (spend["date"] <= calendar.plan_end)]
    order = {label: column for column, label in enumerate(calendar.labels)}
    rows = rows.assign(column=calendar.label_of(rows["date"]).map(order).astype(int))
    amounts = places.spread(rows, weight, len(order))
    known = places.spread(rows.assign(spend=1.0), np.ones(len(weight)), len(order)) > 0
    return np.where(known, amounts.clip(min=0.0), -1.0)


def _actual(scenario: Scenario) -> pd.DataFrame:
    spend = scenario.table("spend")
    rows = spend[spend["kind"].fillna("actual") == "actual"]
    return rows.assign(**{name: rows[name].fillna("").astype("str") for name in PLACE})


def _without_past_lift(
    scenario: Scenario, units: pd.DataFrame, demand: pd.DataFrame, cells: list[_Cell]
) -> pd.DataFrame:
    """Demand net of the lift that mean past spend has brought, for units forecast from history."""
    if not scenario.table("demand").empty:
        return demand
    steady = _steady_lifts(cells)
    from_history = units["demand"].isna()
    keys = pd.MultiIndex.from_frame(units[CELL])
    share, amount = (
        pd.Series({cell: lift[k] for cell, lift in steady.items()}, dtype=float)
        .reindex(keys)
        .fillna(0.0)
        .to_numpy()[:, None]
        for k in (0, 1)
    )
    total = demand.where(from_history, 0.0, axis=0).groupby([units["territory"], units["segment"]])
    whole = total.transform("sum")
    net = (whole - amount).clip(lower=0.0) / (1 + share) / whole.where(whole > 0, 1.0)
    return demand.where(~from_history, demand * net, axis=0)


def _steady_lifts(cells: list[_Cell]) -> dict[tuple[str, str], tuple[float, float]]:
    """Lift at mean past spend by cell, as a share of demand and as an amount [currency/period]."""
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for cell in cells:
        lift = float(cell.shape(cell.usual / (1 - min(cell.response.carryover, 0.999))))
        share, amount = found.get(cell.key[1:], (0.0, 0.0))
        found[cell.key[1:]] = (
            (share + lift, amount) if cell.response.of_demand else (share, amount + lift)
        )
    return found


def _mean_spend(line: Values) -> float:
    """Mean over the periods since spending began, at most a year."""
    known = np.flatnonzero(line)
    return float(line.sum() / (known[-1] + 1)) if len(known) else 0.0


def _lift(cell: _Cell, demand: Values, steady: bool) -> LiftCurve:
    """The curve of a cell in every period; `demand` of the cell by period."""
    response = cell.response
    height = demand if response.of_demand else np.ones(len(demand))
    return LiftCurve(
        *cell.key,
        curves=tuple(cell.shape.scaled(1.0, float(level)) for level in height),
        spend_max=cell.spend_max,
        spend_min_if_any=response.spend_min_if_any,
        carryover=response.carryover,
        carried_in=cell.carried_in,
        steady=steady,
        made=cell.made,
        of_demand=response.of_demand,
    )


def _notes(scenario: Scenario, places: LeverCells) -> tuple[Note, ...]:
    """Says for which levers past spend is unknown."""
    known = set(_actual(scenario)["lever"])
    unknown = sorted({key[0] for key in places.keys} - known)
    if not unknown or not scenario.table("demand").empty:
        return ()
    return (
        Note(
            f"No past spend is known for {', '.join(unknown)}: demand is assumed to contain none of its "
            "lift, so the plan may count it twice.",
            f"{'、'.join(unknown)}的历史投入未知：假定需求中不含其提升，计划可能重复计算。",
        ),
    )


def lifted_units(
    units: pd.DataFrame, demand: pd.DataFrame, lifts: tuple[LiftCurve, ...]
) -> dict[str, pd.Series[float]]:
    """Units whose cell has a lift curve: by unit, the share of the cell's lift per period."""
    cells = {(lift.territory, lift.segment) for lift in lifts}
    amounts = demand.reindex(units.index).to_numpy()
    shares = {}
    for cell, rows in units.groupby(CELL).indices.items():
        if cell in cells:
            total = amounts[rows].sum(axis=0)
            share = np.full((len(rows), len(total)), 1.0 / len(rows))
            np.divide(amounts[rows], total, out=share, where=total > 0)
            for unit, line in zip(units.index[rows].tolist(), share, strict=True):
                shares[unit] = pd.Series(line, demand.columns, name=unit)
    return shares
