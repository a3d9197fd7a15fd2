"""Dimensions: what tells one series from another."""

from __future__ import annotations

import pandas as pd

KEYS = ["territory", "segment", "unit"]
DIMENSIONS = [*KEYS, "product", "channel"]


def names_of(table: pd.DataFrame, column: str) -> pd.Series[str]:
    """The names in a column, "" where there is none."""
    if column not in table:
        return pd.Series("", index=table.index, dtype="str")
    given = table[column]
    return given.astype("object").where(given.notna(), "").astype("str")
