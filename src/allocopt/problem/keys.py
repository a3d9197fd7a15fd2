"""Frames of the Problem as mappings by key, which is how rules look numbers up."""

from __future__ import annotations

from typing import Any

import pandas as pd


def by_key(frame: pd.DataFrame) -> dict[tuple[Any, ...], float]:
    """{(*row, column): value} of a frame whose columns are periods."""
    names, columns = frame.index.tolist(), frame.columns.tolist()
    rows = names if frame.index.nlevels > 1 else [(name,) for name in names]
    return {
        (*row, column): value
        for row, values in zip(rows, frame.to_numpy().tolist(), strict=True)
        for column, value in zip(columns, values, strict=True)
    }


def by_index(series: pd.Series[Any]) -> dict[Any, Any]:
    """{index: value}; `Series.to_dict` boxes each value by itself."""
    return dict(zip(series.index.tolist(), series.tolist(), strict=True))
