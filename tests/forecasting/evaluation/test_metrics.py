"""Metrics that can be worked out in the head."""

from __future__ import annotations

from math import isnan, nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from allocopt.forecasting.evaluation.metrics import (
    bias,
    coverage,
    mase,
    msis,
    pinball,
    rmsse,
    scrps,
    smape,
    wape,
)
from allocopt.forecasting.evaluation.scales import find_scales, scales_at

# Errors +1, −3, (unknown), 0; actuals 4, 6, ?, 10: absolute 4 of 20.
ACTUAL = np.array([[4.0, 6.0], [nan, 10.0]])
FORECAST = np.array([[5.0, 3.0], [99.0, 10.0]])


def test_wape_is_the_share_of_absolute_errors():
    assert wape(ACTUAL, FORECAST).value == pytest.approx(4 / 20)


def test_bias_keeps_the_sign_and_is_positive_when_forecasts_are_too_high():
    assert bias(ACTUAL, FORECAST).value == pytest.approx(-2 / 20)
    assert bias(ACTUAL, FORECAST + 1).value > bias(ACTUAL, FORECAST).value


def test_smape_divides_by_the_mean_of_both():
    # 2·1/9, 2·3/9, and 0 where forecast and actual agree.
    assert smape(ACTUAL, FORECAST).value == pytest.approx((2 / 9 + 6 / 9 + 0) / 3)


def test_smape_of_zero_forecast_and_zero_actual_is_zero():
    assert smape(np.zeros((1, 1)), np.zeros((1, 1))).value == 0


def test_mase_is_a_mean_over_series_of_errors_in_their_own_scale():
    # Mean errors 2 and 0, scales 4 and 1.
    assert mase(ACTUAL, FORECAST, np.array([4.0, 1.0])).value == pytest.approx((0.5 + 0) / 2)


def test_series_without_a_scale_does_not_count_in_mase():
    assert mase(ACTUAL, FORECAST, np.array([4.0, 0.0])).value == pytest.approx(0.5)


def test_rmsse_roots_the_mean_square():
    # Squares 1 and 9: root of 5, by 2.
    only = rmsse(ACTUAL[:1], FORECAST[:1], np.array([2.0]))
    assert only.value == pytest.approx(sqrt(5) / 2)


def test_rmsse_of_huge_values_does_not_overflow():
    assert rmsse(np.full((1, 2), 1e200), np.zeros((1, 2)), np.array([1e200])).value == 1


def test_pinball_charges_a_low_quantile_nine_times_for_lying_too_high():
    # 10 % quantile 2 above the actual: 0.9 · 2; 2 below: 0.1 · 2.
    actual = np.array([[10.0]])
    assert pinball(actual, {0.1: np.array([[12.0]])}, np.ones(1)).value == pytest.approx(1.8)
    assert pinball(actual, {0.1: np.array([[8.0]])}, np.ones(1)).value == pytest.approx(0.2)


def test_scrps_of_the_median_alone_is_the_wape():
    # Twice the pinball loss at one half is the absolute error.
    assert scrps(ACTUAL, {0.5: FORECAST}).value == pytest.approx(wape(ACTUAL, FORECAST).value)


def test_coverage_counts_bounds_as_inside_and_leaves_out_unknown_actuals():
    lower, upper = np.array([[4.0, 7.0], [0.0, 0.0]]), np.array([[9.0, 9.0], [0.0, 10.0]])
    assert coverage(ACTUAL, lower, upper).value == pytest.approx(2 / 3)


def test_msis_charges_the_width_and_what_lies_outside():
    # Width 4; the second actual lies 1 below: 2 / (1 − 0.8) = 10 more.
    actual, lower, upper = np.array([[3.0, 1.0]]), np.full((1, 2), 2.0), np.full((1, 2), 6.0)
    found = msis(actual, lower, upper, 0.8, np.array([2.0]))
    assert found.value == pytest.approx((4 + 14) / 2 / 2)


def test_metric_of_nothing_is_unknown():
    nothing = np.full((2, 3), nan)
    assert isnan(wape(nothing, np.ones((2, 3))).value)
    assert isnan(mase(nothing, np.ones((2, 3)), np.ones(2)).value)


def test_scale_is_the_mean_absolute_seasonal_difference():
    # Season 2: |3−1|, |6−4|, |6−3| → 7/3; steps 3, −1, 3, 0 → root of 19/4.
    scales = find_scales(np.array([[1.0, 4.0, 3.0, 6.0, 6.0]]), 2)
    assert scales.absolute[0] == pytest.approx(7 / 3)
    assert scales.squared[0] == pytest.approx(sqrt(19 / 4))


def test_short_series_is_scaled_by_its_steps_and_a_single_value_by_its_size():
    scales = find_scales(np.array([[nan, 5.0, 8.0], [nan, nan, 7.0]]), 12)
    assert scales.absolute.tolist() == [3.0, 7.0]
    assert scales.squared.tolist() == [3.0, 7.0]


def test_constant_and_unopened_series_have_no_scale():
    scales = find_scales(np.array([[0.3, 0.1 + 0.2, 0.3], [nan, nan, nan]]), 1)
    assert scales.absolute.tolist() == scales.squared.tolist() == [0.0, 0.0]


def test_scales_at_an_origin_know_nothing_of_what_follows():
    values = np.array([[1.0, 2.0, 4.0, 100.0]])
    assert scales_at(values, (2, 3), 1).absolute.tolist() == [[1.0], [1.5]]


FINITE = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))


@given(arrays(float, (3, 4), elements=FINITE), arrays(float, (3, 4), elements=FINITE))
def test_metrics_do_not_depend_on_the_currency_or_the_order_of_series(actual, forecast):
    scale = np.abs(actual).mean(axis=1)
    for metric in (wape, bias, smape):
        assert metric(actual * 1024, forecast * 1024).value == pytest.approx(
            metric(actual, forecast).value, nan_ok=True
        )
        assert metric(actual[::-1], forecast[::-1]).value == pytest.approx(
            metric(actual, forecast).value, nan_ok=True
        )
    for metric in (mase, rmsse):
        assert metric(actual * 1024, forecast * 1024, scale * 1024).value == pytest.approx(
            metric(actual, forecast, scale).value, nan_ok=True
        )
