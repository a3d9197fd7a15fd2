"""Confidence: how much curves change when chance is drawn anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from allocopt.response.estimate import Estimate, estimate
from allocopt.response.forms import Form
from allocopt.response.holdout import foretold
from allocopt.response.observations import Observations

# Refits, and the share of them that an interval leaves out on each side.
REFITS, TAIL = 40, 0.1
# The same errors are drawn each time.
SEED = 0
# Shortest block of periods that is drawn as a whole, as neighbours err alike.
_SHORTEST = 4


def redrawn_estimates(seen: Observations, forms: Sequence[Form], found: Estimate) -> list[Estimate]:
    """Estimates from sales whose errors are drawn anew in blocks of periods (Künsch, 1989).

    A block is drawn for all places at once, so that what errs together stays together.
    """
    rng = np.random.default_rng(SEED)
    expected = foretold(seen, found)
    errors = (seen.sales - expected)[:, seen.known]
    return [
        estimate(
            replace(seen, sales=_with_errors(expected, seen.known, errors[:, order])),
            forms,
            found.parameters,
        )
        for order in _block_orders(errors.shape[1], rng)
    ]


def _with_errors(expected: np.ndarray, known: np.ndarray, errors: np.ndarray) -> np.ndarray:
    sales = expected.copy()
    sales[:, known] += errors
    return sales


def _block_orders(periods: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Positions of errors in the order of each refit."""
    length = min(periods, max(_SHORTEST, round(periods ** (1 / 3))))
    blocks = -(-periods // length)
    starts = rng.integers(0, periods - length + 1, size=(REFITS, blocks))
    drawn = starts[:, :, None] + np.arange(length)
    return [order[:periods] for order in drawn.reshape(REFITS, -1)]
