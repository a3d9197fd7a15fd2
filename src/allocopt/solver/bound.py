"""A bound that needs no trust in a solver: any multipliers give one."""

from __future__ import annotations

import numpy as np

from allocopt.solver.compiled import CompiledModel, Floats


def dual_bound(model: CompiledModel, row_dual: Floats) -> float:
    """Least upper bound on the objective that the multipliers y give, rounded outward.

    For y of the right sign, cost · x ≤ y · b + Σ_c max(lower · rc, upper · rc) with rc = cost − Aᵀ y, b the
    side of each row that y leans on (weak duality with box constraints: Neumaier and Shcherbina, 2004).
    A multiplier of the wrong sign counts as zero.
    """
    leans_up, leans_down = row_dual > 0, row_dual < 0
    side = np.where(leans_up, model.row_upper, np.where(leans_down, model.row_lower, 0.0))
    y = np.where(np.isfinite(side), row_dual, 0.0)
    side = np.where(np.isfinite(side), side, 0.0)
    reduced = model.cost - model.matrix.T @ y
    best = np.maximum(model.lower * reduced, model.upper * reduced)
    total = float(y @ side + best.sum() + model.offset)
    # Rounding of a sum of n terms is below n · eps · Σ|terms| (Higham, 2002, §4.2): once for the total,
    # once for each reduced cost, whose error is multiplied by the width of its column.
    size = float(np.abs(y * side).sum() + np.abs(best).sum() + abs(model.offset))
    terms = len(y) + len(best) + 1
    in_column = np.diff(model.matrix.indptr) + 1
    reduced_size = in_column * (np.abs(model.cost) + np.abs(model.matrix).T @ np.abs(y))
    widest = np.maximum(np.abs(model.lower), np.abs(model.upper))
    return total + np.finfo(float).eps * (terms * size + float(reduced_size @ widest))
