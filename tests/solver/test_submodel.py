"""Submodels say of their columns what the whole model says."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_arrays import cases, model_of

from allocopt.solver.activity import activity_bounds, farthest

SOME = settings(max_examples=100, deadline=None)


def corners(model):
    """Every point whose columns lie at a bound."""
    sides = zip(model.lower.tolist(), model.upper.tolist(), strict=True)
    return [np.array(point) for point in product(*(dict.fromkeys(side) for side in sides))]


@given(cases(), st.data())
@SOME
def test_a_submodel_is_the_model_with_the_other_columns_fixed(case, data):
    model, point = case
    many = st.lists(st.integers(0, len(point) - 1), min_size=1, unique=True).map(sorted)
    columns = np.array(data.draw(many))
    part = model.submodel(columns, x=point)
    other = point.copy()
    other[columns] = part.upper
    assert part.value(part.upper) == pytest.approx(model.value(other))
    rows = np.array([key.index[0] for key in part.rows], dtype=int)
    left = (part.matrix @ part.upper - part.row_upper)[np.isfinite(part.row_upper)]
    whole = (model.matrix @ other - model.row_upper)[rows][np.isfinite(part.row_upper)]
    assert left == pytest.approx(whole)
    # No other row has one of the columns.
    assert np.isin(model.matrix[:, columns].indices, rows).all()
    assert part.columns == tuple(columns.tolist())


def test_a_submodel_of_asked_rows_has_these_in_their_order():
    model = model_of([1, 2], [[1, 0], [0, 3], [4, 5]], [0, 0, 0], [1, 2, 3], [9, 9], [0, 1])
    part = model.submodel(np.array([1]), np.array([2, 0]))
    assert part.matrix.toarray().tolist() == [[5], [0]]
    assert part.row_upper.tolist() == [3, 1]
    assert part.integer.tolist() == [True]
    assert part.offset == model.offset


@given(cases())
@SOME
def test_activity_bounds_are_those_of_the_corners(case):
    model, _ = case
    reached = np.array([model.matrix @ point for point in corners(model)])
    least, most = activity_bounds(model.matrix, model.lower, model.upper)
    assert least == pytest.approx(reached.min(axis=0))
    assert most == pytest.approx(reached.max(axis=0))


@given(cases())
@SOME
def test_no_corner_misses_a_row_by_more_than_the_farthest(case):
    model, _ = case
    reach = farthest(model)
    for point in corners(model):
        activity = model.matrix @ point
        limited = np.isfinite(model.row_upper)
        assert (activity - model.row_upper <= reach + 1e-9)[limited].all()
        only_below = ~limited & np.isfinite(model.row_lower)
        assert (model.row_lower - activity <= reach + 1e-9)[only_below].all()


def test_a_gap_is_a_share_of_the_objective_or_of_its_scale():
    model = model_of([3, -5], [[1, 1]], [0], [1], [1, 1], [0, 0])
    assert model.gap(100.0, 101.0) == pytest.approx(0.01)
    assert model.gap(0.0, 8e-9) == pytest.approx(1.0)
