"""Candidate: a forecaster together with the level and the grain that it is run at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.calendar import PeriodName
from allocopt.forecasting.forecaster import FloatArray, Forecaster, IntArray
from allocopt.forecasting.grain import Span, shares, span
from allocopt.forecasting.hierarchy import Level
from allocopt.forecasting.newcomers import make_room, newcomer_share, waiting_then
from allocopt.forecasting.panel import fill_gaps
from allocopt.forecasting.record import Record


@dataclass(frozen=True)
class Candidate:
    """One way to forecast all series: sum to a level, forecast there, share out to the series."""

    forecaster: Forecaster
    level: Level
    grain: PeriodName

    @property
    def name(self) -> str:
        """As people see it: `damped trend by cell and quarter`."""
        return f"{self.forecaster.name} by {self.level} and {self.grain}"

    def forecast(self, record: Record, today: pd.Timestamp, targets: Span) -> FloatArray:
        """Mean sales of each series in the target periods, shape (series, target), ≥ 0.

        Only periods that were over `today` are looked at. Periods between the last of them and the
        first target are forecast and left out.
        """
        panel, season = record.panels[self.grain].until(today), record.seasons[self.grain]
        horizon = max(panel.calendar.distance(panel.end, targets.stops[-1] - _DAY) + 1, 1)
        groups = record.hierarchy.groups[self.level]
        values = fill_gaps(record.hierarchy.at(self.level, panel.values), season)
        opened = ~np.isnan(values).all(axis=1)
        means = np.zeros((len(values), horizon))
        if opened.any():
            means[opened] = self.forecaster.forecast(values[opened], season, horizon)
        ahead = span(panel.calendar, panel.end, horizon)
        parts = recent_shares(panel.values, groups, season)
        series = np.maximum(means, 0.0)[groups] * parts[:, None]
        if record.waiting:
            share = newcomer_share(panel, season, horizon, waiting_then(panel, record.waiting))
            # The history of a cell holds the newcomers of the past, that of a unit does not.
            series = series / (1 - share) if self.level == "unit" else series
            series = make_room(series, share, record.joining)
        return np.asarray(series @ shares(ahead, targets))


_DAY = pd.Timedelta(days=1)


def recent_shares(values: FloatArray, groups: IntArray, season: int) -> FloatArray:
    """Share of each series in its group's recent sales, shape (series,); sums to 1 in each group.

    Sales count half after half a year, so that series that went silent fade and the rhythm of
    orders within a year does not matter much. A group without sales is shared evenly.
    """
    age = np.arange(values.shape[1])[::-1]
    weight = 0.5 ** (age / max(season / 2, 1.0))
    recent = np.maximum(np.nan_to_num(values) @ weight, 0.0)
    total = np.bincount(groups, recent)
    count = np.bincount(groups)
    even = 1.0 / count[groups]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(total[groups] > 0, recent / total[groups], even))
