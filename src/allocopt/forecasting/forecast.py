"""Forecasting a scenario: given demand as it is, else history by the recipe that is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from allocopt.calendar import Calendar
from allocopt.forecasting.backtest import back_test
from allocopt.forecasting.case import open_case
from allocopt.forecasting.demand import read_demand
from allocopt.forecasting.engine import Progress
from allocopt.forecasting.estimate import past_sales
from allocopt.forecasting.fitting import fit
from allocopt.forecasting.levels import CELL, rows_of, structure_of
from allocopt.forecasting.options import Options
from allocopt.forecasting.panel import KEYS, read_history
from allocopt.forecasting.record import Record, build_record
from allocopt.forecasting.result import NODES, Forecast, long_rows, nothing
from allocopt.forecasting.sources import Sources, sources_of
from allocopt.notes import Note

if TYPE_CHECKING:
    from allocopt.scenario import Scenario

NO_HISTORY = Note(
    "There is no sales history before the plan: nothing is forecast.",
    "计划开始之前没有销售历史：未作任何预测。",
)


def options_of(scenario: Scenario, *, backtest: bool = False) -> Options:
    """Options as the scenario asks for them."""
    given = scenario.config.forecast
    return Options(
        recipe=given.recipe,
        interval=given.interval,
        season=given.season,
        seed=scenario.config.solver.seed,
        backtest=backtest,
        booster=given.booster,
        clean=given.clean,
        holidays=given.holidays,
        samples=max(given.samples, scenario.config.risk.samples - 1),
        cold_start=given.cold_start,
        levels=given.levels,
    )


def forecast_scenario(
    scenario: Scenario, *, backtest: bool = False, progress: Progress | None = None
) -> Forecast:
    """Forecast of a scenario: its `demand` table where it has rows, else from its `history`.

    Raises `DataError` when given demand misses a plan period of a cell or unit.
    """
    sources, calendar = sources_of(scenario), scenario.calendar
    if len(sources.table("demand")):
        return forecast_demand(sources, calendar)
    return forecast_sources(sources, calendar, options_of(scenario, backtest=backtest), progress)


def forecast_history(
    history: pd.DataFrame,
    units: pd.DataFrame,
    territories: pd.DataFrame,
    calendar: Calendar,
    options: Options | None = None,
    progress: Progress | None = None,
) -> Forecast:
    """Forecast of all series of a history.

    `history` [date, sales, territory, segment, unit], `units` [unit, territory, segment] and
    `territories` [territory, parent] are canonical tables; the last two may be empty.
    """
    tables = {"history": history, "units": units, "territories": territories}
    return forecast_sources(Sources(tables), calendar, options or Options(), progress)


def forecast_sources(
    sources: Sources, calendar: Calendar, options: Options, progress: Progress | None = None
) -> Forecast:
    """Forecast from the history among `sources`."""
    case = open_case(sources, calendar, options)
    if isinstance(case, tuple):
        return nothing([*case, NO_HISTORY])
    tell = progress or (lambda done, message: None)
    if not options.backtest:
        return fit(case, tell).forecast()
    forecast = fit(case, lambda done, message: tell(done / 2, message)).forecast()
    tested = back_test(case, forecast.name, lambda done, message: tell((1 + done) / 2, message))
    return replace(
        forecast,
        accuracy=tested.accuracy,
        notes=(*forecast.notes, *tested.remarks),
        tested=tested.table,
    )


def forecast_demand(sources: Sources, calendar: Calendar) -> Forecast:
    """Given demand in plan periods; bounds of sums of cells stay unknown.

    Raises `DataError` when a cell or unit misses a plan period.
    """
    units, territories = sources.table("units"), sources.table("territories")
    table, notes = read_demand(sources.table("demand"), units, calendar)
    past, nodes = nothing([]).past, _node_sums(table, territories, calendar)
    history = read_history(sources.table("history"), units, calendar.plan_start)
    if len(history.rows):
        record: Record = build_record(history, units, territories, calendar, None)
        past = past_sales(record)
    rows = table[KEYS].drop_duplicates(ignore_index=True)
    provenance = rows.assign(
        forecaster="given", why="the demand table has it", recipe="given", weight=0.0
    )
    return replace(nothing(notes), table=table, nodes=nodes, past=past, provenance=provenance)


def _node_sums(table: pd.DataFrame, territories: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """Given demand summed over the territory tree; the bounds of sums are unknown."""
    cells = table[table["unit"] == ""]
    wide = cells.pivot(index=CELL, columns="period", values="mean")[list(calendar.labels)]
    structure = structure_of(wide.index.to_frame(index=False), territories)
    keys, rows = rows_of(structure, "node")
    sums = structure.sum(wide.to_numpy())[rows]
    return long_rows(keys, calendar.labels, mean=sums).reindex(columns=NODES)
