"""Statements: the rows of `judgement`, cleaned, and what was said by a given day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar
from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.grain import Span, at_grain, named_period, shares
from allocopt.forecasting.opinions.scopes import COMPANY, NAMES, label_of, names_of
from allocopt.notes import Note

# A target counts as spoken of when statements cover this part of it.
WHOLE = 1 - 1e-6
# Where no sales are forecast, what is stated is shared evenly: a trace of the mean stands in.
EVEN = 1e-9


@dataclass(frozen=True)
class Statements:
    """Statements by scope and period.

    `rows` [date, period, amount, scope], oldest first, `date` NaT where it is not known; `periods`
    are those that statements are about, each of which `period` numbers one; `scopes` holds `NAMES`,
    scope (as people read it) and kind.
    """

    rows: pd.DataFrame
    periods: Span
    scopes: pd.DataFrame
    notes: tuple[Note, ...] = ()

    def amounts(self, day: pd.Timestamp | None) -> FloatArray:
        """Latest statement made by a day (None: of all), (scope, period), NaN where there is none."""
        rows = self.rows if day is None else self.rows[self.rows["date"] <= day]
        latest = rows.drop_duplicates(["scope", "period"], keep="last")
        table = np.full((len(self.scopes), len(self.periods)), np.nan)
        table[latest["scope"], latest["period"]] = latest["amount"]
        return table

    def at_targets(self, amounts: FloatArray, targets: Span, base: FloatArray) -> FloatArray:
        """Amounts (scope, period) in target periods, (scope, target); NaN where a part is open.

        An amount for a longer period is shared among its targets by `base` (scope, target); of a
        period that reaches beyond the targets, the part of its time that lies within them counts.
        """
        part, cover = shares(self.periods, targets), shares(targets, self.periods).T
        size = np.maximum(np.nan_to_num(base), 0.0)
        mean = size.mean(axis=1, keepdims=True)
        weight = part * (size + EVEN * np.where(mean > 0, mean, 1.0))[:, None, :]
        total = weight.sum(axis=2, keepdims=True)
        split = weight / np.where(total > 0, total, 1.0) * part.sum(axis=1)[:, None]
        known = ~np.isnan(amounts)
        said = np.einsum("sp,spt->st", np.where(known, amounts, 0.0), split)
        return np.where(known.astype(float) @ cover > WHOLE, said, np.nan)


def read_statements(
    judgement: pd.DataFrame, calendar: Calendar, plan_start: pd.Timestamp
) -> Statements:
    """Usable rows of `judgement` up to the plan's start: `commit`, or else `best_case`."""
    rows = pd.DataFrame(
        {
            "date": pd.to_datetime(judgement["date"], errors="coerce").dt.normalize(),
            "start": pd.to_datetime(judgement["period"], errors="coerce").dt.normalize(),
            "amount": _amounts(judgement),
        },
        index=judgement.index,
    )
    rows = pd.concat([rows, names_of(judgement)], axis=1)
    usable = rows["start"].notna() & np.isfinite(rows["amount"])
    late = usable & (rows["date"] > plan_start)
    notes = _notes(int((~usable).sum()), int(late.sum()), int((usable & rows["date"].isna()).sum()))
    usable &= ~late
    # The last row of a file is the latest of one day; those without a date are older than any.
    rows = rows[usable].sort_values("date", kind="stable", na_position="first", ignore_index=True)
    return _numbered(rows, calendar, notes)


def _notes(unusable: int, late: int, undated: int) -> tuple[Note, ...]:
    """What people should know of rows that were read in part or not at all."""
    notes = [
        (
            unusable,
            Note(
                f"{unusable} judgements without a period or an amount are not used.",
                f"{unusable} 条一线判断缺少周期或金额，未使用。",
            ),
        ),
        (
            late,
            Note(
                f"{late} judgements were made after the plan's start: not used.",
                f"{late} 条一线判断在计划开始之后作出，未使用。",
            ),
        ),
        (
            undated,
            Note(
                f"{undated} judgements have no date: they count today, not in the past.",
                f"{undated} 条一线判断没有日期：只用于本次预测，不计入以往记录。",
            ),
        ),
    ]
    return tuple(note for count, note in notes if count)


def _numbered(rows: pd.DataFrame, calendar: Calendar, notes: tuple[Note, ...]) -> Statements:
    """Rows with the numbers of their scopes and periods."""
    scopes = rows[NAMES].drop_duplicates().sort_values(NAMES, ignore_index=True)
    scope = pd.MultiIndex.from_frame(scopes).get_indexer(pd.MultiIndex.from_frame(rows[NAMES]))
    named = at_grain(calendar, named_period(rows["start"], calendar)) if len(rows) else calendar
    begins = named.start_of(rows["start"])
    starts = pd.DatetimeIndex(begins.drop_duplicates().sort_values())
    stops = pd.DatetimeIndex([named.shift(start, 1) for start in starts])
    numbered = rows[["date", "amount"]].assign(
        scope=scope, period=starts.get_indexer(pd.DatetimeIndex(begins))
    )
    scopes = scopes.assign(scope=label_of(scopes), kind=_kinds(scopes))
    return Statements(numbered, Span(starts, stops), scopes, notes)


def _amounts(judgement: pd.DataFrame) -> pd.Series[float]:
    found = pd.Series(np.nan, index=judgement.index)
    for column in ("best_case", "commit"):
        if column in judgement:
            given = pd.to_numeric(judgement[column], errors="coerce").astype(float)
            found = given.where(given.notna(), found)
    return found


def _kinds(scopes: pd.DataFrame) -> pd.Series[str]:
    """`rep`, `territory` or `company`: who speaks, and of what."""
    place = np.where((scopes[NAMES] != "").any(axis=1), "territory", COMPANY)
    return pd.Series(np.where(scopes["rep"] != "", "rep", place), index=scopes.index, dtype="str")
