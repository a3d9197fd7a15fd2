"""Multipliers: the search for those that give the least bound.

Steps along an average of the directions seen so far (volume algorithm: Barahona and Anbil, 2000), around
the best multipliers found; the same average of points is near a solution of the relaxation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from allocopt.solver.compiled import Floats
from allocopt.solver.knapsacks.lagrangian import Priced, Relaxation

# Most weight of a new direction in the average, and the least share of that. [share]
NEWEST, LEAST = 0.3, 0.1
# The hoped-for fall of the bound grows with a step that keeps its direction, and shrinks after misses.
GROWTH, SHRINKAGE, MISSES = 1.1, 0.66, 5
# The search ends when the hoped-for fall is this small beside the bound. [share]
NEGLIGIBLE = 1e-8


@dataclass(frozen=True)
class Lean:
    """Multipliers, their bound (rounded outward), what they give, and the average point of the search."""

    multipliers: Floats
    bound: float
    priced: Priced
    mean: Floats


def improve(
    relaxation: Relaxation,
    start: Floats,
    steps: int,
    fall: float,
    enough: Callable[[float], bool],
) -> Lean:
    """Multipliers at least as good as `start`, after a number of steps or when `enough(bound)` says so.

    `fall` is how much less the bound is hoped to become at first. [objective]
    """
    centre = relaxation.allowed(start)
    best = relaxation.at(centre)
    slack, mean = best.slack, best.point
    missed = 0
    for _ in range(steps):
        size = float(slack @ slack)
        if size < 1e-12 or fall <= NEGLIGIBLE * abs(best.value) or enough(best.value):
            break
        tried = relaxation.allowed(centre - (fall / size) * slack)
        priced = relaxation.at(tried)
        share = _share(slack, priced.slack)
        if priced.value < best.value - 1e-10 * abs(best.value):
            fall *= GROWTH if float(slack @ priced.slack) > 0 else 1.0
            centre, best, missed = tried, priced, 0
        else:
            missed += 1
        if missed == MISSES:
            fall, missed = fall * SHRINKAGE, 0
        slack = share * priced.slack + (1 - share) * slack
        mean = share * priced.point + (1 - share) * mean
    return Lean(centre, best.value + relaxation.rounding(centre), best, mean)


def _share(average: Floats, newest: Floats) -> float:
    """The weight of the newest direction that makes the average shortest, within limits."""
    change = newest - average
    size = float(change @ change)
    shortest = -float(average @ change) / size if size > 0 else 1.0
    return float(np.clip(shortest, LEAST * NEWEST, NEWEST))
