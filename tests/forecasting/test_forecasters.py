"""Forecasters, accuracy and intervals on numbers that can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from allocopt.forecasting.accuracy import bias, mase, seasonal_scale, wape
from allocopt.forecasting.backtest import origins
from allocopt.forecasting.boosting import Boosting
from allocopt.forecasting.candidate import recent_shares
from allocopt.forecasting.damped_trend import DampedTrend, find_seasonality
from allocopt.forecasting.forecaster import Forecaster
from allocopt.forecasting.intervals import half_widths
from allocopt.forecasting.seasonal_naive import Naive, SeasonalNaive

FORECASTERS: list[Forecaster] = [Naive(), SeasonalNaive(), DampedTrend(), Boosting()]


def seasonal_panel(series: int, periods: int) -> np.ndarray:
    random = np.random.default_rng(4)
    swing = 1 + 0.5 * np.sin(2 * np.pi * np.arange(periods) / 4)
    level = random.uniform(10, 1000, (series, 1)) * (1 + 0.02 * np.arange(periods))
    return level * swing * random.normal(1, 0.05, (series, periods))


@pytest.mark.parametrize("forecaster", FORECASTERS, ids=lambda own: own.name)
def test_forecasts_do_not_depend_on_the_unit_of_money(forecaster: Forecaster) -> None:
    values = seasonal_panel(12, 40)
    left = forecaster.forecast(values, 4, 6)
    np.testing.assert_allclose(forecaster.forecast(values * 1000, 4, 6), left * 1000, rtol=1e-9)


@pytest.mark.parametrize("forecaster", FORECASTERS, ids=lambda own: own.name)
def test_constant_series_stay_constant(forecaster: Forecaster) -> None:
    values = np.repeat([[0.0], [3.0], [1e9]], 40, axis=1)
    np.testing.assert_allclose(forecaster.forecast(values, 4, 6), values[:, :6], rtol=1e-9)


def test_seasonal_naive_repeats_last_year() -> None:
    forecast = SeasonalNaive().forecast(np.array([[1.0, 2, 3, 4, 5, 6, 7, 8]]), 4, 6)
    assert forecast.tolist() == [[5, 6, 7, 8, 5, 6]]


def test_damped_trend_beats_last_year_on_a_growing_seasonal_panel() -> None:
    values = seasonal_panel(30, 44)
    known, actual = values[:, :40], values[:, 40:]
    ours = wape(actual, DampedTrend().forecast(known, 4, 4))
    assert ours < 0.8 * wape(actual, SeasonalNaive().forecast(known, 4, 4))


def test_boosting_learns_what_all_series_have_in_common() -> None:
    # Every series jumps to 1.6 times its level in the last quarter of every second year, which no
    # local forecast with a season of one year can know.
    values = seasonal_panel(60, 64)
    values[:, 7::8] *= 1.6
    known, actual = values[:, :60], values[:, 60:]
    ours = wape(actual, Boosting().forecast(known, 4, 4))
    assert ours < 0.8 * wape(actual, DampedTrend().forecast(known, 4, 4))


def test_seasonal_indices_of_an_exact_pattern_are_found() -> None:
    values = np.tile([[5.0, 10.0, 15.0, 10.0]], (1, 5))
    index = find_seasonality(values, 4).index
    np.testing.assert_allclose(index, [[0.5, 1.0, 1.5, 1.0]])


def test_noise_is_not_taken_for_seasonality() -> None:
    values = 100 + np.random.default_rng(2).normal(0, 10, (200, 40))
    swing = np.abs(find_seasonality(values, 4).index - 1)
    # The plain means of ten noisy years would swing by 0.1 / √10 · √(2/π) ≈ 0.025.
    assert swing.mean() < 0.0125


def test_errors_by_hand() -> None:
    actual, forecast = np.array([[10.0, 20.0, np.nan]]), np.array([[12.0, 15.0, 99.0]])
    assert wape(actual, forecast) == pytest.approx(7 / 30)
    assert bias(actual, forecast) == pytest.approx(-3 / 30)
    assert mase(actual, forecast, np.array([7.0])) == pytest.approx(0.5)
    assert np.isnan(wape(np.zeros((1, 2)), np.ones((1, 2))))


def test_scale_falls_back_where_history_is_shorter_than_a_year() -> None:
    values = np.array([[1.0, 2, 3, 4, 6, 8], [np.nan] * 3 + [1, 2, 4], [np.nan] * 5 + [7]])
    assert seasonal_scale(values, 4).tolist() == [5.5, 1.5, 7.0]


def test_half_width_is_the_rank_that_the_coverage_needs() -> None:
    # 99 errors 1 … 99: the 80th of them is exceeded by one in five of the next.
    assert half_widths([np.arange(1.0, 100)[:, None]], 0.8, 3).tolist() == [80, 80, 80]  # type: ignore[union-attr]
    assert half_widths([], 0.8, 3) is None


def test_half_widths_never_fall_with_the_horizon() -> None:
    errors = np.column_stack([np.arange(1.0, 100), np.arange(1.0, 100) / 2])
    assert half_widths([errors], 0.8, 2).tolist() == [80, 80]  # type: ignore[union-attr]


def test_origins_leave_a_year_and_reach_the_end() -> None:
    assert origins(periods=8, season=4, horizon=2, most=3) == ([6, 5, 4], 2)
    assert origins(periods=1, season=4, horizon=2, most=3) == ([], 1)
    assert origins(periods=72, season=4, horizon=8, most=3) == ([64, 60, 56], 8)


def test_silent_series_fade_from_the_shares() -> None:
    values = np.array([[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    shares = recent_shares(values, np.array([0, 0, 1]), 4)
    # What was sold half a year earlier counts half: 1 + ½ against ½.
    assert shares.tolist() == [pytest.approx(0.75), pytest.approx(0.25), 1.0]
