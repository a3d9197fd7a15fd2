"""Demand by unit: the forecast of a cell, shared over what is assigned in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from allocopt.notes import Note, few
from allocopt.scenario import Scenario

CELL = ["territory", "segment"]


def unit_demand(
    scenario: Scenario, units: pd.DataFrame, forecast: pd.DataFrame
) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """Demand of every unit; unit × plan period [currency/period], and what should be told.

    In this order: demand.csv by unit, `units.demand`, the unit's own forecast, a share of its cell. What
    the fixed units leave of a cell is shared by own history, else by potential, else evenly. All of it is
    changed as `forecast.changes` says.
    """
    labels = scenario.calendar.labels
    own, cells = _split(forecast, labels)
    fixed = _fixed(scenario, units, own, labels)
    potential = potential_of_peers(units)
    weight = _weights(scenario, units, potential, fixed.isna().all(axis=1))
    rest = _shared_rest(units, fixed, cells, weight)
    demand = fixed.fillna(rest).fillna(0.0).reindex(units.index)
    demand = demand.mul(_changes(scenario, units), axis=0)
    return demand, (*_unplanned(units, cells), *_assumed(units, potential, rest))


def _changes(scenario: Scenario, units: pd.DataFrame) -> pd.Series[float]:
    """What demand of each unit is multiplied by: `forecast.changes`."""
    factor = pd.Series(1.0, index=units.index)
    for change in scenario.config.forecast.changes:
        inside = pd.Series(data=True, index=units.index)
        if change.scope.kind == "territory":
            inside = units["territory"].isin(scenario.territory_tree.within([change.scope.value]))
        elif change.scope.kind == "segment":
            inside = units["segment"] == change.scope.value
        if change.units:
            inside &= units.index.isin(change.units)
        factor = factor.where(~inside, factor * (1 + change.change))
    return factor


def _split(forecast: pd.DataFrame, labels: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Forecast means as unit × period and as (territory, segment) × period."""
    named = forecast["unit"].fillna("") != ""
    own = forecast[named].pivot_table(index="unit", columns="period", values="mean", aggfunc="sum")
    cells = forecast[~named].pivot_table(index=CELL, columns="period", values="mean", aggfunc="sum")
    return own.reindex(columns=list(labels)), cells.reindex(columns=list(labels))


def _fixed(
    scenario: Scenario, units: pd.DataFrame, own: pd.DataFrame, labels: Sequence[str]
) -> pd.DataFrame:
    """Units whose demand does not come from the rest of their cell; NaN for the others."""
    factor = scenario.calendar.input_factor
    flat = units["demand"].to_numpy(dtype=float)[:, None] * factor
    column = pd.DataFrame(np.repeat(flat, len(labels), axis=1), units.index, list(labels))
    forecast = own.reindex(units.index)
    if scenario.table("demand").empty:
        return column.fillna(forecast)
    return forecast.fillna(column)


def _shared_rest(
    units: pd.DataFrame, fixed: pd.DataFrame, cells: pd.DataFrame, weight: pd.Series[float]
) -> pd.DataFrame:
    """Shares of max(0, cell − its fixed units) for the units that are not fixed."""
    taken = fixed.fillna(0.0).groupby([units["territory"], units["segment"]]).sum()
    left = (cells - taken.reindex(cells.index).fillna(0.0)).clip(lower=0.0)
    keys = pd.MultiIndex.from_frame(units[CELL])
    amounts = left.reindex(keys).to_numpy(dtype=float) * weight.to_numpy()[:, None]
    return pd.DataFrame(amounts, index=units.index, columns=fixed.columns)


def potential_of_peers(units: pd.DataFrame) -> pd.Series[float]:
    """Potential; where it is unknown the mean of the known ones in the cell, NaN where none is known."""
    mean = units.groupby(CELL)["potential"].transform("mean")
    return units["potential"].fillna(mean)


def _assumed(
    units: pd.DataFrame, potential: pd.Series[float], rest: pd.DataFrame
) -> tuple[Note, ...]:
    """Says whose share of demand rests on an assumed potential."""
    shared = rest.fillna(0.0).gt(0).any(axis=1)
    unknown = units.index[units["potential"].isna() & potential.notna() & shared]
    if unknown.empty:
        return ()
    names, zh = few(list(unknown))
    return (
        Note(
            f"Potential of {names} is unknown: the mean of their territory and segment is assumed.",
            f"{zh}的潜力未知：按其区域和客户细分的均值假定。",
        ),
    )


def _weights(
    scenario: Scenario,
    units: pd.DataFrame,
    potential: pd.Series[float],
    open_to_rest: pd.Series[bool],
) -> pd.Series[float]:
    """Share of the rest of its cell that each unit gets; 0 for a unit that is not open to it."""
    cell = [units["territory"], units["segment"]]
    weight = pd.Series(0.0, index=units.index)
    done = pd.Series(data=False, index=units.index)
    for source in (history_of(scenario, units), potential, pd.Series(1.0, units.index)):
        amount = source.clip(lower=0).fillna(0.0).where(open_to_rest, 0.0)
        total = amount.groupby(cell).transform("sum")
        use = ~done & (total > 0)
        weight = weight.where(~use, amount / total.where(total > 0, 1.0))
        done |= total > 0
    return weight


def history_of(scenario: Scenario, units: pd.DataFrame) -> pd.Series[float]:
    """Sales of each unit in the last year before the plan [currency/year]; 0 where none are known."""
    history = scenario.table("history")
    start = scenario.calendar.plan_start
    recent = history[
        (history["date"] < start) & (history["date"] >= start - pd.DateOffset(years=1))
    ]
    sums = recent.dropna(subset=["unit"]).groupby("unit")["sales"].sum()
    return sums.reindex(units.index).fillna(0.0)


def _unplanned(units: pd.DataFrame, cells: pd.DataFrame) -> tuple[Note, ...]:
    """Says which forecast no unit can sell."""
    planned = set(zip(units["territory"], units["segment"], strict=True))
    lost = cells[[cell not in planned for cell in cells.index]]
    amount = float(lost.to_numpy(dtype=float).sum()) if len(lost) else 0.0
    if amount <= 0:
        return ()
    names, zh = few(["/".join(cell) for cell in lost.index])
    return (
        Note(
            f"Forecast of {amount:,.0f} in cells without a unit is not planned: {names}.",
            f"没有覆盖单元的区域和细分中有 {amount:,.0f} 的预测未列入计划：{zh}。",
        ),
    )


def ceiling_of(scenario: Scenario, demand: pd.DataFrame) -> pd.DataFrame:
    """The most each unit buys, max(potential, demand); unit × period, inf where potential is unknown."""
    potential = scenario.table("units").set_index("unit")["potential"]
    amount = potential * scenario.calendar.input_factor
    ceiling = demand.clip(lower=amount, axis=0)
    return ceiling.where(potential.notna(), np.inf, axis=0)
