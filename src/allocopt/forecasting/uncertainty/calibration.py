"""Calibration: spread of the paths brought to what hold-outs have shown.

Blocks come from local forecasts; the forecast itself may err less, or more at some levels. The
factor of a level is the quantile of |error| / half width over its nodes, periods and hold-outs that
makes the asked share of them lie inside (split conformal: Lei et al. 2018, "Distribution-free
predictive inference for regression", §2.2, with the normalised residuals of §5.2), drawn to one
because few hold-outs know little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.reconciliation import Reconciler
from allocopt.forecasting.uncertainty.blocks import Blocks
from allocopt.forecasting.uncertainty.conformal import conformal_quantile
from allocopt.forecasting.uncertainty.draw import coherent_blocks

# Hold-outs that the prior, a factor of one, counts for: on rolling origins of tourism panels the
# quantile loss does not change from 2 to 8, on a tiny one it is lowest with a strong prior.
STRENGTH = 8.0
COVERAGE = 0.8
# Hold-outs without an error, of series that stand still, do not make the future certain.
LEAST_FACTOR = 0.1


@dataclass(frozen=True, eq=False)
class HoldoutErrors:
    """How the reconciled forecast of all nodes did at an earlier origin.

    `periods_ago` is how long ago that was; `errors` actual − forecast (node, horizon)
    [currency/period], NaN where unknown; `scale` (node,) the unit of the blocks at that time.
    """

    periods_ago: int
    errors: FloatArray
    scale: FloatArray


def calibrate(
    reconciler: Reconciler, blocks: Blocks, holdouts: Sequence[HoldoutErrors]
) -> FloatArray:
    """Factor on the scale of each node, shape (node,), the same within a level."""
    tried = [_ratios(reconciler, blocks, holdout) for holdout in holdouts]
    ratios = [ratio for ratio in tried if ratio is not None]
    structure = reconciler.structure
    factor = np.ones(len(structure))
    if not ratios:
        return factor
    trust = len(ratios) / (len(ratios) + STRENGTH)
    for level in structure.level_names:
        rows = structure.at(level)
        pooled = np.concatenate([ratio[rows].ravel() for ratio in ratios])
        pooled = pooled[np.isfinite(pooled)]
        if len(pooled):
            factor[rows] = max(conformal_quantile(pooled, COVERAGE), LEAST_FACTOR) ** trust
    return factor


def _ratios(reconciler: Reconciler, blocks: Blocks, holdout: HoldoutErrors) -> FloatArray | None:
    """|error| in units of the half width that the paths had then, shape (node, horizon)."""
    then = blocks.until(holdout.periods_ago, holdout.scale)
    if np.isnan(then.scaled).all():
        return None
    horizon = min(holdout.errors.shape[1], blocks.horizon)
    nothing = np.zeros((reconciler.structure.series, horizon))
    bottom = coherent_blocks(nothing, reconciler, then)
    nodes = np.stack([reconciler.structure.sum(block) for block in bottom])
    half = np.quantile(np.abs(nodes), COVERAGE, axis=0)
    errors = np.abs(holdout.errors[:, :horizon])
    return np.where(half > 0, errors / np.where(half > 0, half, 1.0), np.nan)
