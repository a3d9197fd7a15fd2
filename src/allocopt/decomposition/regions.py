"""Regions: units and reps cut along the territory tree, so that each region is one model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from allocopt.problem.numbering import Mask, Numbers
from allocopt.problem.restriction import Restrictions
from allocopt.solver.compiled import Floats
from allocopt.territory_tree import TerritoryTree

# The most stints × periods of a region that is cut no further: a model of some seconds.
MOST_COLUMNS = 60_000
# What a unit's own region counts more than others that are liked as well. [share of the unit]
STAYING = 1e-6


@dataclass(frozen=True)
class Regions:
    """Which region each unit and each rep belongs to; numbers of `names`, by place in the problem."""

    names: tuple[str, ...]
    of_unit: Numbers
    of_rep: Numbers

    def units(self, region: int) -> Mask:
        """The units of a region."""
        return np.asarray(self.of_unit == region)

    def reps(self, region: int) -> Mask:
        """The reps of a region."""
        return np.asarray(self.of_rep == region)


def cut(
    restrictions: Restrictions,
    tree: TerritoryTree,
    depth: int | None = None,
    most: int = MOST_COLUMNS,
) -> Regions:
    """Regions that are nodes of the tree at a depth (0 = the roots), or small ones of neighbouring nodes.

    Without a depth, nodes are divided until a region has `most` stints × periods or cannot be divided, and
    those that fit into one are joined again. Units that must have one rep stay in one region.
    """
    problem = restrictions.problem
    size = np.bincount(restrictions.stint_unit, minlength=len(problem.units)) * len(problem.periods)
    territory = problem.units["territory"].fillna("")
    by_node = pd.Series(size).groupby(territory.to_numpy()).sum()
    known = dict(zip(map(str, by_node.index), by_node, strict=True))
    groups = _divided(tree, known, most) if depth is None else _at_depth(tree, depth)
    of_node = {node: place for place, (_, nodes) in enumerate(groups) for node in nodes}
    of_unit = np.array([of_node.get(node, -1) for node in territory], dtype=np.int64)
    of_unit = _undivided(restrictions, of_unit)
    of_rep = np.array([of_node.get(node, -1) for node in problem.reps["territory"]], dtype=np.int64)
    of_rep = _by_majority(of_rep, restrictions.pair_rep, of_unit[restrictions.pair_unit])
    of_unit = _by_majority(of_unit, restrictions.pair_unit, of_rep[restrictions.pair_rep])
    return _without_empty([name for name, _ in groups], of_unit, of_rep)


def drawn_by_prices(restrictions: Restrictions, regions: Regions, given: Floats) -> Regions:
    """Each unit in the region whose reps the relaxation gives most of it; `given` by stint.

    A region that has nobody for the unit in some of its windows is no choice.
    """
    count, units = len(regions.names), np.arange(len(regions.of_unit))
    shape = len(units), count
    of_rep = regions.of_rep[restrictions.stint_rep]
    stints = restrictions.stint_unit * count + of_rep
    share = np.bincount(stints, given, len(units) * count).reshape(shape).astype(float)
    share[units, regions.of_unit] += STAYING
    windows = np.unique(restrictions.stint_window * count + of_rep)
    unit = restrictions.window_unit[windows // count]
    covered = np.bincount(unit * count + windows % count, minlength=share.size).reshape(shape)
    choice = np.where(covered == covered.max(axis=1, keepdims=True), share, -1.0).argmax(axis=1)
    choice = np.where(covered.any(axis=1), choice, regions.of_unit)
    for members in restrictions.problem.units.groupby("family").indices.values():
        choice[members] = choice[members[0]]
    return replace(regions, of_unit=choice)


Branch = tuple[str, list[str]]  # name of a region, and the nodes in it


def _at_depth(tree: TerritoryTree, depth: int) -> list[Branch]:
    """The nodes at a depth; where the tree ends above it, all is one region."""
    nodes = [node for node in tree.nodes if tree.depth(node) == depth]
    return [(node, [node, *tree.descendants(node)]) for node in nodes] or [("", [])]


def _divided(tree: TerritoryTree, size: dict[str, int], most: int) -> list[Branch]:
    """Nodes that are small enough, in the order of the tree; neighbours joined while they stay so."""
    joined: list[Branch] = []
    last, total = None, 0
    for node in _small_nodes(tree, tree.roots, size, most):
        inside = [node, *tree.descendants(node)]
        add = sum(size.get(name, 0) for name in inside)
        parent = tree.parents[node]
        if joined and parent == last and total + add <= most:
            name, nodes = joined[-1]
            joined[-1] = f"{name} + {node}", [*nodes, *inside]
            total += add
        else:
            joined.append((node, inside))
            total = add
        last = parent
    return joined


def _small_nodes(
    tree: TerritoryTree, nodes: Iterable[str], size: dict[str, int], most: int
) -> Iterator[str]:
    for node in nodes:
        total = sum(size.get(name, 0) for name in (node, *tree.descendants(node)))
        if total > most and tree.children(node):
            yield from _small_nodes(tree, tree.children(node), size, most)
        else:
            yield node


def _undivided(restrictions: Restrictions, of_unit: Numbers) -> Numbers:
    """Units of one family, or of a cell that money is spent on, are in the region of their first."""
    problem = restrictions.problem
    family, families = pd.factorize(problem.units["family"])
    spent_on = frozenset(lift.key[1:] for lift in problem.lifts)
    cells = problem.units[["territory", "segment"]].itertuples(index=False, name=None)
    lifted = np.array([cell in spent_on for cell in cells], dtype=bool)
    units = np.arange(len(of_unit))
    known = family >= 0
    ends = np.concatenate([family[known], len(families) + restrictions.cell[lifted]])
    begins = np.concatenate([units[known], units[lifted]])
    nodes = len(units) + len(families) + len(units)
    links = coo_array((np.ones(len(ends)), (begins, len(units) + ends)), shape=(nodes, nodes))
    group = connected_components(links, directed=False)[1][: len(units)]
    _, first = np.unique(group, return_index=True)
    lowest = np.zeros(nodes, dtype=np.int64)
    lowest[group[first]] = of_unit[first]
    return np.asarray(lowest[group])


def _by_majority(own: Numbers, place: Numbers, region: Numbers) -> Numbers:
    """Those without a region of their own are where most of their pairs are; else in the first."""
    missing = own < 0
    known = (region >= 0) & missing[place]
    count = pd.Series(1, index=[place[known], region[known]]).groupby(level=[0, 1]).sum()
    best = count.sort_values(ascending=False, kind="stable").reset_index(level=1)
    best = best[~best.index.duplicated()]
    result = np.where(missing, 0, own)
    result[best.index.to_numpy(dtype=np.int64)] = best["level_1"].to_numpy(dtype=np.int64)
    return result


def _without_empty(names: Sequence[str], of_unit: Numbers, of_rep: Numbers) -> Regions:
    """Regions that have anything, in their order."""
    used = np.unique(np.concatenate([of_unit, of_rep]))
    new = np.zeros(max(len(names), 1), dtype=np.int64)
    new[used] = np.arange(len(used))
    kept = tuple(names[number] for number in used)
    return Regions(kept, new[of_unit], new[of_rep])
