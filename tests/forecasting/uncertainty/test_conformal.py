"""Conformal: quantiles that hold for the next error, pooled or as a correction."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from allocopt.forecasting.uncertainty import (
    conformal_quantile,
    correct_quantiles,
    pooled_quantiles,
)

LEVELS = np.array(["company", "cell", "cell"], dtype=object)


@pytest.mark.parametrize(
    ("probability", "expected"),
    [(0.9, 9.0), (0.5, 5.0), (0.1, 1.0), (0.8, 8.0), (0.95, 9.0), (0.01, 1.0)],
)
def test_quantile_is_the_rank_among_one_more_error(probability: float, expected: float):
    # Nine errors 1 … 9: the next one falls into each of ten gaps alike.
    assert conformal_quantile(np.arange(1.0, 10.0), probability) == expected


def test_next_error_stays_below_as_often_as_asked():
    random = np.random.default_rng(0)
    inside = [
        random.exponential() <= conformal_quantile(random.exponential(size=19), 0.8)
        for _ in range(4000)
    ]
    assert np.mean(inside) == pytest.approx(0.8, abs=0.02)


def test_each_level_has_a_pool_of_its_own_and_each_period_too():
    errors = np.zeros((30, 3, 2))
    errors[:, 0] = 5.0
    errors[:, 1:, 0], errors[:, 1:, 1] = 1.0, 2.0
    quantiles = pooled_quantiles(errors, LEVELS, np.array([0.1, 0.9]))
    assert quantiles[:, 0].tolist() == [[5.0, 5.0]] * 2
    assert quantiles[:, 2].tolist() == [[1.0, 2.0]] * 2


def test_few_errors_are_pooled_over_the_periods():
    errors = np.full((1, 3, 2), np.nan)
    errors[0, :, 0], errors[0, 1:, 1] = 1.0, 9.0
    quantiles = pooled_quantiles(errors, np.array(["cell"] * 3, dtype=object), np.array([0.9]))
    assert quantiles.tolist() == [[[9.0, 9.0]] * 3]


def test_level_without_errors_takes_those_of_all_and_none_at_all_is_zero():
    errors = np.full((30, 3, 1), np.nan)
    errors[:, 1:] = 4.0
    assert pooled_quantiles(errors, LEVELS, np.array([0.5]))[0, 0, 0] == 4.0
    nothing = pooled_quantiles(errors * np.nan, LEVELS, np.array([0.5]))
    assert (nothing == 0).all()


def test_correction_moves_quantiles_to_what_the_holdout_shows():
    # In the hold-out the upper quantile lay 2 scales too low for all but a tenth, the lower one
    # was right: 1 … 40 against 3.9 and 34.
    actual = np.arange(1.0, 41.0)[:, None]
    held_out = {0.1: np.full((40, 1), 3.9), 0.9: np.full((40, 1), 34.0)}
    now = {0.1: np.array([[10.0]]), 0.9: np.array([[50.0]])}
    corrected = correct_quantiles(now, np.array([2.0]), held_out, actual, np.ones(40))
    # Ranks ⌈41 · 0.9⌉ = 37 from each end: errors 37 − 34 = 3 above and 4 − 3.9 = 0.1 below.
    assert corrected[0.9].item() == pytest.approx(50 + 2 * 3)
    assert corrected[0.1].item() == pytest.approx(10 + 2 * 0.1)


@given(arrays(float, (3, 5, 2), elements=st.floats(-1e6, 1e6)))
def test_corrected_quantiles_are_in_order(values: np.ndarray):
    probabilities = (0.1, 0.5, 0.9)
    quantiles = dict(zip(probabilities, values, strict=True))
    held_out = {probability: np.zeros((30, 2)) for probability in probabilities}
    actual = np.random.default_rng(0).normal(size=(30, 2))
    corrected = correct_quantiles(quantiles, np.ones(5), held_out, actual, np.ones(30))
    assert (corrected[0.1] <= corrected[0.5]).all()
    assert (corrected[0.5] <= corrected[0.9]).all()
