"""Structure: how series add up to every node that a planner reads.

Series are grouped by the tree of territories, crossed with segments, products and channels: a
grouped hierarchy (Hyndman and Athanasopoulos 2021, "Forecasting: Principles and Practice", §11.1).
Groups with the same members are one node, so that none counts twice in a reconciliation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from allocopt.forecasting.arrays import FloatArray, IntArray
from allocopt.forecasting.reconciliation.grouping import (
    KEYS,
    Groups,
    group_series,
    name_of_series,
    signatures,
)


@dataclass(frozen=True, eq=False)
class Structure:
    """Nodes: the aggregates first, then the series ("bottom") in the order they were given.

    `keys` has the columns of `KEYS`, one row per node, "" meaning all; tree nodes stand in
    `territory`, the company is "". `levels` names the level of each node; `summing` is the sparse
    0/1 matrix (node, series) of Hyndman and Athanasopoulos 2021, eq. 11.2. `names` [level, keys…,
    node] lists every group by every name it has: two names may mean one node.
    """

    keys: pd.DataFrame
    levels: NDArray[np.object_]
    summing: sparse.csr_matrix
    names: pd.DataFrame

    def __len__(self) -> int:
        """Number of nodes."""
        return int(self.summing.shape[0])

    @property
    def series(self) -> int:
        """Number of bottom series."""
        return int(self.summing.shape[1])

    @property
    def aggregates(self) -> int:
        """Number of nodes above the series; their rows come first."""
        return len(self) - self.series

    @property
    def above(self) -> sparse.csr_matrix:
        """Rows of `summing` that are aggregates, shape (aggregate, series)."""
        return self.summing[: self.aggregates]

    @property
    def level_names(self) -> tuple[str, ...]:
        """Levels that have a node, from the company down."""
        return tuple(dict.fromkeys(self.levels))

    def at(self, level: str) -> IntArray:
        """Rows of the nodes of a level."""
        return np.flatnonzero(self.levels == level)

    def sum(self, bottom: FloatArray) -> FloatArray:
        """Node values (node, period) of bottom values (series, period).

        A node is the sum of its known members, and unknown (NaN) where all of them are.
        """
        known = ~np.isnan(bottom)
        if known.all():
            return np.asarray(self.summing @ bottom)
        total = self.summing @ np.where(known, bottom, 0.0)
        return np.where(self.summing @ known.astype(float) > 0, total, np.nan)


def build_structure(series: pd.DataFrame, territories: pd.DataFrame) -> Structure:
    """Nodes of the series under a tree [territory, parent]; the tree may be empty.

    `series` has those columns of `KEYS` that are known. Levels that cross products or channels are
    left out where there would be more than three nodes per series.
    """
    keys = pd.DataFrame("", index=range(len(series)), columns=list(KEYS))
    for key in set(KEYS) & set(series.columns):
        keys[key] = series[key].fillna("").astype(str).to_numpy()
    groups = group_series(keys, territories)
    own = keys.assign(level=name_of_series(keys))
    rows, node = _distinct(groups, len(keys))
    described = pd.concat([groups.keys.iloc[rows], own], ignore_index=True)
    names = pd.concat([groups.keys, own], ignore_index=True)
    names["node"] = np.concatenate([node, len(rows) + np.arange(len(keys))])
    return Structure(
        keys=described[list(KEYS)],
        levels=described["level"].to_numpy(dtype=object),
        summing=_summing(groups, rows, len(keys)),
        names=names.drop_duplicates(ignore_index=True),
    )


def plain_structure(summing: ArrayLike) -> Structure:
    """Structure of a bare summing matrix (node, series) whose last rows are the series.

    Its levels are "aggregate" and "series"; the nodes are numbered in the key `unit`.
    """
    matrix = sparse.csr_matrix(np.asarray(summing, dtype=float))
    nodes, series = matrix.shape
    if nodes < series or (matrix[nodes - series :] != sparse.identity(series)).nnz:
        raise ValueError("the last rows of a summing matrix must be the series themselves")
    keys = pd.DataFrame("", index=range(nodes), columns=list(KEYS))
    keys["unit"] = np.arange(nodes).astype(str)
    levels = np.array(["aggregate"] * (nodes - series) + ["series"] * series, dtype=object)
    names = keys.assign(level=levels, node=np.arange(nodes))[["level", *KEYS, "node"]]
    return Structure(keys, levels, matrix, names)


def _distinct(groups: Groups, series: int) -> tuple[IntArray, IntArray]:
    """First group of each set of members, and the node that every group is.

    A group of one series is that series; it needs no node of its own.
    """
    own = signatures(series)
    known, place = np.unique(own, return_index=True)
    found = np.searchsorted(known, groups.signature).clip(max=series - 1)
    single = known[found] == groups.signature
    unique, first = np.unique(groups.signature[~single], return_index=True)
    rows = np.sort(np.flatnonzero(~single)[first])
    # Signatures of the kept rows, in the order of the nodes.
    order = np.argsort(groups.signature[rows])
    node = np.empty(len(groups.signature), dtype=np.intp)
    node[~single] = order[np.searchsorted(unique, groups.signature[~single])]
    node[single] = len(rows) + place[found[single]]
    return rows, node


def _summing(groups: Groups, rows: IntArray, series: int) -> sparse.csr_matrix:
    """Membership of the kept groups above an identity."""
    shape = (len(groups.signature), series)
    members = sparse.csr_matrix((np.ones(len(groups.group)), (groups.group, groups.series)), shape)
    return sparse.vstack([members[rows], sparse.identity(series, format="csr")], format="csr")
