"""The planned horizon: which periods are planned, from the configuration and the dates in the tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from allocopt.calendar import PER_YEAR, Calendar
from allocopt.config import Config
from allocopt.errors import Finding, Severity


def choose_calendar(
    config: Config, tables: Mapping[str, pd.DataFrame]
) -> tuple[Calendar, tuple[Finding, ...]]:
    """The calendar of the plan, and what was assumed or moved to get it.

    Without `calendar.plan_start` the plan starts with the first period of `demand`, or the period after
    the last date of `history`, or the fiscal year after the last date of any table, or the next year.
    """
    section = config.calendar
    start, findings = _plan_start(config, tables)
    draft = Calendar(
        period=section.period,
        plan_start=start,
        plan_periods=section.plan_periods or PER_YEAR[section.period],
        fiscal_start_month=section.fiscal_start_month,
        input_period=section.input_period or section.period,
    )
    first = draft.start(start)
    if first != start:
        message = f"the plan starts on {first:%Y-%m-%d}, the first day of the {section.period}"
        findings = (*findings, Finding(Severity.NOTICE, message, code="plan-start-moved"))
    calendar = Calendar(
        draft.period, first, draft.plan_periods, draft.fiscal_start_month, draft.input_period
    )
    return calendar, findings


def _plan_start(
    config: Config, tables: Mapping[str, pd.DataFrame]
) -> tuple[pd.Timestamp, tuple[Finding, ...]]:
    if config.calendar.plan_start is not None:
        return pd.Timestamp(config.calendar.plan_start), ()
    demand, history = _dates(tables, "demand", "period"), _dates(tables, "history", "date")
    if len(demand):
        start, why = demand.min(), "the first period of the table demand"
    elif len(history):
        start, why = _period_after(config, history.max()), "the period after the history"
    else:
        start, why = _next_fiscal_year(config, tables)
    message = f"the plan starts on {start:%Y-%m-%d}, {why}"
    mend = "set calendar.plan_start to choose another start"
    return start, (Finding(Severity.ASSUMPTION, message, mend=mend, code="plan-start"),)


def _dates(tables: Mapping[str, pd.DataFrame], table: str, column: str) -> pd.DatetimeIndex:
    frame = tables.get(table)
    return pd.DatetimeIndex([] if frame is None else frame[column].dropna())


def _period_after(config: Config, date: pd.Timestamp) -> pd.Timestamp:
    section = config.calendar
    calendar = Calendar(section.period, date, 1, section.fiscal_start_month)
    return calendar.shift(calendar.start(date), 1)


def _next_fiscal_year(
    config: Config, tables: Mapping[str, pd.DataFrame]
) -> tuple[pd.Timestamp, str]:
    """The start of the fiscal year after the last date in any table, else after today."""
    latest = [
        frame[column].max()
        for frame in tables.values()
        for column in frame.columns
        if pd.api.types.is_datetime64_any_dtype(frame[column]) and frame[column].notna().any()
    ]
    month = config.calendar.fiscal_start_month
    if latest:
        after, why = max(latest), "the fiscal year after the last date in the tables"
    else:
        today = dt.datetime.now(tz=dt.UTC).date()
        after, why = pd.Timestamp(today), "the next fiscal year from today, as no table has a date"
    this_year = pd.Timestamp(year=after.year, month=month, day=1)
    return this_year if this_year > after else this_year + pd.DateOffset(years=1), why


def company_targets(targets: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """Sales goals of the whole company for exactly the planned horizon: rows of `targets`.

    A floor is the least that must come and says nothing about what is aimed at.
    """
    company = targets["scope"].fillna("company").isin(["company", ""])
    sales = targets["measure"].fillna("sales") == "sales"
    whole = (targets["start"] == calendar.plan_start) & (targets["end"] == calendar.plan_end)
    return targets[company & sales & whole & (targets["kind"] != "floor")]
