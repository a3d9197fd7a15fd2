"""Expected demand of intermittent series, by hand."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest

from allocopt.forecasting.kernels import tsb


def test_one_parameter_set_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    # The package hands on the function under the module's name.
    module = import_module("allocopt.forecasting.kernels.tsb")
    monkeypatch.setattr(module, "GRID", np.array([0.5, 0.5])[:, None, None])
    # The probability starts at ¼, halves three times and then rises half of the way to 1:
    # 1/32 → 33/64. The only size is 8.
    np.testing.assert_allclose(tsb(np.array([[0.0, 0, 0, 8]]), 2), 8 * 33 / 64)


def test_steady_demand_is_expected_again() -> None:
    np.testing.assert_allclose(tsb(np.full((1, 20), 3.0), 2), 3.0)
    assert tsb(np.zeros((1, 20)), 2).tolist() == [[0.0, 0.0]]


def test_unknown_periods_are_skipped() -> None:
    values = np.array([[np.nan, 4.0, np.nan, 4.0, 4.0]])
    np.testing.assert_allclose(tsb(values, 1), 4.0)


def test_demand_that_has_ended_fades() -> None:
    alive = np.tile([0.0, 4.0], 20)
    ended = np.concatenate([np.tile([0.0, 4.0], 10), np.zeros(20)])
    before, after = tsb(np.stack([alive, ended]), 1)[:, 0]
    assert before == pytest.approx(2.0, rel=0.1)
    assert after < 0.5


def test_total_of_many_intermittent_series_is_unbiased() -> None:
    random = np.random.default_rng(5)
    demand = random.random((4000, 48)) < 0.3
    sizes = random.poisson(3, demand.shape) + 1
    expected = tsb(np.where(demand, sizes, 0.0), 1)
    assert expected.mean() == pytest.approx(0.3 * 4, rel=0.03)
