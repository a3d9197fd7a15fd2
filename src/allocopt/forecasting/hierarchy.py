"""Hierarchy: how series add up to cells, territories, branches of the tree and the company.

Forecasts are kept for the series alone and everything above is their sum, so all levels agree
(bottom-up; Hyndman and Athanasopoulos 2021, §11.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from allocopt.forecasting.forecaster import FloatArray, IntArray

Level = Literal["unit", "cell", "territory", "company"]
# The fewest groups first: where two levels forecast equally well, the one in the middle is
# preferred.
LEVELS: tuple[Level, ...] = ("cell", "unit", "territory", "company")
COMPANY = ""


@dataclass(frozen=True)
class Hierarchy:
    """Groups of series.

    `series` [territory, segment, unit] are the series; `cells` [territory, segment] and `nodes`
    (names in the territory tree, the company "" first) are what they add up to. `groups` holds the
    number of the group of each series at each level; `members` pairs (node, territory group).
    """

    series: pd.DataFrame
    cells: pd.DataFrame
    nodes: tuple[str, ...]
    groups: dict[Level, IntArray]
    members: tuple[IntArray, IntArray]

    def at(self, level: Level, values: FloatArray) -> FloatArray:
        """Sums per group of a level, shape (group, period); unknown where all parts are unknown."""
        groups = self.groups[level]
        return _sums(groups, values, int(np.max(groups)) + 1)

    def at_nodes(self, values: FloatArray) -> FloatArray:
        """Sums per node of the territory tree, shape (node, period)."""
        node, territory = self.members
        return _sums(node, self.at("territory", values)[territory], len(self.nodes))


def _sums(groups: IntArray, values: FloatArray, count: int) -> FloatArray:
    known = ~np.isnan(values)
    total = np.zeros((count, values.shape[1]))
    np.add.at(total, groups, np.where(known, values, 0.0))
    parts = np.zeros((count, values.shape[1]), dtype=int)
    np.add.at(parts, groups, known)
    return np.where(parts > 0, total, np.nan)


def build_hierarchy(series: pd.DataFrame, territories: pd.DataFrame) -> Hierarchy:
    """Levels of the series under a tree [territory, parent]; the tree may be empty."""
    by_cell = series.groupby(["territory", "segment"], sort=True)
    by_territory = series.groupby("territory", sort=True)
    names = sorted(series["territory"].unique())
    parents = _parents(territories)
    paths = [[name, *_ancestors(name, parents), COMPANY] for name in names]
    nodes = (COMPANY, *sorted({node for path in paths for node in path} - {COMPANY}))
    number = {node: place for place, node in enumerate(nodes)}
    pairs = [
        (number[node], place) for place, path in enumerate(paths) for node in dict.fromkeys(path)
    ]
    node, territory = np.array(sorted(pairs), dtype=np.intp).T
    groups: dict[Level, IntArray] = {
        "unit": np.arange(len(series)),
        "cell": by_cell.ngroup().to_numpy(),
        "territory": by_territory.ngroup().to_numpy(),
        "company": np.zeros(len(series), dtype=np.intp),
    }
    cells = (
        series[["territory", "segment"]]
        .drop_duplicates()
        .sort_values(["territory", "segment"], ignore_index=True)
    )
    return Hierarchy(series, cells, nodes, groups, (node, territory))


def _parents(territories: pd.DataFrame) -> dict[str, str]:
    if "parent" not in territories:
        return {}
    known = territories.dropna(subset=["territory", "parent"])
    return dict(zip(known["territory"], known["parent"], strict=True))


def _ancestors(name: str, parents: dict[str, str]) -> list[str]:
    """Parents up to the root; a circle ends where it closes."""
    path: list[str] = []
    while (parent := parents.get(name)) and parent not in path:
        path.append(parent)
        name = parent
    return path
