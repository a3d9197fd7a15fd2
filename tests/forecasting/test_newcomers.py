"""A part of the forecast is kept for units that have not bought yet."""

from __future__ import annotations

import numpy as np
import pandas as pd
from forecasting.sales import QUARTERS, TREE, history

from allocopt.forecasting import Options, forecast_history

UNITS = pd.DataFrame(
    {
        "unit": ["a", "b", "c", "d"],
        "territory": ["North", "North", "South", "South"],
        "segment": "s",
    }
)


def test_newcomers_get_what_newcomers_brought_a_year_ago() -> None:
    # b joined at the start of the second year and brought 10 of 40; c and d still wait.
    rows = history({("North", "s", "a"): [10.0] * 8, ("North", "s", "b"): [10.0] * 4}, QUARTERS)
    rows = pd.concat([rows, history({("South", "s", "e"): [20.0] * 8}, QUARTERS)])
    result = forecast_history(rows, UNITS, TREE, QUARTERS, Options("fast"))
    table = result.table
    owned = table[table["unit"] != ""].groupby("period")["mean"].sum()
    company = result.nodes[result.nodes["node"] == ""].set_index("period")["mean"]
    # Three waited then (b, c, d), two wait now.
    np.testing.assert_allclose(1 - owned / company, 10 / 40 * 2 / 3, rtol=1e-6)


def test_nothing_is_kept_when_nobody_waits() -> None:
    rows = history({("North", "s", "a"): [10.0] * 8, ("North", "s", "b"): [10.0] * 4}, QUARTERS)
    result = forecast_history(rows, UNITS.head(2), TREE, QUARTERS, Options("fast"))
    table = result.table
    owned = table[table["unit"] != ""].groupby("period")["mean"].sum()
    company = result.nodes[result.nodes["node"] == ""].set_index("period")["mean"]
    np.testing.assert_allclose(owned, company, rtol=1e-9)
