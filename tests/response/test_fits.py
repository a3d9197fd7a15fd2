"""Fits: curves that sales and spend were made with are found again, and known for what they are."""

from __future__ import annotations

import numpy as np
import pytest
from response.made_history import base_sales, lift_of, sources, spends, write_history

from allocopt.response.confidence import redrawn_estimates
from allocopt.response.estimate import estimate
from allocopt.response.fitted import _chosen, fit_place
from allocopt.response.forms import Form
from allocopt.response.holdout import accuracy, choose_forms
from allocopt.response.obstacles import obstacles
from allocopt.response.place import Place

FIT = "lever,form\nads,fit\n"


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """Two levers with known curves: ads saturates and lasts, fair does neither so much."""
    ads, fair = spends(1, 2)
    lift = lift_of(ads, "adbudg", 300, 60, 1.0, 0.5) + lift_of(fair, "adbudg", 200, 80, 1.0, 0.0)
    scenario = write_history(
        tmp_path_factory.mktemp("known") / "s",
        base_sales(2, 8.0) + lift,
        {"ads": ads, "fair": fair},
        "lever,form\nads,fit\nfair,fit\n",
    )
    fit = fit_place(sources(scenario), Place(), {"ads": Form(), "fair": Form()})
    return fit, ads, fair


def test_carryover_and_lift_are_found_again(known):
    fit, ads, fair = known
    curves = {lever: fit.curve(lever) for lever in ("ads", "fair")}
    assert curves["ads"].carryover == pytest.approx(0.5, abs=0.1)
    assert curves["fair"].carryover == pytest.approx(0.0, abs=0.1)
    for k, (lever, spend, truth) in enumerate(
        (
            ("ads", ads, lift_of(ads, "adbudg", 300, 60, 1.0, 0.5)),
            ("fair", fair, lift_of(fair, "adbudg", 200, 80, 1.0, 0.0)),
        )
    ):
        term, size = fit.found.terms[k], fit.seen.size[0]
        found = fit.found.lifts[k] * size * term.lift(spend / size)
        # A tenth of the mean lift, month by month.
        assert np.abs(found - truth).mean() < 0.1 * truth.mean(), lever


def test_lift_is_a_share_of_sales_without_any_lever(known):
    # Without levers about 1,070 are sold a month; the height of ads is 300 of it.
    fit, _, _ = known
    curve = fit.curve("ads")
    assert curve.base * curve.usual_sales == pytest.approx(1071, rel=0.05)
    assert curve.lift_max * curve.base * curve.usual_sales == pytest.approx(300, rel=0.3)


def test_levers_foretell_later_sales_better_than_nothing(known):
    fit, _, _ = known
    assert fit.accuracy.r_squared > 0.9
    assert fit.accuracy.holdout < 0.5 * fit.accuracy.holdout_without


def test_intervals_hold_the_truth_and_are_the_same_each_time(known):
    fit, _, _ = known
    first = fit.intervals("ads")
    lower, upper = first["lift"].lower, first["lift"].upper
    truth = lift_of(np.full(200, fit.curve("ads").usual_spend), "adbudg", 1, 1, 1, 0.5)
    assert truth[-1] > 0
    assert 0 < lower < fit.curve("ads").lift_max
    assert lower < upper
    again = redrawn_estimates(fit.seen, fit.forms, fit.found)
    assert [e.lifts[0] for e in again] == [e.lifts[0] for e in fit.redrawn]


def test_a_lever_that_does_nothing_is_given_nothing(tmp_path):
    spend = spends(5, 1)[0]
    scenario = write_history(tmp_path, base_sales(6, 0.5), {"ads": spend}, FIT)
    curve = fit_place(sources(scenario), Place(), {"ads": Form()}).curve("ads")
    assert curve.lift_max * curve.usual_sales < 1.5


def test_a_lever_that_harms_is_given_nothing(tmp_path):
    spend = spends(5, 1)[0]
    scenario = write_history(tmp_path, base_sales(6, 0.5) - spend, {"ads": spend}, FIT)
    assert fit_place(sources(scenario), Place(), {"ads": Form()}).curve("ads").lift_max == 0


def test_straight_growth_beyond_what_a_curve_can_do_is_seen(tmp_path):
    # Sales follow spend in a straight line: no other form foretells it as well.
    spend = spends(7, 1)[0]
    scenario = write_history(tmp_path, base_sales(8, 0.05) + 3 * spend, {"ads": spend}, FIT)
    fit = fit_place(sources(scenario), Place(), {"ads": Form()})
    assert fit.forms == (Form("linear"),)
    curve = fit.curve("ads")
    slope = curve.lift_max * curve.base / (2 * curve.half)
    assert slope == pytest.approx(3, rel=0.01)
    # A straight line is known only as far as spend has been seen.
    assert 2 * curve.half == pytest.approx(curve.most_seen, rel=0.05)


def test_a_given_form_and_carryover_are_kept(known):
    fit, _, _ = known
    asked = (Form("log", 0.2), Form("power", 0.0))
    assert choose_forms(fit.seen, asked) == asked
    terms = estimate(fit.seen, asked).terms
    assert [(term.form, term.carryover) for term in terms] == [("log", 0.2), ("power", 0.0)]


def test_accuracy_of_hold_outs_does_not_see_later_sales(known):
    fit, _, _ = known
    changed = fit.seen.sales.copy()
    changed[:, -1] *= 10
    seen = fit.seen.first(len(fit.seen.known) - 1)
    poisoned = type(seen)(seen.levers, changed, seen.spend, seen.controls, seen.size, seen.known)
    assert estimate(poisoned, fit.forms).lifts == pytest.approx(estimate(seen, fit.forms).lifts)
    assert accuracy(poisoned, fit.forms, fit.found).r_squared == pytest.approx(
        accuracy(seen, fit.forms, fit.found).r_squared
    )


def codes(folder, sales, spend, levers):
    scenario = write_history(folder, sales, spend, "lever,form,lift_max,lift_unit,half\n")
    return [(o.lever, o.code) for o in obstacles(sources(scenario), Place(), levers)]


def test_what_cannot_be_fitted_is_refused_with_a_reason(tmp_path):
    sales, ads = base_sales(1, 5.0), spends(1, 1)[0]
    steady = np.full(len(ads), 50.0)
    late = np.where(np.arange(len(ads)) < len(ads) - 6, 0.0, ads)
    assert codes(tmp_path / "a", sales, {"ads": steady}, ["ads"]) == [("ads", "fit-no-variation")]
    assert codes(tmp_path / "b", sales, {"ads": ads}, ["fair"]) == [("fair", "fit-no-spend")]
    assert codes(tmp_path / "c", sales, {"ads": ads, "twin": 2 * ads}, ["ads", "twin"]) == [
        ("twin", "fit-together")
    ]
    assert codes(tmp_path / "d", sales, {"ads": late}, ["ads"]) == []
    assert codes(tmp_path / "e", sales, {"ads": ads}, ["ads"]) == []


def test_the_same_past_is_fitted_once(known, monkeypatch):
    fit, _, _ = known

    def fail(*_):
        raise AssertionError("fitted again")

    monkeypatch.setattr("allocopt.response.fitted.choose_forms", fail)
    same = fit.seen.first(len(fit.seen.known))
    assert same == fit.seen
    assert _chosen(same, (Form(), Form())) == (fit.forms, fit.found)
    with pytest.raises(AssertionError, match="fitted again"):
        _chosen(fit.seen.first(60), (Form(), Form()))
