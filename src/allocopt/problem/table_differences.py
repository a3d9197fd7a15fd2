"""Differences of tables: which rows two tables do not have in common, by their names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from allocopt.problem.numbering import Mask, Numbers, numbered

Frame = pd.DataFrame | pd.Series


def rows_that_differ(one: Frame, other: Frame) -> set[str]:
    """Names of rows that are in one table only, or not the same in both."""
    if one.index.equals(other.index):
        return set(one.index[_unequal(one, other)])
    both = one.index.intersection(other.index)
    same = both[~_unequal(one.loc[both], other.loc[both])]
    return (set(one.index) | set(other.index)) - set(same)


def units_that_differ(one: Frame, other: Frame) -> set[str]:
    """Units with rows that are in one table only, or not the same in both."""
    if not isinstance(one.index, pd.MultiIndex):
        return rows_that_differ(one, other)
    places = _places_that_differ(one, other)
    return {
        str(name)
        for frame, rows in zip((one, other), places, strict=True)
        for name in frame.index.get_level_values("unit")[rows].unique()
    }


def pairs_that_differ(one: Frame, other: Frame) -> set[tuple[str, str]]:
    """(unit, rep) of rows that are in one table only, or not the same in both."""
    found: set[tuple[str, str]] = set()
    for frame, rows in zip((one, other), _places_that_differ(one, other), strict=True):
        names = (frame.index[rows].get_level_values(level) for level in ("unit", "rep"))
        found.update(zip(*names, strict=True))
    return found


def _places_that_differ(one: Frame, other: Frame) -> tuple[Any, Any]:
    """Places of the rows that differ, in each table."""
    if one.index.equals(other.index):
        rows = np.flatnonzero(_unequal(one, other))
        return rows, rows
    numbers = _codes(one.index, other.index)
    _, first, second = np.intersect1d(*numbers, assume_unique=True, return_indices=True)
    same = ~_unequal(one.iloc[first], other.iloc[second])
    return (
        np.setdiff1d(np.arange(len(one)), first[same], assume_unique=True),
        np.setdiff1d(np.arange(len(other)), second[same], assume_unique=True),
    )


def _codes(one: pd.Index, other: pd.Index) -> tuple[Numbers, Numbers]:
    """One number for each row of two indices of several levels, the same for the same names."""
    codes = [np.zeros(len(one), dtype=np.int64), np.zeros(len(other), dtype=np.int64)]
    for level in map(str, one.names):
        names = either(one.unique(level), other.unique(level))
        for k, index in enumerate((one, other)):
            codes[k] = codes[k] * len(names) + numbered(index, level, names)
    return codes[0], codes[1]


def either(one: pd.Index, other: pd.Index) -> pd.Index:
    """Names that are in one of two indices."""
    return one if one.equals(other) else one.union(other, sort=False)


def _unequal(one: Frame, other: Frame) -> Mask:
    """Rows of two tables with the same index that are not the same; unknown equals unknown."""
    if isinstance(one, pd.Series) or isinstance(other, pd.Series):
        one, other = pd.DataFrame({"value": one}), pd.DataFrame({"value": other})
    if list(one.columns) != list(other.columns):
        return np.ones(len(one), dtype=bool)
    unequal = np.zeros(len(one), dtype=bool)
    for column in one.columns:
        if not one[column].equals(other[column]):
            a, b = one[column].to_numpy(), other[column].to_numpy()
            unequal |= (a != b) & ~(pd.isna(a) & pd.isna(b))
    return unequal
