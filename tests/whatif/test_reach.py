"""Reach: the cheapest mix that reaches a target, on teams whose every means can be priced in the head."""

from __future__ import annotations

import pytest
from support_plan import scenario_of

from allocopt.whatif import basis_of_scenario
from allocopt.whatif.changes import solve_cold
from allocopt.whatif.reach import Aim, reach

# Half of sales is margin. Ann has 20 hours, enough for u1 and u2; u3 and u4 stay open, since overtime for
# one (10 h at 6 = 60) costs more than the 50 that it brings, and New costs 95 for what brings 50 or 80.
YAML = """
coverage: {every_unit: false}
workload: {hard: true, overtime_max: 0.5, overtime_cost: 6}
handover: {loss: 0}
headcount: {hire_cost: 10}
"""
UNITS = """
unit,territory,segment,hours,demand
u1,East,Key,10,200
u2,East,Key,10,150
u3,East,Key,10,100
u4,East,Key,10,60
"""
REPS = "rep,hours,cost,status\nAnn,20,40,\nNew,20,85,open\n"
TABLES = {"units": UNITS, "reps": REPS, "segments": "segment,margin\nKey,0.5\n"}
# Spend brings up to 40 of sales, for 80 at most: half of it, in margin a quarter.
LEVERS = {
    "levers": "lever\nads\n",
    "responses": "lever,form,lift_max,lift_unit,half\nads,linear,40,currency,40\n",
}


def reached(folder, measure, amount, yaml="", **tables):
    scenario = scenario_of(folder, YAML + yaml, **{**TABLES, **tables})
    return reached_from(basis_of_scenario(scenario, solve_cold), measure, amount)


def reached_from(basis, measure, amount):
    return basis.plan, reach(basis, Aim(measure, amount))


@pytest.fixture(scope="module")
def basis(tmp_path_factory):
    """The team as it is, solved once: no aim changes it."""
    return basis_of_scenario(
        scenario_of(tmp_path_factory.mktemp("basis"), YAML, **TABLES), solve_cold
    )


def steps(found):
    return dict(zip(found.bridge["step"], found.bridge["amount"], strict=True))


def test_the_plan_before_sells_what_pays(basis):
    plan, found = reached_from(basis, "sales", 350)
    assert plan.summary["contribution"] == pytest.approx(175 - 40)
    assert found.is_reached
    assert found.plan.summary["contribution"] == pytest.approx(135)
    assert steps(found)["coverage and time"] == pytest.approx(350 - 510)


def test_a_little_more_is_cheapest_by_overtime(basis):
    # u3 by Ann's overtime: + 50 − 60. By New: + 50 − 95, or + 80 − 95 with u4.
    plan, found = reached_from(basis, "sales", 450)
    assert found.plan.summary["contribution"] == pytest.approx(135 - 10)
    told = steps(found)
    assert told["forecast"] == pytest.approx(510)
    assert told["overtime"] == pytest.approx(100)
    assert told["hires"] == told["lift from spend"] == told["not reached"] == 0
    parts = found.difference.parts.set_index("part")["change"]
    assert parts["overtime"] == pytest.approx(-60)
    assert parts["margin_on_sales"] == pytest.approx(50)
    assert found.plan.summary["parent"] == plan.summary["id"]


def test_a_lot_more_is_cheapest_by_a_hire(basis):
    # All four: + 80 − 95 by New; overtime has hours for one more unit only.
    found = reached_from(basis, "sales", 510)[1]
    assert found.plan.summary["contribution"] == pytest.approx(135 - 15)
    told = steps(found)
    assert told["coverage and time"] == pytest.approx(350 - 510)
    assert told["hires"] == pytest.approx(160)
    assert told["overtime"] == pytest.approx(0)
    assert found.bridge["total"].iloc[-1] == pytest.approx(510)


def test_money_is_spent_where_it_is_cheaper_than_people(tmp_path):
    # 40 more by ads: + 20 − 80. With overtime: u4 + 30 − 60 would do as well, and costs 30.
    found = reached(tmp_path / "a", "sales", 390, **LEVERS)[1]
    assert found.plan.summary["objective_parts"]["spend"] == pytest.approx(0)
    # Without overtime and hires there is only money.
    yaml = "override: {reps: {New: remove}}\n"
    tables = {"units": UNITS, **LEVERS}
    scenario = YAML.replace("overtime_max: 0.5", "overtime_max: 0")
    only_money = basis_of_scenario(
        scenario_of(tmp_path / "b", scenario + yaml, **{**TABLES, **tables}), solve_cold
    )
    money = reach(only_money, Aim("sales", 390))
    assert money.plan.summary["objective_parts"]["spend"] == pytest.approx(-80)
    assert steps(money)["lift from spend"] == pytest.approx(40)


def test_a_floor_that_needs_a_hire_does_not_stand_in_the_way_of_the_bridge(tmp_path):
    # 500 takes u3 and u4, which is a hire; the step without hires cannot keep the floor.
    targets = "name,amount,start,end,kind\nleast,500,2026-01-01,2026-01-31,floor\n"
    found = reached(tmp_path, "sales", 510, targets=targets)[1]
    assert found.is_reached
    assert steps(found)["hires"] == pytest.approx(160)


def test_an_aim_that_is_too_high_gives_the_most_and_what_is_in_the_way(basis):
    found = reached_from(basis, "sales", 600)[1]
    assert not found.is_reached
    assert found.most == pytest.approx(510, rel=1e-5)
    assert steps(found)["not reached"] == pytest.approx(90, rel=1e-4)
    assert found.bridge["total"].iloc[-1] == pytest.approx(600)
    assert "sales of 600 cannot be reached" in found.notes[0]
    # The cheapest of the plans with all four units.
    assert found.plan.summary["contribution"] == pytest.approx(120)


def test_the_bridge_to_a_contribution_is_a_statement_of_account(basis):
    plan, found = reached_from(basis, "contribution", 135)
    assert found.is_reached
    assert steps(found)["the plan before"] == pytest.approx(plan.summary["contribution"])
    missed = reached_from(basis, "contribution", 200)[1]
    assert not missed.is_reached
    assert missed.most == pytest.approx(135, rel=1e-5)


def test_quotas_go_on_adding_up_to_the_goal_of_the_company(tmp_path):
    targets = "name,amount,start,end\nwhat-if,400,2026-01-01,2026-01-31\n"
    found = reached(tmp_path, "sales", 450, targets=targets)[1]
    assert found.plan["targets"]["name"].tolist() == ["what-if", "what-if 2"]
    assert found.plan["targets"]["planned"].tolist() == pytest.approx([450, 450])
    quotas = found.plan["quotas"]
    assert quotas.loc[quotas["level"] == "rep", "quota"].sum() == pytest.approx(400)


def test_an_aim_that_is_too_high_leaves_the_goal_of_the_company_too(tmp_path):
    targets = "name,amount,start,end\nYear,400,2026-01-01,2026-01-31\n"
    found = reached(tmp_path, "sales", 600, targets=targets)[1]
    assert found.most == pytest.approx(510, rel=1e-5)
    assert found.plan["targets"]["name"].tolist() == ["Year", "what-if"]
