"""Prices: what an hour of each rep and each unit is worth to the whole, and the bound that they give.

Every vector of multipliers bounds the whole (Lagrangian relaxation: Geoffrion, 1974). The first comes from
the regions by themselves. Then the multipliers of one region after another are the best that they can be
while those of the others stay, and with each the bound falls (block coordinate descent on the dual); what
its units take of other regions' reps is paid for at their prices, as in Dantzig and Wolfe (1960).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy.sparse import csr_array

from allocopt.decomposition.executors import Crew
from allocopt.decomposition.tasks import Relaxed, relax
from allocopt.decomposition.whole import Whole
from allocopt.problem.numbering import Mask, Numbers
from allocopt.solver import CompiledModel, Limits
from allocopt.solver.bound import dual_bound
from allocopt.solver.compiled import Floats

# A round that takes less than this off the bound is the last. [share of the bound]
ENOUGH = 1e-4
MOST_ROUNDS = 8

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Prices:
    """Multipliers of the rows of the whole, the bound that they give, and a point of its columns.

    The point is that of each region's own relaxation, in which other regions' reps have their price and
    no end of time.
    """

    row_dual: Floats
    bound: float
    x: Floats


@dataclass(frozen=True)
class Block:
    """Some rows of the whole with their columns, in which all other rows are prices."""

    rows: Numbers
    columns: Numbers
    model: CompiledModel


@dataclass(frozen=True)
class Pricing:
    """The whole, ready to be taken apart into blocks of rows."""

    whole: Whole
    by_row: csr_array
    regions: int

    @classmethod
    def of(cls, whole: Whole, regions: int) -> Pricing:
        """A pricing that has not begun."""
        return cls(whole, csr_array(whole.model.matrix), regions)

    def start(self) -> Prices:
        """No prices at all, with the bound that the columns alone give."""
        nothing = np.zeros(len(self.whole.model.rows))
        return Prices(nothing, dual_bound(self.whole.model, nothing), self.whole.model.lower)

    def alone(self, region: int, prices: Prices) -> Block:
        """A region's rows with the columns that are in no other region's rows."""
        rows = np.flatnonzero(self.whole.region == region)
        columns, inside = np.unique(self.by_row[rows].indices, return_counts=True)
        own = inside == np.diff(self.whole.model.matrix.indptr)[columns]
        return self._block(rows, columns[own], prices)

    def among_others(self, region: int, prices: Prices) -> Block:
        """A region's rows and those of the units that may go to its reps, with all of their columns."""
        own = self.whole.region == region
        touched = np.unique(self.by_row[np.flatnonzero(own)].indices)
        near = np.unique(self.whole.model.matrix[:, touched].indices)
        other = (self.whole.region[near] >= 0) & ~self.whole.of_reps[near]
        rows = np.union1d(np.flatnonzero(own), near[other])
        return self._block(rows, np.unique(self.by_row[rows].indices), prices)

    def _block(self, rows: Numbers, columns: Numbers, prices: Prices) -> Block:
        model = self.whole.model
        rows = rows[np.diff(self.by_row[rows][:, columns].indptr) > 0]
        outside = usable(model, prices.row_dual)
        outside[rows] = 0.0
        # Prices of the rows outside stand in the objective in their place.
        cost = model.cost - model.matrix.T @ outside
        part = replace(model, cost=cost, offset=0.0).submodel(columns, rows)
        return Block(rows, columns, part)

    def with_answers(self, prices: Prices, blocks: Sequence[tuple[int, Block, Relaxed]]) -> Prices:
        """The prices with those of the blocks in their rows; the point with their regions' columns."""
        dual, x = prices.row_dual.copy(), prices.x.copy()
        for region, block, answer in blocks:
            if answer.row_dual is None or answer.x is None:
                continue
            dual[block.rows] = answer.row_dual
            own = self.whole.column_region[block.columns] == region
            x[block.columns[own]] = answer.x[own]
        dual = usable(self.whole.model, dual)
        return Prices(dual, dual_bound(self.whole.model, dual), x)

    def apart(self) -> list[list[int]]:
        """Regions in groups of which no two share a column (greedy colouring, most neighbours first)."""
        touches = self._touches()
        groups: list[list[int]] = []
        for region in np.argsort(-touches.sum(axis=1), kind="stable"):
            free = (group for group in groups if not touches[region, group].any())
            group = next(free, None)
            if group is None:
                groups.append([int(region)])
            else:
                group.append(int(region))
        return groups

    def _touches(self) -> Mask:
        """Which regions have rows with a common column."""
        entry = self.whole.model.matrix.tocoo()
        row_region = self.whole.region[entry.row]
        there = np.zeros((self.regions, len(self.whole.model.cost)), dtype=bool)
        there[row_region[row_region >= 0], entry.col[row_region >= 0]] = True
        common = csr_array(there.astype(np.int32))
        return np.asarray((common @ common.T).toarray() > 0)


def usable(model: CompiledModel, row_dual: Floats) -> Floats:
    """Multipliers without those that lean on a side that a row has not."""
    side = np.where(row_dual > 0, model.row_upper, model.row_lower)
    return np.where(np.isfinite(side), row_dual, 0.0)


def find_prices(pricing: Pricing, crew: Crew, limits: Limits, until: float, tell: Tell) -> Prices:
    """Prices that bound the whole closely, found in rounds over the regions until a moment `until`."""
    prices = pricing.start()
    regions = range(pricing.regions)
    prices = _asked(pricing, prices, [(k, pricing.alone(k, prices)) for k in regions], crew, limits)
    tell(f"bound {prices.bound:,.0f}")
    groups = pricing.apart()
    for _ in range(MOST_ROUNDS):
        before = prices.bound
        for group in groups:
            if time.monotonic() > until or crew.stop.is_set():
                return prices
            blocks = [(k, pricing.among_others(k, prices)) for k in group]
            prices = _asked(pricing, prices, blocks, crew, limits)
        tell(f"bound {prices.bound:,.0f}")
        if before - prices.bound < ENOUGH * abs(prices.bound):
            break
    return prices


def _asked(
    pricing: Pricing,
    prices: Prices,
    blocks: Sequence[tuple[int, Block]],
    crew: Crew,
    limits: Limits,
) -> Prices:
    """The better prices that the blocks give together; else those of single blocks that are better."""
    tasks = [partial(relax, block.model, limits) for _, block in blocks]
    answers = [(*blocks[number], answer) for number, answer in crew.run(tasks)]
    # In the order of the regions, whoever answers first.
    answers.sort(key=lambda answer: answer[0])
    together = pricing.with_answers(prices, answers)
    if together.bound <= prices.bound:
        return together
    best = Prices(prices.row_dual, prices.bound, together.x)
    for answer in answers:
        alone = pricing.with_answers(best, [answer])
        best = min(best, alone, key=lambda one: one.bound)
    return best
