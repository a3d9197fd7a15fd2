"""Theta on series whose forecast can be worked out by hand, and beside another implementation."""

from __future__ import annotations

import numpy as np
import pytest
from support_oracles import require_oracle

from allocopt.forecasting.kernels.likelihood import likelihood
from allocopt.forecasting.kernels.theta import GAINS, fit_theta, slope_of


def test_forecast_of_two_values_by_hand() -> None:
    # The only error is 2, whatever the gain α: all gains count alike. The level is 2α, the slope 2,
    # and the first forecast 2α + (1 − (1 − α)²)/α = 2α + 2 − α.
    theta = fit_theta(np.array([[0.0, 2.0]]), 1, 3)
    first = 2 + GAINS.mean()
    np.testing.assert_allclose(theta.mean, [[first, first + 1, first + 2]])
    np.testing.assert_allclose(theta.level, 2 * GAINS.mean())
    np.testing.assert_allclose(theta.gain, GAINS.mean())


def test_forecast_of_a_line_climbs_at_half_its_slope() -> None:
    theta = fit_theta(10.0 + 3 * np.arange(40)[None, :], 1, 6)
    assert theta.slope == pytest.approx(3.0)
    np.testing.assert_allclose(np.diff(theta.mean), 1.5)
    # The fastest gain follows a line best, and its level lags by less than a step.
    assert theta.gain > 0.9
    assert theta.level == pytest.approx(10 + 3 * 39, abs=1.0)


@pytest.mark.parametrize("value", [0.0, 0.1, -7.0, 1e12, 1e-9])
@pytest.mark.parametrize("season", [1, 4, 12])
def test_constant_series_stays_constant(value: float, season: int) -> None:
    theta = fit_theta(np.full((1, 40), value), season, 5)
    np.testing.assert_allclose(theta.mean, value, rtol=1e-12)
    np.testing.assert_allclose(theta.error, 0.0, atol=1e-12 * abs(value))


@pytest.mark.parametrize("season", [4, 7, 12, 52])
def test_pure_seasonality_repeats(season: int) -> None:
    pattern = 10 + np.sin(np.arange(season)) * 5
    theta = fit_theta(np.tile(pattern, (1, 5)), season, season + 3)
    np.testing.assert_allclose(theta.mean[0], np.tile(pattern, 2)[: season + 3], rtol=1e-9)


def test_single_value_is_repeated() -> None:
    np.testing.assert_allclose(fit_theta(np.array([[np.nan, 7.0]]), 12, 3).mean, 7.0)


def test_gap_is_no_error() -> None:
    values = np.full((1, 12), 5.0)
    values[0, 4:7] = np.nan
    np.testing.assert_allclose(fit_theta(values, 1, 3).mean, 5.0)


def test_slope_is_that_of_the_regression() -> None:
    values = np.array([[np.nan, 3.0, 1.0, 4.0, 1.0, 5.0, 9.0]])
    expected = np.polyfit(np.arange(6), values[0, 1:], 1)[0]
    np.testing.assert_allclose(slope_of(values), expected)


def test_likelihood_by_hand() -> None:
    # Two errors: the weight falls with the sum of squares to the power of −2/2.
    weight = likelihood(np.array([[1.0], [4.0]]), np.array([2]))
    np.testing.assert_allclose(weight, [[0.8], [0.2]], rtol=1e-9)
    # Exact fits count alike, whatever rounding left of them.
    weight = likelihood(np.array([[1e-30], [0.0]]), np.array([100]))
    np.testing.assert_allclose(weight, 0.5)


@pytest.mark.oracle
@pytest.mark.parametrize(("season", "periods"), [(12, 96), (4, 40), (1, 30), (52, 180), (7, 90)])
def test_theta_agrees_with_statsforecast(season: int, periods: int) -> None:
    oracle = require_oracle("statsforecast.models").Theta(season_length=season)
    random = np.random.default_rng(season)
    swing = np.tile(np.exp(0.3 * np.sin(2 * np.pi * np.arange(season) / season)), periods)[:periods]
    growth = 100 * np.exp(np.cumsum(random.normal(0.003, 0.03, (8, periods)), axis=1))
    values = growth * swing * np.exp(random.normal(0, 0.03, (8, periods)))
    theirs = np.stack([oracle.forecast(row, 12)["mean"] for row in values])
    ours = fit_theta(values, season, 12, tested=True)
    # They optimise the gain and the first level of one series, ours is a mean over gains.
    np.testing.assert_allclose(ours.mean, theirs, rtol=0.03)
    assert np.abs(ours.mean / theirs - 1).mean() < 0.01
    # The shape of the path depends on neither: seasonal indices and drift are the same.
    steps = np.diff(np.log(ours.mean)) - np.diff(np.log(theirs))
    np.testing.assert_allclose(steps, 0.0, atol=1e-3)
