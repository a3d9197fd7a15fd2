"""Shapley: what each factor did to an amount, whatever the order in which one looks at them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from math import factorial

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Value = Callable[[frozenset[str]], Floats]


def shapley(value: Value, factors: Sequence[str]) -> dict[str, Floats]:
    """The effect of each factor; the effects add up to value(all factors) − value(none).

    `value` tells the amounts when the named factors are as they came and the others as planned. An effect
    is the mean over all orders of what changes when the factor changes (Shapley, 1953, A value for n-person
    games; as a decomposition: Shorrocks, 2013, Journal of Economic Inequality 11). A factor joins k others
    in k! (n − k − 1)! of the n! orders.
    """
    n = len(factors)
    share = [factorial(k) * factorial(n - k - 1) / factorial(n) for k in range(n)]
    effects: dict[str, Floats] = {}
    for k in range(n + 1):
        for chosen in combinations(factors, k):
            amounts = value(frozenset(chosen))
            for factor in factors:
                weight = share[k - 1] if factor in chosen else -share[k]
                effects[factor] = effects.get(factor, np.zeros_like(amounts)) + weight * amounts
    return effects
