"""Stages: measures that are evened out in order, where weights would choose another plan."""

from __future__ import annotations

import pytest
from support_plan import FULL_MARGIN, planned, reps_of

from allocopt.errors import ConfigError

# Two measures of four units, 12 of each in all. {u1, u4} against {u2, u3} parts `shops` evenly, 6 and 6,
# and `beds` as 10 and 2: 4 too much and 4 too little. {u1, u2} against {u3, u4} parts beds evenly and
# shops as 7 and 5: 1 too much and 1 too little; and so does {u1, u3} against {u2, u4}.
UNITS = """
unit,territory,segment,hours,demand,shops,beds
u1,East,Key,10,10,4,5
u2,East,Key,10,10,3,1
u3,East,Key,10,10,3,1
u4,East,Key,10,10,2,5
"""
REPS = "rep,hours\nAnn,40\nBob,40\n"
TABLES = {"units": UNITS, "reps": REPS, "segments": FULL_MARGIN}


def balanced(folder, *rules, **tables):
    listed = ", ".join(f"{{{rule}}}" for rule in rules)
    return planned(folder, f"balance: [{listed}]\n", **{**TABLES, **tables})


def partner_of(plan, unit="u1"):
    owners = reps_of(plan)
    return {other for other in owners if other != unit and owners[other] == owners[unit]}


def outside(plan):
    rows = plan["shortfalls"]
    return rows.groupby(rows["item"].str.partition("/")[0])["amount"].sum().to_dict()


def test_weights_trade_one_measure_for_the_other(tmp_path):
    # 2 shops outside cost 2, 8 beds outside would cost 8.
    plan = balanced(
        tmp_path,
        "measure: shops, tolerance: 0, price: 1",
        "measure: beds, tolerance: 0, price: 1",
    )
    assert partner_of(plan) in ({"u2"}, {"u3"})
    assert outside(plan) == pytest.approx({"shops": 2})


def test_the_first_measure_is_not_given_up_for_the_second(tmp_path):
    plan = balanced(
        tmp_path,
        "measure: shops, tolerance: 0, price: 1, order: 1",
        "measure: beds, tolerance: 0, price: 1, order: 2",
    )
    assert partner_of(plan) == {"u4"}
    assert outside(plan) == pytest.approx({"beds": 8})
    assert plan.summary["objective"] == pytest.approx(40 - 8)
    assert "shops is evened out as number 1" in " ".join(plan.summary["warnings"])


def test_the_other_order_gives_the_other_plan(tmp_path):
    plan = balanced(
        tmp_path, "measure: shops, tolerance: 0, order: 2", "measure: beds, tolerance: 0, order: 1"
    )
    assert outside(plan) == pytest.approx({"shops": 2})


def test_the_second_measure_chooses_among_the_best_of_the_first(tmp_path):
    # Any two of four units part shops evenly. Ann sells twice as much and would take u1 and u4, the dear
    # ones; beds come before that, and then only one of the two is hers.
    dear = UNITS.replace("10,10,4,5", "10,90,3,5").replace("10,10,2,5", "10,90,3,5")
    tables = {"units": dear, "reps": "rep,hours,productivity\nAnn,40,2\nBob,40,1\n"}
    first = "measure: shops, tolerance: 0, order: 1"
    alone = balanced(tmp_path / "a", first, **tables)
    both = balanced(tmp_path / "b", first, "measure: beds, tolerance: 0, order: 2", **tables)
    assert partner_of(alone) == {"u4"}
    assert reps_of(alone)["u1"] == "Ann"
    assert partner_of(both) in ({"u2"}, {"u3"})


def test_an_ordered_measure_comes_before_contribution(tmp_path):
    # Ann sells a fifth more with every unit and would have all; even hours give each of them two.
    tables = {"reps": "rep,hours,productivity\nAnn,40,1.2\nBob,40,1\n"}
    free = planned(tmp_path / "a", **{**TABLES, **tables})
    even = balanced(tmp_path / "b", "measure: hours, tolerance: 0, order: 1", **tables)
    assert set(reps_of(free).values()) == {"Ann"}
    assert sorted(reps_of(even).values()) == ["Ann", "Ann", "Bob", "Bob"]


def test_a_hard_measure_cannot_be_in_the_order(tmp_path):
    with pytest.raises(ConfigError, match="a hard balance has nothing outside its band"):
        balanced(tmp_path, "measure: shops, hard: true, order: 1")
