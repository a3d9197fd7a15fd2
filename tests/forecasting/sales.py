"""Small made-up histories for the forecasting tests."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar

MONTHS = Calendar("month", pd.Timestamp("2026-01-01"), 6)
QUARTERS = Calendar("quarter", pd.Timestamp("2026-01-01"), 4)
NO_UNITS = pd.DataFrame({"unit": [], "territory": [], "segment": []}, dtype="str")
TREE = pd.DataFrame(
    {"territory": ["North", "South", "East"], "parent": ["Inland", "Inland", "Coast"]}
)


def history(
    series: dict[tuple[str, str, str], list[float]], calendar: Calendar = MONTHS
) -> pd.DataFrame:
    """Rows of (territory, segment, unit) series that end with the period before the plan."""
    rows = []
    for (territory, segment, unit), values in series.items():
        for step, sales in enumerate(values):
            date = calendar.shift(calendar.plan_start, step - len(values))
            rows.append((date, territory, segment, unit, sales))
    return pd.DataFrame(rows, columns=["date", "territory", "segment", "unit", "sales"])


def seasonal(
    cells: int = 6, periods: int = 48, *, season: int = 12, seed: int = 1, units: int = 1
) -> dict[tuple[str, str, str], list[float]]:
    """Growing seasonal series with noise, spread over three territories and two segments."""
    random = np.random.default_rng(seed)
    series = {}
    for number in range(cells * units):
        place = ("North", "South", "East")[number % 3], ("big", "small")[number // 3 % 2]
        time = np.arange(periods)
        swing = 1 + 0.4 * np.sin(2 * np.pi * (time + number) / season)
        noise = random.normal(1.0, 0.1, periods)
        name = f"u{number:03d}" if units > 1 else f"{number // 6}" if cells > 6 else ""
        values = 100 * (1 + number) * (1 + 0.01 * time) * swing * noise
        series[(*place, name)] = values.round(2).tolist()
    return series
