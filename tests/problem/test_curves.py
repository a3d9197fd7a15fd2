"""Curves: the polygons that stand for formulas, and how far off they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocopt.problem.curves import TOLERANCE, Curve, coverage_curve, lift_curve
from allocopt.response.forms import standard_lift

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
    assert curve.error <= TOLERANCE * height
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


@pytest.mark.parametrize(
    ("form", "shape", "pieces"),
    [("power", 0.5, 10), ("log", 1.0, 6), ("adbudg", 1.0, 13), ("adbudg", 2.5, 12)],
)
def test_pieces_are_few_and_equally_far_off(form, shape, pieces):
    curve = lift_curve(form, shape, 1.0, 1.0, None)
    formula, _ = standard_lift(form, shape)
    assert len(curve.widths) == pieces
    x = [np.linspace(a, b, 2001) for a, b in zip(curve.x, curve.x[1:], strict=False)]
    off = np.array([np.abs(curve(piece) - formula(piece)).max() for piece in x])
    # The last piece of the convex and of the concave part may have room to spare.
    assert (np.sort(off)[2:] > 0.9 * curve.error).all()
    assert off.max() == pytest.approx(curve.error, rel=1e-4)


def test_first_piece_of_the_square_root_is_off_by_a_quarter_of_its_height():
    # √x − x / √h on [0, h] is largest at h / 4, where it is √h / 4; all pieces are as far off as this one.
    curve = lift_curve("power", 0.5, 1.0, 1.0, None)
    assert curve.error == pytest.approx(curve.y[1] / 4, rel=0.02)


@pytest.mark.parametrize("shape", [1.5, 2.0, 3.0, 6.0])
def test_an_s_shaped_curve_has_a_corner_at_its_inflection(shape):
    curve = lift_curve("adbudg", shape, 1.0, 1.0, None)
    bend = ((shape - 1) / (shape + 1)) ** (1 / shape)
    assert np.abs(np.array(curve.x) - bend).min() < 1e-12
    convex = [k for k, x in enumerate(curve.x[1:]) if x <= bend + 1e-12]
    slopes = np.array(curve.slopes)
    assert (np.diff(slopes[convex]) > 0).all()
    assert (np.diff(slopes[len(convex) :]) < 0).all()
    assert curve.ordered <= len(convex) + 1


def test_chords_of_a_concave_curve_never_promise_more_than_it_gives():
    curve = lift_curve("adbudg", 0.8, 3.0, 7.0, None)
    formula, _ = standard_lift("adbudg", 0.8)
    x = np.linspace(0, curve.x[-1], 5001)
    assert (curve(x) <= 7 * formula(x / 3) + 1e-12).all()


def test_a_curve_goes_as_far_as_spend_can_reach():
    curve = lift_curve("adbudg", 1.0, 10.0, 100.0, 5000.0)
    assert curve.x[-1] == pytest.approx(5000)
    assert curve.y[-1] == pytest.approx(100 * 500 / 501)
    assert lift_curve("log", 1.0, 10.0, 100.0, 5000.0).x[-1] == pytest.approx(30)


def test_the_flat_foot_of_a_steep_curve_is_one_piece():
    # A thousandth of half, to the power of 20, is nothing: so is any error of it.
    curve = lift_curve("adbudg", 20.0, 1000.0, 100.0, 1.0)
    assert curve.x == (0, 1)
    assert curve.y[-1] < 1e-50
