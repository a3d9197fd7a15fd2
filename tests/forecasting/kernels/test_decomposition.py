"""Seasonal indices of patterns that can be read off the data."""

from __future__ import annotations

import numpy as np
import pytest

from allocopt.forecasting.kernels.decomposition import (
    centred_mean,
    decompose,
    decompose_tested,
    seasonal,
)

FACTORS = [0.5, 1.0, 1.5, 1.0]


@pytest.mark.parametrize("level", [1e-9, 10.0, 1e12])
def test_factors_of_an_exact_pattern_are_found(level: float) -> None:
    seasonality = decompose(level * np.tile(FACTORS, (1, 6)), 4)
    np.testing.assert_allclose(seasonality.index, [FACTORS])
    assert seasonality.multiplies.tolist() == [[True]]
    assert seasonality.found.tolist() == [True]


def test_series_with_a_zero_gets_differences_in_its_own_unit() -> None:
    seasonality = decompose(np.tile([0.0, 10.0, 20.0, 10.0], (1, 6)), 4)
    np.testing.assert_allclose(seasonality.index, [[-10, 0, 10, 0]], atol=1e-12)
    assert seasonality.multiplies.tolist() == [[False]]


def test_differences_replace_a_factor_near_zero() -> None:
    values = np.tile([0.001, 10.0, 20.0, 10.0], (1, 6))
    seasonality = decompose(values, 4)
    assert seasonality.multiplies.tolist() == [[False]]
    np.testing.assert_allclose(seasonality.remove(values), np.mean(values), rtol=1e-9)


def test_additive_can_be_asked_for() -> None:
    seasonality = decompose(np.tile([5.0, 10.0, 15.0, 10.0], (1, 6)), 4, additive=True)
    np.testing.assert_allclose(seasonality.index, [[-5, 0, 5, 0]], atol=1e-12)


def test_phase_zero_is_the_first_future_period() -> None:
    # 14 quarters: the history ends with the second phase, so the third comes next.
    values = np.tile(FACTORS, 4)[None, :14]
    np.testing.assert_allclose(decompose(values, 4).index, [[1.5, 1.0, 0.5, 1.0]])


def test_removing_and_restoring_are_inverse() -> None:
    values = 10 * np.tile(FACTORS, (1, 6)) + np.random.default_rng(1).uniform(0, 1, (1, 24))
    seasonality = decompose(values, 4)
    # The last year and the next one have the same phases.
    np.testing.assert_allclose(
        seasonality.restore(seasonality.remove(values)[:, -4:]), values[:, -4:]
    )


def test_indices_of_a_growing_series_are_those_of_the_pattern() -> None:
    line = 100.0 + 2 * np.arange(24)
    swing = np.tile([-5.0, 0.0, 5.0, 0.0], 6)
    seasonality = decompose((line + swing)[None, :], 4, additive=True)
    np.testing.assert_allclose(seasonality.index, [[-5, 0, 5, 0]], atol=1e-9)


def test_less_than_two_years_have_no_seasonality() -> None:
    assert not decompose(np.tile(FACTORS, 2)[None, :7], 4).found.any()
    # Two columns of years, of which the series has known only one and a half.
    late = np.tile(FACTORS, 3)[None, :].copy()
    late[0, :6] = np.nan
    assert not decompose(late, 4).found.any()


def test_weight_of_noisy_indices_by_hand() -> None:
    # Between zeros a value is half above the moving average, a zero a quarter of both its neighbours
    # below it: 4, -5, 6, -5. The phases have the means 5 and -5 and 2 squares about them at 2 degrees
    # of freedom, so v = 1; the variance of the indices is 50: w = 1 - 2 (1 / 2) / 50 = 0.98.
    index = decompose(np.array([[0.0, 8, 0, 12, 0, 8]]), 2).index
    np.testing.assert_allclose(index, [[-4.9, 4.9]])


def test_indices_seen_once_count_half() -> None:
    # 4 above and 4 below the moving average, each once.
    np.testing.assert_allclose(decompose(np.array([[0.0, 8, 0, 8]]), 2).index, [[-2, 2]])


def test_phases_that_vary_more_than_they_differ_have_no_seasonality() -> None:
    # Below and above the moving average: 4, -1, -2, 0 have the means 1 and -0.5.
    assert not decompose(np.array([[0.0, 8, 0, -4, -4, -4.0]]), 2).found.any()


def test_seasonality_of_a_short_growing_series_is_found_where_the_test_finds_none() -> None:
    months = np.arange(30)
    values = (100 + 5 * months) * (1 + 0.1 * np.sin(2 * np.pi * months / 12))[None, :]
    assert not decompose_tested(values, 12).found.any()
    index = decompose(values, 12).index[0]
    expected = 1 + 0.1 * np.sin(2 * np.pi * (months[:12] + 30) / 12)
    np.testing.assert_allclose(index, expected, atol=0.01)


def test_indices_of_noise_are_drawn_to_neutral() -> None:
    values = 100 + np.random.default_rng(2).normal(0, 10, (2000, 60))
    # The mean of four observations of noise varies by 10 % / √4.
    spread = decompose(values, 12).index.std(axis=1)
    assert spread.mean() < 0.015
    assert (spread < 1e-12).mean() > 0.4


def test_the_test_rarely_takes_noise_for_seasonality() -> None:
    values = 100 + np.random.default_rng(2).normal(0, 10, (2000, 60))
    # The test is two-sided at 90 %; the sample autocorrelation at a long lag is drawn to zero.
    assert 0.01 < decompose_tested(values, 12).found.mean() < 0.11


def test_constant_series_is_not_seasonal() -> None:
    # The mean of 0.1 is not exactly 0.1: only rounding is left to correlate.
    assert not seasonal(np.full((1, 60), 0.1), 12).any()


def test_gap_leaves_the_indices_alone() -> None:
    values = np.tile([5.0, 10.0, 15.0, 10.0], (1, 8))
    values[0, 13] = np.nan
    index = decompose(values, 4).index
    np.testing.assert_allclose(index, [FACTORS], atol=0.05)


def test_centred_mean_by_hand() -> None:
    # (½·1 + 2 + 3 + 4 + ½·5) / 4 = 3; the last window is (½·2 + 3 + 4 + 5 + ½·14) / 4 = 5.
    trend = centred_mean(np.array([[1.0, 2, 3, 4, 5, 14]]), 4)
    np.testing.assert_array_equal(trend, [[np.nan, np.nan, 3, 5, np.nan, np.nan]])
    np.testing.assert_array_equal(centred_mean(np.array([[1.0, 2, 6]]), 3), [[np.nan, 3, np.nan]])
