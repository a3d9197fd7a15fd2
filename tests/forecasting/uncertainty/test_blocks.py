"""Blocks: errors of the past, what was known of them when, and what stands in for unknown ones."""

from __future__ import annotations

import numpy as np

from allocopt.forecasting.reconciliation import plain_structure
from allocopt.forecasting.uncertainty import Blocks, error_scale, residual_blocks, sampled_rows

NAN = np.nan


def blocks(scaled: list[list[list[float]]]) -> Blocks:
    values = np.array(scaled)
    rows = values.shape[1]
    return Blocks(values, np.arange(rows), np.arange(rows), np.ones(rows))


def test_scale_is_the_mean_seasonal_difference():
    # Differences two periods apart: 10, 20.
    assert error_scale(np.array([[10.0, 0.0, 20.0, 20.0]]), 2).tolist() == [15.0]


def test_scale_of_series_that_stand_still_is_a_hundredth_of_their_size():
    assert error_scale(np.array([[200.0] * 6, [0.0] * 6, [NAN] * 6]), 2).tolist() == [2.0, 1.0, 1.0]


def test_errors_scale_with_the_currency():
    values = 100 + np.random.default_rng(0).normal(size=(3, 24)).cumsum(axis=1)
    one, other = residual_blocks(values, 4, 6, 2), residual_blocks(values * 1e6, 4, 6, 2)
    np.testing.assert_allclose(other.scaled, one.scaled, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(other.one_step, one.one_step * 1e6, rtol=1e-6, atol=1e-3)


def test_until_forgets_what_came_later():
    # Three origins, two periods ahead; one period ago the newest origin and its error were unknown.
    then = blocks([[[1.0, 2.0]], [[3.0, 4.0]], [[5.0, NAN]]]).until(1, np.ones(1))
    np.testing.assert_array_equal(then.scaled, [[[1.0, 2.0]], [[3.0, NAN]]])


def test_until_is_what_blocks_of_a_shorter_history_say():
    values = 100 + np.random.default_rng(0).normal(size=(3, 30)).cumsum(axis=1)
    now, then = residual_blocks(values, 4, 12, 3), residual_blocks(values[:, :-4], 4, 8, 3)
    np.testing.assert_array_equal(now.until(4, then.scale).scaled, then.scaled)


def test_whole_blocks_are_those_known_to_the_last_period():
    scaled = [[[float(origin), float(origin)]] for origin in range(5)]
    scaled[4][0][1] = NAN
    assert blocks(scaled).whole()[:, 0, 1].tolist() == [0.0, 1.0, 2.0, 3.0]


def test_far_errors_stand_still_where_few_origins_reach_so_far():
    # One origin knows two periods ahead, five know one: five blocks are better than one.
    scaled = [[[1.0, 9.0]], *([[[2.0, NAN]]] * 4)]
    whole = blocks(scaled).whole()
    assert whole[:, 0].tolist() == [[1.0, 1.0]] + [[2.0, 2.0]] * 4


def test_unknown_errors_of_a_series_are_of_typical_size_and_common_sign():
    # √((3² + 4²) / 2) = √12.5, downwards as most.
    whole = blocks([[[-3.0], [-4.0], [NAN]]] * 4).whole()
    np.testing.assert_allclose(whole[0, 2], -np.sqrt(12.5))


def test_no_known_errors_make_no_blocks():
    assert len(blocks([[[NAN, NAN]]] * 3).whole()) == 0
    assert len(residual_blocks(np.array([[5.0]]), 4, 3, 2).whole()) == 0


def test_nodes_that_are_not_forecast_borrow_from_one_of_their_size():
    values = np.repeat([[1.0], [10.0], [100.0], [9.0], [500.0]], 12, axis=1)
    rows = np.array([2, 1])
    borrowed = residual_blocks(values, 4, 4, 1, rows)
    # 1 and 9 are next below 10; 500 is above all and takes the largest.
    assert borrowed.row_of.tolist() == [1, 1, 0, 1, 0]
    assert borrowed.scaled.shape == (4, 2, 1)
    assert borrowed.own.tolist() == [False, True, True, False, False]


def test_sample_has_the_largest_aggregates_and_series_of_every_size():
    structure = plain_structure(np.vstack([np.ones((3, 40)), np.eye(40)]))
    size = np.concatenate([[5.0, 9.0, 7.0], np.arange(40.0)])
    rows = sampled_rows(structure, size[:, None], 4)
    # Aggregates 1 and 2 are the largest; series 0 and 39 are the two ends.
    assert rows.tolist() == [1, 2, 3, 42]
    assert len(sampled_rows(structure, size[:, None], 43)) == 43
