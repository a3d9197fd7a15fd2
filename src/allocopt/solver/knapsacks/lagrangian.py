"""Lagrangian relaxation: a bound from multipliers of the linking rows and exact knapsacks of the reps.

The rows that tie reps together get a price; what is left falls apart into one knapsack per rep, solved to
proof (Held and Karp, 1971; Fisher, 1981). Fractional units do not help a knapsack of whole ones, so the
bound is no worse than that of the linear relaxation and often far better (Geoffrion, 1974).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from allocopt.solver.compiled import CompiledModel, Floats, Mask
from allocopt.solver.knapsacks.blocks import Blocks
from allocopt.solver.knapsacks.knapsack import Filled, fill


@dataclass(frozen=True)
class Priced:
    """A relaxation at some multipliers.

    value: bound, before rounding outward. point: columns that give it. slack: side − activity per row with
    a multiplier, the direction in which the bound grows. reduced: reduced cost per column.
    filled: the best of each block when open; worth: what each adds to the bound.
    """

    value: float
    point: Floats
    slack: Floats
    reduced: Floats
    filled: Filled
    worth: Floats


@dataclass(frozen=True)
class Relaxation:
    """A model whose rows have multipliers, but for those that its blocks keep by themselves."""

    model: CompiledModel
    blocks: Blocks

    @cached_property
    def rows(self) -> np.ndarray:
        """Numbers of the rows with multipliers."""
        return np.flatnonzero(~self.blocks.kept)

    @cached_property
    def links(self) -> csr_array:
        """Those rows."""
        return csr_array(csr_array(self.model.matrix)[self.rows])

    @cached_property
    def _across(self) -> csr_array:
        return csr_array(self.links.T)

    @cached_property
    def items(self) -> Mask:
        """Where the arrays of the blocks hold an item."""
        return np.asarray(self.blocks.columns >= 0)

    @cached_property
    def gates(self) -> Mask:
        """Blocks that a gate opens."""
        return np.asarray(self.blocks.gate >= 0)

    @cached_property
    def loose(self) -> Mask:
        """Columns of no block."""
        loose = np.ones(len(self.model.columns), dtype=bool)
        loose[self.blocks.columns[self.items]] = False
        loose[self.blocks.gate[self.gates]] = False
        return loose

    def allowed(self, multipliers: Floats) -> Floats:
        """The nearest multipliers of the right sign: a row pushes only from a side that it has."""
        low, high = self.model.row_lower[self.rows], self.model.row_upper[self.rows]
        pushes = np.where(multipliers > 0, np.isfinite(high), np.isfinite(low))
        return np.where(pushes, multipliers, 0.0)

    def item_profit(self, reduced: Floats) -> Floats:
        """Reduced cost of each item (blocks × items), −∞ for what is no item."""
        return np.where(self.items, reduced[self.blocks.columns], -np.inf)

    def gate_profit(self, reduced: Floats) -> Floats:
        """What opening each block brings by itself."""
        return np.where(self.gates, reduced[self.blocks.gate], 0.0)

    def at(self, multipliers: Floats) -> Priced:
        """The relaxation at multipliers of the right sign, one for each of `rows`."""
        model, blocks = self.model, self.blocks
        reduced = model.cost - self._across @ multipliers
        side = self.sides(multipliers)
        point = np.where(
            self.loose & (reduced > 0), model.upper, np.where(self.loose, model.lower, 0)
        )
        value = float(multipliers @ side + reduced[self.loose] @ point[self.loose] + model.offset)
        filled = fill(self.item_profit(reduced), blocks.weight, blocks.room)
        worth = filled.value + self.gate_profit(reduced)
        is_open = ~self.gates | (worth > 0)
        worth = np.where(is_open, worth, 0.0)
        point[blocks.columns[filled.chosen & is_open[:, None]]] = 1.0
        point[blocks.gate[self.gates & is_open]] = 1.0
        slack = side - self.links @ point
        return Priced(value + float(worth.sum()), point, slack, reduced, filled, worth)

    def sides(self, multipliers: Floats) -> Floats:
        """The side of each row that its multiplier leans on; at 0 one that it has."""
        low, high = self.model.row_lower[self.rows], self.model.row_upper[self.rows]
        side = np.where(multipliers > 0, high, low)
        other = np.where(np.isfinite(high), high, np.where(np.isfinite(low), low, 0.0))
        return np.where(np.isfinite(side), side, other)

    def rounding(self, multipliers: Floats) -> float:
        """How much a value at these multipliers may be too small because sums are rounded.

        Rounding of a sum of n terms is below n · eps · Σ|terms| (Higham, 2002, §4.2).
        """
        model = self.model
        widest = np.maximum(np.abs(model.lower), np.abs(model.upper))
        terms = np.abs(model.cost) + abs(self._across) @ np.abs(multipliers)
        sides = float(np.abs(multipliers * self.sides(multipliers)).sum())
        size = float(terms @ widest) + sides + abs(model.offset)
        return 2.0 * float(np.finfo(float).eps) * (sum(model.shape) + 1) * size
