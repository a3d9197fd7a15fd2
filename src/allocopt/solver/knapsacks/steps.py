"""Steps of the objective: what no plan's objective can lie between."""

from __future__ import annotations

from math import gcd

import numpy as np

from allocopt.solver.compiled import CompiledModel

# Amounts have as many decimals at most.
DECIMALS = 6
# Up to here whole numbers are exact in arithmetic, with room for their sum.
LARGEST = 2**40
# How far a sum of costs may be off by rounding. [steps]
TOLERANCE = 1e-6


def objective_step(model: CompiledModel) -> float:
    """Objectives of plans differ by whole multiples of this; 0 where that cannot be said.

    It can where only whole-numbered columns have a cost, and the costs are decimal numbers.
    """
    priced = (model.cost != 0) & (model.upper > model.lower)
    if not model.integer[priced].all() or not priced.any():
        return 0.0
    for decimals in range(DECIMALS + 1):
        scaled = model.cost[priced] * 10.0**decimals
        if np.abs(scaled).max() > LARGEST:
            break
        if np.abs(scaled - np.round(scaled)).max() <= TOLERANCE / len(scaled):
            return gcd(*map(int, np.round(scaled))) / 10.0**decimals
    return 0.0


def rounded_down(model: CompiledModel, bound: float) -> float:
    """The largest objective that a plan within the bound can have."""
    step = objective_step(model)
    if step == 0 or not np.isfinite(bound):
        return bound
    still = model.upper <= model.lower
    base = model.offset + float(model.cost[still] @ model.lower[still])
    return float(base + step * np.floor((bound - base) / step + TOLERANCE))
