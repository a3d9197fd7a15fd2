"""Panel: sales history as one regular series per unit, or per cell where history names no units.

A period in which a series has no row is a period without a sale, once the series has opened. A
period in which no series at all has a row is a gap in the books: it is unknown, not zero.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar, PeriodName
from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.grain import COVERED, Span, at_grain, coverage, span, working_grains
from allocopt.forecasting.panel.dimensions import DIMENSIONS
from allocopt.forecasting.panel.edges import whole_periods
from allocopt.forecasting.panel.history import History
from allocopt.notes import GRAINS_ZH, Note


@dataclass(frozen=True)
class Panel:
    """Series in rows, periods in columns.

    `series` has the columns territory, segment, unit ("" = sales that name no unit), and product
    and channel where they are told apart; `values` [currency/period] has shape (series, period),
    NaN before a series opens and in gaps of the books. `left_out` are the labels of periods that
    the books cover only in part.
    """

    series: pd.DataFrame
    calendar: Calendar
    periods: Span
    values: FloatArray
    left_out: tuple[str, ...] = ()

    @property
    def end(self) -> pd.Timestamp:
        """First day after the last period."""
        return self.periods.stops[-1]

    @property
    def labels(self) -> list[str]:
        """Label of each period."""
        return [self.calendar.label(start) for start in self.periods.starts]

    def until(self, day: pd.Timestamp) -> Panel:
        """The panel as it was known on a day: only periods that were over."""
        over = int((self.periods.stops <= day).sum())
        periods = Span(self.periods.starts[:over], self.periods.stops[:over])
        return Panel(self.series, self.calendar, periods, self.values[:, :over])


def build_panels(
    history: History, series: pd.DataFrame, calendar: Calendar
) -> tuple[dict[PeriodName, Panel], tuple[Note, ...]]:
    """One panel per working grain, of the same series; forecasts are judged in the first."""
    panels, notes = {}, list(history.notes)
    grains = working_grains(history.rows["date"], calendar)
    if grains[0] != calendar.period:
        notes.append(
            Note(
                f"History is dated by {grains[0]}; its forecast is split into plan periods by time.",
                f"销售历史按{GRAINS_ZH[grains[0]]}记录，预测按时间长短分摊到计划的各周期。",
            )
        )
    for grain in grains:
        panel, found = build_panel(history.rows, series, at_grain(calendar, grain))
        panels[grain] = panel
        notes.extend(note for note in found if note not in notes)
    return panels, tuple(notes)


def build_panel(
    rows: pd.DataFrame,
    series: pd.DataFrame,
    calendar: Calendar,
    books_until: pd.Timestamp | None = None,
) -> tuple[Panel, tuple[Note, ...]]:
    """Regular series from at least one row, up to the plan's start, and notes on what is left out.

    `series` has one row per series with the dimensions that tell them apart; rows are summed over
    the others, and rows of no such series are not counted. `books_until` is the last day that the
    rows cover, where it is known.
    """
    starts = calendar.start_of(rows["date"])
    periods = span(calendar, starts.min(), calendar.distance(starts.min(), starts.max()) + 1)
    column = periods.starts.get_indexer(pd.DatetimeIndex(starts))
    values = _sums(rows, series, column, len(periods))
    gaps = np.bincount(column, minlength=len(periods)) == 0
    notes = []
    if gaps.any() and coverage(rows["date"], calendar) >= COVERED:
        values[:, gaps] = np.nan
        notes.append(_gap_note(calendar, periods.starts[gaps]))
    keep = whole_periods(rows["date"], periods, calendar.plan_start, books_until)
    whole = Span(periods.starts[keep], periods.stops[keep])
    left_out = tuple(calendar.label(start) for start in periods.starts.difference(whole.starts))
    if left_out:
        notes.append(
            Note(
                f"History covers only a part of {', '.join(left_out)}: left out.",
                f"{'、'.join(left_out)} 的销售历史不完整，未使用。",
            )
        )
    return Panel(series, calendar, whole, values[:, keep], left_out), tuple(notes)


def _sums(rows: pd.DataFrame, series: pd.DataFrame, column: np.ndarray, periods: int) -> FloatArray:
    """Sales of each series and period; NaN before the series' first row, 0 without a row after."""
    named = [dimension for dimension in DIMENSIONS if dimension in series]
    wanted = pd.MultiIndex.from_frame(series[named])
    row = wanted.get_indexer(pd.MultiIndex.from_frame(rows[named]))
    ours = row >= 0
    row, column = row[ours], column[ours]
    cells = row * periods + column
    sales = np.bincount(cells, rows["sales"].to_numpy()[ours], len(series) * periods)
    opened = np.full(len(series), periods)
    np.minimum.at(opened, row, column)
    before = np.arange(periods)[None, :] < opened[:, None]
    return np.where(before, np.nan, sales.reshape(len(series), periods))


def _gap_note(calendar: Calendar, starts: pd.DatetimeIndex) -> Note:
    labels = [calendar.label(start) for start in starts]
    return Note(
        f"No sales at all in {', '.join(labels)}: taken as unknown, not as zero.",
        f"{'、'.join(labels)} 没有任何销售记录：按未知处理，不视为零。",
    )
