"""Compiled models whatever the order of their rows and columns."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array


def by_name(named):
    """Offset, and by name the entries, rows and columns of a compiled model."""
    model, rows, columns = named.model, named.row_names, named.column_names
    matrix = coo_array(model.matrix)
    entries = {
        (rows[row], columns[column]): value
        for row, column, value in zip(matrix.row, matrix.col, matrix.data, strict=True)
        if value
    }
    limits = dict(zip(rows, zip(model.row_lower, model.row_upper, strict=True), strict=True))
    sides = zip(model.cost, model.lower, model.upper, model.integer, strict=True)
    return model.offset, entries, limits, dict(zip(columns, sides, strict=True))


def assert_same(found, expected):
    """Two compiled models say the same, but for rounding of sums."""
    size = float(np.abs(expected.model.cost).sum())
    assert np.isclose(found.model.offset, expected.model.offset, rtol=1e-9, atol=1e-12 * size)
    for mine, other in zip(by_name(found)[1:], by_name(expected)[1:], strict=True):
        assert mine.keys() == other.keys()
        for name, value in other.items():
            assert np.allclose(mine[name], value, rtol=1e-9, atol=1e-12), name
