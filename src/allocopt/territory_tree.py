"""TerritoryTree: which territory lies in which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd


@dataclass(frozen=True)
class TerritoryTree:
    """A forest of territories; `parents` goes from each node to its parent, "" for a root.

    A parent that is named but not listed is a node too, and a root.
    """

    parents: Mapping[str, str]

    @classmethod
    def of_tables(cls, territories: pd.DataFrame, *named: pd.Series[str]) -> TerritoryTree:
        """The tree of the table `territories`; a name that only `named` has is a root."""
        known = territories["territory"].notna()
        listed = territories.loc[known, ["territory", "parent"]].fillna("")
        parents = dict(zip(listed["territory"], listed["parent"], strict=True))
        others = [name for names in named for name in names.dropna().unique()]
        for node in (*listed["parent"], *others):
            if node:
                parents.setdefault(node, "")
        return cls(parents)

    def __contains__(self, node: object) -> bool:
        return node in self.parents

    @property
    def nodes(self) -> tuple[str, ...]:
        """All nodes, in the order of the table."""
        return tuple(self.parents)

    @property
    def roots(self) -> tuple[str, ...]:
        """Nodes without a parent."""
        return tuple(node for node, parent in self.parents.items() if not parent)

    @cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        children: dict[str, list[str]] = {}
        for node, parent in self.parents.items():
            children.setdefault(parent, []).append(node)
        return {parent: tuple(nodes) for parent, nodes in children.items()}

    def children(self, node: str) -> tuple[str, ...]:
        """Nodes right below `node`."""
        return self._children.get(node, ())

    def ancestors(self, node: str) -> tuple[str, ...]:
        """The node's parent, its parent and so on up to the root; ends where a cycle would begin."""
        chain: list[str] = []
        above = self.parents.get(node, "")
        while above and above not in chain:
            chain.append(above)
            above = self.parents.get(above, "")
        return tuple(chain)

    def descendants(self, node: str) -> tuple[str, ...]:
        """All nodes below `node`, each after its parent."""
        found: dict[str, None] = {}
        waiting = [node]
        while waiting:
            below = [child for child in self.children(waiting.pop()) if child not in found]
            found.update(dict.fromkeys(below))
            waiting.extend(below)
        return tuple(found)

    def contains(self, ancestor: str, node: str) -> bool:
        """Whether `node` is `ancestor` or lies in it."""
        return node == ancestor or ancestor in self.ancestors(node)

    def depth(self, node: str) -> int:
        """Steps from the node up to its root; 0 for a root."""
        return len(self.ancestors(node))

    def within(self, names: Iterable[str]) -> frozenset[str]:
        """The named nodes and all that lie in any of them."""
        return frozenset(node for name in names for node in (name, *self.descendants(name)))
