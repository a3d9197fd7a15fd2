"""Knapsacks filled by dynamic programming are those found by trying everything."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocopt.solver.knapsacks import knapsack
from allocopt.solver.knapsacks.blocks import MOST_ROOM, whole_parts
from allocopt.solver.knapsacks.knapsack import fill, force

SEEDS = st.integers(0, 2**32 - 1)
SOME = settings(max_examples=60, deadline=None, derandomize=True)


def draw(seed):
    random = np.random.default_rng(seed)
    count, items = random.integers(1, 4), random.integers(1, 7)
    profit = random.normal(1, 4, (count, items))
    return profit, random.integers(0, 9, (count, items)), random.integers(-1, 20, count)


def by_trying(profit, weight, room):
    """The best value, and the best with each item in it and out of it."""
    items = len(profit)
    best, inside, outside = -np.inf, np.full(items, -np.inf), np.full(items, -np.inf)
    for choice in map(np.array, product((0, 1), repeat=items)):
        if weight @ choice <= room:
            value = profit @ choice
            best = max(best, value)
            inside[choice == 1] = np.maximum(inside[choice == 1], value)
            outside[choice == 0] = np.maximum(outside[choice == 0], value)
    return best, inside, outside


@SOME
@given(seed=SEEDS)
def test_best_filling_is_found(seed):
    profit, weight, room = draw(seed)
    filled = fill(profit, weight, room)
    for k in range(len(room)):
        best, _, _ = by_trying(profit[k], weight[k], room[k])
        assert filled.value[k] == pytest.approx(best)
        if np.isfinite(best):
            assert profit[k] @ filled.chosen[k] == pytest.approx(best)
            assert weight[k] @ filled.chosen[k] <= room[k]


@SOME
@given(seed=SEEDS)
def test_each_item_forced_in_and_out(seed):
    profit, weight, room = draw(seed)
    forced = force(profit, weight, room)
    for k in range(len(room)):
        _, inside, outside = by_trying(profit[k], weight[k], room[k])
        assert forced.inside[k] == pytest.approx(inside)
        assert forced.outside[k] == pytest.approx(outside)


def test_knapsacks_one_at_a_time_are_those_together(monkeypatch):
    profit, weight, room = draw(5)
    together = fill(profit, weight, room), force(profit, weight, room)
    monkeypatch.setattr(knapsack, "MOST_CELLS", 1)
    assert len(room) > 1
    assert (fill(profit, weight, room).value == together[0].value).all()
    assert (force(profit, weight, room).inside == together[1].inside).all()


def test_decimal_weights_are_exact():
    weight, room = whole_parts(np.array([0.1, 0.2, 0.4]), 0.3)
    # A tenth is a part; 0.1 + 0.2 fits into 0.3, though not in binary arithmetic.
    assert weight.tolist() == [1, 2, 4]
    assert room == 3


@SOME
@given(seed=SEEDS)
def test_what_fits_still_fits_in_whole_parts(seed):
    random = np.random.default_rng(seed)
    needed = random.uniform(0, 10, 8)
    choice = random.integers(0, 2, 8)
    weight, room = whole_parts(needed, float(needed @ choice))
    assert weight @ choice <= room <= MOST_ROOM
