"""Record: the sales history of all series at every grain, and how the series add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.calendar import PER_YEAR, Calendar, PeriodName
from allocopt.forecasting.forecaster import FloatArray
from allocopt.forecasting.hierarchy import Hierarchy, build_hierarchy
from allocopt.forecasting.newcomers import waiting_units
from allocopt.forecasting.panel import KEYS, History, Panel, build_panels

CELL = ["territory", "segment"]


@dataclass(frozen=True)
class Record:
    """All that forecasters may know.

    `panels` are keyed by grain, the one that forecasts are judged in first; `seasons` holds the
    number of periods of each grain after which sales repeat. `waiting` counts the units that have
    not bought yet, `joining` is the part of them that each series stands for.
    """

    panels: Mapping[PeriodName, Panel]
    seasons: Mapping[PeriodName, int]
    hierarchy: Hierarchy
    joining: FloatArray
    waiting: int
    notes: tuple[str, ...]

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
) -> Record:
    """Record of a history that has rows; `season` in plan periods, None for a year."""
    waiting = waiting_units(history.rows[KEYS].drop_duplicates(), units)
    series = _with_rest(history.rows[KEYS].drop_duplicates(), waiting)
    panels, notes = build_panels(history, series, calendar)
    year = PER_YEAR[calendar.period]
    seasons = {grain: max(1, round((season or year) * PER_YEAR[grain] / year)) for grain in panels}
    hierarchy = build_hierarchy(series, territories)
    return Record(panels, seasons, hierarchy, _joining(series, waiting), len(waiting), notes)


def _with_rest(series: pd.DataFrame, waiting: pd.DataFrame) -> pd.DataFrame:
    """Series with one more, unit "", in each cell where units are waiting; sorted."""
    rest = waiting[CELL].drop_duplicates().assign(unit="")
    return pd.concat([series, rest]).drop_duplicates().sort_values(KEYS, ignore_index=True)


def _joining(series: pd.DataFrame, waiting: pd.DataFrame) -> FloatArray:
    """Part of the waiting units in the cell of each series that names no unit, 0 for the others."""
    count = waiting.groupby(CELL).size().reindex(pd.MultiIndex.from_frame(series[CELL]))
    own = np.where(series["unit"] == "", np.nan_to_num(count.to_numpy()), 0.0)
    return np.asarray(own / max(own.sum(), 1.0))
