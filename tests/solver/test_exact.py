"""Exact values: what is left of a model gives what the whole model gives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_arrays import cases, model_of

from allocopt.solver.bound import dual_bound
from allocopt.solver.cut import fixed_at
from allocopt.solver.exact import exact_values, remainder
from allocopt.solver.highs import Limits, Outcome, run

LIMITS = Limits(time_limit=20, gap=0.0, threads=1)


@given(cases())
@settings(max_examples=300, deadline=None)
def test_values_and_multipliers_are_those_of_the_whole_model(case):
    model, point = case
    fixed = fixed_at(model, point)
    whole = run(fixed, LIMITS, relaxed=True)
    found = exact_values(model, point, LIMITS)
    assert (found.x is None) == (whole.x is None)
    if found.x is None:
        assert found.outcome is Outcome.INFEASIBLE
        return
    assert found.objective == pytest.approx(whole.objective, abs=1e-6)
    assert found.objective == pytest.approx(model.value(found.x))
    activity = model.matrix @ found.x
    assert (activity <= model.row_upper + 1e-6).all()
    assert (activity >= model.row_lower - 1e-6).all()
    assert (found.x[model.integer] == point[model.integer]).all()
    # Multipliers that prove the optimum are multipliers of the right sign and size.
    assert dual_bound(fixed, found.row_dual) == pytest.approx(whole.objective, abs=1e-6)


@given(cases(), st.data())
@settings(max_examples=150, deadline=None)
def test_free_columns_are_chosen_best_while_the_others_stay(case, data):
    model, point = case
    free = np.array([data.draw(st.booleans()) for _ in point])
    held = replace(
        model,
        lower=np.where(free, model.lower, point),
        upper=np.where(free, model.upper, point),
    )
    whole = run(held, LIMITS)
    found = exact_values(model, point, LIMITS, free=free)
    assert (found.x is None) == (whole.x is None)
    if found.x is not None:
        assert found.objective == pytest.approx(whole.objective, abs=1e-5)
        assert (found.x[~free] == point[~free]).all()


def test_only_rows_that_tie_open_columns_are_left():
    # x is fixed at 1: y ≤ 2x is a bound, z ≤ y + 1 ties the two that are open.
    model = model_of(
        cost=[1, 1, 1],
        matrix=[[-2, 1, 0], [0, -1, 1], [1, 0, 0]],
        row_lower=[-np.inf, -np.inf, -np.inf],
        row_upper=[0, 1, 1],
        upper=[1, 5, 9],
        integer=[True, False, False],
    )
    left = remainder(model, np.array([1.0, 0, 0]))
    assert left.part.shape == (1, 2)
    assert left.part.upper.tolist() == [2, 9]
    found = exact_values(model, np.array([1.0, 0, 0]), LIMITS)
    assert found.x.tolist() == [1, 2, 3]
    # One more of the first row gives one more of y and with it one more of z.
    assert found.row_dual.tolist() == [2, 1, 0]


def test_a_point_that_breaks_a_row_has_no_values():
    model = model_of([1, 1], [[1, 1]], [-np.inf], [1], [1, 1], [True, True])
    assert exact_values(model, np.array([1.0, 1.0]), LIMITS).outcome is Outcome.INFEASIBLE
