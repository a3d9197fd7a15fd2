"""Division: units divided between two reps in the best way, for many pairs of reps at once.

What one rep gets of the units decides what the other one gets, so that a table over the first rep's load is
enough (dynamic programming: Bellman, 1957). Load beyond a rep's room has a price.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocopt.solver.compiled import Floats, Mask
from allocopt.solver.knapsacks.knapsack import Whole

# Loads of a rep up to so many times the largest room are looked at.
BEYOND = 1.2


@dataclass(frozen=True)
class Division:
    """The best division of some units for each of several pairs of reps.

    value: by pair, the worth of all units less the price of what is beyond the rooms; −∞ where none is
    possible. load: by pair, of the first rep. size: by unit. taken: unit × pair × load of the first rep so
    far, whether the unit is then the first rep's.
    """

    value: Floats
    load: Whole
    size: Whole
    taken: Mask

    def first_has(self, pair: int) -> Mask:
        """By unit, whether the first rep of a pair gets it."""
        has, left = np.zeros(len(self.size), dtype=bool), int(self.load[pair])
        for unit in range(len(self.size) - 1, -1, -1):
            has[unit] = self.taken[unit, pair, left]
            left -= int(self.size[unit]) if has[unit] else 0
        return has


def divided(
    first: Floats, second: Floats, size: Whole, room: tuple[Whole, Whole], price: float
) -> Division:
    """The best divisions; `first` and `second` are what units are worth with either rep, unit × pair.

    size: by unit [parts]. room: of the first and the second rep of each pair [parts]. price: of a part
    beyond the room [objective per part].
    """
    total = int(size.sum())
    # One of the two has half of all, up to the size of a unit, whatever the rooms are.
    half = (total + int(np.max(size))) // 2
    most = min(total, max(int(BEYOND * float(np.max(room))), half))
    best = np.full((first.shape[1], most + 1), -np.inf)
    best[:, 0] = 0.0
    taken = np.zeros((len(size), *best.shape), dtype=bool)
    for unit, part in enumerate(size.tolist()):
        after = best + second[unit][:, None]
        with_it = best[:, : max(most + 1 - part, 0)] + first[unit][:, None]
        np.greater(with_it, after[:, part:], out=taken[unit, :, part:])
        np.maximum(with_it, after[:, part:], out=after[:, part:])
        best = after
    load = np.arange(most + 1)
    over = np.maximum(load - room[0][:, None], 0) + np.maximum(total - load - room[1][:, None], 0)
    best -= price * over
    at = best.argmax(axis=1)
    return Division(best[np.arange(len(at)), at], at, size, taken)
