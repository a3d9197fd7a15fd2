"""Covariance: how much the forecast of each node errs, and which nodes err together.

Sources: Schäfer and Strimmer 2005, "A shrinkage approach to large-scale covariance matrix
estimation and implications for functional genomics", §2.5 and appendix A (target D, correlations
shrunk to zero); Wickramasuriya, Athanasopoulos and Hyndman 2019, "Optimal forecast reconciliation
for hierarchical and grouped time series through trace minimization", §2.4 (its use).
"""

from __future__ import annotations

import numpy as np

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.reconciliation.structure import Structure

# Fewer errors than this tell nothing about correlations: two points always lie on a line.
FEW_ERRORS = 5
# Keeps the matrix invertible where the errors of a node are exactly the sum of its parts' errors.
LEAST_SHRINKAGE = 0.01
# Smallest variance of a node, as a share of what its members' variances add up to or, where those
# are zero, of the typical variance of a series: a forecast without known errors is not certain.
LEAST_VARIANCE = 1e-8


def error_variances(errors: FloatArray, *, about_mean: bool = False) -> FloatArray:
    """Mean squared error of each node, shape (node,), from errors (node, origin); NaN if unknown.

    With `about_mean` it is the sample variance instead, which leaves the bias out.
    """
    known = ~np.isnan(errors)
    count = known.sum(axis=1)
    values = np.where(known, errors, 0.0)
    if about_mean:
        mean = values.sum(axis=1) / np.maximum(count, 1)
        values = np.where(known, errors - mean[:, None], 0.0)
    freedom = count - int(about_mean)
    return np.where(freedom > 0, (values**2).sum(axis=1) / np.maximum(freedom, 1), np.nan)


def complete_variances(variances: FloatArray, structure: Structure) -> FloatArray:
    """Variances without gaps and above zero, shape (node,).

    A node without known errors gets the typical variance of as many series as it has; series that
    never erred keep a trace of variance.
    """
    members = structural_variances(structure)
    positive = np.isfinite(variances) & (variances > 0)
    if not positive.any():
        return members
    typical = float(np.median(variances[positive] / members[positive]))
    filled = np.where(np.isfinite(variances), variances, typical * members)
    parts = structure.sum(filled[structure.aggregates :, None])[:, 0]
    return np.maximum(filled, LEAST_VARIANCE * np.maximum(parts, typical * members))


def structural_variances(structure: Structure) -> FloatArray:
    """Variance of each node if all series erred alike and independently: its number of members."""
    return np.asarray(structure.summing.sum(axis=1), dtype=float).ravel()


def shrunk_correlations(errors: FloatArray) -> FloatArray:
    """Correlations of the errors (node, origin) of all nodes, shrunk towards zero, shape (node, node).

    Where errors are unknown, a product counts as zero: a pair of nodes that was rarely seen
    together is taken as little correlated, and the matrix stays positive definite.
    """
    scores, count = _standardised(errors)
    nodes = len(errors)
    correlation = scores @ scores.T / np.sqrt(np.outer(count, count))
    np.fill_diagonal(correlation, 0.0)
    together = (~np.isnan(errors)).astype(float)
    both = np.maximum(together @ together.T, 2.0)
    # Variance of a correlation: Schäfer and Strimmer 2005, appendix A, with the factors n / (n − 1)
    # of numerator and denominator cancelled.
    squares = (scores**2) @ (scores**2).T
    noise = (squares - both * correlation**2) / (both * (both - 1))
    np.fill_diagonal(noise, 0.0)
    signal = float((correlation**2).sum())
    enough = np.median(count) >= FEW_ERRORS and signal > 0
    share = float(noise.sum()) / signal if enough else 1.0
    correlation *= 1 - np.clip(share, LEAST_SHRINKAGE, 1.0)
    correlation[np.arange(nodes), np.arange(nodes)] = 1.0
    return np.asarray(correlation)


def _standardised(errors: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Errors with mean 0 and variance 1, 0 where unknown or constant; and how many are known."""
    known = ~np.isnan(errors)
    count = np.maximum(known.sum(axis=1), 1)
    mean = np.where(known, errors, 0.0).sum(axis=1) / count
    centred = np.where(known, errors - mean[:, None], 0.0)
    deviation = np.sqrt((centred**2).sum(axis=1) / count)
    varies = deviation > 1e-12 * np.abs(mean)
    return np.where(varies, 1 / np.where(varies, deviation, 1.0), 0.0)[:, None] * centred, count
