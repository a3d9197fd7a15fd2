"""Panel: sales history as one regular series per unit, or per cell where history names no units.

A period in which a series has no row is a period without a sale, once the series has opened. A
period in which no series at all has a row is a gap in the books: it is unknown, not zero.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar, PeriodName
from allocopt.forecasting.forecaster import FloatArray
from allocopt.forecasting.grain import (
    COVERED,
    Span,
    at_grain,
    coverage,
    month_end_postings,
    span,
    working_grains,
)

KEYS = ["territory", "segment", "unit"]
# How much earlier in a period (as a share of it) than ever before the last date must lie to be
# called incomplete.
INCOMPLETE = 0.1


@dataclass(frozen=True)
class Panel:
    """Series in rows, periods in columns.

    `series` has the columns territory, segment, unit ("" = sales that name no unit), sorted;
    `values` [currency/period] has shape (series, period), NaN before a series opens and in gaps of
    the books.
    """

    series: pd.DataFrame
    calendar: Calendar
    periods: Span
    values: FloatArray

    @property
    def end(self) -> pd.Timestamp:
        """First day after the last period."""
        return self.periods.stops[-1]

    def until(self, day: pd.Timestamp) -> Panel:
        """The panel as it was known on a day: only periods that were over."""
        over = int((self.periods.stops <= day).sum())
        periods = Span(self.periods.starts[:over], self.periods.stops[:over])
        return Panel(self.series, self.calendar, periods, self.values[:, :over])


@dataclass(frozen=True)
class History:
    """Sales rows [date, territory, segment, unit, sales] in a fixed order, and notes on them."""

    rows: pd.DataFrame
    notes: tuple[str, ...] = field(default=())


def read_history(history: pd.DataFrame, units: pd.DataFrame, plan_start: pd.Timestamp) -> History:
    """Usable rows before the plan starts, each in the cell that its unit belongs to today."""
    rows, notes = locate(history, units)
    rows["sales"] = history["sales"].astype(float)
    rows["date"] = pd.to_datetime(history["date"]).dt.normalize()
    usable = rows["sales"].notna() & rows["date"].notna()
    if not usable.all():
        notes.append(f"{(~usable).sum()} history rows without a date or an amount are not used.")
    late = usable & (rows["date"] >= plan_start)
    if late.any():
        notes.append(
            f"{late.sum()} history rows from {plan_start:%Y-%m-%d} on lie in the plan: not used."
        )
    rows = rows[usable & ~late]
    # A fixed order, so that sums are the same to the last bit however the file is sorted.
    rows = rows.sort_values([*KEYS, "date", "sales"], ignore_index=True)
    moved = month_end_postings(rows["date"]) if len(rows) else None
    if moved is not None:
        rows["date"] = moved
        notes.append(
            "History is posted once a month around its end; "
            "postings of a month's first days are counted in the month before."
        )
    return History(rows, tuple(notes))


def locate(table: pd.DataFrame, units: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Territory, segment and unit of each row; a unit's cell of today goes before the row's own."""
    rows = pd.DataFrame(index=table.index)
    for key in KEYS:
        given = table[key] if key in table else pd.Series("", index=table.index)
        rows[key] = given.astype("object").where(given.notna(), "").astype("str")
    notes = []
    if len(units) and (rows["unit"] != "").any():
        cells = units.drop_duplicates("unit").set_index("unit")
        for key in ("territory", "segment"):
            today = rows["unit"].map(cells[key])
            moved = today.notna() & (rows[key] != "") & (today != rows[key])
            if moved.any():
                notes.append(
                    f"{moved.sum()} rows are counted in the {key} that their unit has today."
                )
            rows[key] = today.fillna(rows[key]).astype("str")
    return rows, notes


def build_panels(
    history: History, series: pd.DataFrame, calendar: Calendar
) -> tuple[dict[PeriodName, Panel], tuple[str, ...]]:
    """One panel per working grain, of the same series; forecasts are judged in the first."""
    panels, notes = {}, list(history.notes)
    grains = working_grains(history.rows["date"], calendar)
    if grains[0] != calendar.period:
        notes.append(
            f"History is dated by {grains[0]}; its forecast is split into plan periods by time."
        )
    for grain in grains:
        panel, found = build_panel(history.rows, series, at_grain(calendar, grain))
        panels[grain] = panel
        notes.extend(note for note in found if note not in notes)
    return panels, tuple(notes)


