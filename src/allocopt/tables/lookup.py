"""Looking numbers up in another table."""

from __future__ import annotations

from typing import Any

import pandas as pd


def look_up(table: pd.DataFrame, key: str, column: str, wanted: pd.Series[Any]) -> pd.Series[float]:
    """The number in `column` for each wanted key; NaN where there is none, index as `wanted`.

    Not `Series.map`: on text it gives text back where nothing is found.
    """
    values = table.drop_duplicates(key).set_index(key)[column].reindex(wanted)
    return pd.Series(values.to_numpy(dtype=float), index=wanted.index)
