"""Compiled models: small ones made by hand or at random, and two that are the same but for their order."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from scipy.sparse import coo_array, csc_array

from allocopt.solver.compiled import CompiledModel, RowKey


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


def model_of(cost, matrix, row_lower, row_upper, upper, integer):
    """A model whose columns start at nothing."""
    rows, columns = np.shape(matrix)
    return CompiledModel(
        cost=np.array(cost, dtype=float),
        offset=3.0,
        matrix=csc_array(np.array(matrix, dtype=float)),
        row_lower=np.array(row_lower, dtype=float),
        row_upper=np.array(row_upper, dtype=float),
        lower=np.zeros(columns),
        upper=np.array(upper, dtype=float),
        integer=np.array(integer, dtype=bool),
        rows=tuple(RowKey("row", (n,)) for n in range(rows)),
        columns=tuple(range(columns)),
    )


@st.composite
def cases(draw):
    """A small model whose rows mostly have few columns, and a point within its bounds."""
    columns, rows = draw(st.integers(2, 6)), draw(st.integers(1, 6))
    entry = st.sampled_from([0, 0, 0, -2, -1, 1, 2, 3])
    matrix = [[draw(entry) for _ in range(columns)] for _ in range(rows)]
    upper = [draw(st.integers(0, 4)) for _ in range(columns)]
    point = np.array([draw(st.integers(0, most)) for most in upper], dtype=float)
    # Most rows hold at the point, so that the model can often be solved.
    activity = np.array(matrix) @ point
    low = [a - draw(st.sampled_from([0, 1, np.inf, -0.5])) for a in activity]
    high = [
        max(a + draw(st.sampled_from([0, 1, np.inf])), b)
        for a, b in zip(activity, low, strict=True)
    ]
    cost = [draw(st.integers(-5, 5)) for _ in range(columns)]
    integer = [draw(st.booleans()) for _ in range(columns)]
    return model_of(cost, matrix, low, high, upper, integer), point
