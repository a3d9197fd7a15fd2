"""Workload: selling time, overtime, overload, travel, presence and ramp."""

from __future__ import annotations

import pytest
from support_plan import planned, problem_of, reps_of, total

UNITS = """
unit,territory,segment,hours,demand
u1,East,Key,10,100
u2,East,Key,10,100
"""
# Ann sells more but has time for one unit.
REPS = """
rep,hours,productivity
Ann,10,2
Bob,40,1
"""


def plan_with(folder, workload, reps=REPS):
    return planned(folder, f"workload: {workload}\n", units=UNITS, reps=reps)


def test_rep_is_not_planned_beyond_selling_time(tmp_path):
    plan = plan_with(tmp_path, "{hard: true}")
    assert sorted(reps_of(plan).values()) == ["Ann", "Bob"]
    assert plan.summary["objective"] == pytest.approx(150)


def test_overtime_is_bought_while_it_pays(tmp_path):
    # The second unit brings 50 more with Ann; 10 h of overtime cost 40 or 60.
    cheap = plan_with(tmp_path / "a", "{hard: true, overtime_max: 1, overtime_cost: 4}")
    dear = plan_with(tmp_path / "b", "{hard: true, overtime_max: 1, overtime_cost: 6}")
    assert set(reps_of(cheap).values()) == {"Ann"}
    assert cheap.summary["contribution"] == pytest.approx(160)
    assert cheap.summary["objective_parts"]["overtime"] == pytest.approx(-40)
    assert sorted(reps_of(dear).values()) == ["Ann", "Bob"]


def test_soft_overload_is_a_shortfall_and_no_cost(tmp_path):
    plan = plan_with(tmp_path, "{overtime_cost: 4}")
    assert plan.summary["contribution"] == pytest.approx(200)
    assert plan.summary["objective"] == pytest.approx(160)
    row = plan["shortfalls"].iloc[0]
    assert (row["rule"], row["item"], row["amount"], row["price"]) == (
        "selling_time_limit",
        "Ann",
        10,
        4,
    )


def test_price_of_an_hour_is_twice_what_an_average_hour_brings(tmp_path):
    # 200 of demand x margin 0.5 in 20 h is 5 an hour, so 10 an hour: 10 h cost more than the 50 they bring.
    plan = plan_with(tmp_path, "{}")
    assert sorted(reps_of(plan).values()) == ["Ann", "Bob"]


def test_productivity_sells_more_and_takes_the_same_hours(tmp_path):
    plan = plan_with(tmp_path, "{hard: true}")
    hours = plan["reps"].set_index("rep")["load"]
    assert hours.to_dict() == {"Ann": 10, "Bob": 10}
    assert total(plan, "sales", "sales") == pytest.approx(300)


def test_travel_comes_on_top_of_hours(tmp_path):
    # 30 km at 60 km/h there and back is 1 h a visit, 3 visits: Ann needs 13 h for u1.
    units = "unit,territory,segment,hours,visits,demand\nu1,East,Key,10,3,100\n"
    pairs = "unit,rep,distance\nu1,Ann,30\nu1,Bob,0\n"
    reps = "rep,hours,productivity\nAnn,12,2\nBob,12,1\n"
    hard = "workload: {hard: true}\n"
    travelling = hard + "coverage: {travel_speed: 60}\n"
    near = planned(tmp_path / "a", hard, units=units, reps=reps, pairs=pairs)
    far = planned(tmp_path / "b", travelling, units=units, reps=reps, pairs=pairs)
    assert reps_of(near) == {"u1": "Ann"}
    assert reps_of(far) == {"u1": "Bob"}


def test_rep_who_ends_mid_plan_sells_and_works_only_while_present(tmp_path):
    # February has 28 days; Ann is there for 14 of them.
    units = "unit,territory,segment,hours,demand\nu1,East,Key,10,100\n"
    reps = "rep,hours,end\nAnn,20,2026-02-14\n"
    plan = planned(tmp_path, months=2, units=units, reps=reps)
    assert plan["sales"]["sales"].tolist() == pytest.approx([100, 50])
    assert plan["time"]["hours"].tolist() == pytest.approx([10, 5])
    rows = plan["assignments"]
    assert rows["rep"].tolist() == ["Ann", ""]
    assert rows["end"].astype(str).tolist() == ["2026-02-14", "2026-02-28"]
    assert "Nobody who may cover u1 is there from 2026-02-15" in plan.summary["warnings"][-1]


def test_newcomer_ramps_up(tmp_path):
    # ramp 1: half of 20 h in the first month, all of it in the second.
    reps = "rep,hours,start,ramp\nAnn,20,2026-01-01,1\n"
    problem = problem_of(tmp_path, months=3, units=UNITS, reps=reps)
    assert problem.selling_time.loc["Ann"].tolist() == [10, 20, 20]


def test_ramp_limits_what_a_newcomer_can_carry(tmp_path):
    # In the first month the newcomer has 10 h for two units of 10 h, so one stays with Bob.
    reps = "rep,hours,productivity,start,ramp\nAnn,20,2,2026-01-01,1\nBob,40,1,,\n"
    hard = "workload: {hard: true}\n"
    ramped = planned(tmp_path / "a", hard, units=UNITS, reps=reps)
    full = planned(tmp_path / "b", hard, units=UNITS, reps=reps.replace(",1\nBob", ",0\nBob"))
    assert sorted(reps_of(ramped).values()) == ["Ann", "Bob"]
    assert set(reps_of(full).values()) == {"Ann"}
