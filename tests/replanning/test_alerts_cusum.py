"""CUSUM: run lengths are those that are asked for, and a shift is found when and where it begins."""

from __future__ import annotations

import numpy as np
import pytest

from allocopt.replanning.alerts.alert import discovered
from allocopt.replanning.alerts.cusum import began, chance, chart, decision_interval


def test_sums_by_hand():
    path = chart(np.array([[1.0, 2.0, -3.0, np.nan, -1.0]]))
    # 0.5, then 0.5 + 1.5; 3.5 down ends it. Below: 2.5 from the third, unchanged, then 3.
    assert path.upper[0].tolist() == [0.5, 2.0, 0.0, 0.0, 0.0]
    assert path.lower[0].tolist() == [0.0, 0.0, 2.5, 2.5, 3.0]
    assert began(path.lower[0]) == 2
    assert began(np.array([0.5, 1.0])) == 0


def test_the_textbook_run_length_at_half_and_five():
    # Montgomery, "Introduction to Statistical Quality Control": ARL₀ 465 for k = ½, h = 5, two-sided.
    assert decision_interval(465.0) == pytest.approx(5.0, abs=0.02)
    assert decision_interval(168.0) == pytest.approx(4.0, abs=0.02)


@pytest.mark.parametrize("asked", [50.0, 370.0])
def test_run_lengths_without_change_are_as_asked(asked):
    draw = np.random.default_rng(3)
    interval, paths = decision_interval(asked), 2000
    above, below, length = np.zeros(paths), np.zeros(paths), np.zeros(paths)
    runs = np.ones(paths, dtype=bool)
    while runs.any():
        errors = draw.standard_normal(paths)
        above = np.maximum(0.0, above + errors - 0.5)
        below = np.maximum(0.0, below - errors - 0.5)
        length += runs
        runs &= np.maximum(above, below) < interval
    # A run length spreads as much as its mean: 5 deviations of the mean of 2,000, and the approximation.
    assert length.mean() == pytest.approx(asked, rel=5 / np.sqrt(paths) + 0.03)


def test_chances_of_heights_are_those_of_simulated_charts():
    draw = np.random.default_rng(4)
    heights = chart(draw.standard_normal((20_000, 12))).height
    for height in (1.0, 2.5, 4.0):
        share = float((heights >= height).mean())
        assert float(chance(np.array([height]), 12)[0]) == pytest.approx(
            share, abs=6 * np.sqrt(share / 20_000)
        )
    assert float(chance(np.array([30.0]), 12)[0]) < 1e-9
    assert float(chance(np.array([0.0]), 12)[0]) == 1


def test_a_shift_of_one_deviation_is_found_in_about_ten_periods():
    draw = np.random.default_rng(5)
    interval = decision_interval(370.0)
    errors = draw.standard_normal((500, 60)) - 1.0
    path = chart(errors).lower
    first = (path >= interval).argmax(axis=1) + 1
    # One-sided: about 9.6 periods on average at h = 4.77.
    assert (path >= interval).any(axis=1).all()
    assert 7 <= np.median(first) <= 11


def test_the_beginning_of_a_shift_is_found():
    draw = np.random.default_rng(6)
    errors = draw.standard_normal((200, 24))
    errors[:, 12:] -= 2.0
    starts = [began(line) for line in chart(errors).lower]
    assert abs(np.median(starts) - 12) <= 1


def test_many_tests_together_ring_no_more_often_than_one():
    draw = np.random.default_rng(7)
    chances = draw.uniform(size=(4000, 50))
    rang = np.mean([discovered(line, 0.1)[0].any() for line in chances])
    assert rang == pytest.approx(0.1, abs=5 * np.sqrt(0.09 / 4000))
    rings, adjusted = discovered([0.001, 0.04, 0.9], 0.1)
    assert rings.tolist() == [True, True, False]
    assert adjusted.tolist() == pytest.approx([0.003, 0.06, 0.9])
    assert not len(discovered([], 0.1)[0])
