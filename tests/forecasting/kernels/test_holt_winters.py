"""Holt-Winters beside the plain recursion, and on series that it must follow exactly."""

from __future__ import annotations

import numpy as np
import pytest

from allocopt.forecasting.kernels import holt_winters
from allocopt.forecasting.kernels.holt_winters import fit_holt_winters


def plain_recursion(
    values: np.ndarray, season: int, horizon: int, gains: tuple[float, float, float, float]
) -> list[float]:
    """The equations of the module's docstring for one series without seasonality at the start."""
    alpha, beta, gamma, damping = gains
    level, slope, index = values[0], 0.0, [0.0] * season
    for period, value in enumerate(values):
        phase = period % season
        expected = level + damping * slope
        error = value - expected - index[phase]
        level = expected + alpha * error
        slope = damping * slope + beta * error
        index[phase] += gamma * error
    damped = [sum(damping**step for step in range(1, ahead + 2)) for ahead in range(horizon)]
    return [
        level + slope * damped[ahead] + index[(len(values) + ahead) % season]
        for ahead in range(horizon)
    ]


def test_one_parameter_set_is_the_plain_recursion(monkeypatch: pytest.MonkeyPatch) -> None:
    gains = (0.3, 0.05, 0.2, 0.9)
    monkeypatch.setattr(holt_winters, "GRID", np.array(gains)[:, None, None])
    # Seven periods are less than two seasons: the starting indices are neutral.
    values = np.array([12.0, 10.0, 15.0, 11.0, 13.0, 9.0, 16.0])
    ours = fit_holt_winters(values[None, :], 4, 6).mean[0]
    np.testing.assert_allclose(ours, plain_recursion(values, 4, 6, gains))


@pytest.mark.parametrize("value", [0.0, 0.1, -7.0, 1e12, 1e-9])
@pytest.mark.parametrize("season", [1, 12])
def test_constant_series_stays_constant(value: float, season: int) -> None:
    values = np.full((1, 40), value)
    values[0, 20] = np.nan
    fitted = fit_holt_winters(values, season, 5)
    np.testing.assert_allclose(fitted.mean, value, rtol=1e-12)
    np.testing.assert_allclose(fitted.error, 0.0, atol=1e-12 * abs(value))


@pytest.mark.parametrize("season", [4, 7, 12, 52])
def test_pure_seasonality_repeats(season: int) -> None:
    pattern = 10 + np.sin(np.arange(season)) * 5
    fitted = fit_holt_winters(np.tile(pattern, (1, 5)), season, season + 3)
    np.testing.assert_allclose(fitted.mean[0], np.tile(pattern, 2)[: season + 3], rtol=1e-9)


def test_trend_is_followed_and_damped() -> None:
    values = 100.0 + 2 * np.arange(60)[None, :]
    steps = np.diff(fit_holt_winters(values, 1, 12).mean[0])
    assert (steps > 0).all()
    assert (np.diff(steps) < 0).all()
    assert steps[0] < 2.0


def test_gains_are_those_that_suit_the_series() -> None:
    random = np.random.default_rng(3)
    noise = random.normal(0, 1, (20, 120))
    still = fit_holt_winters(100 + noise, 1, 1)
    walking = fit_holt_winters(100 + np.cumsum(noise, axis=1), 1, 1)
    assert still.level_gain.mean() < 0.15
    assert walking.level_gain.mean() > 0.6
    # The standard error of a step is that of the noise.
    assert still.error.mean() == pytest.approx(1.0, abs=0.15)
    assert walking.error.mean() == pytest.approx(1.0, abs=0.15)
