"""Grouping: the groups of series that have a name a planner would use.

A group is a node of the territory tree (or the company), crossed with a segment, a product or a
channel where series tell them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from allocopt.forecasting.arrays import IntArray
from allocopt.territory_tree import TerritoryTree

KEYS = ("territory", "segment", "unit", "product", "channel")
COMPANY = ""


@dataclass(frozen=True)
class Level:
    """Groups by a place in the tree and by further keys.

    `place` is "company", "branch" (a node that has others below it) or "territory" (a leaf).
    """

    name: str
    place: str
    by: tuple[str, ...] = ()


# What every plan is read by; a structure always has these.
ALWAYS = (
    Level("company", "company"),
    Level("branch", "branch"),
    Level("territory", "territory"),
    Level("segment", "company", ("segment",)),
    Level("branch segment", "branch", ("segment",)),
    Level("cell", "territory", ("segment",)),
    Level("unit", "territory", ("segment", "unit")),
)
# Added one after the other while all nodes stay within `NODES_PER_SERIES`, the most read first.
IF_FEW = (
    Level("product", "company", ("product",)),
    Level("channel", "company", ("channel",)),
    Level("branch product", "branch", ("product",)),
    Level("branch channel", "branch", ("channel",)),
    Level("territory product", "territory", ("product",)),
    Level("territory channel", "territory", ("channel",)),
    Level("segment product", "company", ("segment", "product")),
    Level("product channel", "company", ("product", "channel")),
    Level("cell product", "territory", ("segment", "product")),
    Level("cell channel", "territory", ("segment", "channel")),
)
NODES_PER_SERIES = 3


@dataclass(frozen=True)
class Groups:
    """Named groups of series, and their members as pairs.

    `keys` [level, keys…] describes the groups; pair p puts series `series[p]` into group
    `group[p]`. Two groups have the same members exactly if they have the same `signature`.
    """

    keys: pd.DataFrame
    group: IntArray
    series: IntArray
    signature: NDArray[np.uint64]


def group_series(keys: pd.DataFrame, territories: pd.DataFrame) -> Groups:
    """Groups of series [all `KEYS`] under a tree [territory, parent], level after level.

    A level of `IF_FEW` is left out when all nodes together would outgrow `NODES_PER_SERIES`.
    """
    places = _places(keys["territory"], territories)
    known = signatures(len(keys))
    most = NODES_PER_SERIES * len(keys)
    taken = []
    told = {key for key in KEYS if (keys[key] != "").any()}
    for level in (*ALWAYS, *IF_FEW):
        if not told.issuperset(level.by):
            continue
        groups = _groups(level, keys, places)
        together = np.union1d(known, groups.signature)
        if level in ALWAYS or len(together) <= most:
            taken.append(groups)
            known = together
    return _together(taken)


def signatures(series: int) -> NDArray[np.uint64]:
    """A random number for each series; the sum over a group's members tells groups apart.

    The chance that two different groups among n have the same 64-bit sum is below n² / 2⁶⁴.
    """
    return np.random.default_rng(0).integers(1, 2**64 - 1, size=series, dtype=np.uint64)


def name_of_series(keys: pd.DataFrame) -> str:
    """Level of the series themselves: "cell", "unit", "cell product", "unit product channel"…"""
    told = [key for key in KEYS if (keys[key] != "").any()]
    further = [key for key in told if key in ("product", "channel")]
    if "unit" in told:
        return " ".join(["unit", *further])
    place = "cell" if "segment" in told else "territory"
    return " ".join([place, *further])


def _groups(level: Level, keys: pd.DataFrame, places: pd.DataFrame) -> Groups:
    """Groups of one level; a series without one of its keys belongs to none."""
    pairs = places[places["place"] == level.place]
    pairs = pairs.join(keys[list(level.by)], on="series")
    pairs = pairs[(pairs[list(level.by)] != "").all(axis=1)]
    columns = ["territory", *level.by]
    members = pairs.groupby(columns, sort=True)
    group = members.ngroup().to_numpy()
    described = pairs[columns].drop_duplicates().sort_values(columns, ignore_index=True)
    described = described.reindex(columns=["level", *KEYS], fill_value="")
    described["level"] = level.name
    series = pairs["series"].to_numpy()
    signature = np.zeros(len(described), dtype=np.uint64)
    np.add.at(signature, group, signatures(len(keys))[series])
    return Groups(described, group, series, signature)


def _together(parts: Iterable[Groups]) -> Groups:
    """Groups of several levels under one numbering."""
    parts = list(parts)
    starts = np.cumsum([0, *(len(part.keys) for part in parts)])[:-1]
    return Groups(
        pd.concat([part.keys for part in parts], ignore_index=True),
        np.concatenate([part.group + start for part, start in zip(parts, starts, strict=True)]),
        np.concatenate([part.series for part in parts]),
        np.concatenate([part.signature for part in parts]),
    )


def _places(territory: pd.Series[str], territories: pd.DataFrame) -> pd.DataFrame:
    """Nodes of the tree that each series lies in, its own included: [series, territory, place]."""
    names = sorted(set(territory) - {COMPANY})
    tree = TerritoryTree.of_tables(territories) if len(territories) else TerritoryTree({})
    above = {name: [node for node in tree.ancestors(name) if node != name] for name in names}
    branches = {node for nodes in above.values() for node in nodes}
    rows = [
        (name, node, "branch" if node in branches else "territory")
        for name in names
        for node in (name, *above[name])
    ]
    rows += [(name, COMPANY, "company") for name in (COMPANY, *names)]
    nodes = pd.DataFrame(rows, columns=["own", "territory", "place"])
    own = pd.DataFrame({"own": territory.to_numpy(), "series": np.arange(len(territory))})
    return own.merge(nodes, on="own")[["series", "territory", "place"]]
