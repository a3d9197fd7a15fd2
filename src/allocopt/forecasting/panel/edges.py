"""Edges: the first and the last period of a history, which the books may cover only in part."""

from __future__ import annotations

import pandas as pd

from allocopt.forecasting.grain import Span

# How much earlier in a period (as a share of it) than ever before the last date must lie to be
# called incomplete.
INCOMPLETE = 0.1
DAY = pd.Timedelta(days=1)


def whole_periods(
    dates: pd.Series, periods: Span, plan_start: pd.Timestamp, books_until: pd.Timestamp | None
) -> slice:
    """Columns whose periods the history covers from end to end; all of them when none is whole.

    A period that the plan, or the last day of the books, cuts is not whole. Where nobody says how
    far the books go (`books_until`), the other periods tell: the first period is incomplete when
    its first date lies later in it than in any other period, the last one when its last date lies
    earlier than in any other.
    """
    begin, end = 0, int((periods.stops <= plan_start).sum())
    first, last = _reach(dates, periods)
    if len(first) >= 3:
        begin = int(first.iloc[0] > first.iloc[1:].max() + INCOMPLETE)
    if books_until is not None:
        end = min(end, int((periods.stops <= books_until + DAY).sum()))
    elif len(last) >= 3 and last.iloc[-1] < last.iloc[:-1].min() - INCOMPLETE:
        end = min(end, len(periods) - 1)
    return slice(begin, end) if end > begin else slice(0, len(periods))


def _reach(dates: pd.Series, periods: Span) -> tuple[pd.Series[float], pd.Series[float]]:
    """First and last date of each period that has one, as the share of the period before it."""
    days = pd.DatetimeIndex(dates.drop_duplicates())
    column = periods.starts.searchsorted(days, side="right") - 1
    length = (periods.stops - periods.starts).days.to_numpy()[column]
    elapsed = pd.Series((days - periods.starts[column]).days.to_numpy() / length)
    return elapsed.groupby(column).min(), elapsed.groupby(column).max()
