"""Cells that levers work in, found by the places that spend names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.territory_tree import TerritoryTree

Key = tuple[str, str, str]  # lever, territory, segment
PLACE = ["lever", "territory", "segment"]


@dataclass(frozen=True)
class LeverCells:
    """Levers and the cells (territory, segment) that they work in, in a fixed order."""

    keys: tuple[Key, ...]
    tree: TerritoryTree

    @cached_property
    def _columns(self) -> tuple[npt.NDArray[np.object_], ...]:
        table = np.array(self.keys, dtype=object).reshape(-1, 3)
        return table[:, 0], table[:, 1], table[:, 2]

    def named(self, lever: str, territory: str, segment: str) -> npt.NDArray[np.bool_]:
        """Cells that a place names; "" names all."""
        levers, territories, segments = self._columns
        found = np.asarray(levers == lever, dtype=bool)
        if segment:
            found &= segments == segment
        if territory:
            inside = self.tree.within([territory])
            found &= np.array([name in inside for name in territories], dtype=bool)
        return found

    def keys_named(self, lever: str, territory: str, segment: str) -> tuple[Key, ...]:
        """The same as keys."""
        found = np.flatnonzero(self.named(lever, territory, segment))
        return tuple(self.keys[k] for k in found)

    def spread(
        self, spend: pd.DataFrame, weight: npt.NDArray[np.float64], columns: int
    ) -> npt.NDArray[np.float64]:
        """Amounts by cell and column: each row in the cells that it names, in proportion to `weight`.

        spend: lever, territory, segment ("" = any), column, spend; (cell, column) [currency].
        """
        amounts = np.zeros((len(self.keys), columns))
        for names, part in spend.groupby(PLACE, sort=False):
            lever, territory, segment = map(str, names)
            cells = np.flatnonzero(self.named(lever, territory, segment))
            total = weight[cells].sum()
            share = (
                weight[cells] / total if total > 0 else np.full(len(cells), 1 / max(len(cells), 1))
            )
            line = np.bincount(part["column"], weights=part["spend"], minlength=columns)
            amounts[cells] += share[:, None] * line
        return amounts
