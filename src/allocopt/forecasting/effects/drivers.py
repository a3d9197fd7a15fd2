"""Drivers: the table of outside figures that sales follow, as covariates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.forecasting.arrays import BoolArray, FloatArray
from allocopt.forecasting.effects.covariates import Covariates
from allocopt.forecasting.effects.gaps import interpolate, neighbours
from allocopt.forecasting.effects.scope import SCOPE, Scope, find_scope
from allocopt.forecasting.grain import Span
from allocopt.forecasting.kernels.local import local_forecast
from allocopt.notes import Note
from allocopt.territory_tree import TerritoryTree

# Without a year of history a model cannot tell what a figure does from what the season does.
FEWEST_PERIODS = 8
LINE = ["driver", *SCOPE]


def read_drivers(
    drivers: pd.DataFrame,
    series: pd.DataFrame,
    tree: TerritoryTree,
    periods: Span,
    past: int,
    season: int,
) -> tuple[Covariates, tuple[Note, ...]]:
    """Covariates of `drivers` [date, driver, value, territory, segment], and notes on them.

    `series` [territory, segment] are the rows of the panel; `periods` are the known ones and the
    horizon, the first `past` of them known. Several values of a period are averaged, gaps are
    interpolated. Values after the past are assumptions and are used as they are; where they end, the
    figure is forecast by itself. Of several scopes the narrowest counts for a series.
    """
    lines, values = _read_lines(drivers, periods)
    filled = interpolate(values)
    enough = (~np.isnan(filled[:, :past])).sum(axis=1) >= max(season, FEWEST_PERIODS)
    notes = tuple(
        Note(
            f"Driver {_described(line)} has less than a year of history: left out.",
            f"驱动因素 {_described(line)} 的历史不足一年，未使用。",
        )
        for line in lines[~enough].itertuples(index=False)
    )
    lines, filled = lines[enough].reset_index(drop=True), filled[enough]
    names = tuple(lines["driver"].drop_duplicates())
    if not names:
        nowhere = np.zeros((0, 1, len(periods)))
        return Covariates((), nowhere, np.zeros(len(series), dtype=np.intp), past), notes
    scope = find_scope(lines, series, tree)
    whole = _continue(filled, season)
    of_each = [_narrowest(whole, scope, (lines["driver"] == name).to_numpy()) for name in names]
    return Covariates(names, np.stack(of_each), scope.place, past), notes


def _read_lines(drivers: pd.DataFrame, periods: Span) -> tuple[pd.DataFrame, FloatArray]:
    """Distinct [driver, territory, segment] in a fixed order, and mean values (line, period)."""
    rows = drivers.reindex(columns=[*LINE, "date", "value"])
    rows[LINE] = rows[LINE].astype("object").where(rows[LINE].notna(), "").astype("str")
    days = pd.DatetimeIndex(rows["date"])
    column = periods.starts.searchsorted(days, side="right") - 1
    inside = (column >= 0) & np.asarray(days < periods.stops[-1])
    usable = inside & days.notna() & rows["value"].notna().to_numpy()
    rows, column = rows[usable], column[usable]
    lines = rows[LINE].drop_duplicates().sort_values(LINE, ignore_index=True)
    line = pd.MultiIndex.from_frame(lines).get_indexer(pd.MultiIndex.from_frame(rows[LINE]))
    total, count = np.zeros((2, len(lines), len(periods)))
    np.add.at(total, (line, column), rows["value"].to_numpy(dtype=float))
    np.add.at(count, (line, column), 1.0)
    return lines, np.where(count > 0, total / np.maximum(count, 1.0), np.nan)


def _continue(values: FloatArray, season: int) -> FloatArray:
    """Lines (line, period) continued from their last known value by a forecast of their own."""
    periods = values.shape[1]
    last = neighbours(values)[0][:, -1]
    missing = periods - 1 - last
    if not missing.any():
        return values
    source = np.arange(periods)[None, :] - missing[:, None]
    rows = np.arange(len(values))[:, None]
    aligned = np.where(source >= 0, values[rows, np.maximum(source, 0)], np.nan)
    mean = local_forecast(aligned, season, int(missing.max())).mean
    step = np.arange(periods)[None, :] - last[:, None] - 1
    ahead = mean[rows, np.clip(step, 0, mean.shape[1] - 1)]
    return np.where(step >= 0, ahead, values)


def _narrowest(values: FloatArray, scope: Scope, own: BoolArray) -> FloatArray:
    """The narrowest line of one driver at each place (place, period), NaN where there is none."""
    rank = np.where(scope.covers & own[:, None], scope.depth[:, None], -1)
    best = rank.argmax(axis=0)
    return np.where((rank.max(axis=0) >= 0)[:, None], values[best], np.nan)


def _described(line: object) -> str:
    driver, territory, segment = (str(getattr(line, key)) for key in LINE)
    where = " × ".join(part for part in (territory, segment) if part)
    return f"{driver} of {where}" if where else driver
