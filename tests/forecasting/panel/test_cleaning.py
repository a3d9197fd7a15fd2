"""Single values far outside a pattern are drawn in and logged; all others stay as they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from support_cases import require_cases

from allocopt.forecasting.kernels import fit_damped_trend
from allocopt.forecasting.panel import clean, find_shifts, shift_adjusted

NAN = np.nan


def seasonal(
    periods: int = 60, season: int = 12, series: int = 1, noise: float = 0.03
) -> np.ndarray:
    """Growing seasonal series with little noise."""
    time = np.arange(periods)
    swing = 1 + 0.5 * np.sin(2 * np.pi * time / season)
    random = np.random.default_rng(2)
    return 100 * 1.01**time * swing * np.exp(random.normal(0, noise, (series, periods)))


def test_one_wild_value_is_drawn_in_and_logged() -> None:
    good = seasonal()
    bad = good.copy()
    bad[0, 40] *= 5
    cleaned = clean(bad, 12)
    (change,) = cleaned.changes.to_dict("records")
    assert (change["series"], change["period"], change["why"]) == (0, 40, "high")
    assert change["old"] == bad[0, 40]
    assert abs(cleaned.values[0, 40] / good[0, 40] - 1) < 0.25
    untouched = np.arange(60) != 40
    np.testing.assert_array_equal(cleaned.values[0, untouched], bad[0, untouched])


@pytest.mark.parametrize("place", [0, 30, 59])
@pytest.mark.parametrize("factor", [0.1, 4.0])
def test_a_wild_value_is_found_at_the_edges_too(place: int, factor: float) -> None:
    bad = seasonal()
    bad[0, place] *= factor
    assert clean(bad, 12).changes["period"].tolist() == [place]


def test_the_swing_of_the_season_and_a_trend_are_no_surprise() -> None:
    assert clean(seasonal(series=50), 12).changes.empty


def test_a_protected_period_is_never_touched() -> None:
    bad = seasonal()
    bad[0, 40] *= 5
    protected = np.zeros(bad.shape, dtype=bool)
    protected[0, 40] = True
    np.testing.assert_array_equal(clean(bad, 12, protected).values, bad)


def test_two_high_values_in_a_row_are_an_episode_and_stay() -> None:
    bad = seasonal()
    bad[0, 40:42] *= 5
    assert clean(bad, 12).changes.empty


def test_rare_large_orders_are_what_intermittent_series_are_made_of() -> None:
    values = np.zeros((1, 48))
    values[0, ::6] = [5.0, 7.0, 400.0, 6.0, 5.0, 8.0, 6.0, 5.0]
    assert clean(values, 12).changes.empty
    assert len(find_shifts(values, 12)) == 0


def test_series_that_cross_zero_are_cleaned_by_amount() -> None:
    random = np.random.default_rng(5)
    values = random.normal(0, 10, (1, 60))
    values[0, 30] = 500.0
    cleaned = clean(values, 12)
    assert cleaned.changes["period"].tolist() == [30]
    assert 0 < cleaned.values[0, 30] < 150


ODD = arrays.arrays(
    float,
    st.tuples(st.integers(1, 4), st.integers(1, 30)),
    elements=st.one_of(
        st.sampled_from([0.0, NAN, 1e12, -1e12, 1e-9, 1.0]), st.floats(-1e6, 1e6, allow_nan=False)
    ),
)


@pytest.mark.filterwarnings("error")
@settings(max_examples=80, deadline=None)
@given(ODD, st.sampled_from([1, 4, 7, 12, 52]))
@example(np.array([[1e12, 5e-324]]), 1)
def test_any_series_is_cleaned_without_inventing_values(values: np.ndarray, season: int) -> None:
    cleaned = clean(values, season).values
    adjusted = shift_adjusted(cleaned, find_shifts(values, season), only_clear=False)
    for result in (cleaned, adjusted):
        np.testing.assert_array_equal(np.isnan(result), np.isnan(values))
        assert np.isfinite(result[~np.isnan(values)]).all()


def _with_slips() -> np.ndarray:
    values = seasonal(series=6, noise=0.1)
    values[[0, 2, 4], [20, 33, 59]] *= [6, 0.1, 4]
    values[1, 30:] *= 3
    return values


def test_order_and_currency_of_series_do_not_matter() -> None:
    values, order = _with_slips(), [3, 0, 5, 1, 4, 2]
    cleaned = clean(values, 12).values
    np.testing.assert_array_equal(clean(values[order], 12).values, cleaned[order])
    np.testing.assert_allclose(clean(values * 1e6, 12).values, cleaned * 1e6, rtol=1e-9)
    steps = find_shifts(values, 12).step
    np.testing.assert_allclose(find_shifts(values * 1e6, 12).step, steps, rtol=1e-9)


def test_a_jump_that_lasts_is_a_shift_with_its_first_period_and_size() -> None:
    values = seasonal(series=3)
    values[1, 36:] *= 2
    shifts = find_shifts(values, 12)
    assert (shifts.series.tolist(), shifts.period.tolist()) == ([1], [36])
    assert 1.7 < np.exp(shifts.step[0]) < 2.4
    assert shifts.clear.all()


def test_history_before_a_shift_is_moved_to_the_level_after_it() -> None:
    level = seasonal(series=2)
    broken = level.copy()
    broken[1, :36] /= 2
    adjusted = shift_adjusted(broken, find_shifts(broken, 12))
    np.testing.assert_array_equal(adjusted[0], broken[0])
    np.testing.assert_array_equal(adjusted[1, 36:], broken[1, 36:])
    assert np.abs(adjusted[1, :36] / level[1, :36] - 1).max() < 0.2


def test_series_that_are_not_positive_shift_by_an_amount() -> None:
    values = np.random.default_rng(1).normal(0, 1, (1, 60))
    values[0, 40:] += 30
    shifts = find_shifts(values, 12)
    assert shifts.period.tolist() == [40]
    assert not shifts.logs[0]
    assert abs(shifts.step[0] - 30) < 3
    assert abs(shift_adjusted(values, shifts)[0, :40].mean() - 30) < 3


@pytest.mark.parametrize(
    "shape",
    [
        np.r_[np.ones(30), 3.0, np.ones(29)],  # a slip
        np.r_[np.ones(30), np.full(4, 3.0), np.ones(26)],  # an episode, and its end
        np.linspace(1, 3, 60),  # a ramp
        np.r_[np.ones(57), np.full(3, 3.0)],  # too young to tell
    ],
)
def test_slips_episodes_ramps_and_the_last_periods_are_no_shifts(shape: np.ndarray) -> None:
    noise = np.exp(np.random.default_rng(4).normal(0, 0.05, (20, 60)))
    assert len(find_shifts(100 * shape * noise, 12)) == 0


def test_noise_and_wandering_are_hardly_ever_shifts() -> None:
    random = np.random.default_rng(0)
    noise = np.exp(random.normal(0, 0.1, (500, 72)))
    wandering = np.exp(np.cumsum(random.normal(0, 0.05, (500, 72)), axis=1))
    assert len(find_shifts(noise, 12)) == 0
    assert len(find_shifts(wandering, 12)) <= 15


def test_protected_periods_make_no_shift() -> None:
    values = seasonal()
    values[0, 30:42] *= 3
    assert len(find_shifts(values, 12)) > 0
    protected = np.zeros(values.shape, dtype=bool)
    protected[0, 30:42] = True
    assert len(find_shifts(values, 12, protected)) == 0


def _quarters() -> tuple[np.ndarray, np.ndarray]:
    """M3 quarterly training series of full length without their last two years, and those years."""
    kinds = np.genfromtxt(
        require_cases("forecast", "m3", "m3_series.csv"),
        delimiter=",",
        dtype=str,
        skip_header=1,
        usecols=(0, 2),
        comments=None,
    )
    wanted = {name for name, kind in kinds if kind == "QUARTERLY"}
    lines = require_cases("forecast", "m3", "m3_train.csv").read_text().splitlines()
    cells = [line.split(",") for line in lines]
    series = [[float(cell) for cell in row[1:] if cell][-36:] for row in cells if row[0] in wanted]
    values = np.array([one for one in series if len(one) == 36])
    return values[:, :-8], values[:, -8:]


def test_cleaning_mends_what_slips_do_to_a_forecast_of_real_series() -> None:
    past, actual = _quarters()
    random = np.random.default_rng(5)
    slips = np.where(random.random(past.shape) < 0.02, random.uniform(1.6, 4, past.shape), 1.0)

    def error(values: np.ndarray) -> float:
        forecast = fit_damped_trend(values, 4, 8).mean
        return float(np.mean(2 * np.abs(actual - forecast) / (np.abs(actual) + np.abs(forecast))))

    as_it_was, spoilt, mended = (
        error(past),
        error(past * slips),
        error(clean(past * slips, 4).values),
    )
    assert error(clean(past, 4).values) < 1.01 * as_it_was
    assert mended - as_it_was < 0.5 * (spoilt - as_it_was)
