"""The yardsticks, by hand."""

from __future__ import annotations

import numpy as np

from allocopt.forecasting.kernels import naive, naive2, seasonal_naive


def test_naive_repeats_the_last_known_value() -> None:
    values = np.array([[1.0, 2.0, 3.0], [1.0, 2.0, np.nan], [np.nan, np.nan, 5.0]])
    assert naive(values, 2).tolist() == [[3, 3], [2, 2], [5, 5]]


def test_seasonal_naive_repeats_last_year() -> None:
    values = np.array([[1.0, 2, 3, 4, 5, 6, 7, 8]])
    assert seasonal_naive(values, 4, 6).tolist() == [[5, 6, 7, 8, 5, 6]]


def test_seasonal_naive_reaches_back_over_a_gap() -> None:
    values = np.array([[1.0, 2, 3, 4, 5, np.nan, 7, 8]])
    assert seasonal_naive(values, 4, 4).tolist() == [[5, 2, 7, 8]]


def test_seasonal_naive_of_an_unseen_phase_is_the_mean() -> None:
    assert seasonal_naive(np.array([[2.0, 4.0]]), 4, 4).tolist() == [[3, 3, 2, 4]]


def test_naive2_puts_the_seasonality_back() -> None:
    values = 10 * np.tile([0.5, 1.0, 1.5, 1.0], (1, 6))
    np.testing.assert_allclose(naive2(values, 4, 5), [[5, 10, 15, 10, 5]])
