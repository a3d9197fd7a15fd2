"""Record: the sales history of all series at every grain, and how the series add up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.calendar import PER_YEAR, Calendar, PeriodName
from allocopt.forecasting.arrays import BoolArray, FloatArray
from allocopt.forecasting.levels import CELL, structure_of
from allocopt.forecasting.newcomers import waiting_units
from allocopt.forecasting.panel import DIMENSIONS, History, Panel, build_panels
from allocopt.forecasting.reconciliation import Structure
from allocopt.notes import Note


@dataclass(frozen=True)
class Record:
    """All that forecasters may know.

    `panels` are keyed by grain, the one that forecasts are judged in first; `seasons` holds the
    number of periods of each grain after which sales repeat. `waiting` counts the units that have
    not bought yet, `joining` is the part of them that each series stands for; `announced` (series,)
    are cells that have units and no sales at all yet.
    """

    panels: Mapping[PeriodName, Panel]
    seasons: Mapping[PeriodName, int]
    structure: Structure
    joining: FloatArray
    waiting: int
    announced: BoolArray
    notes: tuple[Note, ...]

    @property
    def base(self) -> PeriodName:
        """The grain that forecasts are judged in."""
        return next(iter(self.panels))

    @property
    def judged(self) -> Panel:
        """The panel that forecasts are judged in."""
        return self.panels[self.base]

    @property
    def season(self) -> int:
        """Periods of the judged panel after which sales repeat."""
        return self.seasons[self.base]


def build_record(
    history: History,
    units: pd.DataFrame,
    territories: pd.DataFrame,
    calendar: Calendar,
    season: int | None,
    dissolved: Collection[str] = (),
) -> Record:
    """Record of a history that has rows; `season` in plan periods, None for a year.

    `dissolved` are territories whose sales have gone to others: they announce nothing.
    """
    known = history.rows[DIMENSIONS].drop_duplicates()
    waiting = waiting_units(known, units)
    new = _new_cells(known, units, dissolved)
    series = _with_rest(known, pd.concat([waiting, new]))
    panels, notes = build_panels(history, series, calendar)
    year = PER_YEAR[calendar.period]
    seasons = {grain: max(1, round((season or year) * PER_YEAR[grain] / year)) for grain in panels}
    structure = structure_of(series, territories)
    joining = _joining(series, waiting)
    announced = _is_in(series[CELL], new[CELL])
    return Record(panels, seasons, structure, joining, len(waiting), announced, notes)


def _new_cells(
    known: pd.DataFrame, units: pd.DataFrame, dissolved: Collection[str]
) -> pd.DataFrame:
    """Cells [territory, segment] of units with a known potential in which nothing was sold yet."""
    if len(units) == 0 or "potential" not in units:
        return known[CELL].head(0)
    sized = units[(units["potential"] > 0) & ~units["territory"].isin(dissolved)]
    cells = sized[CELL].dropna().drop_duplicates()
    return cells[~_is_in(cells, known[CELL])].astype("str")


def _is_in(rows: pd.DataFrame, others: pd.DataFrame) -> BoolArray:
    """Which rows are among others."""
    wanted = pd.MultiIndex.from_frame(others)
    return np.asarray(pd.MultiIndex.from_frame(rows).isin(wanted))


def _with_rest(series: pd.DataFrame, waiting: pd.DataFrame) -> pd.DataFrame:
    """Series with one more, unit "", in each cell where units are waiting; sorted."""
    rest = waiting[CELL].drop_duplicates().assign(unit="", product="", channel="")
    together = pd.concat([series, rest[DIMENSIONS]]).drop_duplicates()
    return together.sort_values(DIMENSIONS, ignore_index=True)


def _joining(series: pd.DataFrame, waiting: pd.DataFrame) -> FloatArray:
    """Part of the waiting units in the cell of each series that names no unit, 0 for the others."""
    count = waiting.groupby(CELL).size().reindex(pd.MultiIndex.from_frame(series[CELL]))
    nameless = (series[["unit", "product", "channel"]] == "").all(axis=1)
    own = np.where(nameless, np.nan_to_num(count.to_numpy()), 0.0)
    return np.asarray(own / max(own.sum(), 1.0))
