"""Cold start: a share of a reference, from what was observed and from attributes."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from allocopt.forecasting.cold_start import (
    ColdStart,
    Reference,
    SizePrior,
    cold_start,
    keep_sums,
    parent_reference,
    predict_sizes,
    recent_sizes,
    share_noise,
    sister_sizes,
    taken_from_parent,
)

QUARTERLY = 4
UNKNOWN = np.nan


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def start(
    values: np.ndarray, prior: SizePrior, forecast: list[list[float]], parent: list[int]
) -> ColdStart:
    """Cold start under parents with a given forecast; mature series are forecast as 7."""
    center = np.full((len(values), len(forecast[0])), 7.0)
    reference = parent_reference(values, np.array(parent), np.array(forecast))
    return cold_start(center, values, reference, prior, QUARTERLY)


# One parent: a mature series of 30 a quarter, one with two quarters of 10, one that has not begun.
VALUES = np.array([[30.0] * 8, [UNKNOWN] * 6 + [10.0] * 2, [UNKNOWN] * 8])


def test_an_observed_share_and_a_prior_are_weighed_by_their_errors() -> None:
    prior = SizePrior(np.array([30.0, 16.0, 8.0]), error=0.4, deviation=0.5)
    result = start(VALUES, prior, [[40.0, 80.0]], [0, 0, 0])
    # Too few mature series to measure noise, so 0.2: k₀ = 0.04 / 0.16 = 1/4. Of the parent's 40 the
    # second series had 10; by its size it should have 16 of last year's mean of 35.
    weight = 2 / 2.25
    share = weight * 10 / 40 + (1 - weight) * 16 / 35
    np.testing.assert_allclose(result.center[1], [share * 40, share * 80])
    assert result.weight[1] == pytest.approx(weight)
    assert result.deviation[1] == pytest.approx(0.5 / 3)


def test_a_series_without_history_rests_on_its_size_and_is_wide() -> None:
    prior = SizePrior(np.array([30.0, 16.0, 7.0]), error=0.4, deviation=0.5)
    result = start(VALUES, prior, [[35.0, 70.0]], [0, 0, 0])
    np.testing.assert_allclose(result.center[2], [7, 14])
    assert (result.weight[2], result.deviation[2]) == (0, 0.5)


def test_series_with_a_season_of_history_keep_their_own_forecast() -> None:
    result = start(VALUES, SizePrior(np.ones(3), 0.4, 0.5), [[40.0, 80.0]], [0, 0, 0])
    assert result.cold.tolist() == [False, True, True]
    assert result.center[0].tolist() == [7, 7]
    assert np.isnan(result.share[0])


def test_the_prior_fades_as_periods_arrive() -> None:
    weights = []
    for known in range(4):
        values = np.array([[30.0] * 8, [UNKNOWN] * (8 - known) + [10.0] * known])
        result = start(values, SizePrior(np.array([30.0, 20.0]), 0.4, 0.5), [[40.0]], [0, 0])
        weights.append(result.weight[1])
    np.testing.assert_allclose(weights, [0, 1 / 1.25, 2 / 2.25, 3 / 3.25])


def test_a_prior_that_is_exact_outlasts_a_noisy_share() -> None:
    exact = SizePrior(np.array([30.0, 16.0, 8.0]), error=0.0, deviation=0.0)
    result = start(VALUES, exact, [[35.0]], [0, 0, 0])
    assert result.center[1, 0] == pytest.approx(16, rel=0.01)


def test_a_crossed_reference_has_the_growth_of_one_and_the_season_of_the_other() -> None:
    # Territory North doubles; segment big sells in odd quarters only; the whole stays 100.
    north = Reference(np.array([[50.0] * 4]), np.array([[100.0, 100.0]]), np.array([0, 0]))
    big = Reference(
        np.array([[0.0, 40, 0, 40], [100.0, 60, 100, 60]]),
        np.array([[0.0, 40], [100, 60]]),
        np.array([0, 1]),
    )
    whole = Reference(np.full((1, 4), 100.0), np.full((1, 2), 100.0), np.array([0, 0]))
    crossed = north.crossed(big, whole)
    assert crossed.past[crossed.of].tolist() == [[0, 20, 0, 20], [50, 30, 50, 30]]
    assert crossed.future[crossed.of].tolist() == [[0, 40], [100, 60]]


def test_sizes_follow_attributes_that_tell() -> None:
    # Every account is worth 5 a quarter; the last series has 40 accounts and no history.
    accounts = np.array([10.0, 20, 30, 50, 80, 100, 40])[:, None]
    sizes = 5 * accounts[:, 0]
    mature = np.arange(7) < 6
    prior = predict_sizes(np.where(mature, sizes, 0.0), mature, accounts)
    assert prior.size[6] == pytest.approx(200, rel=0.15)
    assert prior.error < 0.3
    noise = np.random.default_rng(1).uniform(1, 9, (7, 1))
    blind = predict_sizes(np.where(mature, sizes, 0.0), mature, noise)
    assert blind.error > 2 * prior.error
    # Attributes that tell nothing leave the mean of the sisters.
    assert blind.size[6] == pytest.approx(sizes[:6].mean(), rel=0.35)


def test_the_sum_of_expected_sizes_is_the_sum_of_sizes() -> None:
    random = np.random.default_rng(4)
    accounts = random.uniform(5, 50, (200, 1))
    sizes = accounts[:, 0] * np.exp(random.normal(0, 0.8, 200))
    prior = predict_sizes(sizes, np.ones(200, dtype=bool), accounts)
    assert prior.size.sum() == pytest.approx(sizes.sum(), rel=0.05)
    assert prior.deviation == pytest.approx(0.8, rel=0.15)


def test_sisters_are_the_mature_others_of_a_group() -> None:
    sizes = np.array([2.0, 8, 0, 5])
    mature = np.array([True, True, False, True])
    grouping = np.array([0, 0, 0, 1])
    sisters = sister_sizes(sizes, mature, [grouping])[:, 0]
    # Of the first the sister is 8, of the third the geometric mean of 2 and 8; the last has none.
    np.testing.assert_allclose(sisters[:3], [8, 2, 4], rtol=0.02)
    assert np.isnan(sisters[3])


def test_noise_of_a_share_by_hand() -> None:
    # Shares of a constant parent alternate between 0.4 and 0.6; the mean of a year is 0.5.
    shares = np.tile([40.0, 60.0], (4, 8))
    totals = np.full((4, 16), 100.0)
    assert share_noise(shares, totals, QUARTERLY) == pytest.approx(0.1 / 0.5)


def test_a_new_product_takes_its_share_of_the_line() -> None:
    # The line sells 30 by one product; two new ones of 10 and 20 take a half of it together.
    values = np.array([[30.0] * 8, [UNKNOWN] * 8, [UNKNOWN] * 8])
    cold, line = np.array([False, True, True]), np.zeros(3, dtype=int)
    prior = SizePrior(np.array([30.0, 10, 20]), error=0.4, deviation=0.5)
    taking = taken_from_parent(prior, recent_sizes(values, QUARTERLY), cold, line)
    result = start(values, taking, [[60.0]], [0, 0, 0])
    np.testing.assert_allclose(result.center[1:, 0], [10, 20])
    adding = start(values, prior, [[60.0]], [0, 0, 0])
    np.testing.assert_allclose(adding.center[1:, 0], [20, 40])


def test_sums_are_kept_where_asked_for() -> None:
    result = start(
        VALUES, SizePrior(np.array([30.0, 16.0, 7.0]), 0.4, 0.5), [[40.0, 80.0]], [0] * 3
    )
    kept = keep_sums(result, np.zeros(3, dtype=int), np.array([[40.0, 80.0]]))
    np.testing.assert_allclose(kept.sum(axis=0), [40, 80])
    np.testing.assert_allclose(kept[1:], result.center[1:])
    # Where the cold series need more than there is, they share it.
    tight = keep_sums(result, np.zeros(3, dtype=int), np.array([[4.0, 8.0]]))
    np.testing.assert_allclose(tight.sum(axis=0), [4, 8])
    assert (tight[0] == 0).all()


def test_money_units_change_nothing() -> None:
    random = np.random.default_rng(1)
    values = random.uniform(1, 9, (8, 16))
    values[6, :14], values[7] = UNKNOWN, UNKNOWN
    mature, parent = np.arange(8) < 6, np.arange(8) % 2
    center, attributes = random.uniform(1, 9, (8, 3)), random.uniform(1, 9, (8, 1))

    def run(unit: float) -> np.ndarray:
        history = values * unit
        prior = predict_sizes(recent_sizes(history, QUARTERLY), mature, attributes)
        forecast = np.array([[20.0, 21, 22], [30, 31, 32]]) * unit
        reference = parent_reference(history, parent, forecast)
        return cold_start(center * unit, history, reference, prior, QUARTERLY).center

    for unit in (1e-9, 1e9):
        np.testing.assert_allclose(run(unit), run(1.0) * unit, rtol=1e-9)


HOSTILE = arrays(
    float,
    st.tuples(st.integers(1, 9), st.integers(1, 12)),
    elements=st.sampled_from([0.0, 1.0, -3.0, 5e11, 1e-9, 7.5, float("nan")]),
)


@settings(max_examples=150, deadline=None)
@given(values=HOSTILE, seed=st.integers(0, 99))
def test_hostile_histories_give_finite_forecasts(values: np.ndarray, seed: int) -> None:
    random = np.random.default_rng(seed)
    series = len(values)
    parent = random.integers(0, 3, series)
    forecast = random.choice([0.0, -1.0, 5.0, 1e12], (3, 2))
    mature = (~np.isnan(values)).sum(axis=1) >= QUARTERLY
    with np.errstate(all="raise", under="ignore"):
        sizes = recent_sizes(values, QUARTERLY)
        attributes = sister_sizes(sizes, mature, [parent, np.zeros(series, dtype=int)])
        prior = predict_sizes(sizes, mature, attributes)
        reference = parent_reference(values, parent, forecast)
        result = cold_start(np.ones((series, 2)), values, reference, prior, QUARTERLY)
        kept = keep_sums(result, parent, forecast)
    assert np.isfinite(result.center).all()
    assert np.isfinite(kept).all()
    assert (prior.size >= 0).all()
    assert np.isfinite([prior.error, prior.deviation]).all()
