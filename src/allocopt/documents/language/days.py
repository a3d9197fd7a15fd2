"""Days: dates as the tables of plans and scenarios have them."""

from __future__ import annotations

import pandas as pd

from allocopt.documents.language.text import known_text


def day_of(value: object) -> pd.Timestamp:
    """The day that a cell names; NaT where it names none."""
    day: pd.Timestamp = pd.to_datetime(pd.Series([known_text(value)]), errors="coerce").iloc[0]
    return day
