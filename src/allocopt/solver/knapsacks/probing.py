"""Probing: what the bound would be with a choice forced, and which choices are thereby settled.

A choice that cannot be part of a plan better than one in hand need not be looked at again (reduced-cost
fixing; with exact knapsacks: Posta, Ferland and Michelon, 2012).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from allocopt.solver.compiled import CompiledModel, Floats
from allocopt.solver.knapsacks.knapsack import force
from allocopt.solver.knapsacks.lagrangian import Relaxation

# A forced choice counts as worse only by more than this. [share of the bound]
MARGIN = 1e-9


@dataclass(frozen=True)
class Probes:
    """A bound on every plan with a column at 1, and with it at 0; +∞ where nothing is known."""

    at_one: Floats
    at_zero: Floats

    def with_others(self, others: Probes) -> Probes:
        """The lesser of two bounds, each of which holds."""
        return Probes(
            np.minimum(self.at_one, others.at_one), np.minimum(self.at_zero, others.at_zero)
        )

    @property
    def bound(self) -> float:
        """A bound on every plan: each column is 0 or 1."""
        return float(np.maximum(self.at_one, self.at_zero).min(initial=np.inf))


def nothing_known(model: CompiledModel) -> Probes:
    """No bounds at all."""
    unknown = np.full(len(model.columns), np.inf)
    return Probes(unknown, unknown)


def probe(relaxation: Relaxation, multipliers: Floats) -> Probes:
    """Bounds with each choice of the blocks, and each yes or no beside them, forced both ways."""
    model, blocks = relaxation.model, relaxation.blocks
    priced = relaxation.at(relaxation.allowed(multipliers))
    value = priced.value + relaxation.rounding(multipliers)
    one, zero = _beside(relaxation, priced.reduced, value)
    forced = force(relaxation.item_profit(priced.reduced), blocks.weight, blocks.room)
    gates, opening = relaxation.gates, relaxation.gate_profit(priced.reduced)
    others = value - priced.worth
    inside = others[:, None] + forced.inside + opening[:, None]
    shut = np.where(gates, 0.0, -np.inf)[:, None]
    outside = others[:, None] + np.maximum(shut, forced.outside + opening[:, None])
    one[blocks.columns[relaxation.items]] = inside[relaxation.items]
    zero[blocks.columns[relaxation.items]] = outside[relaxation.items]
    one[blocks.gate[gates]] = (others + priced.filled.value + opening)[gates]
    zero[blocks.gate[gates]] = others[gates]
    slack = MARGIN * abs(value)
    known = model.integer & (model.lower >= 0) & (model.upper <= 1)
    return Probes(np.where(known, one + slack, np.inf), np.where(known, zero + slack, np.inf))


def _beside(relaxation: Relaxation, reduced: Floats, value: float) -> tuple[Floats, Floats]:
    """Bounds for columns of no block: their reduced cost is lost when they go the other way."""
    loss = np.where(relaxation.loose, np.abs(reduced), 0.0)
    return value - np.where(reduced < 0, loss, 0.0), value - np.where(reduced > 0, loss, 0.0)


def settled(model: CompiledModel, probes: Probes, least: float) -> CompiledModel | None:
    """The model without the choices that no plan of at least `least` makes; None when there is none."""
    no, yes = probes.at_one < least, probes.at_zero < least
    upper = np.where(no, np.minimum(model.upper, 0.0), model.upper)
    lower = np.where(yes, np.maximum(model.lower, 1.0), model.lower)
    if (lower > upper).any() or probes.bound < least:
        return None
    return replace(model, lower=lower, upper=upper)
