"""Renewals: times in which a unit keeps its rep because its contract is renewed soon."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from allocopt.calendar import Calendar
from allocopt.problem.windows import Windows


def near_from(
    renewal: pd.Series[pd.Timestamp], calendar: Calendar, periods: int | None
) -> pd.Series[pd.Timestamp]:
    """The day after which each renewal is `periods` away at most; NaT where it never matters."""
    known = renewal.dropna() if periods is not None else renewal.iloc[:0]
    days = [calendar.shift(day, -(periods or 0)) for day in known]
    return pd.Series(days, known.index, dtype=renewal.dtype).reindex(renewal.index)


def renewal_steps(units: pd.DataFrame, windows: Windows) -> tuple[tuple[str, str, str], ...]:
    """Changes that a renewal forbids: (unit, window before, window), the later one near the renewal.

    `units` has renewal and renewal_near, the day after which it is near.
    """
    start = windows.days["start"]
    unit = start.index.get_level_values("unit")
    near, last = (units[name].reindex(unit).to_numpy() for name in ("renewal_near", "renewal"))
    held = (near < start.to_numpy()) & (start.to_numpy() <= last)
    # The windows of a unit follow each other.
    steps = zip(pairwise(start.index), held[1:], strict=True)
    return tuple(
        (unit, before, window)
        for ((owner, before), (unit, window)), near_it in steps
        if near_it and owner == unit
    )
