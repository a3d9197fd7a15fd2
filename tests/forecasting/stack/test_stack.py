"""The stack: what it learns, and what must not change its forecast."""

from __future__ import annotations

import numpy as np
import pytest
from support_oracles import require_oracle

from allocopt.forecasting.kernels import local_forecast
from allocopt.forecasting.stack import StackForecast, StackOptions, train_stack

QUICK = StackOptions(iterations=20, quantiles=(0.1, 0.9))


def seasonal_panel(series: int, periods: int) -> np.ndarray:
    random = np.random.default_rng(4)
    swing = 1 + 0.5 * np.sin(2 * np.pi * np.arange(periods) / 4)
    level = random.uniform(10, 1000, (series, 1)) * (1 + 0.02 * np.arange(periods))
    return level * swing * random.normal(1, 0.05, (series, periods))


def two_year_panel(series: int, periods: int) -> np.ndarray:
    """Every second year ends with a jump that no local forecast of a yearly season can know."""
    values = seasonal_panel(series, periods)
    values[:, 7::8] *= 1.6
    return values


def demand_rates(series: int) -> np.ndarray:
    return np.random.default_rng(5).lognormal(-1, 0.8, (series, 1))


def intermittent_panel(series: int, periods: int) -> np.ndarray:
    random = np.random.default_rng(6)
    rate = random.gamma(0.8, demand_rates(series) / 0.8, (series, periods))
    return random.poisson(rate).astype(float)


def fit_and_forecast(values: np.ndarray, options: StackOptions = QUICK) -> StackForecast:
    return train_stack(values, 4, 4, options).forecast(values, 4, 4)


def absolute_error(actual: np.ndarray, forecast: np.ndarray) -> float:
    return float(np.abs(actual - forecast).sum() / np.abs(actual).sum())


@pytest.mark.parametrize("booster", ["sklearn", pytest.param("lightgbm", marks=pytest.mark.oracle)])
def test_stack_learns_what_all_series_have_in_common(booster: str) -> None:
    if booster == "lightgbm":
        require_oracle("lightgbm")
    values = two_year_panel(60, 64)
    known, actual = values[:, :60], values[:, 60:]
    forecast = fit_and_forecast(known, StackOptions(iterations=60, booster=booster))  # type: ignore[arg-type]
    assert absolute_error(actual, forecast.center) < 0.7 * absolute_error(actual, forecast.local)


def test_local_forecast_is_that_of_the_kernels() -> None:
    values = two_year_panel(20, 40)
    values[3, 5] = 0.0
    expected = local_forecast(values, 4, 4).mean
    np.testing.assert_allclose(fit_and_forecast(values).local, expected)


def test_too_few_rows_leave_the_local_forecast() -> None:
    values = seasonal_panel(2, 20)
    stack = train_stack(values, 4, 4, QUICK)
    forecast = stack.forecast(values, 4, 4)
    assert not stack.learnt
    np.testing.assert_array_equal(forecast.center, forecast.local)
    assert forecast.quantiles == {}


@pytest.mark.parametrize("loss", ["absolute", "poisson"])
def test_same_seed_gives_the_same_bits(loss: str) -> None:
    values = intermittent_panel(60, 40)
    options = StackOptions(loss=loss, iterations=20, rows_max=1500)  # type: ignore[arg-type]
    left, right = fit_and_forecast(values, options), fit_and_forecast(values, options)
    np.testing.assert_array_equal(left.center, right.center)


@pytest.mark.parametrize("rows_max", [640_000, 1500])
def test_order_of_the_series_does_not_matter(rows_max: int) -> None:
    values = two_year_panel(60, 40)
    values[::7, 4] = 0.0
    order = np.random.default_rng(1).permutation(60)
    options = StackOptions(iterations=20, rows_max=rows_max, quantiles=(0.9,))
    left, right = fit_and_forecast(values, options), fit_and_forecast(values[order], options)
    np.testing.assert_array_equal(right.center, left.center[order])
    np.testing.assert_array_equal(right.quantiles[0.9], left.quantiles[0.9][order])


@pytest.mark.parametrize("loss", ["absolute", "poisson"])
@pytest.mark.parametrize("factor", [1e-9, 1e12])
def test_forecast_scales_with_the_currency(loss: str, factor: float) -> None:
    values = two_year_panel(40, 40)
    values[::7, 4] = 0.0
    options = StackOptions(loss=loss, iterations=15, quantiles=(0.9,))  # type: ignore[arg-type]
    left = fit_and_forecast(values, options)
    right = fit_and_forecast(values * factor, options)
    for own, other in (
        (left.center, right.center),
        (left.quantiles[0.9], right.quantiles[0.9]),
        (left.scale, right.scale),
    ):
        np.testing.assert_allclose(other, own * factor, rtol=1e-9)


