"""Behaviour: how customers behave, from the rows of a history."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.case import Case
from allocopt.forecasting.effects import Behaviour, from_buying, from_counts
from allocopt.forecasting.panel import Panel, build_panel, read_history

# A panel of fewer units has no rates: one that stops is a large part of all there are.
FEWEST_UNITS = 30
COUNTS = ("customers", "new_customers", "lost_customers", "orders")


def behaviour_of(panel: Panel, case: Case, season: int) -> Behaviour | None:
    """Customers by the counts that history gives, else by which units bought; None without both."""
    counts = {
        name: values for name in COUNTS if (values := _counted(panel, case, name)) is not None
    }
    if "customers" in counts:
        return from_counts(counts)
    units = panel.series["unit"]
    if units[units != ""].nunique() < FEWEST_UNITS:
        return None
    # The behaviour of a whole cell, the same for all of its series.
    bought = np.nan_to_num(panel.values) > 0
    cell = panel.series.groupby(["territory", "segment"], sort=True).ngroup().to_numpy()
    by_cell = from_buying(bought, cell, int(np.max(cell)) + 1, season)
    return Behaviour(by_cell.names, by_cell.values[:, cell])


def _counted(panel: Panel, case: Case, name: str) -> FloatArray | None:
    """A column of history as (series, period) of a panel; None where it is not given."""
    table = case.sources.table("history")
    if name not in table or not table[name].notna().any():
        return None
    rows = read_history(
        table.assign(sales=table[name]),
        case.sources.table("units"),
        case.calendar.plan_start,
        case.sources.table("recast"),
    ).rows
    if len(rows) == 0:
        return None
    counted, _ = build_panel(rows, panel.series, panel.calendar)
    place = counted.periods.starts.get_indexer(pd.DatetimeIndex(panel.periods.starts))
    known = np.where(place >= 0, counted.values[:, np.maximum(place, 0)], np.nan)
    return np.asarray(known)
