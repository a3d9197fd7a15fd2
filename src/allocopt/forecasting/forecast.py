"""Forecasting a scenario: given demand as it is, else history by the best forecaster for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar
from allocopt.forecasting.backtest import Progress, Trial, choose, measure, run_trials
from allocopt.forecasting.boosting import Boosting
from allocopt.forecasting.candidate import Candidate
from allocopt.forecasting.damped_trend import DampedTrend
from allocopt.forecasting.demand import read_demand
from allocopt.forecasting.forecaster import Forecaster
from allocopt.forecasting.grain import plan_span
from allocopt.forecasting.hierarchy import LEVELS, build_hierarchy
from allocopt.forecasting.panel import KEYS, read_history
from allocopt.forecasting.record import Record, build_record
from allocopt.forecasting.result import NODES, Estimate, Forecast, nothing, past_sales
from allocopt.forecasting.seasonal_naive import Naive, SeasonalNaive

if TYPE_CHECKING:
    from allocopt.scenario import Scenario

Recipe = Literal["fast", "balanced", "best"]
NO_HISTORY = "There is no sales history before the plan: nothing is forecast."
NO_BACK_TEST = "History is too short to test: bounds from nothing to twice the mean are assumed."
ORIGINS = 3
ORIGINS_OF_A_BACKTEST = 6


@dataclass(frozen=True)
class Options:
    """How to forecast.

    `interval` is the share of outcomes that should lie inside the bounds; `season` the number of
    plan periods after which sales repeat (None: a year). With `backtest`, accuracy is measured at
    more origins and beside the naive forecast.
    """

    recipe: Recipe = "balanced"
    interval: float = 0.8
    season: int | None = None
    seed: int = 0
    backtest: bool = False


def forecast_scenario(
    scenario: Scenario, *, backtest: bool = False, progress: Progress | None = None
) -> Forecast:
    """Forecast of a scenario: its `demand` table where it has rows, else from its `history`.

    Raises `DataError` when given demand misses a plan period of a cell or unit.
    """
    given = scenario.config.forecast
    options = Options(
        recipe=given.recipe,
        interval=given.interval,
        season=given.season,
        seed=scenario.config.solver.seed,
        backtest=backtest,
    )
    history, units = scenario.table("history"), scenario.table("units")
    territories, demand = scenario.table("territories"), scenario.table("demand")
    if len(demand):
        return forecast_demand(demand, history, units, territories, scenario.calendar)
    return forecast_history(history, units, territories, scenario.calendar, options, progress)


def forecast_history(
    history: pd.DataFrame,
    units: pd.DataFrame,
    territories: pd.DataFrame,
    calendar: Calendar,
    options: Options | None = None,
    progress: Progress | None = None,
) -> Forecast:
    """Forecast of all series of a history, by the candidate that the back-test chooses.

    `history` [date, sales, territory, segment, unit], `units` [unit, territory, segment] and
    `territories` [territory, parent] are canonical tables; the last two may be empty.
    """
    options = options or Options()
    read = read_history(history, units, calendar.plan_start)
    if len(read.rows) == 0:
        return nothing([*read.notes, NO_HISTORY])
    record = build_record(read, units, territories, calendar, options.season)
    candidates, short = list_candidates(record, options)
    trials = _back_test(candidates, record, calendar, options, progress)
    accuracy = measure(trials, record.hierarchy, record.season)
    chosen, why = choose(candidates, accuracy)
    mean = chosen.forecast(record, calendar.plan_start, plan_span(calendar))
    own = tuple(trial for trial in trials if trial.candidate == chosen)
    estimate = Estimate(mean, calendar, record, own, options.interval)
    remarks = (short, "" if own else NO_BACK_TEST, estimate.newcomer_note())
    return Forecast(
        estimate.table(),
        estimate.nodes(),
        past_sales(record),
        accuracy,
        estimate.provenance(chosen.name, short or why),
        (*record.notes, *(remark for remark in remarks if remark)),
    )


def list_candidates(record: Record, options: Options) -> tuple[list[Candidate], str]:
    """What is tried, the simplest first; and why there is no choice, where there is none."""
    periods, season = len(record.judged.periods), record.season
    if periods < 2 * season:
        what = "last year's sales are" if periods >= season else "the mean of what there is is"
        short = f"Only {periods} periods of history, less than two years: {what} the forecast."
        return [Candidate(SeasonalNaive(), "cell", record.base)], short
    forecasters: list[Forecaster] = [SeasonalNaive(), DampedTrend()]
    if options.recipe != "fast":
        forecasters.append(Boosting(options.seed))
    sizes = {level: len(np.unique(record.hierarchy.groups[level])) for level in LEVELS}
    # Levels of equal size are the same level: where no unit is named, each cell is one series.
    levels = {size: level for level, size in reversed(sizes.items())}
    return [
        Candidate(forecaster, level, grain)
        for forecaster in forecasters
        for grain in record.panels
        for level in LEVELS
        if level in levels.values() and sizes[level] >= forecaster.few_series
    ], ""


def _back_test(
    candidates: Sequence[Candidate],
    record: Record,
    calendar: Calendar,
    options: Options,
    progress: Progress | None,
) -> list[Trial]:
    """Trials over the horizon of the plan: from the end of the history to its last period."""
    judged = record.judged
    horizon = judged.calendar.distance(judged.end, calendar.plan_end) + 1
    yardstick = [Candidate(Naive(), "cell", record.base)] if options.backtest else []
    most = ORIGINS_OF_A_BACKTEST if options.backtest else ORIGINS
    return run_trials([*yardstick, *candidates], record, horizon, most, progress)


def forecast_demand(
    demand: pd.DataFrame,
    history: pd.DataFrame,
    units: pd.DataFrame,
    territories: pd.DataFrame,
    calendar: Calendar,
) -> Forecast:
    """Given demand in plan periods; bounds of sums of cells stay unknown.

    Raises `DataError` when a cell or unit misses a plan period.
    """
    table, notes = read_demand(demand, units, calendar)
    past, nodes = nothing([]).past, _node_sums(table, territories, calendar)
    read = read_history(history, units, calendar.plan_start)
    if len(read.rows):
        past = past_sales(build_record(read, units, territories, calendar, None))
    rows = table[KEYS].drop_duplicates(ignore_index=True)
    provenance = rows.assign(forecaster="given", why="the demand table has it")
    empty = nothing(notes)
    return replace(empty, table=table, nodes=nodes, past=past, provenance=provenance)


def _node_sums(table: pd.DataFrame, territories: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """Given demand summed over the territory tree; the bounds of sums are unknown."""
    cells = table[table["unit"] == ""]
    wide = cells.pivot(index=KEYS, columns="period", values="mean")[list(calendar.labels)]
    hierarchy = build_hierarchy(wide.index.to_frame(index=False), territories)
    sums = pd.DataFrame(hierarchy.at_nodes(wide.to_numpy()), columns=list(calendar.labels))
    sums.insert(0, "node", pd.Series(hierarchy.nodes, dtype="str"))
    long = sums.melt("node", var_name="period", value_name="mean")
    return long.reindex(columns=NODES)
