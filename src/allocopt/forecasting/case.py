"""Case: a history and everything beside it, ready to be learnt from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar
from allocopt.forecasting.evaluation import Origins, choose_origins
from allocopt.forecasting.options import Options
from allocopt.forecasting.panel import History, read_history
from allocopt.forecasting.record import Record, build_record
from allocopt.forecasting.sources import Sources
from allocopt.notes import Note


@dataclass(frozen=True)
class Case:
    """What is forecast (`calendar`), from what (`record`, `history`, `sources`), and how."""

    record: Record
    history: History
    sources: Sources
    calendar: Calendar
    options: Options

    def at(self, place: int, horizon: int) -> Case:
        """The case as it was after the first `place` judged periods, the next ones asked for.

        What happened later is not in it: no sales, no outside figures. Snapshots and statements carry
        their own dates.
        """
        judged = self.record.judged
        today = judged.periods.starts[place]
        panels = {grain: panel.until(today) for grain, panel in self.record.panels.items()}
        rows = self.history.rows
        nobody = np.zeros_like(self.record.announced)
        return replace(
            self,
            record=replace(self.record, panels=panels, announced=nobody),
            history=replace(self.history, rows=rows[rows["date"] < today]),
            sources=self.sources.before(today),
            calendar=replace(judged.calendar, plan_start=today, plan_periods=horizon),
        )

    def origins(self, most: int) -> Origins:
        """Dates at which forecasts over the distance of the plan are judged."""
        judged = self.record.judged
        horizon = judged.calendar.distance(judged.end, self.calendar.plan_end) + 1
        periods = len(judged.periods)
        return choose_origins(periods, self.record.season, max(horizon, 1), most)


def open_case(sources: Sources, calendar: Calendar, options: Options) -> Case | tuple[Note, ...]:
    """The case of a history; notes on it where it has no usable row.

    Raises `DataError` when the shares of a recast do not add up.
    """
    units, territories = sources.table("units"), sources.table("territories")
    history = read_history(
        sources.table("history"), units, calendar.plan_start, sources.table("recast")
    )
    if len(history.rows) == 0:
        return history.notes
    dissolved = set(sources.table("recast")["from_territory"].dropna())
    record = build_record(history, units, territories, calendar, options.season, dissolved)
    return Case(record, history, sources, calendar, options)


def with_actuals(sources: Sources, actuals: pd.DataFrame) -> Sources:
    """Sources whose history has further rows."""
    history = pd.concat([sources.table("history"), actuals], ignore_index=True)
    return Sources({**sources.tables, "history": history})
