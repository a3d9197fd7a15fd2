"""Borders: which units touch each other on the map."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

import pandas as pd

from allocopt.territory_tree import TerritoryTree


@dataclass(frozen=True)
class Borders:
    """Pairs of units that touch.

    `length` has the index (a, b), each pair once, and the length of the common border in the unit of
    the table `adjacency`; 0 where two units lie in one place.
    """

    length: pd.Series[float]

    @cached_property
    def lengths(self) -> Mapping[tuple[str, str], float]:
        """Length of each border, by its two units."""
        pairs = self.length.index.to_flat_index()
        return {(str(a), str(b)): float(x) for (a, b), x in zip(pairs, self.length, strict=True)}

    @cached_property
    def neighbours(self) -> Mapping[str, frozenset[str]]:
        """What each unit touches; units that touch nothing are left out."""
        found: dict[str, set[str]] = {}
        for a, b in self.lengths:
            found.setdefault(a, set()).add(b)
            found.setdefault(b, set()).add(a)
        return {unit: frozenset(others) for unit, others in found.items()}

    def around(self, region: Collection[str]) -> frozenset[str]:
        """Units outside a region that touch it."""
        touched = (self.neighbours.get(unit, frozenset()) for unit in region)
        return frozenset().union(*touched) - frozenset(region)

    def reach(self, start: str, within: Collection[str]) -> frozenset[str]:
        """Units that hang together with `start` through units of `within`; `start` is one of them."""
        found, waiting = {start}, [start]
        while waiting:
            near = self.neighbours.get(waiting.pop(), frozenset())
            new = [unit for unit in near if unit in within and unit not in found]
            found.update(new)
            waiting.extend(new)
        return frozenset(found)

    def parts(self, units: Collection[str]) -> list[frozenset[str]]:
        """Units divided into those that hang together, the part with most units first."""
        inside, seen, found = frozenset(units), set[str](), []
        for unit in units:
            if unit not in seen:
                part = self.reach(unit, inside)
                seen |= part
                found.append(part)
        # By name where two are of one size: a set has no order of its own.
        return sorted(found, key=lambda part: (-len(part), min(part)))


def unit_borders(units: pd.DataFrame, adjacency: pd.DataFrame, tree: TerritoryTree) -> Borders:
    """Borders between units, from rows that name units or territories.

    `units` has the columns unit and territory. A territory in the table is one place with all that lies
    below it: its units touch each other, at no length, and those of the territories beside it, the
    length shared evenly by the pairs of units. A pair that several rows name has the longest of their
    lengths. A name of a unit and of a territory means the unit.
    """
    members = _members(units, adjacency, tree)
    order = {unit: number for number, unit in enumerate(units["unit"])}
    longest: dict[tuple[str, str], float] = {}
    for a, b, length in _touching(adjacency, members):
        pair = (a, b) if order[a] < order[b] else (b, a)
        longest[pair] = max(length, longest.get(pair, 0.0))
    pairs = sorted(longest, key=lambda pair: (order[pair[0]], order[pair[1]]))
    index = pd.MultiIndex.from_tuples(pairs, names=["a", "b"])
    return Borders(pd.Series([longest[pair] for pair in pairs], index=index, dtype=float))


def _members(
    units: pd.DataFrame, adjacency: pd.DataFrame, tree: TerritoryTree
) -> dict[str, list[str]]:
    """The units that each name of the table stands for."""
    known = set(units["unit"])
    by_territory = units.groupby("territory", sort=False)["unit"].agg(list).to_dict()
    return {
        name: [name]
        if name in known
        else [unit for node in tree.within([name]) for unit in by_territory.get(node, [])]
        for name in dict.fromkeys([*adjacency["a"], *adjacency["b"]])
    }


def _touching(
    adjacency: pd.DataFrame, members: Mapping[str, list[str]]
) -> Iterator[tuple[str, str, float]]:
    """Pairs of different units and the length between them; a pair may come more than once."""
    for here in members.values():
        yield from ((a, b, 0.0) for a, b in combinations(here, 2))
    lengths = adjacency["length"].fillna(1.0)
    for one, other, length in zip(adjacency["a"], adjacency["b"], lengths, strict=True):
        pairs = [(a, b) for a, b in product(members[one], members[other]) if a != b]
        yield from ((a, b, length / len(pairs)) for a, b in pairs)
