"""Customers' behaviour is counted from who bought when, and never looks ahead."""

from __future__ import annotations

import numpy as np
import pytest

from allocopt.forecasting.effects import from_buying, from_counts

# Season of two periods; customers of one series.
BOUGHT = np.array(
    [
        [1, 1, 1, 1, 1],  # buys always
        [1, 0, 0, 0, 0],  # stops after the first period
        [0, 0, 1, 0, 1],  # comes later, buys every other period
    ],
    dtype=bool,
)


def feature(name: str) -> list[float]:
    behaviour = from_buying(BOUGHT, np.zeros(3, dtype=int), 1, season=2)
    return behaviour.values[behaviour.names.index(name), 0].tolist()


def test_behaviour_by_hand() -> None:
    assert feature("active") == [2, 2, 2, 2, 2]
    # Of those active one period before, who buys now.
    assert feature("repurchase") == pytest.approx([np.nan, 1 / 2, 1 / 2, 1 / 2, 1], nan_ok=True)
    # Of those active a season before, who is not any more.
    assert feature("churn") == pytest.approx([np.nan, np.nan, 1 / 2, 1 / 2, 0], nan_ok=True)
    assert feature("new") == [1, 1, 1 / 2, 1 / 2, 0]
    # Periods since the last purchase, in seasons: the second customer's grow by a half each.
    assert feature("recency") == pytest.approx([0, 0.25, 1 / 3, (1.5 + 0.5) / 3, 2 / 3])


def test_customers_count_in_their_own_series() -> None:
    behaviour = from_buying(BOUGHT, np.array([1, 0, 1]), 3, season=2)
    active = behaviour.values[0]
    assert active.tolist() == [[1, 1, 0, 0, 0], [1, 1, 2, 2, 2], [0, 0, 0, 0, 0]]


def test_given_counts_become_rates() -> None:
    behaviour = from_counts(
        {
            "customers": np.array([[10.0, 12, 0]]),
            "new_customers": np.array([[1.0, 3, 0]]),
            "lost_customers": np.array([[0.0, 1, 12]]),
        }
    )
    assert behaviour.names == ("customers", "churn", "new")
    assert behaviour.values[1, 0].tolist() == pytest.approx([np.nan, 0.1, 1.0], nan_ok=True)
    assert behaviour.values[2, 0].tolist() == pytest.approx([0.1, 0.25, np.nan], nan_ok=True)
    assert from_counts({"orders": np.ones((1, 3))}).names == ()


def test_features_do_not_look_ahead() -> None:
    random = np.random.default_rng(1)
    bought, series = random.random((40, 30)) < 0.3, random.integers(0, 4, 40)
    changed = bought.copy()
    changed[:, 20:] = ~changed[:, 20:]
    left = from_buying(bought, series, 4, season=12)
    right = from_buying(changed, series, 4, season=12)
    np.testing.assert_array_equal(left.values[:, :, :20], right.values[:, :, :20])
    np.testing.assert_array_equal(left.known_at(20, 12, 6), right.known_at(20, 12, 6))
    # In the delayed array a forecast of any period sees only what was over `horizon` before it.
    np.testing.assert_array_equal(left.delayed(6)[:, :, :26], right.delayed(6)[:, :, :26])


def test_features_are_carried_forward_finite_and_not_negative() -> None:
    falling = np.arange(30)[::-1] > np.arange(30)[:, None]  # every customer leaves at some time
    behaviour = from_buying(falling, np.zeros(30, dtype=int), 2, season=4)
    ahead = behaviour.known_at(30, 4, 8)[:, :, 30:]
    assert ahead.shape == (5, 2, 8)
    assert np.isfinite(ahead[:, 0]).all()
    assert (ahead[:, 0] >= 0).all()
    # A series without customers has rates of nothing: unknown.
    assert np.isnan(ahead[1:, 1]).all()


def test_the_order_of_customers_changes_nothing() -> None:
    random = np.random.default_rng(1)
    bought, series = random.random((40, 30)) < 0.3, random.integers(0, 4, 40)
    order = random.permutation(40)
    left = from_buying(bought, series, 4, 12).values
    np.testing.assert_allclose(from_buying(bought[order], series[order], 4, 12).values, left)
