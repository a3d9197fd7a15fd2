"""Scope: which cells a row of a table is about, by territory tree and segment.

A blank territory or segment means everywhere. Cells that the same rows are about share a place, so
what is kept per place stays small however many series there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.forecasting.arrays import BoolArray, IntArray
from allocopt.territory_tree import TerritoryTree

SCOPE = ["territory", "segment"]


@dataclass(frozen=True)
class Scope:
    """What each row covers.

    `covers` has shape (row, place); `place` (series,) is where each series lies; `depth` (row,) is
    how narrow a row's territory is, 0 for everywhere, and a named segment adds a half step.
    """

    covers: BoolArray
    place: IntArray
    depth: IntArray


def find_scope(rows: pd.DataFrame, series: pd.DataFrame, tree: TerritoryTree) -> Scope:
    """Places of `series` [territory, segment] under `rows` [territory, segment]; columns may miss."""
    cells = _texts(series).drop_duplicates(ignore_index=True)
    cell = pd.MultiIndex.from_frame(cells).get_indexer(pd.MultiIndex.from_frame(_texts(series)))
    named = _texts(rows)
    covers = _within(named["territory"], cells["territory"], tree) & _equal(
        named["segment"], cells["segment"]
    )
    kept, place = np.unique(covers.T, axis=0, return_inverse=True)
    territory = named["territory"]
    step = territory.map({name: tree.depth(name) + 1 for name in territory.unique() if name})
    depth = 2 * step.fillna(0).to_numpy(dtype=np.intp) + (named["segment"] != "").to_numpy()
    return Scope(kept.T, np.asarray(place).reshape(-1)[cell], depth)


def _texts(table: pd.DataFrame) -> pd.DataFrame:
    """Territory and segment as text, "" where blank or not given."""
    columns = {
        key: table[key].astype("object").where(table[key].notna(), "").astype("str")
        if key in table
        else pd.Series("", index=table.index, dtype="str")
        for key in SCOPE
    }
    return pd.DataFrame(columns, index=table.index)


def _within(named: pd.Series, cells: pd.Series, tree: TerritoryTree) -> BoolArray:
    """Whether a row's territory holds a cell's, shape (row, cell)."""
    names, row = np.unique(named.to_numpy(dtype=object), return_inverse=True)
    held = np.ones((len(names), len(cells)), dtype=bool)
    for number, name in enumerate(names):
        if name:
            held[number] = cells.isin(tree.within([name])).to_numpy()
    return np.asarray(held[row])


def _equal(named: pd.Series, cells: pd.Series) -> BoolArray:
    rows, columns = named.to_numpy(dtype=object), cells.to_numpy(dtype=object)
    return np.asarray((rows[:, None] == "") | (rows[:, None] == columns[None, :]), dtype=bool)
