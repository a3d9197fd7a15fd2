"""The local forecast: what it is made of, and what holds for all kernels on any series."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from allocopt.forecasting.kernels import (
    decompose_tested,
    fit_damped_trend,
    fit_holt_winters,
    fit_smoothers,
    fit_theta,
    local_forecast,
    naive,
    naive2,
    rolling_errors,
    seasonal_naive,
    tsb,
)
from allocopt.forecasting.kernels.chunks import in_chunks
from allocopt.forecasting.kernels.logarithm import positive, take_logarithm

Kernel = Callable[[np.ndarray, int, int], np.ndarray]
KERNELS: dict[str, Kernel] = {
    "Theta": lambda values, season, horizon: fit_theta(values, season, horizon).mean,
    "Holt-Winters": lambda values, season, horizon: fit_holt_winters(values, season, horizon).mean,
    "damped trend": lambda values, season, horizon: fit_damped_trend(values, season, horizon).mean,
    "TSB": lambda values, season, horizon: tsb(values, horizon),
    "naive": lambda values, season, horizon: naive(values, horizon),
    "naive2": naive2,
    "seasonal naive": seasonal_naive,
    "local": lambda values, season, horizon: local_forecast(values, season, horizon).mean,
}
each_kernel = pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS.keys())
cells = st.one_of(
    st.just(np.nan),
    st.just(0.0),
    st.floats(-1e12, 1e12, allow_subnormal=False),
    st.floats(1e-9, 1e-6),
)
panels = st.tuples(st.integers(1, 3), st.integers(1, 30)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=cells)
)


def seasonal_panel(series: int, periods: int, season: int = 12) -> np.ndarray:
    random = np.random.default_rng(4)
    swing = 1 + 0.5 * np.sin(2 * np.pi * np.arange(periods) / season)
    level = random.uniform(10, 1000, (series, 1)) * (1 + 0.02 * np.arange(periods))
    values = level * swing * random.normal(1, 0.05, (series, periods))
    values[1, 3] = 0.0
    values[2, : periods // 2] = np.nan
    values[3, periods // 2] = np.nan
    return values


@each_kernel
@pytest.mark.filterwarnings("error")
@settings(max_examples=40, deadline=None)
@given(values=panels, season=st.sampled_from([1, 4, 7, 12, 52]), horizon=st.integers(1, 14))
def test_any_series_has_a_finite_forecast(
    kernel: Kernel, values: np.ndarray, season: int, horizon: int
) -> None:
    forecast = kernel(values, season, horizon)
    assert forecast.shape == (len(values), horizon)
    assert np.isfinite(forecast).all()


@each_kernel
@pytest.mark.parametrize("factor", [1e-9, 1000.0, 1e12])
def test_forecast_scales_with_the_currency(kernel: Kernel, factor: float) -> None:
    values = seasonal_panel(8, 50)
    expected = kernel(values, 12, 6) * factor
    np.testing.assert_allclose(kernel(values * factor, 12, 6), expected, rtol=1e-9)


@each_kernel
def test_order_and_company_of_a_series_do_not_matter(kernel: Kernel) -> None:
    values = seasonal_panel(9, 50)
    order = np.random.default_rng(1).permutation(9)
    together = kernel(values, 12, 6)
    np.testing.assert_array_equal(kernel(values[order], 12, 6), together[order])
    np.testing.assert_array_equal(kernel(values[4:5], 12, 6), together[4:5])


@each_kernel
def test_periods_before_a_series_opened_do_not_matter(kernel: Kernel) -> None:
    values = seasonal_panel(5, 50)
    longer = np.pad(values, ((0, 0), (17, 0)), constant_values=np.nan)
    np.testing.assert_allclose(kernel(longer, 12, 6), kernel(values, 12, 6), rtol=1e-9)


def test_chunks_give_what_the_whole_gives() -> None:
    values = seasonal_panel(7, 40, 4)
    whole = fit_theta(values, 4, 3)
    parts = in_chunks(lambda part: fit_theta(part, 4, 3), values, chunk=2)
    np.testing.assert_array_equal(parts.mean, whole.mean)
    np.testing.assert_array_equal(parts.seasonality.index, whole.seasonality.index)


def test_smoothers_count_alike() -> None:
    values = seasonal_panel(6, 48)
    smoothers = fit_smoothers(values, 12, 6)
    for part in ("mean", "error"):
        each = [
            getattr(fit(values, 12, 6), part)
            for fit in (fit_theta, fit_holt_winters, fit_damped_trend)
        ]
        np.testing.assert_allclose(getattr(smoothers, part), np.mean(each, axis=0))


def test_positive_series_get_the_mean_with_their_logarithms() -> None:
    values = seasonal_panel(6, 48)[4:]
    grown = np.exp(fit_smoothers(np.log(values), 12, 6, additive=True).mean)
    expected = (fit_smoothers(values, 12, 6).mean + grown) / 2
    np.testing.assert_allclose(local_forecast(values, 12, 6).mean, expected)


def test_series_with_a_zero_gets_the_forecast_of_its_values() -> None:
    local = local_forecast(seasonal_panel(6, 48)[1:2], 12, 6)
    np.testing.assert_array_equal(local.mean, local.smoothers.mean)


@pytest.mark.parametrize("periods", [30, 42])
def test_short_growing_seasonal_series_is_forecast_better_than_by_last_year(periods: int) -> None:
    months = np.arange(periods + 12)
    swing = 1 + 0.15 * np.sin(2 * np.pi * months / 12)
    noise = np.random.default_rng(9).normal(1, 0.02, (20, periods + 12))
    values = (100 + 4 * months) * swing * noise
    known, actual = values[:, :periods], values[:, periods:]
    assert not decompose_tested(known, 12).found.any()
    ours = np.abs(actual - local_forecast(known, 12, 12).mean).mean()
    assert ours < 0.5 * np.abs(actual - seasonal_naive(known, 12, 12)).mean()


def test_forecast_of_logarithms_stays_near_the_history() -> None:
    # Growth by half each period would reach 5e9 in 50 periods.
    values = 1.5 ** np.arange(8.0)[None, :]
    logarithm = take_logarithm(values)
    grown = logarithm.restore(logarithm.values[:, -1:] + np.log(1.5) * np.arange(1, 51))
    np.testing.assert_allclose(grown[0, :3], 1.5 ** np.arange(8.0, 11.0))
    # History spans a factor of 1.5⁷, and the forecast at most that much again.
    assert grown.max() == pytest.approx(1.5**14)


def test_no_series_have_no_forecast() -> None:
    for kernel in KERNELS.values():
        assert kernel(np.empty((0, 5)), 4, 3).shape == (0, 3)


def test_only_known_positive_series_have_logarithms() -> None:
    values = np.array([[1.0, 2.0], [np.nan, 2.0], [0.0, 2.0], [-1.0, 2.0], [np.nan, np.nan]])
    assert positive(values).tolist() == [True, True, False, False, False]


def test_rolling_errors_are_those_of_forecasts_made_then() -> None:
    values = seasonal_panel(6, 40, 4)
    errors = rolling_errors(values, 4, steps_back=3, horizon=2)
    assert errors.shape == (3, 6, 2)
    then = local_forecast(values[:, :38], 4, 2).mean
    np.testing.assert_allclose(errors[1], values[:, 38:40] - then)
    # The newest origin knows all periods but the last one.
    assert np.isnan(errors[2, :, 1]).all()
    assert np.isfinite(errors[2, :, 0]).all()


def test_rolling_forecasts_do_not_see_the_future() -> None:
    values = seasonal_panel(6, 40, 4)
    changed = values.copy()
    changed[:, -2:] = changed[::-1, -2:] * 100
    before = values[:, 36] - rolling_errors(values, 4, 4)[0, :, 0]
    after = changed[:, 36] - rolling_errors(changed, 4, 4)[0, :, 0]
    np.testing.assert_array_equal(before, after)


def test_rolling_errors_are_unknown_before_a_series_opened() -> None:
    values = np.array([[np.nan, np.nan, 5.0, 5.0]])
    errors = rolling_errors(values, 1, steps_back=6)[:, 0, 0]
    assert np.isnan(errors[:5]).all()
    assert errors[5] == pytest.approx(0.0, abs=1e-12)
