"""Result: the tables that a forecast consists of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar
from allocopt.forecasting.backtest import ACCURACY, Trial
from allocopt.forecasting.forecaster import FloatArray
from allocopt.forecasting.grain import plan_span
from allocopt.forecasting.intervals import interval
from allocopt.forecasting.panel import KEYS
from allocopt.forecasting.record import Record

BOUNDS = ["period", "mean", "lower", "upper"]
CELL = ["territory", "segment"]
TABLE = [*KEYS, *BOUNDS]
NODES = ["node", *BOUNDS]
PAST = [*CELL, "period", "sales"]
PROVENANCE = [*KEYS, "forecaster", "why"]


@dataclass(frozen=True)
class Forecast:
    """Expected sales [currency per plan period], their bounds, and how they were made.

    `table` [territory, segment, unit, period, mean, lower, upper] has a row per cell (unit "") and
    one per unit with a forecast of its own; cells are the sums of their units and of sales that
    name no unit. `nodes` [node, period, mean, lower, upper]: the territory tree and the company
    (node ""). `past` [territory, segment, period, sales]; `accuracy` [forecaster, level, metric,
    value] of the back-test; `provenance` [territory, segment, unit, forecaster, why]; `notes` are
    sentences for people. Bounds are NaN only where demand was given without them.
    """

    table: pd.DataFrame
    nodes: pd.DataFrame
    past: pd.DataFrame
    accuracy: pd.DataFrame
    provenance: pd.DataFrame
    notes: tuple[str, ...] = ()

    def error(self, level: str = "cell", metric: str = "wape") -> float | None:
        """Back-test error of the chosen forecaster, None where nothing could be compared."""
        chosen = self.provenance["forecaster"].unique()
        rows = self.accuracy
        rows = rows[(rows["level"] == level) & (rows["metric"] == metric)]
        rows = rows[rows["forecaster"].isin(chosen)]
        return float(rows["value"].iloc[0]) if len(rows) else None


def nothing(notes: Sequence[str]) -> Forecast:
    """A forecast of nothing at all, and why."""
    return Forecast(
        _empty(TABLE),
        _empty(NODES),
        _empty(PAST),
        _empty(ACCURACY),
        _empty(PROVENANCE),
        tuple(notes),
    )


def _empty(columns: Sequence[str]) -> pd.DataFrame:
    numbers = {"mean", "lower", "upper", "sales", "value"}
    return pd.DataFrame(
        {column: pd.Series(dtype="float64" if column in numbers else "str") for column in columns}
    )


@dataclass(frozen=True)
class Estimate:
    """Means of all series in the plan periods, with what is needed to tell how sure they are.

    `mean` has shape (series, plan period); `trials` are those of the chosen candidate; `coverage`
    is the share of outcomes that should lie inside the bounds.
    """

    mean: FloatArray
    calendar: Calendar
    record: Record
    trials: Sequence[Trial]
    coverage: float

    def table(self) -> pd.DataFrame:
        """Rows of `Forecast.table`."""
        cells = self._rows("cell", self.record.hierarchy.cells.assign(unit=""), self._cell_means())
        units = self._rows("unit", self.record.hierarchy.series, self.mean)
        return pd.concat([cells, units[units["unit"] != ""]], ignore_index=True)[TABLE]

    def nodes(self) -> pd.DataFrame:
        """Rows of `Forecast.nodes`."""
        names = pd.DataFrame({"node": pd.Series(self.record.hierarchy.nodes, dtype="str")})
        return self._rows("node", names, self.record.hierarchy.at_nodes(self.mean))[NODES]

    def provenance(self, forecaster: str, why: str) -> pd.DataFrame:
        """Rows of `Forecast.provenance`: one per row of the table, without periods."""
        units = self.record.hierarchy.series
        keys = pd.concat([self.record.hierarchy.cells.assign(unit=""), units[units["unit"] != ""]])
        return keys[KEYS].reset_index(drop=True).assign(forecaster=forecaster, why=why)

    def newcomer_note(self) -> str:
        """How much of the forecast is kept for units that have not bought yet; "" when nothing is."""
        kept = float(self.mean[self.record.joining > 0].sum())
        if self.record.waiting == 0 or kept == 0:
            return ""
        share = kept / float(self.mean.sum())
        return f"{share:.0%} is kept for {self.record.waiting} units that have not bought yet."

    def _cell_means(self) -> FloatArray:
        return self.record.hierarchy.at("cell", self.mean)

    def _rows(self, level: str, keys: pd.DataFrame, mean: FloatArray) -> pd.DataFrame:
        """Long rows: each key with each plan period, mean and bounds."""
        bounds = interval(
            self.mean,
            self.record,
            self.trials,
            level,
            self.coverage,
            plan_span(self.calendar),
        )
        rows = keys.loc[keys.index.repeat(mean.shape[1])].reset_index(drop=True)
        rows["period"] = np.tile(np.array(self.calendar.labels, dtype=object), len(keys))
        rows["period"] = rows["period"].astype("str")
        return rows.assign(
            mean=mean.ravel(), lower=bounds.lower.ravel(), upper=bounds.upper.ravel()
        )


def past_sales(record: Record) -> pd.DataFrame:
    """Rows of `Forecast.past`: sales of each cell in each period of its history."""
    panel, hierarchy = record.judged, record.hierarchy
    sales = hierarchy.at("cell", panel.values)
    labels = [panel.calendar.label(start) for start in panel.periods.starts]
    cells = hierarchy.cells
    rows = cells.loc[cells.index.repeat(len(labels))].reset_index(drop=True)
    rows["period"] = pd.Series(labels * len(cells), dtype="str")
    return rows.assign(sales=sales.ravel())[PAST].dropna(subset="sales", ignore_index=True)
