"""Judgement points: the curve that five answers describe."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocopt.response.forms import standard_lift
from allocopt.response.judgement import judged_curve


def test_points_of_a_curve_give_the_curve_back():
    # x / (1 + x) at ½, 1 and 1½ is ⅓, ½ and ⅗: half is today's spend.
    curve = judged_curve(np.array([0.0, 40, 60, 72, 120]), 50.0, of_demand=False)
    assert curve.half == pytest.approx(50, rel=1e-4)
    assert curve.shape == pytest.approx(1, rel=1e-4)
    assert curve.lift_max == 120
    assert curve.error < 1e-4


@settings(max_examples=30, deadline=None, derandomize=True)
@given(shape=st.floats(0.4, 5.0), half=st.floats(0.3, 3.0), height=st.floats(1.0, 1e6))
def test_any_adbudg_curve_is_found_again(shape, half, height):
    spend = np.array([0.5, 1.0, 1.5]) / half
    inner = height * standard_lift("adbudg", shape)[0](spend)
    curve = judged_curve(np.array([0.0, *inner, height]), 1.0, of_demand=False)
    again = height * standard_lift("adbudg", curve.shape)[0](spend * half / curve.half)
    assert np.abs(again - inner).max() <= 0.002 * height


def test_levels_of_sales_are_lifts_over_the_first():
    # 80 without, 100 today, 112 at the most: 40 % more than without is the most.
    levels = judged_curve(np.array([80.0, 92, 100, 104, 112]), 10.0, of_demand=True)
    lifts = judged_curve(np.array([0.0, 12, 20, 24, 32]) / 80, 10.0, of_demand=True)
    assert levels.lift_max == pytest.approx(0.4)
    assert (levels.half, levels.shape) == pytest.approx((lifts.half, lifts.shape))


def test_points_that_no_curve_goes_through_are_missed_by_what_is_said():
    # Nearly all at half of today's spend, and nothing more until saturation.
    points = np.array([0.0, 40, 41, 42, 100])
    curve = judged_curve(points, 1.0, of_demand=False)
    drawn = 100 * standard_lift("adbudg", curve.shape)[0](np.array([0.5, 1, 1.5]) / curve.half)
    assert curve.error == pytest.approx(np.abs(drawn - points[1:4]).max() / 100)
    steps = judged_curve(np.array([0.0, 0, 99, 99, 100]), 1.0, of_demand=False)
    assert steps.error < 0.02  # an S as steep as this one is a curve
    flat = judged_curve(np.array([0.0, 50, 50, 99, 100]), 1.0, of_demand=False)
    assert flat.error > 0.05
