"""Estimate: means of all series in the plan periods, and the tables that people read of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar
from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.levels import ReportLevel, group_of, rows_of
from allocopt.forecasting.outcomes import Outcomes
from allocopt.forecasting.panel import KEYS
from allocopt.forecasting.record import Record
from allocopt.forecasting.result import BOUNDS, NODES, PAST, PRODUCTS, SAMPLES, long_rows
from allocopt.notes import Note
from allocopt.problem.demand_samples import DemandSamples

STATISTICAL = "statistical"
LEVELS_OF_SAMPLES: tuple[ReportLevel, ...] = ("cell", "unit")


@dataclass(frozen=True)
class Estimate:
    """Means of all series in the plan periods, with what else is told beside them.

    `mean` has shape (series, plan period); `beside` holds further figures of the same shape by the name
    of their column, NaN where unknown.
    """

    mean: FloatArray
    calendar: Calendar
    record: Record
    outcomes: Outcomes
    beside: Mapping[str, FloatArray] = field(default_factory=dict)

    def table(self) -> pd.DataFrame:
        """Rows of `Forecast.table`."""
        cells = self._rows("cell").assign(unit="")
        table = pd.concat([cells, self._rows("unit")], ignore_index=True)
        return table[[*KEYS, *BOUNDS, *self.beside]]

    def nodes(self) -> pd.DataFrame:
        """Rows of `Forecast.nodes`."""
        return self._rows("node")[NODES]

    def products(self) -> pd.DataFrame:
        """Rows of `Forecast.products`; none where history names neither product nor channel."""
        series = self.record.judged.series
        if not (series[["product", "channel"]] != "").any(axis=None):
            return pd.DataFrame(columns=PRODUCTS)
        named = PRODUCTS[:4]
        keys = series[named].drop_duplicates().sort_values(named, ignore_index=True)
        sums = np.zeros((len(keys), self.mean.shape[1]))
        np.add.at(sums, group_of(series, named), self.mean)
        return long_rows(keys, self.calendar.labels, mean=sums)[PRODUCTS]

    def draws(self, keep: int) -> DemandSamples | None:
        """Weighted joint scenarios of all cells and units; None where too little is known for any."""
        reduced = self.outcomes.scenarios(keep)
        if reduced is None:
            return None
        structure = self.record.structure
        told = [rows_of(structure, level) for level in LEVELS_OF_SAMPLES]
        rows = np.concatenate([rows for _, rows in told])
        keys = pd.concat([keys for keys, _ in told], ignore_index=True).reindex(columns=KEYS)
        demand = np.stack([(structure.summing @ bottom)[rows] for bottom in reduced.bottom])
        keys = keys.fillna("").astype("str")
        return DemandSamples(keys, self.calendar.labels, reduced.weight, demand)

    def samples(self, keep: int) -> pd.DataFrame:
        """Rows of `Forecast.samples`: weighted joint scenarios of all cells and units."""
        drawn = self.draws(keep)
        return pd.DataFrame(columns=SAMPLES) if drawn is None else drawn.table()

    def newcomer_note(self) -> Note | None:
        """How much of the forecast is kept for units that have not bought yet, if any."""
        kept = float(self.mean[self.record.joining > 0].sum())
        if self.record.waiting == 0 or kept == 0:
            return None
        share, waiting = kept / float(self.mean.sum()), self.record.waiting
        return Note(
            f"{share:.0%} is kept for {waiting} units that have not bought yet.",
            f"预测的 {share:.0%} 留给尚未购买的 {waiting} 个覆盖单元。",
        )

    def notes(self) -> tuple[Note | None, ...]:
        """What is in the forecast for those who have not bought yet."""
        return (self.newcomer_note(), self.announced_note())

    def announced_note(self) -> Note | None:
        """How much is expected of cells that have never sold anything; None without any."""
        announced = self.record.announced
        count, expected = int(announced.sum()), float(self.mean[announced].sum())
        if count == 0 or expected <= 0:
            return None
        share = expected / float(self.mean.sum())
        return Note(
            f"{share:.0%} is assumed for {count} cells without any history, by their potential.",
            f"{count} 个从未有过销售的单元按潜力假定占预测的 {share:.0%}。",
        )

    def _rows(self, level: ReportLevel) -> pd.DataFrame:
        """Long rows: each key with each plan period, mean, bounds and what stands beside them."""
        structure = self.record.structure
        keys, rows = rows_of(structure, level)
        figures = {"mean": (structure.summing @ self.mean)[rows]}
        lower, median, upper = self.outcomes.of(rows, figures["mean"])
        figures |= {"lower": lower, "upper": upper, "median": median}
        for name, values in self.beside.items():
            figures[name] = structure.sum(values)[rows]
        return long_rows(keys, self.calendar.labels, **figures)


def past_sales(record: Record) -> pd.DataFrame:
    """Rows of `Forecast.past`: sales of each cell in each period of its history."""
    panel, structure = record.judged, record.structure
    keys, rows = rows_of(structure, "cell")
    sales = structure.sum(panel.values)[rows]
    return long_rows(keys, panel.labels, sales=sales)[PAST].dropna(
        subset="sales", ignore_index=True
    )
