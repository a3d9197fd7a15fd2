"""Activity: what the rows of a model can add up to while its columns stay within their bounds.

Activity bounds: Savelsbergh, 1994.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csc_array, csr_array

from allocopt.solver.compiled import CompiledModel, Floats


def activity_bounds(
    matrix: csc_array | csr_array, lower: Floats, upper: Floats
) -> tuple[Floats, Floats]:
    """Least and most activity of each row."""
    positive, negative = matrix.maximum(0), matrix.minimum(0)
    least = positive @ lower + negative @ upper
    return np.asarray(least), np.asarray(positive @ upper + negative @ lower)


def farthest(model: CompiledModel) -> Floats:
    """No less than what any row can be missed by: its columns at their widest, and its limit."""
    widest = np.maximum(np.abs(model.lower), np.abs(model.upper))
    limit = np.where(np.isfinite(model.row_upper), model.row_upper, model.row_lower)
    return np.asarray(abs(model.matrix) @ widest) + np.abs(limit)
