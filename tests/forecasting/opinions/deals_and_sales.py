"""Small made-up baselines, pipelines and judgements for the tests of opinions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar
from allocopt.forecasting.opinions import Baseline, Places
from allocopt.territory_tree import TerritoryTree

MONTHS = Calendar("month", pd.Timestamp("2026-01-01"), 3)
SERIES = pd.DataFrame(
    {
        "territory": ["North", "North", "South"],
        "segment": ["big", "big", "big"],
        "unit": ["n1", "n2", "s1"],
    }
)
UNITS = SERIES.assign(rep=["Ann", "Bob", "Ann"])
TREE = TerritoryTree({"North": "Inland", "South": "Inland", "Inland": ""})
PLACES = Places(SERIES, TREE, UNITS)
DEAL_COLUMNS = [
    *("deal", "snapshot_date", "unit", "territory", "segment", "rep", "product", "amount"),
    *("stage", "probability", "created", "close"),
]
JUDGEMENT_COLUMNS = [
    *("date", "period", "rep", "territory", "segment", "commit", "best_case", "reason", "note")
]


def baseline(
    mean: object = 100.0, *, origins: int = 0, actual: object = 100.0, lead: int = 0
) -> Baseline:
    """Three series, three months from January 2026; earlier origins a month apart.

    `mean` is every statistical forecast, now and then; `actual` broadcasts to (origin, 3, 3).
    """
    starts = [MONTHS.shift(MONTHS.plan_start, step) for step in range(-origins, 0)]
    shape = (origins, 3, 3)
    return Baseline(
        SERIES,
        MONTHS,
        MONTHS.plan_start,
        np.broadcast_to(np.asarray(mean, dtype=float), (3, 3)).copy(),
        pd.DatetimeIndex(starts),
        np.broadcast_to(np.asarray(mean, dtype=float), shape).copy(),
        np.broadcast_to(np.asarray(actual, dtype=float), shape).copy(),
        lead,
    )


def deals(*rows: dict[str, object]) -> pd.DataFrame:
    """A table `pipeline`; every deal is of unit n1 unless it says where."""
    table = pd.DataFrame(
        [{"unit": None if "territory" in row or "rep" in row else "n1", **row} for row in rows],
        columns=DEAL_COLUMNS,
    )
    for column in ("snapshot_date", "created", "close"):
        table[column] = pd.to_datetime(table[column])
    return table


def judgements(*rows: dict[str, object]) -> pd.DataFrame:
    """A table `judgement`."""
    table = pd.DataFrame(list(rows), columns=JUDGEMENT_COLUMNS)
    for column in ("date", "period"):
        table[column] = pd.to_datetime(table[column])
    return table
