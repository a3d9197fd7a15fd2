"""Curves: the polygons that stand for formulas, and how far off they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocopt.problem.curves import TOLERANCE, Curve, coverage_curve, lift_curve, standard_lift

FORMS = [("linear", 1.0), ("power", 0.5), ("log", 1.0), ("adbudg", 0.7), ("adbudg", 2.5)]


@pytest.mark.parametrize(("form", "shape"), FORMS)
def test_every_form_gives_one_half_at_half(form, shape):
    formula, _ = standard_lift(form, shape)
    assert formula(np.array([1.0]))[0] == pytest.approx(0.5)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    form=st.sampled_from(["linear", "power", "log", "adbudg"]),
    shape=st.floats(0.3, 1.0),
    steep=st.floats(0.4, 5.0),
    half=st.floats(1.0, 1e6),
    height=st.floats(0.01, 1e6),
)
def test_the_polygon_is_as_close_to_its_formula_as_it_says(form, shape, steep, half, height):
    shape = steep if form == "adbudg" else shape
    curve = lift_curve(form, shape, half, height, None)
    formula, _ = standard_lift(form, shape)
    x = np.linspace(0, curve.x[-1], 2001)
    off = np.abs(curve(x) - height * formula(x / half)).max()
    assert off <= curve.error * (1 + 1e-2) + 1e-9 * height
    assert curve.error <= 2 * TOLERANCE * height
    assert len(curve.x) <= 26
    assert (np.diff(curve.y) >= 0).all()


def test_a_curve_is_cut_where_spend_ends():
    curve = lift_curve("linear", 1.0, 50.0, 200.0, 30.0)
    assert curve.x[-1] == pytest.approx(30)
    assert curve.y[-1] == pytest.approx(60)
    assert curve(1000.0) == pytest.approx(60)


@pytest.mark.parametrize(
    ("y", "ordered"),
    [
        ((0, 0.7, 1, 1.1, 1.2), 0),  # concave: pieces fill by themselves
        ((0, 0.1, 1, 1.1, 1.2), 1),  # only the first waits
        ((0, 0.6, 1, 1.0, 1.5), 3),  # the last is steeper than the one before it
        ((0, 0.1, 1, 1.0, 1.5), 3),
        ((0, 0.5, 1, 1.5, 2.5), 0),  # straight
        ((1, 1, 1, 1, 1), 0),  # flat
    ],
)
def test_pieces_are_ordered_up_to_the_last_that_a_steeper_one_follows(y, ordered):
    assert coverage_curve(y).ordered == ordered


def test_scaling_keeps_the_shape():
    curve = Curve((0.0, 1.0, 2.0), (0.0, 3.0, 4.0), 0.1).scaled(10.0, 2.0)
    assert curve.x == (0, 10, 20)
    assert curve.y == (0, 6, 8)
    assert curve.error == pytest.approx(0.2)
    assert curve.slopes == pytest.approx((0.6, 0.2))
