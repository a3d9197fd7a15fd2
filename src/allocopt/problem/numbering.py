"""Numbering: names as numbers, so that tables are compared and cut in arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


def numbered(index: pd.Index, level: str, names: pd.Index) -> Numbers:
    """By row of an index, the number of its name of a level among `names`; −1 where it is none of them."""
    if not isinstance(index, pd.MultiIndex):
        raise TypeError("an index of one level has no levels to number")
    number = index.names.index(level)
    places = np.append(names.get_indexer(index.levels[number]), -1)
    return np.asarray(places[index.codes[number]], dtype=np.int64)


def numbered_pairs(index: pd.Index, units: pd.Index, reps: pd.Index) -> Numbers:
    """By row of an index, one number for its unit and its rep, both of which are known."""
    return len(reps) * numbered(index, "unit", units) + numbered(index, "rep", reps)


def is_among(numbers: Numbers, known: Numbers) -> Mask:
    """Which numbers are known; takes a byte for each number between the least and the most known."""
    if not len(numbers) or not len(known):
        return np.zeros(len(numbers), dtype=bool)
    return np.asarray(np.isin(numbers, known, kind="table"))