def build_panel(
    rows: pd.DataFrame, series: pd.DataFrame, calendar: Calendar
) -> tuple[Panel, tuple[str, ...]]:
    """Regular series [territory, segment, unit] from at least one row, up to the plan's start."""
    starts = calendar.start_of(rows["date"])
    periods = span(calendar, starts.min(), calendar.distance(starts.min(), starts.max()) + 1)
    row = pd.MultiIndex.from_frame(series).get_indexer(pd.MultiIndex.from_frame(rows[KEYS]))
    column = periods.starts.get_indexer(pd.DatetimeIndex(starts))
    values = np.zeros((len(series), len(periods)))
    np.add.at(values, (row, column), rows["sales"].to_numpy())
    opened = np.full(len(series), len(periods))
    np.minimum.at(opened, row, column)
    values[np.arange(len(periods))[None, :] < opened[:, None]] = np.nan
    gaps = np.bincount(column, minlength=len(periods)) == 0
    notes = []
    if gaps.any() and coverage(rows["date"], calendar) >= COVERED:
        values[:, gaps] = np.nan
        notes.append(_gap_note(calendar, periods.starts[gaps]))
    keep = _complete(rows["date"], periods, calendar.plan_start)
    notes.extend(_trim_notes(calendar, periods, keep))
    whole = Span(periods.starts[keep], periods.stops[keep])
    return Panel(series, calendar, whole, values[:, keep]), tuple(notes)


def _gap_note(calendar: Calendar, starts: pd.DatetimeIndex) -> str:
    labels = ", ".join(calendar.label(start) for start in starts)
    return f"No sales at all in {labels}: taken as unknown, not as zero."


def _trim_notes(calendar: Calendar, periods: Span, keep: slice) -> list[str]:
    """Which periods at the edges of the history are left out."""
    kept = periods.starts[keep]
    left_out = periods.starts.difference(kept)
    labels = ", ".join(calendar.label(start) for start in left_out)
    return [f"History covers only a part of {labels}: left out."] if labels else []


def _complete(dates: pd.Series, periods: Span, plan_start: pd.Timestamp) -> slice:
    """Columns whose periods the history covers from end to end, judged by the other periods.

    The first period is incomplete when its first date lies later in it than in any other period,
    the last one when its last date lies earlier than in any other.
    """
    days = pd.DatetimeIndex(dates.drop_duplicates())
    column = periods.starts.searchsorted(days, side="right") - 1
    length = (periods.stops - periods.starts).days.to_numpy()[column]
    elapsed = pd.Series((days - periods.starts[column]).days.to_numpy() / length)
    first, last = elapsed.groupby(column).min(), elapsed.groupby(column).max()
    begin, end = 0, int((periods.stops <= plan_start).sum())
    if len(first) >= 3:
        begin = int(first.iloc[0] > first.iloc[1:].max() + INCOMPLETE)
        final = len(periods) - 1
        end = min(end, final if last.iloc[-1] < last.iloc[:-1].min() - INCOMPLETE else final + 1)
    return slice(begin, end) if end > begin else slice(0, len(periods))


def fill_gaps(values: FloatArray, season: int) -> FloatArray:
    """Gaps of the books filled with the mean of the same period a year before and after.

    Without a known neighbour a year away the series' own mean stands in. Shape as `values`; periods
    before a series opened stay NaN.
    """
    opened = np.maximum.accumulate(~np.isnan(values), axis=1)
    gaps = opened & np.isnan(values)
    if not gaps.any():
        return values
    padded = np.pad(values, ((0, 0), (season, season)), constant_values=np.nan)
    around = np.stack([padded[:, : -2 * season], padded[:, 2 * season :]])
    known = ~np.isnan(around)
    count = known.sum(axis=0)
    year_away = np.where(known, around, 0.0).sum(axis=0) / np.maximum(count, 1)
    # Not `nanmean`: a series that has not opened yet has no mean, and needs none.
    sums = np.nan_to_num(values).sum(axis=1, keepdims=True)
    fallback = sums / np.maximum((~np.isnan(values)).sum(axis=1, keepdims=True), 1)
    return np.where(gaps, np.where(count > 0, year_away, fallback), values)
