"""Conformal: quantiles of a forecast from the errors that forecasts like it had.

Sources: Lei, G'Sell, Rinaldo, Tibshirani and Wasserman 2018, "Distribution-free predictive
inference for regression", §2.2 and §5.2 (split conformal with scaled residuals); Linusson, Johansson
and Löfström 2014, "Signed-error conformal regression" (each tail by itself); Romano, Patterson and
Candès 2019, "Conformalized quantile regression", theorem 2 (correction of quantile forecasts, each
tail by itself); Chernozhukov, Fernández-Val and Galichon 2010, "Quantile and probability curves
without crossing" (quantiles put in order by sorting).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from allocopt.forecasting.arrays import FloatArray

# With fewer errors than this at a period ahead, all periods ahead are pooled.
ERRORS_PER_PERIOD = 20


def conformal_quantile(errors: FloatArray, probability: float) -> float:
    """Value that a further error stays below with at least this probability, or above it for < ½.

    It is the ⌈(n + 1) p⌉-th smallest of n errors, for p below a half the mirror image of it.
    """
    if probability < 0.5:
        return -conformal_quantile(-errors, 1 - probability)
    # Rounded, because (n + 1) p may lie a rounding error above a whole number.
    rank = int(np.ceil(np.round((len(errors) + 1) * probability, 9)))
    return float(np.sort(errors)[min(rank, len(errors)) - 1])


def pooled_quantiles(
    errors: FloatArray, levels: NDArray[np.object_], probabilities: FloatArray
) -> FloatArray:
    """Signed quantiles of scaled errors (origin, node, horizon), pooled within levels.

    `levels` (node,) names the pool of each node. Shape (probability, node, horizon); a pool without
    any known error takes the errors of all nodes, and 0 where there are none.
    """
    _, nodes, horizon = errors.shape
    result = np.zeros((len(probabilities), nodes, horizon))
    for level in dict.fromkeys(levels):
        rows = np.flatnonzero(levels == level)
        pool = errors[:, rows] if np.isfinite(errors[:, rows]).any() else errors
        result[:, rows] = _by_period(pool.reshape(-1, horizon), probabilities)[:, None, :]
    return result


def _by_period(errors: FloatArray, probabilities: FloatArray) -> FloatArray:
    """Quantiles of the known errors (case, horizon), shape (probability, horizon)."""
    known = np.isfinite(errors)
    if not known.any():
        return np.zeros((len(probabilities), errors.shape[1]))
    if known.sum(axis=0).min() < ERRORS_PER_PERIOD:
        together = errors[known]
        row = np.array([conformal_quantile(together, p) for p in probabilities])
        return np.repeat(row[:, None], errors.shape[1], axis=1)
    return np.array(
        [
            [conformal_quantile(column[np.isfinite(column)], p) for column in errors.T]
            for p in probabilities
        ]
    )


def correct_quantiles(
    quantiles: Mapping[float, FloatArray],
    scale: FloatArray,
    held_out: Mapping[float, FloatArray],
    actual: FloatArray,
    held_out_scale: FloatArray,
) -> dict[float, FloatArray]:
    """Quantile forecasts (node, horizon) shifted so that those of the hold-out would have held.

    `held_out` are the quantile forecasts of a hold-out by the same probabilities, `actual` what
    came, arrays (case, horizon); scales (node,) and (case,) make errors of all nodes comparable.
    The result is in order: a higher probability never has a lower value.
    """
    probabilities = sorted(quantiles)
    shifted = []
    for probability in probabilities:
        errors = (actual - held_out[probability]) / held_out_scale[:, None]
        shift = _by_period(errors, np.array([probability]))
        shifted.append(quantiles[probability] + shift * scale[:, None])
    return dict(zip(probabilities, np.sort(np.stack(shifted), axis=0), strict=True))
