"""The bound: above every plan, whatever the multipliers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.sparse import csc_array
from support_plan import EVERYTHING, EVERYTHING_TABLES, problem_of

from allocopt.model import build
from allocopt.solver import Limits
from allocopt.solver.bound import dual_bound
from allocopt.solver.compiled import CompiledModel, RowKey, compile_model
from allocopt.solver.highs import run
from allocopt.solver.search import search


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A model with every family, in arrays."""
    folder = tmp_path_factory.mktemp("bound")
    return compile_model(build(problem_of(folder, EVERYTHING, months=1, **EVERYTHING_TABLES)))


@pytest.fixture(scope="module")
def optimum(model):
    """Its proven optimum."""
    return search(model, Limits(time_limit=60, gap=0)).objective


def test_every_column_is_bounded(model):
    assert np.isfinite(model.lower).all()
    assert np.isfinite(model.upper).all()


def test_multipliers_of_the_relaxation_give_its_objective(model):
    relaxed = run(model, Limits(time_limit=60), relaxed=True)
    assert dual_bound(model, relaxed.row_dual) == pytest.approx(relaxed.objective, rel=1e-6)
    assert dual_bound(model, relaxed.row_dual) >= relaxed.objective


def test_without_multipliers_the_bound_is_the_best_corner(model):
    corner = np.where(model.cost > 0, model.upper, model.lower)
    assert dual_bound(model, np.zeros(len(model.rows))) >= model.value(corner)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32 - 1), size=st.floats(1e-3, 1e3), share=st.floats(0, 1))
def test_any_multipliers_give_a_bound(model, optimum, seed, size, share):
    random = np.random.default_rng(seed)
    best = run(model, Limits(time_limit=60), relaxed=True).row_dual
    wild = random.normal(0, size, len(model.rows))
    assert dual_bound(model, share * best + (1 - share) * wild) >= optimum


def test_rounding_is_counted_outward():
    """0.1 + 0.2 is more than 0.3 in binary; the bound of a model that sums them is no less than either."""
    count = 1000
    model = CompiledModel(
        cost=np.full(count, 0.1),
        offset=-0.1 * count,
        matrix=csc_array(np.ones((1, count))),
        row_lower=np.array([-np.inf]),
        row_upper=np.array([float(count)]),
        lower=np.zeros(count),
        upper=np.ones(count),
        integer=np.zeros(count, dtype=bool),
        rows=(RowKey("sum", ()),),
        columns=tuple(range(count)),
    )
    # Exactly 0 in decimal arithmetic.
    assert 0 <= dual_bound(model, np.array([0.1])) < 1e-9
