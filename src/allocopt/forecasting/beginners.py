"""Beginners: series with less than a season of history, forecast by their share of what holds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.forecasting.arrays import BoolArray, FloatArray
from allocopt.forecasting.case import Case
from allocopt.forecasting.cold_start import (
    Reference,
    SizePrior,
    cold_start,
    known_periods,
    parent_reference,
    predict_sizes,
    recent_sizes,
    sister_sizes,
)
from allocopt.forecasting.engine import Task
from allocopt.forecasting.levels import CELL, group_of

# With fewer mature series than this there is nothing to be a share of.
FEWEST_MATURE = 2
# Numbers that do not tell a size.
PLACES = ["latitude", "longitude", "share_max"]


@dataclass(frozen=True)
class Beginners:
    """What is known of series that have hardly begun.

    `series` are the rows of the panel; `attributes` (series, attribute) their sizes by figures other
    than sales, NaN where unknown; `waiting` (series,) are those that stand for units yet to come in
    a cell with sales, `announced` (series,) cells that will have their first sales.
    """

    series: pd.DataFrame
    attributes: FloatArray
    waiting: BoolArray
    announced: BoolArray
    few: int | None

    def replace(
        self, base: FloatArray, task: Task, *, today: bool = True
    ) -> tuple[FloatArray, BoolArray]:
        """Base forecasts (node, horizon) with those of beginners put right, and which these are.

        The second array has shape (series,). Only `today` is known what is announced.
        """
        known = known_periods(task.values)
        young = (known > 0) & (known < (task.season if self.few is None else self.few))
        young = (young | (self.announced & today)) & ~self.waiting
        if not young.any() or (~young).sum() < FEWEST_MATURE:
            return base, np.zeros(len(young), dtype=bool)
        bottom = base[task.structure.aggregates :]
        reference = self._reference(task, bottom, young)
        prior = self._prior(task, young)
        cold = cold_start(bottom, task.values, reference, prior, task.season, self.few)
        center = np.where(young[:, None], np.maximum(cold.center, 0.0), bottom)
        return np.concatenate([_above(task, base, center, young), center]), young

    def _prior(self, task: Task, young: BoolArray) -> SizePrior:
        sizes = recent_sizes(task.values, task.season)
        groups = [group_of(self.series, columns) for columns in (CELL, CELL[:1], CELL[1:])]
        sisters = sister_sizes(sizes, ~young, groups)
        return predict_sizes(sizes, ~young, np.column_stack([self.attributes, sisters]))

    def _reference(self, task: Task, bottom: FloatArray, young: BoolArray) -> Reference:
        """What each series is a share of: the narrowest that has mature series, and those alone.

        The cell, else territory × segment / company, else territory, segment or company.
        """
        past = np.where(young[:, None], np.nan, task.values)
        future = np.where(young[:, None], 0.0, bottom)
        cell, territory, segment, company = (
            self._parent(past, future, columns) for columns in (CELL, CELL[:1], CELL[1:], [])
        )
        in_cell, in_territory, in_segment = (
            np.bincount(parent.of, ~young)[parent.of] > 0 for parent in (cell, territory, segment)
        )
        crossed = territory.crossed(segment, company)
        has_mature = [in_cell, in_territory & in_segment, in_territory, in_segment]
        return _first_of([cell, crossed, territory, segment, company], has_mature)

    def _parent(self, past: FloatArray, future: FloatArray, columns: Sequence[str]) -> Reference:
        """Sums of the series that agree in some columns, past and forecast."""
        group = group_of(self.series, columns)
        forecast = np.zeros((int(np.max(group)) + 1, future.shape[1]))
        np.add.at(forecast, group, future)
        return parent_reference(past, group, forecast)


def _first_of(references: Sequence[Reference], fits: Sequence[BoolArray]) -> Reference:
    """For each series the first reference that fits it (series,), the last one where none does."""
    chosen = np.stack([*fits, np.ones_like(fits[0])]).argmax(axis=0)
    first = np.cumsum([0, *(len(reference.past) for reference in references[:-1])])
    of = np.stack([reference.of for reference in references])[chosen, np.arange(len(chosen))]
    return Reference(
        np.concatenate([reference.past for reference in references]),
        np.concatenate([reference.future for reference in references]),
        of + first[chosen],
    )


def _above(task: Task, base: FloatArray, center: FloatArray, young: BoolArray) -> FloatArray:
    """Forecasts of the aggregates: sums where all of their series have hardly begun."""
    above = task.structure.above
    only_young = (above @ (~young).astype(float)) == 0
    return np.where(only_young[:, None], above @ center, base[: task.structure.aggregates])


def find_beginners(series: pd.DataFrame, case: Case) -> Beginners:
    """Beginners among the series of a panel, with the figures that units and territories have."""
    units, territories = case.sources.table("units"), case.sources.table("territories")
    parts = [_by_unit(series, units), _by_cell(series, units), _by_territory(series, territories)]
    waiting, announced = case.record.joining > 0, case.record.announced
    return Beginners(series, np.column_stack(parts), waiting, announced, case.options.cold_start)


def _by_unit(series: pd.DataFrame, units: pd.DataFrame) -> FloatArray:
    """Figures of each series' unit."""
    if len(units) == 0:
        return np.empty((len(series), 0))
    own = numbers(units).set_index(units["unit"])
    own = own[~own.index.duplicated()]
    return own.reindex(series["unit"]).to_numpy(dtype=float)


def _by_cell(series: pd.DataFrame, units: pd.DataFrame) -> FloatArray:
    """Figures of all units of a cell for the series that names no unit, and their number."""
    if len(units) == 0:
        return np.empty((len(series), 0))
    known = units.dropna(subset=CELL)
    figures = numbers(known).assign(units=1.0)
    sums = figures.groupby([known[key].astype("str") for key in CELL]).sum(min_count=1)
    wanted = pd.MultiIndex.from_frame(series[CELL])
    found = sums.reindex(wanted).to_numpy(dtype=float)
    return np.where((series["unit"] == "").to_numpy()[:, None], found, np.nan)


def _by_territory(series: pd.DataFrame, territories: pd.DataFrame) -> FloatArray:
    """Figures of the territory of each series that is a whole cell."""
    if len(territories) == 0:
        return np.empty((len(series), 0))
    figures = numbers(territories).set_index(territories["territory"])
    found = figures[~figures.index.duplicated()].reindex(series["territory"]).to_numpy(dtype=float)
    return np.where((series["unit"] == "").to_numpy()[:, None], found, np.nan)


def numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Numeric columns that say how large something is: not negative, and known somewhere."""
    figures = table.select_dtypes("number").drop(columns=PLACES, errors="ignore")
    usable = (figures.fillna(0.0) >= 0).all() & figures.notna().any()
    return figures.loc[:, usable]
