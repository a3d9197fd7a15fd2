"""Damped trend beside the plain recursion, and on series that it must follow exactly."""

from __future__ import annotations

import numpy as np
import pytest

from allocopt.forecasting.kernels import damped_trend
from allocopt.forecasting.kernels.damped_trend import fit_damped_trend, weight_of_last_year


def plain_recursion(
    values: np.ndarray, horizon: int, gains: tuple[float, float, float]
) -> list[float]:
    """The equations of the module's docstring for one series without seasonality."""
    alpha, beta, damping = gains
    level, slope = values[0], 0.0
    for value in values:
        expected = level + damping * slope
        error = value - expected
        level = expected + alpha * error
        slope = damping * slope + beta * error
    return [
        level + slope * sum(damping**step for step in range(1, ahead + 1))
        for ahead in range(1, horizon + 1)
    ]


def test_one_parameter_set_is_the_plain_recursion(monkeypatch: pytest.MonkeyPatch) -> None:
    gains = (0.3, 0.05, 0.9)
    monkeypatch.setattr(damped_trend, "GRID", np.array(gains)[:, None, None])
    monkeypatch.setattr(damped_trend, "LAST_YEAR", 0.0)
    values = np.array([12.0, 10.0, 15.0, 11.0, 13.0, 9.0, 16.0])
    ours = fit_damped_trend(values[None, :], 4, 6).mean[0]
    np.testing.assert_allclose(ours, plain_recursion(values, 6, gains))


def test_short_history_is_drawn_to_last_year_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    # Without gains the level stays at 10. Two periods without season are two years: 1.5 / 2² of the
    # way to 18.
    monkeypatch.setattr(damped_trend, "GRID", np.array([0.0, 0.0, 0.9])[:, None, None])
    np.testing.assert_allclose(fit_damped_trend(np.array([[10.0, 18.0]]), 1, 2).mean, [[13, 13]])


def test_weight_of_last_year_falls_with_the_square_of_the_years() -> None:
    np.testing.assert_allclose(
        weight_of_last_year(np.array([0.0, 0.5, 1.0, 2.0, 5.0])), [0.5, 0.5, 0.5, 0.375, 0.06]
    )


@pytest.mark.parametrize("value", [0.0, 0.1, -7.0, 1e12, 1e-9])
@pytest.mark.parametrize("season", [1, 12])
def test_constant_series_stays_constant(value: float, season: int) -> None:
    values = np.full((1, 40), value)
    values[0, 20] = np.nan
    fitted = fit_damped_trend(values, season, 5)
    np.testing.assert_allclose(fitted.mean, value, rtol=1e-12)
    np.testing.assert_allclose(fitted.error, 0.0, atol=1e-12 * abs(value))


@pytest.mark.parametrize("season", [4, 7, 12, 52])
def test_pure_seasonality_repeats(season: int) -> None:
    pattern = 10 + np.sin(np.arange(season)) * 5
    fitted = fit_damped_trend(np.tile(pattern, (1, 5)), season, season + 3)
    np.testing.assert_allclose(fitted.mean[0], np.tile(pattern, 2)[: season + 3], rtol=1e-9)


def test_trend_is_followed_and_damped() -> None:
    values = 100.0 + 2 * np.arange(60)[None, :]
    steps = np.diff(fit_damped_trend(values, 1, 12).mean[0])
    assert (steps > 0).all()
    assert (np.diff(steps) < 0).all()
    assert 1.0 < steps[0] < 2.0


def test_error_of_a_step_is_that_of_the_noise() -> None:
    noise = np.random.default_rng(3).normal(0, 1, (20, 120))
    assert fit_damped_trend(100 + noise, 1, 1).error.mean() == pytest.approx(1.0, abs=0.15)
