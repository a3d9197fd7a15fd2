"""Features and training rows of series that can be solved in the head."""

from __future__ import annotations

import numpy as np
import pytest

from allocopt.forecasting.stack.features import covariate_features, features_of
from allocopt.forecasting.stack.options import StackOptions
from allocopt.forecasting.stack.rows import (
    canonical_order,
    known_least,
    origins_of,
    sample,
    training_rows,
)
from allocopt.forecasting.stack.view import View, look


def random_panel(series: int, periods: int) -> np.ndarray:
    random = np.random.default_rng(4)
    swing = 1 + 0.5 * np.sin(2 * np.pi * np.arange(periods) / 4)
    return random.uniform(10, 1000, (series, 1)) * swing * random.normal(1, 0.1, (series, periods))


def test_scale_is_the_mean_absolute_seasonal_difference() -> None:
    values = np.array([[1.0, 5, 1, 5, 3, 7, 3, 7], [2.0, 2, 2, 2, 2, 2, 2, 2]])
    # Four differences of 2 over a season of four; a series that never moved has no scale.
    assert look(values, 4, 1, View.PLAIN).scale.tolist() == [2.0, 0.0]
    # Differences over two periods are 0, 2, 2, 0, 2, 0 … with a season of two: (0+0+2+2+0+0)/6.
    assert look(values, 2, 1, View.PLAIN).scale[0] == pytest.approx(4 / 6)


def test_scale_falls_back_where_history_is_shorter_than_a_season() -> None:
    values = np.array([[np.nan, 1.0, 2.0, 4.0]])
    assert look(values, 4, 1, View.PLAIN).scale.tolist() == [1.5]


def test_intermittent_series_are_seen_in_units_of_their_mean() -> None:
    sight = look(np.array([[0.0, 0, 4, 0]]), 4, 2, View.INTERMITTENT)
    assert sight.scale.tolist() == [1.0]
    assert sight.base.tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize("view", list(View))
def test_features_do_not_depend_on_the_currency(view: View) -> None:
    values = random_panel(5, 30)
    changed = values * 3.7e5
    if view is View.LOGARITHMIC:
        values, changed = np.log(values), np.log(changed)
    left = features_of(look(values, 4, 3, view), None)
    np.testing.assert_allclose(features_of(look(changed, 4, 3, view), None), left, atol=2e-6)
    assert left.shape[:2] == (5, 3)


def test_covariates_are_relative_to_the_season_before_the_origin() -> None:
    # One covariate of one series: 1 2 3 4 | 10 20, season 2: the mean before the origin is 3.5.
    covariates = np.array([[[1.0, 2, 3, 4, 10, 20]]])
    features = covariate_features(covariates, origin=4, season=2, horizon=2)
    assert features.tolist() == [[[6.5], [16.5]]]


def test_origins_go_back_by_half_a_season() -> None:
    assert origins_of(periods=40, season=12, most=3) == [39, 33, 27]
    assert origins_of(periods=40, season=4, most=3) == [39, 37, 35]
    assert origins_of(periods=120, season=52, most=9) == [119, 106, 93, 80, 67]


def test_short_panels_keep_some_origins() -> None:
    assert known_least(periods=100, season=12) == 15
    assert known_least(periods=16, season=12) == 8
    assert origins_of(periods=16, season=12, most=12) == [15, 9]
    assert origins_of(periods=3, season=12, most=12) == []


def test_targets_are_errors_of_the_local_forecast_in_units_of_the_scale() -> None:
    values = random_panel(3, 20)
    rows = training_rows(values, 4, 2, View.PLAIN, [18], None)
    then = look(values[:, :18], 4, 2, View.PLAIN)
    expected = (values[:, 18:] - then.base) / then.scale[:, None]
    np.testing.assert_allclose(rows.targets, expected.ravel(), atol=1e-6)
    assert len(rows.features) == 6


def test_training_rows_do_not_see_beyond_their_target() -> None:
    values = random_panel(3, 20)
    changed = values.copy()
    changed[:, 18:] *= 100
    # Origin 15 with two periods ahead ends with period 17.
    left = training_rows(values, 4, 2, View.PLAIN, [15], None)
    right = training_rows(changed, 4, 2, View.PLAIN, [15], None)
    np.testing.assert_array_equal(left.features, right.features)
    np.testing.assert_array_equal(left.targets, right.targets)


def test_unknown_actuals_are_no_rows() -> None:
    values = random_panel(3, 20)
    values[1, 19] = np.nan
    assert len(training_rows(values, 4, 2, View.PLAIN, [18], None).targets) == 5


def test_canonical_order_follows_the_values() -> None:
    values = random_panel(6, 8)
    order = np.array([3, 1, 5, 0, 2, 4])
    left, right = values[canonical_order(values, None)], values[order]
    np.testing.assert_array_equal(right[canonical_order(right, None)], left)
    # Series alike in values are told apart by their covariates.
    twins = np.ones((2, 3))
    covariates = np.array([[[0.0, 1, 0, 0], [0.0, 0, 0, 0]]])
    assert canonical_order(twins, covariates).tolist() == [1, 0]


def test_sample_keeps_the_row_cap() -> None:
    chosen = sample(100, StackOptions(rows_max=300), rows_each=30)
    assert len(set(chosen.tolist())) == 10
    assert sample(9, StackOptions(rows_max=300), rows_each=30).tolist() == list(range(9))
