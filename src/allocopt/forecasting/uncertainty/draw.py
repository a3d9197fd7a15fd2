"""Draw: paths from blocks of past errors, with the risk of breaks that few origins have seen.

Each path is scaled by a factor common to all its series, the square root of ν / χ²_ν. It turns the
spread of ν independent errors into Student's t, which is what a normal forecast becomes when its
spread is only estimated (Geisser 1993, "Predictive Inference: An Introduction", §3.1): years in
which the whole company moved more than in the few that were seen.
"""

from __future__ import annotations

import numpy as np

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.reconciliation import (
    Reconciler,
    Structure,
    build_reconciler,
    error_variances,
)
from allocopt.forecasting.uncertainty.blocks import Blocks
from allocopt.forecasting.uncertainty.paths import Paths

# Errors of neighbouring origins overlap over h periods, so that their correlation falls to zero in
# a straight line; n of them are then worth 1.5 n / h independent ones for estimating a variance.
WORTH_OF_OVERLAPPING = 1.5
# With fewer than three degrees of freedom Student's t has no variance.
LEAST_FREEDOM = 3.0
# Where borrowed errors of series meet known ones of aggregates, the latter are trusted.
TRUST = 1e-4


def draw_paths(
    centre: FloatArray,
    reconciler: Reconciler,
    blocks: Blocks,
    *,
    paths: int,
    seed: int,
    freedom: float | None = None,
) -> Paths:
    """Paths around a coherent forecast (series, horizon) [currency/period].

    `freedom` is ν; infinity leaves the risk of breaks out.
    """
    deviations = coherent_blocks(centre, reconciler, blocks)
    if freedom is None:
        freedom = degrees_of_freedom(len(deviations), centre.shape[1])
    random = np.random.default_rng(seed)
    pairs = (paths + 1) // 2
    block = np.repeat(random.integers(len(deviations), size=pairs), 2)[:paths]
    size = np.ones(pairs)
    if np.isfinite(freedom):
        size = np.sqrt(freedom / random.chisquare(freedom, size=pairs))
    # Each block with both signs, so that the paths lie around the forecast exactly.
    factor = (np.repeat(size, 2) * np.tile([1.0, -1.0], pairs))[:paths]
    return Paths(reconciler.structure, centre, deviations, block, factor)


def degrees_of_freedom(origins: int, horizon: int) -> float:
    """Independent errors that overlapping errors of so many origins are worth."""
    return max(WORTH_OF_OVERLAPPING * origins / horizon, LEAST_FREEDOM)


def coherent_blocks(centre: FloatArray, reconciler: Reconciler, blocks: Blocks) -> FloatArray:
    """Errors of the series in each block, shape (block, series, horizon) [currency/period].

    Where no error is known, a forecast may be off by itself.
    """
    scaled = blocks.whole()[:, :, : centre.shape[1]]
    if len(scaled) == 0:
        return np.abs(centre)[None]
    if not blocks.own.all():
        reconciler = _trusting_own_errors(reconciler.structure, blocks)
    scale = blocks.scale[:, None]
    return np.stack([reconciler.to_bottom(block[blocks.row_of] * scale) for block in scaled])


def _trusting_own_errors(structure: Structure, blocks: Blocks) -> Reconciler:
    """Reconciler that bends the errors of series, most of them borrowed, to those of aggregates.

    Borrowed errors of aggregates say nothing about sums and do not count.
    """
    variances = error_variances(blocks.one_step)
    aggregates = structure.aggregates
    variances[:aggregates] *= np.where(blocks.own[:aggregates], TRUST, 1 / TRUST)
    return build_reconciler(structure, "wls", variances=variances)
