"""Paths: joint futures that add up one by one, spread as errors were, and can be reduced to a few."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocopt.forecasting.reconciliation import build_reconciler, plain_structure
from allocopt.forecasting.uncertainty import (
    Blocks,
    HoldoutErrors,
    Paths,
    calibrate,
    draw_paths,
    reduce_paths,
)
from allocopt.forecasting.uncertainty.draw import degrees_of_freedom

GRID = plain_structure(
    [
        [1, 1, 1, 1],
        [1, 1, 0, 0],
        [0, 0, 1, 1],
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 1],
    ]
)
CENTRE = np.array([[100.0, 110.0], [50.0, 40.0], [20.0, 0.0], [5.0, 5.0]])


def blocks(origins: int = 30, horizon: int = 2, size: float = 1.0, seed: int = 0) -> Blocks:
    scaled = size * np.random.default_rng(seed).normal(size=(origins, 7, horizon))
    return Blocks(
        scaled, np.arange(7), np.arange(7), np.array([20.0, 15.0, 6.0, 10.0, 5.0, 4.0, 2.0])
    )


def draw(paths: int = 200, seed: int = 1, freedom: float | None = None, **given: float) -> Paths:
    past = blocks(**given)
    reconciler = build_reconciler(GRID, errors=past.one_step)
    return draw_paths(CENTRE, reconciler, past, paths=paths, seed=seed, freedom=freedom)


def test_every_path_is_coherent_and_not_negative():
    paths = draw(size=3.0)
    nodes = paths.at(np.arange(7))
    assert (nodes >= 0).all()
    np.testing.assert_allclose(nodes[:, 0], nodes[:, 3:].sum(axis=1), rtol=1e-12)
    np.testing.assert_allclose(nodes[:, 1], nodes[:, 3:5].sum(axis=1), rtol=1e-12)


def test_nodes_read_one_by_one_are_those_read_together():
    paths = draw(size=3.0)
    together = paths.at(np.arange(7))
    for node in range(7):
        np.testing.assert_array_equal(paths.at(np.array([node]))[:, 0], together[:, node])
    np.testing.assert_allclose(paths.bottom(), together[:, 3:], rtol=1e-12)


def test_what_events_multiply_is_multiplied_in_every_path():
    factor = np.array([[1.0, 2.0], [1.0, 1.0], [0.0, 1.0], [1.0, 1.0]])
    paths = replace(draw(size=0.1), centre=CENTRE + 50)
    np.testing.assert_allclose(paths.times(factor).bottom(), paths.bottom() * factor, rtol=1e-12)


def test_same_seed_gives_the_same_paths_to_the_last_bit():
    np.testing.assert_array_equal(draw(seed=4).bottom(), draw(seed=4).bottom())
    assert not np.array_equal(draw(seed=4).bottom(), draw(seed=5).bottom())


def test_series_move_together_as_their_errors_did():
    # One shock for all: every path moves all series by the same number of their scales.
    shock = np.random.default_rng(0).normal(size=(30, 1, 1))
    scale = np.array([20.0, 15.0, 5.0, 10.0, 5.0, 3.0, 2.0])
    past = Blocks(
        np.repeat(np.repeat(shock, 7, axis=1), 2, axis=2) / 10, np.arange(7), np.arange(7), scale
    )
    reconciler = build_reconciler(GRID, "wls", errors=past.one_step)
    moved = draw_paths(CENTRE + 100, reconciler, past, paths=50, seed=0).bottom() - CENTRE - 100
    correlation = np.corrcoef(moved[:, :, 0].T)
    assert (correlation > 0.999).all()


def test_risk_of_breaks_widens_and_infinite_freedom_leaves_it_out():
    calm, risky = draw(4000, freedom=np.inf), draw(4000, freedom=3.0)
    # Student's t with three degrees of freedom has three times the variance of a normal.
    ratio = risky.at(np.array([3])).var() / calm.at(np.array([3])).var()
    assert 2.0 < ratio < 4.5
    assert np.isin(calm.factor, (-1.0, 1.0)).all()


@pytest.mark.parametrize(("origins", "horizon", "freedom"), [(40, 6, 10.0), (4, 12, 3.0)])
def test_overlapping_errors_are_worth_fewer_independent_ones(
    origins: int, horizon: int, freedom: float
):
    assert degrees_of_freedom(origins, horizon) == freedom


def test_quantiles_are_in_order_and_the_median_is_not_the_mean():
    paths = draw(size=6.0)
    quantiles = paths.quantiles(np.arange(7), np.array([0.1, 0.5, 0.9]))
    assert (np.diff(quantiles, axis=0) >= 0).all()
    # Clipped at zero, the smallest series is skewed.
    assert paths.mean()[3, 0] > quantiles[1, 6, 0]


def test_nothing_known_about_errors_leaves_a_forecast_uncertain_by_itself():
    past = Blocks(np.full((3, 7, 2), np.nan), np.arange(7), np.arange(7), np.ones(7))
    reconciler = build_reconciler(GRID)
    paths = draw_paths(CENTRE, reconciler, past, paths=50, seed=0, freedom=np.inf)
    assert sorted(np.unique(paths.bottom()[:, 0, 0])) == [0.0, 200.0]


def test_order_of_the_series_changes_no_sum():
    order = np.array([2, 0, 3, 1])
    nodes = np.array([0, 1, 2, *(3 + order)])
    past = blocks()
    moved = Blocks(past.scaled[:, nodes], np.arange(7), np.arange(7), past.scale[nodes])
    structure = plain_structure(GRID.summing.toarray()[nodes][:, order])
    straight = draw_paths(
        CENTRE, build_reconciler(GRID, "wls", errors=past.one_step), past, paths=9, seed=0
    )
    shuffled = draw_paths(
        CENTRE[order],
        build_reconciler(structure, "wls", errors=moved.one_step),
        moved,
        paths=9,
        seed=0,
    )
    top = np.arange(3)
    np.testing.assert_allclose(shuffled.at(top), straight.at(top), rtol=1e-9)


def test_borrowed_errors_of_series_follow_the_known_errors_of_aggregates():
    # Aggregates err by one scale of 8, 4 and 4; each series borrows an error of 100.
    scaled = np.ones((6, 4, 1)) * np.array([1.0, 1.0, 1.0, 100.0])[None, :, None]
    scaled *= np.array([1, -1, 1, 1, -1, 1])[:, None, None]
    scale = np.array([8.0, 4.0, 4.0, 1.0, 1.0, 1.0, 1.0])
    past = Blocks(scaled, np.arange(4), np.array([0, 1, 2, 3, 3, 3, 3]), scale)
    paths = draw_paths(
        CENTRE[:, :1] + 100, build_reconciler(GRID), past, paths=9, seed=0, freedom=np.inf
    )
    moved = np.abs(paths.at(np.array([0])) - CENTRE[:, 0].sum() - 400)
    np.testing.assert_allclose(moved, 8.0, rtol=0.01)


def test_holdouts_with_twice_the_error_widen_the_spread():
    past = blocks(60)
    reconciler = build_reconciler(GRID, "wls", errors=past.one_step)
    spread = list(blocks(80, seed=9).scaled)
    nodes = [GRID.sum(reconciler.to_bottom(block * past.scale[:, None])) for block in spread]
    same = [HoldoutErrors(2, errors, past.scale) for errors in nodes]
    twice = [HoldoutErrors(2, 2 * errors, past.scale) for errors in nodes]
    np.testing.assert_allclose(calibrate(reconciler, past, same), 1.0, atol=0.15)
    np.testing.assert_allclose(
        calibrate(reconciler, past, twice) / calibrate(reconciler, past, same), 2.0, rtol=0.08
    )


def test_one_holdout_moves_the_spread_by_a_ninth_of_what_it_says():
    past = blocks(60)
    reconciler = build_reconciler(GRID, "wls", errors=past.one_step)
    holdout = HoldoutErrors(2, np.full((7, 2), 50.0), past.scale)
    doubled = HoldoutErrors(2, np.full((7, 2), 100.0), past.scale)
    ratio = calibrate(reconciler, past, [doubled]) / calibrate(reconciler, past, [holdout])
    np.testing.assert_allclose(ratio, 2 ** (1 / 9))


def test_no_holdouts_or_unknown_ones_change_nothing():
    past = blocks()
    reconciler = build_reconciler(GRID)
    unknown = HoldoutErrors(2, np.full((7, 2), np.nan), past.scale)
    assert (calibrate(reconciler, past, []) == 1.0).all()
    assert (calibrate(reconciler, past, [unknown]) == 1.0).all()


@given(st.integers(1, 60), st.integers(0, 5))
@settings(deadline=None, max_examples=20)
def test_reduced_scenarios_keep_the_mean_and_are_coherent(keep: int, seed: int):
    paths = draw(60, seed=seed, size=3.0)
    few = reduce_paths(paths, keep)
    assert len(few.bottom) == len(few.weight) == keep
    assert few.weight.sum() == pytest.approx(1.0)
    assert (few.weight > 0).all()
    assert (few.bottom >= 0).all()
    np.testing.assert_allclose(np.einsum("k,ksh->sh", few.weight, few.bottom), paths.mean())


def test_two_kinds_of_future_are_kept_by_one_scenario_each():
    # Blocks of +1 and +9 scales; signs double them: four kinds, weighted as often as drawn.
    scaled = np.where(np.arange(8) % 2 == 0, 0.1, 0.9)[:, None, None] * np.ones((8, 7, 2))
    past = Blocks(scaled, np.arange(7), np.arange(7), GRID.sum(CENTRE)[:, 0])
    paths = draw_paths(CENTRE + 1, build_reconciler(GRID), past, paths=400, seed=0, freedom=np.inf)
    few = reduce_paths(paths, 4)
    totals = few.bottom.sum(axis=1)[:, 0]
    assert len(np.unique(totals.round(6))) == 4
    share = np.sort(few.weight)
    np.testing.assert_allclose(share, 0.25, atol=0.06)


def test_all_paths_kept_are_the_paths_themselves():
    paths = draw(20)
    few = reduce_paths(paths, 50)
    np.testing.assert_allclose(few.bottom, paths.bottom(), rtol=1e-12)
