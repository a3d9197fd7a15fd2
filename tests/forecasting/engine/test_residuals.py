"""Past errors of the local and the year forecast, and the share that follows from them."""

from __future__ import annotations

import numpy as np
import pytest
from forecasting.engine.made import noisy, task
from hypothesis import given
from hypothesis import strategies as st

from allocopt.forecasting.engine import measure_residuals
from allocopt.forecasting.engine.residuals import choose_share
from allocopt.forecasting.kernels import local_forecast
from allocopt.forecasting.kernels.year import year_forecast
from allocopt.forecasting.uncertainty.blocks import error_scale


def test_errors_are_those_of_forecasts_from_the_periods_before() -> None:
    own = task(noisy(3, 24))
    residuals = measure_residuals(own)
    for blocks, forecast in (
        (residuals.local, lambda known: local_forecast(known, 4, 3).mean),
        (residuals.year, lambda known: year_forecast(known, 4, 3)),
    ):
        origin = own.periods - blocks.origins + 2
        known = own.nodes[:, :origin]
        errors = own.nodes[:, origin : origin + 3] - forecast(known)
        np.testing.assert_allclose(blocks.scaled[2], errors / error_scale(known, 4)[:, None])


def test_errors_at_an_origin_do_not_know_what_came_later() -> None:
    values = noisy(3, 24)
    changed = values.copy()
    changed[:, 20:] *= 7
    first, second = (measure_residuals(task(own)) for own in (values, changed))
    for left, right in ((first.local, second.local), (first.year, second.year)):
        until = 20 - (24 - left.origins)
        known = np.arange(until)[:, None, None] + np.arange(3)[None, None, :] < until
        known = np.broadcast_to(known, left.scaled[:until].shape)
        np.testing.assert_array_equal(left.scaled[:until][known], right.scaled[:until][known])


def test_the_share_known_earlier_is_the_share_of_the_earlier_errors() -> None:
    values = noisy(4, 40)
    changed = values.copy()
    changed[:, 34:] *= 3
    first, second = (measure_residuals(task(own)) for own in (values, changed))
    assert first.share(6) == second.share(6)


def test_blended_errors_lie_between_both() -> None:
    residuals = measure_residuals(task(noisy()))
    half = residuals.blended(0.5).scaled
    np.testing.assert_allclose(half, (residuals.local.scaled + residuals.year.scaled) / 2)
    np.testing.assert_array_equal(residuals.blended(0.0).scaled, residuals.local.scaled)


def errors(value: float, origins: int = 12, horizon: int = 3) -> np.ndarray:
    return np.full((origins, 5, horizon), value)


def test_a_year_forecast_that_is_right_gets_nearly_all_and_a_wrong_one_nothing() -> None:
    # Twelve origins of three overlapping periods are worth six independent ones, the prior one.
    assert choose_share(errors(1.0), errors(0.0)) == pytest.approx(6 / 7)
    assert choose_share(errors(0.0), errors(1.0)) == 0


def test_errors_that_cancel_are_halved() -> None:
    assert choose_share(errors(1.0), errors(-1.0)) == pytest.approx(0.5 * 6 / 7)


def test_without_an_origin_that_knows_the_whole_horizon_there_is_no_share() -> None:
    cut = errors(0.0)
    cut[:, :, -1] = np.nan
    assert choose_share(errors(1.0), cut) == 0


@given(st.floats(-50, 50), st.floats(-50, 50), st.integers(1, 40), st.integers(1, 12))
def test_a_share_lies_between_nothing_and_all(
    local: float, year: float, origins: int, horizon: int
) -> None:
    share = choose_share(errors(local, origins, horizon), errors(year, origins, horizon))
    assert 0 <= share < 1
