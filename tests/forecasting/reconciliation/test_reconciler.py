"""Reconciler: forecasts of all nodes agree, and lean to those that err least."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from support_oracles import require_oracle

from allocopt.forecasting.reconciliation import (
    build_reconciler,
    build_structure,
    error_variances,
    keep_positive,
    plain_structure,
    shrunk_correlations,
)

PAIR = plain_structure([[1, 1], [1, 0], [0, 1]])
# A company of two halves of two series each, and a grouping across the halves.
GRID = plain_structure(
    [
        [1, 1, 1, 1],
        [1, 1, 0, 0],
        [0, 0, 1, 1],
        [1, 0, 1, 0],
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 1],
    ]
)
METHODS = ("shrink", "wls", "structural", "bottom up")


def noise(nodes: int, origins: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(nodes, origins))


def test_gap_is_spread_by_variance():
    # Total 12 against 3 + 3: the gap of 6 is shared by company 1/6, first 2/6, second 3/6.
    reconciler = build_reconciler(PAIR, "wls", variances=np.array([1.0, 2.0, 3.0]))
    bottom = reconciler.to_bottom(np.array([[12.0], [3.0], [3.0]]))
    assert bottom[:, 0] == pytest.approx([3 + 2, 3 + 3])


def test_structural_weights_trust_a_sum_as_much_as_its_members():
    # Variances 2, 1, 1: of the gap of 4 the company yields half.
    bottom = build_reconciler(PAIR, "structural").to_bottom(np.array([[8.0], [2.0], [2.0]]))
    assert bottom[:, 0] == pytest.approx([3.0, 3.0])


def test_bottom_up_leaves_the_series_alone():
    base = np.array([[8.0], [2.0], [2.0]])
    assert build_reconciler(PAIR, "bottom up").to_bottom(base).tolist() == [[2.0], [2.0]]


def test_correlated_errors_match_the_textbook_formula():
    errors = noise(8, 30) @ np.diag(np.linspace(1, 2, 30))
    errors[0] += errors[4:].sum(axis=0)
    base = 10 + noise(8, 3, seed=1)
    reconciler = build_reconciler(GRID, "shrink", errors=errors)
    # Wickramasuriya et al. 2019, eq. 9: P = (S'W⁻¹S)⁻¹ S'W⁻¹, W with the same shrinkage.
    deviation = np.sqrt(error_variances(errors, about_mean=True))
    inverse = np.linalg.inv(shrunk_correlations(errors) * np.outer(deviation, deviation))
    summing = GRID.summing.toarray()
    expected = np.linalg.solve(summing.T @ inverse @ summing, summing.T @ inverse @ base)
    np.testing.assert_allclose(reconciler.to_bottom(base), expected, rtol=1e-10)


@pytest.mark.parametrize("method", METHODS)
def test_coherent_forecasts_stay_as_they_are(method: str):
    coherent = GRID.sum(np.array([[1.0], [20.0], [300.0], [4000.0]]))
    reconciler = build_reconciler(GRID, method, errors=noise(8, 12))
    np.testing.assert_allclose(reconciler.to_bottom(coherent), coherent[4:], rtol=1e-12)


@given(
    arrays(float, (8, 2), elements=st.floats(-1e6, 1e6)),
    st.sampled_from(METHODS),
    st.floats(1e-9, 1e12),
)
def test_currency_does_not_matter(base: np.ndarray, method: str, currency: float):
    errors = noise(8, 12)
    one = build_reconciler(GRID, method, errors=errors).to_bottom(base)
    other = build_reconciler(GRID, method, errors=errors * currency).to_bottom(base * currency)
    # The smallest numbers that there are keep no nine digits.
    largest = max(np.abs(base).max(), 1e-280)
    np.testing.assert_allclose(other / currency, one, rtol=1e-9, atol=1e-9 * largest)


@pytest.mark.parametrize("method", ["shrink", "wls"])
def test_series_that_never_erred_or_were_never_seen_do_not_break_it(method: str):
    errors = noise(8, 12)
    errors[0] = 0.0
    errors[4:6] = 0.0
    errors[6] = np.nan
    errors[7, :9] = np.nan
    bottom = build_reconciler(GRID, method, errors=errors).to_bottom(10 + noise(8, 2, seed=3))
    assert np.isfinite(bottom).all()


@pytest.mark.parametrize("errors", [np.zeros((8, 12)), np.full((8, 12), np.nan), noise(8, 1)])
def test_errors_that_tell_nothing_fall_back_to_what_is_known(errors: np.ndarray):
    base = 10 + noise(8, 2, seed=3)
    assert np.isfinite(build_reconciler(GRID, errors=errors).to_bottom(base)).all()


def test_without_errors_the_number_of_members_decides():
    base = 10 + noise(8, 2, seed=3)
    np.testing.assert_array_equal(
        build_reconciler(GRID).to_bottom(base),
        build_reconciler(GRID, "structural").to_bottom(base),
    )


def test_method_without_the_errors_it_needs_is_refused():
    with pytest.raises(ValueError, match="errors"):
        build_reconciler(GRID, "shrink", variances=np.ones(8))


def test_one_series_without_aggregates_is_its_own_forecast():
    single = build_structure(pd.DataFrame({"unit": ["u"]}), pd.DataFrame())
    assert build_reconciler(single).to_bottom(np.array([[5.0]])).tolist() == [[5.0]]


def test_negative_series_are_clipped_and_the_total_stays():
    # −2 becomes 0, the others give the 2 back in proportion: 6 · 8/10 and 4 · 8/10.
    kept = keep_positive(np.array([[-2.0], [6.0], [4.0]]))
    assert kept[:, 0] == pytest.approx([0.0, 4.8, 3.2])


def test_positive_series_are_not_touched_to_the_last_bit():
    bottom = np.abs(noise(50, 4)) * 1e7
    np.testing.assert_array_equal(keep_positive(bottom), bottom)


def test_total_below_zero_becomes_zero():
    assert keep_positive(np.array([[-5.0], [1.0]]))[:, 0].tolist() == [0.0, 0.0]


@given(arrays(float, (6, 3), elements=st.floats(-1e12, 1e12)))
def test_clipping_never_leaves_a_negative_or_changes_a_positive_total(bottom: np.ndarray):
    kept = keep_positive(bottom)
    assert (kept >= 0).all()
    expected = np.maximum(bottom.sum(axis=0), 0.0)
    np.testing.assert_allclose(kept.sum(axis=0), expected, rtol=1e-9, atol=1e-3)


@pytest.mark.oracle
@pytest.mark.parametrize("origins", [6, 40])
def test_shrinkage_and_projection_match_hierarchicalforecast(origins: int):
    methods = require_oracle("hierarchicalforecast.methods")
    errors = noise(8, origins) * np.arange(1, 9)[:, None]
    errors[0] += errors[4:].sum(axis=0)
    base = 100 + noise(8, 3, seed=1)
    theirs = methods.MinTrace("mint_shrink").fit_predict(
        S=GRID.summing.toarray(),
        y_hat=base,
        y_insample=errors,
        y_hat_insample=np.zeros_like(errors),
    )["mean"]
    ours = GRID.sum(build_reconciler(GRID, "shrink", errors=errors).to_bottom(base))
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)