def test_trained_stack_forecasts_series_it_has_never_seen() -> None:
    values = two_year_panel(60, 64)
    stack = train_stack(values[:50, :60], 4, 4, StackOptions(iterations=60))
    forecast = stack.forecast(values[50:, :60], 4, 4)
    actual = values[50:, 60:]
    assert absolute_error(actual, forecast.center) < 0.8 * absolute_error(actual, forecast.local)


def test_forecast_of_a_series_does_not_depend_on_its_company() -> None:
    values = two_year_panel(60, 40)
    stack = train_stack(values, 4, 4, QUICK)
    np.testing.assert_array_equal(
        stack.forecast(values[7:8], 4, 4).center, stack.forecast(values, 4, 4).center[7:8]
    )


def test_known_covariate_explains_what_history_cannot() -> None:
    random = np.random.default_rng(8)
    values = seasonal_panel(60, 64)
    promoted = (random.random((60, 64)) < 0.2).astype(float)
    values *= 1 + promoted
    covariates = promoted[None, :, :]
    known, actual = values[:, :60], values[:, 60:]
    without = train_stack(known, 4, 4, QUICK).forecast(known, 4, 4)
    stack = train_stack(known, 4, 4, QUICK, covariates)
    informed = stack.forecast(known, 4, 4, covariates)
    assert absolute_error(actual, informed.center) < 0.6 * absolute_error(actual, without.center)
    # A what-if: with the promotions switched on everywhere more is sold than with none.
    on, off = covariates.copy(), covariates.copy()
    on[:, :, 60:], off[:, :, 60:] = 1.0, 0.0
    assert (
        stack.forecast(known, 4, 4, on).center.sum()
        > 1.3 * stack.forecast(known, 4, 4, off).center.sum()
    )


def test_quantiles_are_ordered_and_cover_about_what_they_say() -> None:
    values = seasonal_panel(120, 44)
    known, actual = values[:, :40], values[:, 40:]
    options = StackOptions(iterations=40, quantiles=(0.1, 0.5, 0.9))
    forecast = fit_and_forecast(known, options)
    low, middle, high = (forecast.quantiles[level] for level in options.quantiles)
    assert (low <= middle).all()
    assert (middle <= high).all()
    assert 0.7 < ((low <= actual) & (actual <= high)).mean() < 0.9


def test_poisson_keeps_the_total_of_intermittent_series() -> None:
    # Two of three periods have no sales: the median of most series is zero.
    values, expected = intermittent_panel(600, 36), 6 * demand_rates(600).sum()
    options = StackOptions(loss="poisson", iterations=60)
    forecast = train_stack(values, 12, 6, options).forecast(values, 12, 6)
    assert forecast.center.sum() == pytest.approx(expected, rel=0.05)
    assert (forecast.center >= 0).all()
    medians = train_stack(values, 12, 6, QUICK).forecast(values, 12, 6)
    assert medians.center.sum() < 0.7 * expected


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("loss", ["absolute", "poisson"])
@pytest.mark.parametrize("season", [1, 4, 12])
def test_hostile_series_have_finite_forecasts(loss: str, season: int) -> None:
    random = np.random.default_rng(0)
    periods = 40
    late, gappy = np.full(periods, np.nan), random.normal(10, 1, periods)
    late[-1] = 7.0
    gappy[1:-1:2] = np.nan
    hostile = [
        np.full(periods, 3.0),
        np.zeros(periods),
        -np.arange(1.0, periods + 1),
        random.normal(size=periods) * 1e12,
        random.lognormal(0, 1, periods) * 1e-9,
        random.lognormal(0, 30, periods),
        late,
        late[::-1],
        gappy,
    ]
    values = np.concatenate([hostile, seasonal_panel(10, periods)])
    options = StackOptions(loss=loss, iterations=10, quantiles=(0.1, 0.9))  # type: ignore[arg-type]
    stack = train_stack(values, season, 5, options)
    forecast = stack.forecast(values, season, 5)
    assert stack.learnt
    for own in (forecast.center, forecast.local, *forecast.quantiles.values()):
        assert own.shape == (19, 5)
        assert np.isfinite(own).all()
    # What has never moved, or never sold, is not corrected.
    assert forecast.center[1].tolist() == [0.0] * 5
    if loss == "absolute":
        np.testing.assert_allclose(forecast.center[0], 3.0)


@pytest.mark.parametrize("periods", [1, 2, 5])
def test_very_short_panels_are_forecast_locally(periods: int) -> None:
    values = seasonal_panel(6, periods)
    stack = train_stack(values, 12, 3, QUICK)
    assert np.isfinite(stack.forecast(values, 12, 3).center).all()
    assert not stack.learnt
