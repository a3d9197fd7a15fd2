"""Accuracy tables, their bootstrap and the sentences made of them."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import numpy as np
import pandas as pd
import pytest

from allocopt.forecasting.evaluation import (
    ACCURACY,
    SEASONAL_NAIVE,
    YARDSTICKS,
    Comparison,
    Scales,
    actual_after,
    choose_origins,
    forecast_at,
    measure,
    scales_at,
    where_not_better,
)
from allocopt.forecasting.evaluation.bootstrap import resampled_values
from allocopt.forecasting.evaluation.metrics import wape


def comparison(
    actual: np.ndarray, levels: list[str] | None = None, **forecasts: np.ndarray
) -> Comparison:
    """A comparison with scales of one."""
    ones = np.ones(actual.shape[:2])
    names = np.array(levels or ["cell"] * actual.shape[1])
    return Comparison(actual, forecasts, names, Scales(ones, ones))


def value(table, forecaster: str, metric: str, column: str = "value", level: str = "cell") -> float:
    rows = table[(table["forecaster"] == forecaster) & (table["level"] == level)]
    return float(rows[rows["metric"] == metric][column].iloc[0])


def test_each_level_is_measured_alone():
    # The company is off by nothing, the two cells by 5 of 10 each.
    actual = np.array([[[10.0], [10.0], [20.0]]])
    ours = np.array([[[15.0], [5.0], [20.0]]])
    table = measure(comparison(actual, ["cell", "cell", "company"], ours=ours), "ours")
    assert table.columns.tolist() == ACCURACY
    assert value(table, "ours", "wape") == 0.5
    assert value(table, "ours", "wape", level="company") == 0


def test_positive_difference_means_that_ours_is_better():
    actual = np.full((2, 3, 1), 10.0)
    table = measure(comparison(actual, ours=actual + 1, other=actual - 3), "ours")
    assert value(table, "other", "wape", "difference") == pytest.approx(0.2)
    # Every block tells the same, so nothing is unsure.
    assert value(table, "other", "wape", "difference_lower") == pytest.approx(0.2)
    assert value(table, "other", "wape", "difference_upper") == pytest.approx(0.2)


def test_biases_are_compared_by_their_size():
    # +10 % against −30 %.
    actual = np.full((2, 3, 1), 10.0)
    table = measure(comparison(actual, ours=actual + 1, other=actual - 3), "ours")
    assert value(table, "other", "bias") == pytest.approx(-0.3)
    assert value(table, "other", "bias", "difference") == pytest.approx(0.2)


def test_coverages_are_compared_by_their_distance_to_what_was_promised():
    actual = np.zeros((1, 10, 1))
    sure = {0.1: actual - 1, 0.9: actual + 1}  # covers all: 20 points too many
    misses = np.where(np.arange(10)[None, :, None] < 5, 1.0, -1.0)
    half = {0.1: misses, 0.9: actual + 1}  # covers half: 30 points too few
    both = replace(
        comparison(actual, ours=actual, other=actual), quantiles={"ours": sure, "other": half}
    )
    table = measure(both, "ours")
    assert value(table, "ours", "coverage_80") == 1
    assert value(table, "other", "coverage_80") == 0.5
    assert value(table, "other", "coverage_80", "difference") == pytest.approx(0.1)


def test_forecaster_without_quantiles_has_no_quantile_metrics():
    actual = np.ones((1, 4, 2))
    table = measure(
        replace(
            comparison(actual, ours=actual, naive=actual),
            quantiles={"ours": {0.1: actual, 0.9: actual}},
        ),
        "ours",
    )
    own = set(table[table["forecaster"] == "naive"]["metric"])
    assert own == {"wape", "bias", "smape", "mase", "rmsse"}
    assert {"pinball", "scrps", "coverage_80", "msis_80"} <= set(table["metric"])


def test_pinball_uses_only_the_probabilities_that_both_have():
    # The far quantile of `ours` is senseless, and the other has none to compare it with.
    actual = np.full((1, 2, 1), 10.0)
    both = replace(
        comparison(actual, ours=actual, other=actual),
        quantiles={"ours": {0.5: actual, 0.99: actual * 1e6}, "other": {0.5: actual}},
    )
    assert value(measure(both, "ours"), "ours", "pinball") == 0


def test_cell_that_one_forecaster_leaves_open_counts_for_none():
    actual = np.array([[[10.0], [10.0]]])
    ours = np.array([[[10.0], [0.0]]])
    other = np.array([[[5.0], [nan]]])
    table = measure(comparison(actual, ours=ours, other=other), "ours")
    assert value(table, "ours", "wape") == 0
    assert value(table, "other", "wape") == 0.5


def test_one_series_at_one_origin_tells_nothing_about_sureness():
    actual = np.full((1, 1, 3), 10.0)
    table = measure(comparison(actual, ours=actual, other=actual + 1), "ours")
    assert value(table, "other", "wape", "difference") == pytest.approx(0.1)
    assert np.isnan(value(table, "other", "wape", "difference_lower"))


def test_interval_is_as_wide_as_the_standard_error_says():
    # 400 series, one origin: the difference of mean errors has standard error s / √400.
    random = np.random.default_rng(3)
    actual = np.full((1, 400, 1), 100.0)
    wrong = random.normal(0, 10, actual.shape)
    table = measure(comparison(actual, ours=actual, other=actual + wrong), "ours")
    error = np.abs(wrong).std() / 100 / np.sqrt(400)
    width = value(table, "other", "wape", "difference_upper") - value(
        table, "other", "wape", "difference_lower"
    )
    assert width == pytest.approx(2 * 1.96 * error, rel=0.1)


def test_series_of_several_origins_are_drawn_as_a_whole():
    # Each series is always wrong or never: the same at ten origins tells no more than at one.
    wrong = np.repeat((np.arange(40) % 2 * 10.0)[None, :, None], 10, axis=0)
    many = np.full((10, 40, 1), 100.0)
    one = measure(comparison(many[:1], ours=many[:1], other=many[:1] + wrong[:1]), "ours")
    ten = measure(comparison(many, ours=many, other=many + wrong), "ours")
    widths = [
        value(table, "other", "wape", "difference_upper")
        - value(table, "other", "wape", "difference_lower")
        for table in (one, ten)
    ]
    assert widths[1] == pytest.approx(widths[0], rel=0.15)


def test_bootstrap_is_the_same_with_the_same_seed_and_in_any_order_of_series():
    random = np.random.default_rng(5)
    actual = random.gamma(2, 50, (3, 20, 4))
    ours, other = actual + random.normal(0, 9, (2, 3, 20, 4))
    order = random.permutation(20)
    given = measure(comparison(actual, ours=ours, other=other), "ours", seed=4)
    again = measure(
        comparison(actual[:, order], ours=ours[:, order], other=other[:, order]), "ours", seed=4
    )
    numbers = ["value", "difference", "difference_lower", "difference_upper"]
    np.testing.assert_allclose(given[numbers], again[numbers], rtol=1e-12)
    another = measure(comparison(actual, ours=ours, other=other), "ours", seed=5)
    assert not given["difference_lower"].equals(another["difference_lower"])


def test_draws_in_chunks_are_complete(monkeypatch):
    monkeypatch.setattr("allocopt.forecasting.evaluation.bootstrap.WEIGHTS_MAX", 30)
    actual = np.full((2, 10, 1), 10.0)
    values = resampled_values([wape(actual, actual + 1)], 25, 0)
    np.testing.assert_allclose(values, np.full((25, 1), 0.1))


def test_level_where_we_lose_to_seasonal_naive_is_named():
    actual = np.full((2, 6, 1), 10.0)
    table = measure(comparison(actual, ours=actual + 2, naive=actual + 1), "ours")
    (sentence,) = where_not_better(table, "ours", "naive")
    assert "not better than naive" in sentence
    assert "WAPE 0.200 against 0.100" in sentence
    assert "by cell" in sentence


def test_narrow_win_within_the_noise_is_said_to_be_unsure():
    # Ours is wrong by 1 everywhere, the other by 0 or 2.2: 0.10 against 0.11 on average.
    actual = np.full((1, 10, 1), 10.0)
    other = actual + np.where(np.arange(10) % 2, 2.2, 0.0)[None, :, None]
    table = measure(comparison(actual, ours=actual + 1, naive=other), "ours")
    (sentence,) = where_not_better(table, "ours", "naive")
    assert "may be no better" in sentence


def test_levels_with_the_same_verdict_share_one_sentence():
    rows = [("ours", level, "wape", 0.2, np.nan, np.nan, np.nan) for level in ("cell", "node")]
    rows += [
        ("seasonal naive", "cell", "wape", 0.15, -0.05, -0.08, -0.02),
        ("seasonal naive", "node", "wape", 0.1, -0.1, -0.2, -0.01),
    ]
    table = pd.DataFrame(rows, columns=ACCURACY)
    (lost,) = where_not_better(table, "ours", "seasonal naive")
    assert lost == (
        "The forecast is not better than seasonal naive: "
        "WAPE 0.200 against 0.150 by cell, 0.200 against 0.100 by node."
    )
    assert lost.zh == (
        "预测不优于季节朴素法：WAPE 按单元格为 0.200（季节朴素法为 0.150），"
        "按节点为 0.200（季节朴素法为 0.100）。"
    )


def test_lost_and_unsure_levels_have_a_sentence_each():
    rows = [("ours", level, "wape", 0.2, np.nan, np.nan, np.nan) for level in ("cell", "node")]
    rows += [
        ("naive", "cell", "wape", 0.15, -0.05, -0.08, -0.02),
        ("naive", "node", "wape", 0.21, 0.01, -0.01, 0.03),
    ]
    lost, unsure = where_not_better(pd.DataFrame(rows, columns=ACCURACY), "ours", "naive")
    assert "by cell" in lost
    assert "by node" not in lost
    assert unsure.endswith("0.200 against 0.210 by node (difference between -0.010 and +0.030).")
    assert unsure.zh.endswith("为 0.200（朴素法为 0.210，差值在 -0.010 与 +0.030 之间）。")


def test_clear_win_needs_no_sentence():
    actual = np.full((1, 10, 1), 10.0)
    table = measure(comparison(actual, ours=actual, naive=actual + 5), "ours")
    assert where_not_better(table, "ours", "naive") == ()


def test_yardsticks_see_nothing_after_the_origin():
    values = np.random.default_rng(2).gamma(2, 50, (3, 30))
    origins = choose_origins(30, 4, 4, 3)
    shuffled = values.copy()
    shuffled[:, origins.places[0] :] = 1e6
    given = forecast_at(values, 4, origins, YARDSTICKS)
    other = forecast_at(shuffled, 4, origins, YARDSTICKS)
    for name in YARDSTICKS:
        np.testing.assert_array_equal(given[name][0], other[name][0])


def test_seasonal_naive_is_perfect_on_a_series_that_repeats():
    values = np.tile([1.0, 2.0, 3.0, 4.0], (2, 6))
    origins = choose_origins(24, 4, 4, 3)
    forecasts = forecast_at(values, 4, origins, YARDSTICKS)
    scales = scales_at(values + np.arange(24), origins.places, 4)
    found = Comparison(actual_after(values, origins), forecasts, np.array(["cell"] * 2), scales)
    table = measure(found, SEASONAL_NAIVE)
    assert value(table, SEASONAL_NAIVE, "wape") == 0
    assert value(table, "naive", "wape", "difference") > 0


def test_series_that_has_not_opened_is_forecast_at_nothing():
    values = np.array([[1.0] * 12, [np.nan] * 10 + [5.0, 5.0]])
    origins = choose_origins(12, 4, 2, 2)
    forecasts = forecast_at(values, 4, origins, YARDSTICKS)
    assert all((forecast[:, 1] == 0).all() for forecast in forecasts.values())


@pytest.mark.parametrize("periods", range(2, 60))
@pytest.mark.parametrize("horizon", [1, 4, 12])
def test_origins_leave_history_before_and_actuals_after(periods: int, horizon: int):
    origins = choose_origins(periods, 4, horizon, 6)
    assert 1 <= len(origins.places) <= 6
    assert 1 <= origins.horizon <= horizon
    assert list(origins.places) == sorted(set(origins.places))
    assert origins.places[0] >= 1
    # The newest origin is followed by its whole horizon up to the last period, and no more.
    assert origins.places[-1] + origins.horizon == periods
    if periods >= 12 + horizon:
        assert origins.places[0] >= 8


def test_no_origin_fits_a_single_period():
    assert choose_origins(1, 4, 4, 6).places == ()
