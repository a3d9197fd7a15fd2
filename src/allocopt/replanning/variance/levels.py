"""Levels: the company, the nodes of each depth and the cells, and the variance of their forecasts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.replanning.course import Course
from allocopt.replanning.variance.items import Floats, Ints, Items
from allocopt.replanning.variance.noise import Noise, by_group, noise, spread_of_cells
from allocopt.rolling.actuals import PLACE


def levels_of(
    course: Course, items: Items, deviation: Floats, weight: Floats
) -> list[tuple[Ints, Floats]] | None:
    """Groups and the variances of their forecasts, from the company down to the cell.

    None where neither an interval nor any spread tells what is noise.
    """
    own = variances(course, items, noise(course), deviation, weight)
    if own is None:
        return None
    periods = items.shape[1]
    columns = np.arange(periods)[None, :]
    levels: list[tuple[Ints, Floats]] = []
    # Each level divides the one before; as many groups are the same groups.
    finer = {len(variance): (group, variance) for group, variance in reversed(own)}
    for group, variance in reversed(finer.values()):
        if periods > 1:
            once = np.broadcast_to(group[:, None], items.shape)
            whole = np.broadcast_to(variance.sum(axis=1)[group][:, None], items.shape)
            levels.append((once, whole))
        levels.append((group[:, None] * periods + columns, variance[group]))
    return levels


def variances(
    course: Course, items: Items, known: Noise, deviation: Floats, weight: Floats
) -> list[tuple[Ints, Floats]] | None:
    """Company, nodes of each depth, cells: group of each item, and variance by group × period."""
    first = items.names.drop_duplicates(list(PLACE))
    cells = _of_cells(items, known, deviation, weight)
    if cells is None:
        return None
    found: list[tuple[Ints, Floats]] = []
    for nodes in paths(course, items):
        codes, names = pd.factorize(nodes)
        independent = by_group(codes[first.index.to_numpy()], cells)
        stated = (known.of_nodes(pd.Index(names)) * by_group(codes, weight)) ** 2
        found.append((codes, np.where(np.isnan(stated), independent, stated)))
    return [*found, (items.cells, cells)]


def _of_cells(items: Items, known: Noise, deviation: Floats, weight: Floats) -> Floats | None:
    """Variance of each cell's forecast; cell × period [currency²], None where nothing tells it."""
    planned = by_group(items.cells, weight)
    if known.is_known:
        names = items.names[list(PLACE)].drop_duplicates()
        return np.asarray((known.of_cells(pd.MultiIndex.from_frame(names)) * planned) ** 2)
    spread = spread_of_cells(by_group(items.cells, deviation), planned)
    return None if spread is None else spread * planned


def paths(course: Course, items: Items) -> list[pd.Series[str]]:
    """Name of each item's node at each depth, "" for the company; where a branch has ended, its last."""
    tree = course.scenario.territory_tree
    territories = items.names["territory"]
    chains = {
        name: [*reversed(tree.ancestors(name)), name] for name in territories.unique().tolist()
    }
    depth = max((len(chain) for chain in chains.values()), default=0)
    company = pd.Series("", territories.index, dtype="str")
    return [
        company,
        *(
            territories.map({name: chain[min(d, len(chain) - 1)] for name, chain in chains.items()})
            for d in range(depth)
        ),
    ]
