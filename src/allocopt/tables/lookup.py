"""Looking rows up in another table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd


def look_up(table: pd.DataFrame, key: str, column: str, wanted: pd.Series[Any]) -> pd.Series[float]:
    """The number in `column` for each wanted key; NaN where there is none, index as `wanted`.

    Not `Series.map`: on text it gives text back where nothing is found.
    """
    rows = table if table[key].is_unique else table.drop_duplicates(key)
    found = pd.Index(rows[key]).get_indexer(pd.Index(wanted))
    # What is not found has number -1, which is the last.
    values = np.append(rows[column].to_numpy(dtype=float), np.nan)
    return pd.Series(values[found], index=wanted.index)


def among(
    names: pd.Index | pd.Series[Any], known: pd.Index | pd.Series[Any] | Sequence[Any]
) -> npt.NDArray[np.bool_]:
    """Which names are known; those that are empty are not.

    Not `isin`: on text it takes microseconds for each of the known names.
    """
    found = pd.Index(known).dropna().unique().get_indexer(pd.Index(names))
    return np.asarray(found >= 0)
