"""Headcount: which open positions are filled, where, when and at what cost."""

from __future__ import annotations

import pytest
from support_plan import FULL_MARGIN, by_key, planned, reps_of

UNITS = """
unit,territory,segment,hours,demand
u1,East,Key,10,100
u2,West,Key,10,100
u3,West,Key,10,100
"""
# Ann has time for one unit; each new rep for one more.
REPS = """
rep,hours,cost,status,territory
Ann,10,20,active,East
New1,10,40,open,East
New2,10,60,open,West
"""
TABLES = {"units": UNITS, "reps": REPS, "segments": FULL_MARGIN}
HARD = "workload: {hard: true}\ncoverage: {every_unit: false}\n"


def hired(folder, headcount="{}", months=1, **rest):
    """Which positions are filled."""
    plan = planned(folder, HARD + f"headcount: {headcount}\n", months, **{**TABLES, **rest})
    rows = plan["reps"]
    return set(rows.loc[rows["hired"] == "yes", "rep"]), plan


def test_positions_that_pay_are_filled(tmp_path):
    names, plan = hired(tmp_path)
    assert names == {"New1", "New2"}
    # 300 of margin less 20 + 40 + 60.
    assert plan.summary["objective"] == pytest.approx(180)


def test_position_whose_cost_is_more_than_it_brings_stays_open(tmp_path):
    names, plan = hired(tmp_path, reps=REPS.replace("10,60,open", "10,101,open"))
    assert names == {"New1"}
    assert sorted(reps_of(plan).values()) == ["", "Ann", "New1"]
    assert by_key(plan, "reps", "rep", "cost") == pytest.approx({"Ann": 20, "New1": 40, "New2": 0})


def test_hire_cost_is_paid_once(tmp_path):
    # Two months of 100 less 60 bring 80, which a hire cost of 70 leaves worth it and 90 does not.
    for cost, names in ((70, {"New1", "New2"}), (90, {"New1"})):
        found, plan = hired(tmp_path / str(cost), f"{{hire_cost: {cost}}}", months=2)
        assert found == names
        assert plan.summary["objective_parts"]["hire_cost"] == pytest.approx(-cost * len(names))


def test_most_positions_in_all(tmp_path):
    assert hired(tmp_path / "a", "{max: 1}")[0] == {"New1"}
    assert hired(tmp_path / "b", "{max: 0}")[0] == set()


def test_fewest_positions_in_all(tmp_path):
    reps = REPS.replace("10,40,open", "10,200,open").replace("10,60,open", "10,300,open")
    assert hired(tmp_path / "a", reps=reps)[0] == set()
    assert hired(tmp_path / "b", "{min: 1}", reps=reps)[0] == {"New1"}


def test_bounds_by_scope(tmp_path):
    only_west = "{max: 1, by: [{scope: territory=West, min: 1}]}"
    assert hired(tmp_path / "a", only_west)[0] == {"New2"}
    assert hired(tmp_path / "b", "{by: [{scope: territory=East, max: 0}]}")[0] == {"New2"}
    assert hired(tmp_path / "c", "{by: [{scope: rep=New2, max: 0}]}")[0] == {"New1"}


def test_the_whole_company_is_a_scope_beside_the_bounds_in_all(tmp_path):
    for text in ("{max: 2, by: [{scope: company, max: 1}]}", "{max: 1, by: [{scope: company}]}"):
        assert hired(tmp_path / text[5], text)[0] == {"New1"}


def test_scope_above_counts_the_positions_below(tmp_path):
    territories = "territory,parent\nCountry,\nEast,Country\nWest,Country\n"
    bound = "{by: [{scope: territory=Country, max: 1}]}"
    assert hired(tmp_path, bound, territories=territories)[0] == {"New1"}


def test_position_starts_after_its_lead_time(tmp_path):
    # Two of three months remain: to Ann's 300 of sales come 200, for two months of cost.
    reps = REPS.replace("territory\n", "territory,lead_time\n").replace("open,East", "open,East,1")
    reps = reps.replace("active,East", "active,East,").replace("open,West", "open,West,3")
    names, plan = hired(tmp_path, months=3, reps=reps)
    assert names == {"New1"}
    sales = by_key(plan, "sales", "period", "sales")
    assert list(sales.values()) == pytest.approx([100, 200, 200])
    assert by_key(plan, "reps", "rep", "cost")["New1"] == pytest.approx(80)
    assert plan["reps"]["start"].astype(str).tolist()[1] == "2026-02-01"


def test_p_median_is_a_special_case(tmp_path):
    # Two of three depots serve four places on a line at 0, 1, 9, 10: one at each end, 1 + 1 in all.
    places = {"a": 0, "b": 1, "c": 9, "d": 10}
    depots = {"left": 0, "middle": 5, "right": 10}
    pairs = "unit,rep,value\n" + "".join(
        f"{unit},{rep},{-abs(at - there)}\n"
        for unit, at in places.items()
        for rep, there in depots.items()
    )
    units = "unit,territory,segment,hours,demand\n" + "".join(f"{u},x,y,1,0\n" for u in places)
    reps = "rep,hours,status\n" + "".join(f"{rep},10,open\n" for rep in depots)
    plan = planned(
        tmp_path,
        "pairs: {complete: true}\nheadcount: {min: 2, max: 2}\nworkload: {hard: true}\n",
        units=units,
        reps=reps,
        pairs=pairs,
        segments="",
    )
    assert plan.summary["objective"] == pytest.approx(-2)
    assert reps_of(plan) == {"a": "left", "b": "left", "c": "right", "d": "right"}
