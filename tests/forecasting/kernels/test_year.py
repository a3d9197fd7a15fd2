"""Year: the last three whole years, split as all years were; and its share in the local forecast."""

from __future__ import annotations

import numpy as np
import pytest

from allocopt.forecasting.kernels.year import year_forecast


def test_level_is_the_last_three_years_and_the_split_that_of_all() -> None:
    # Years 10+30, 20+60, 40+120 and 40+120: level 0.5·80 + 0.3·80 + 0.2·40 = 72, split 1 : 3.
    values = np.array([[10.0, 30.0, 20.0, 60.0, 40.0, 120.0, 40.0, 120.0]])
    np.testing.assert_allclose(year_forecast(values, 2, 3), [[36.0, 108.0, 36.0]])


def test_odd_periods_at_the_start_are_left_out() -> None:
    values = np.array([[9e9, 10.0, 30.0]])
    np.testing.assert_allclose(year_forecast(values, 2, 2), [[10.0, 30.0]])


def test_years_with_a_gap_do_not_count() -> None:
    values = np.array([[10.0, 30.0, np.nan, 60.0]])
    np.testing.assert_allclose(year_forecast(values, 2, 2), [[10.0, 30.0]])


def test_negative_values_are_split_by_differences() -> None:
    values = np.array([[-10.0, 10.0, -10.0, 10.0]])
    np.testing.assert_allclose(year_forecast(values, 2, 2), [[-10.0, 10.0]])


def test_without_a_whole_year_the_mean_stands_in() -> None:
    values = np.array([[np.nan, np.nan, np.nan, 4.0, 6.0], [np.nan] * 5])
    np.testing.assert_allclose(year_forecast(values, 4, 2), [[5.0, 5.0], [0.0, 0.0]])


@pytest.mark.parametrize("value", [0.0, 1e-9, 1e12])
def test_constant_series_stay_as_they_are(value: float) -> None:
    np.testing.assert_allclose(year_forecast(np.full((1, 9), value), 4, 6), value)
