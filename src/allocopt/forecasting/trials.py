"""Trials: forecasts of all nodes at earlier dates beside what came, in the periods that are judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from allocopt.calendar import PeriodName
from allocopt.forecasting.arrays import FloatArray, IntArray
from allocopt.forecasting.evaluation import Comparison, Origins, scales_at
from allocopt.forecasting.grain import Span
from allocopt.forecasting.levels import levels_of, rows_of
from allocopt.forecasting.panel import fill_gaps
from allocopt.forecasting.record import Record
from allocopt.forecasting.run import Run


@dataclass(frozen=True)
class Trials:
    """What was forecast at each origin and what came, arrays (origin, node, horizon).

    `nodes` (node, period) is the history; `actual` is NaN in gaps of the books and 0 before a series
    opened; `forecast` is NaN for nodes that were not forecast.
    """

    nodes: FloatArray
    origins: Origins
    actual: FloatArray
    forecast: FloatArray

    def __len__(self) -> int:
        return len(self.origins.places)


def at_grain(record: Record, origins: Origins, grain: PeriodName) -> Origins:
    """The same dates counted in periods of a finer panel."""
    if grain == record.base or not origins.places:
        return origins
    stops, periods = record.panels[grain].periods.stops, record.judged.periods
    starts = [periods.starts[place] for place in origins.places]
    last = periods.stops[origins.places[0] + origins.horizon - 1]
    known = tuple(int((stops <= start).sum()) for start in starts)
    return Origins(known, int((stops <= last).sum()) - known[0])


def targets_at(record: Record, origins: Origins, number: int) -> Span:
    """The judged periods that follow an origin."""
    periods, place = record.judged.periods, origins.places[number]
    ahead = slice(place, place + origins.horizon)
    return Span(periods.starts[ahead], periods.stops[ahead])


def trials_of(run: Run, origins: Origins) -> Trials:
    """The hold-outs of a run in judged periods; `origins` count those."""
    record, count = run.record, len(run.holdouts)
    forecasts = [run.held_out_nodes(k, targets_at(record, origins, k)) for k in range(count)]
    used = Origins(origins.places[:count], origins.horizon)
    return compare(record, used, forecasts)


def compare(record: Record, origins: Origins, forecasts: list[FloatArray]) -> Trials:
    """Trials of forecasts (node, horizon) that were made at each origin."""
    structure, values = record.structure, record.judged.values
    nodes = structure.sum(fill_gaps(values, record.season))
    shape = (len(forecasts), len(structure), origins.horizon)
    actual = np.full(shape, np.nan)
    for number, place in enumerate(origins.places):
        came = values[:, place : place + origins.horizon]
        gap = np.isnan(came).all(axis=0)
        actual[number] = np.where(gap, np.nan, structure.sum(np.nan_to_num(came)))
    made = np.stack(forecasts) if forecasts else np.full(shape, np.nan)
    return Trials(nodes, origins, actual, made)


def report_rows(record: Record) -> tuple[IntArray, np.ndarray]:
    """Nodes that accuracy is told for, level after level, and the level of each."""
    rows, levels = [], []
    for level in levels_of(record.structure):
        found = rows_of(record.structure, level)[1]
        rows.append(found)
        levels.extend([level] * len(found))
    return np.concatenate(rows), np.array(levels, dtype=np.str_)


def comparison_of(
    record: Record, trials: Trials, forecasts: Mapping[str, FloatArray]
) -> Comparison:
    """Forecasts (origin, node, horizon) by several forecasters, told by level."""
    rows, levels = report_rows(record)
    scales = scales_at(trials.nodes[rows], trials.origins.places, record.season)
    told = {name: forecast[:, rows] for name, forecast in forecasts.items()}
    return Comparison(trials.actual[:, rows], told, levels, scales)


def wape_over_cells(trials: Trials, record: Record) -> float:
    """Sum of absolute errors over cells as a share of sales; NaN where nothing can be compared."""
    rows = rows_of(record.structure, "cell")[1]
    actual, forecast = trials.actual[:, rows], trials.forecast[:, rows]
    known = ~np.isnan(actual) & ~np.isnan(forecast)
    total = float(np.abs(actual[known]).sum())
    return float(np.abs(actual - forecast)[known].sum()) / total if total > 0 else float("nan")
