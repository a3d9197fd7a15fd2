"""Weight: how much of the global model enters the forecast, one weight per class of nodes.

The weight with the lowest error over all hold-outs is drawn to a prior, which is three quarters for
panels of 200 nodes and 40 periods or more and falls to nothing with the size of the panel: global
models need company, tiny panels lean on local ones. A weight per series would follow noise (Fildes
and Petropoulos 2015, "Simple versus complex selection rules for forecasting many time series").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allocopt.forecasting.arrays import BoolArray, FloatArray
from allocopt.forecasting.engine.holdout import Holdout

PRIOR = 0.75
# Where the prior is nothing, and where it is whole.
NODES, PERIODS = (50, 200), (20, 40)
# Hold-outs that the prior counts for.
STRENGTH = 6
NOT_TESTED = "the global model could not be tested on the past"
STEPS: FloatArray = np.linspace(0.0, 1.0, 21)
# Scaled errors beyond this are accidents that say nothing about the members.
ERROR_MAX = 10.0


@dataclass(frozen=True)
class Weight:
    """Weight of the global model for one class of nodes, and why it is that."""

    share: float
    why: str


def choose_weight(
    holdouts: Sequence[Holdout],
    members: BoolArray,
    periods: float,
    *,
    squared: bool,
    untested: str = NOT_TESTED,
) -> Weight:
    """Weight for the nodes in `members` (node,), which know `periods` periods in the middle.

    `squared` judges by squared errors; `untested` is why no hold-out could compare the two.
    Absolute errors would prefer a forecast of nothing where demand is intermittent.
    """
    errors = [_errors(holdout, members, squared=squared) for holdout in holdouts]
    tested = [error for error in errors if error is not None]
    if not tested:
        return Weight(0.0, untested)
    best = float(STEPS[np.argmin(np.mean(tested, axis=0))])
    prior = PRIOR * _within(int(members.sum()), NODES) * _within(periods, PERIODS)
    share = (len(tested) * best + STRENGTH * prior) / (len(tested) + STRENGTH)
    return Weight(share, f"{best:.0%} was best in {len(tested)} hold-outs, drawn to {prior:.0%}")


def _within(size: float, limits: tuple[int, int]) -> float:
    """How far a size lies between two limits: 0 at the first and below, 1 at the second."""
    return float(np.clip((size - limits[0]) / (limits[1] - limits[0]), 0.0, 1.0))


def _errors(holdout: Holdout, members: BoolArray, *, squared: bool) -> FloatArray | None:
    """Mean scaled error at each step of the weight, None where nothing can be compared."""
    chosen = members[holdout.rows] & (holdout.scale > 0)
    local, stack = holdout.base.local[chosen], holdout.base.stack[chosen]
    if not chosen.any() or np.array_equal(local, stack):
        return None
    actual, scale = holdout.actual[chosen], holdout.scale[chosen, None]
    known = ~np.isnan(actual)
    if not known.any():
        return None
    means = []
    for share in STEPS:
        blended = local + share * (stack - local)
        error = np.minimum(np.abs(actual - blended) / scale, ERROR_MAX)[known]
        means.append(np.mean(error**2 if squared else error))
    return np.array(means)
