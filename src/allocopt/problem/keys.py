"""Frames of the Problem as mappings by key, which is how rules look numbers up."""

from __future__ import annotations

from typing import Any

import pandas as pd


def by_key(frame: pd.DataFrame) -> dict[tuple[Any, ...], float]:
    """{(*row, column): value} of a frame whose columns are periods."""
    return {
        (*(row if isinstance(row, tuple) else (row,)), column): value
        for row, cells in frame.to_dict("index").items()
        for column, value in cells.items()
    }
