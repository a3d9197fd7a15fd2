"""Continuity: what a change of rep costs, and how much of it there may be."""

from __future__ import annotations

import pytest
from support_plan import FULL_MARGIN, planned, reps_of

# Bob would sell 10 more of each unit that Ann owns; a handover loses 15 by default.
UNITS = """
unit,territory,segment,hours,demand,rep
u1,East,Key,10,100,Ann
u2,East,Key,10,100,Ann
"""
REPS = "rep,hours,productivity\nAnn,40,1\nBob,40,1.1\n"
TABLES = {"units": UNITS, "reps": REPS, "segments": FULL_MARGIN}


def kept(folder, handover="{}", **rest):
    """The plan of two units that Ann owns."""
    return planned(folder, f"handover: {handover}\n", **{**TABLES, **rest})


def moved(plan):
    """Units that are marked as handed over."""
    rows = plan["assignments"]
    return set(rows.loc[rows["handover"] == "yes", "unit"])


def test_units_stay_when_the_loss_is_more_than_the_gain(tmp_path):
    plan = kept(tmp_path)
    assert moved(plan) == set()
    assert plan.summary["objective"] == pytest.approx(200)


def test_units_move_when_the_gain_is_more_than_the_loss(tmp_path):
    plan = kept(tmp_path, "{loss: 0.05}")
    assert moved(plan) == {"u1", "u2"}
    # 220 of sales less 5 % of 200.
    assert plan.summary["objective_parts"]["handover_loss"] == pytest.approx(-10)
    assert plan.summary["objective"] == pytest.approx(210)
    assert plan["assignments"]["reason"].tolist() == ["better for the whole plan"] * 2


def test_loss_ends_after_twelve_months(tmp_path):
    # 24 months of 10 more are 240; 15 % of the first year's 1,200 are 180.
    plan = planned(tmp_path, months=24, **TABLES)
    assert moved(plan) == {"u1", "u2"}
    assert plan.summary["objective_parts"]["handover_loss"] == pytest.approx(-360)


def test_segment_has_its_own_loss(tmp_path):
    units = UNITS + "u3,East,Small,10,100,Ann\n"
    segments = "segment,margin,handover_loss\nKey,1,\nSmall,1,0.05\n"
    assert moved(kept(tmp_path, units=units, segments=segments)) == {"u3"}


def test_a_fitting_successor_loses_less(tmp_path):
    # With fit 0.8 and full credit a fifth of the 15 is lost: 3.
    pairs = "unit,rep,fit\nu1,Bob,0.8\n"
    plan = kept(tmp_path, "{similarity: 1}", pairs=pairs)
    assert moved(plan) == {"u1"}
    assert plan.summary["objective_parts"]["handover_loss"] == pytest.approx(-3)
    assert moved(kept(tmp_path / "b", "{similarity: 0.2}", pairs=pairs)) == set()


def test_only_so_many_units_change(tmp_path):
    assert len(moved(kept(tmp_path, "{loss: 0, max_units: 1}"))) == 1
    assert moved(kept(tmp_path / "b", "{loss: 0, max_units: 0}")) == set()


def test_only_so_much_of_sales_changes(tmp_path):
    # A third of the demand may change: u1 with 100 of 300, not u2 with 200.
    units = UNITS.replace("u2,East,Key,10,100", "u2,East,Key,10,200")
    plan = kept(tmp_path, "{loss: 0, max_share_of_sales: 0.34}", units=units)
    assert moved(plan) == {"u1"}


def test_only_so_many_reps_are_touched(tmp_path):
    # Ann would give to Bob and Cem; two touched reps leave one of them the receiver.
    reps = REPS.replace("Bob,40,1.1", "Bob,10,1.1") + "Cem,10,1.1\n"
    yaml = "workload: {hard: true}\nhandover: {loss: 0, max_reps: %d}\n"
    tables = {**TABLES, "reps": reps}
    three = planned(tmp_path / "a", yaml % 3, **tables)
    two = planned(tmp_path / "b", yaml % 2, **tables)
    one = planned(tmp_path / "c", yaml % 1, **tables)
    assert [len(moved(plan)) for plan in (three, two, one)] == [2, 1, 0]


def test_units_of_a_leaver_do_not_count_but_cost(tmp_path):
    reps = "rep,hours,productivity,status\nAnn,40,0.1,leaving\nBob,40,1.1,\n"
    plan = kept(tmp_path, "{max_units: 0, max_reps: 0, max_share_of_sales: 0}", reps=reps)
    assert moved(plan) == {"u1", "u2"}
    assert plan.summary["objective_parts"]["handover_loss"] == pytest.approx(-30)
    assert set(plan["assignments"]["reason"]) == {"today's rep leaves"}


def test_units_of_a_rep_who_is_gone_before_the_plan_do_not_count(tmp_path):
    reps = "rep,hours,productivity,status,end\nAnn,40,1,leaving,2025-12-31\nBob,40,1.1,,\n"
    plan = kept(tmp_path, "{max_units: 0}", reps=reps)
    assert moved(plan) == {"u1", "u2"}
    assert set(plan["assignments"]["reason"]) == {"today's rep does not work in the plan"}


def test_vacant_unit_is_no_handover(tmp_path):
    units = UNITS.replace("100,Ann\nu2", "100,\nu2")
    plan = kept(tmp_path, "{max_units: 0}", units=units)
    assert reps_of(plan) == {"u1": "Bob", "u2": "Ann"}
    assert moved(plan) == set()
    assert plan.summary["objective_parts"]["handover_loss"] == 0


def test_owner_who_may_no_longer_cover_a_unit_hands_it_over(tmp_path):
    reps = "rep,hours,territories\nAnn,40,West\nBob,40,East\n"
    plan = kept(tmp_path, reps=reps)
    assert moved(plan) == {"u1", "u2"}
    assert set(plan["assignments"]["reason"]) == {"today's rep may not cover it"}


def test_unit_that_is_left_open_is_handed_over_to_nobody(tmp_path):
    reps = "rep,hours\nAnn,10\n"
    yaml = "coverage: {every_unit: false}\nworkload: {hard: true}\n"
    plan = planned(tmp_path, yaml, **{**TABLES, "reps": reps})
    assert plan.summary["objective"] == pytest.approx(100 - 15)
    assert len(moved(plan)) == 1
