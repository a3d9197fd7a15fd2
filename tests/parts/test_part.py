"""Parts: plans of places that together are the plan of the whole."""

from __future__ import annotations

from functools import cache

import pytest
from support_plan import FULL_MARGIN, HEAD, reps_of, total
from support_scenario import write_scenario

from allocopt.errors import problems
from allocopt.parts import parse_place, part_of
from allocopt.planning import plan_scenario
from allocopt.scenario import check_scenario, load_scenario
from allocopt.scenario_folder import write_scenario as write_folder

# Ann has 30 hours, 20 of them for the East and 10 for a unit of Acme in the West; Bob has the rest of it.
TABLES = {
    "units": """
        unit,territory,segment,hours,demand,account
        u1,North East,Key,10,100,Acme
        u2,South East,Key,10,80,Bolt
        u3,West,Key,10,70,Acme
        u4,West,Key,10,60,Crane
    """,
    "reps": """
        rep,hours,cost,territories,status,quota_before
        Ann,30,30,,active,300
        Bob,10,12,West,active,50
        New,10,5,West,open,
    """,
    "territories": "territory,parent\nEast,\nNorth East,East\nSouth East,East\nWest,\n",
    "segments": FULL_MARGIN,
    "pairs": "unit,rep,value\nu3,Ann,1\n",
    "levers": "lever,total_min\nads,1\n",
    "responses": "lever,territory,form,lift_max,lift_unit,half,spend_max\n"
    "ads,North East,linear,20,currency,5,10\nads,West,linear,12,currency,3,6\n",
    "absences": "rep,start,end\nBob,2026-03-02,2026-03-02\n",
    "targets": """
        name,amount,start,end,scope,kind
        All,300,2026-01-01,2026-01-31,company,goal
        North,90,2026-01-01,2026-01-31,territory=North East,goal
    """,
}
YAML = (
    HEAD.format(months=1)
    + """
workload: {hard: true}
headcount: {max: 0}
budget: {total_max: 12}
scenario: {title: All of it}
goals: [{name: East grows, measure: sales, scope: territory=East}, {name: All grow}]
"""
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The scenario of the whole and its plan."""
    scenario = load_scenario(write_scenario(tmp_path_factory.mktemp("whole"), YAML, **TABLES))
    return scenario, plan_scenario(scenario)


@pytest.fixture(scope="module")
def part_of_whole(whole, tmp_path_factory):
    """The scenario of a part of the whole and its plan, by scope; each is solved once."""
    return cache(lambda scope: part(whole, tmp_path_factory.mktemp("part"), scope))


def part(whole, tmp_path, scope):
    """The scenario of a part, written and read again, and its plan."""
    scenario, plan = whole
    folder = write_folder(part_of(plan, scenario, parse_place(scope)), tmp_path / "part", {})
    assert not problems(check_scenario(folder).findings)
    again = load_scenario(folder)
    return again, plan_scenario(again)


def test_parts_add_up_to_the_whole(whole, part_of_whole):
    parts = [part_of_whole(scope) for scope in ("territory=East", "territory=West")]
    for table, column in (("sales", "sales"), ("sales", "demand"), ("budget", "spend")):
        assert sum(total(plan, table, column) for _, plan in parts) == pytest.approx(
            total(whole[1], table, column)
        )
    assert sum(plan.summary["contribution"] for _, plan in parts) == pytest.approx(
        whole[1].summary["contribution"]
    )


def test_a_rep_has_the_time_and_the_cost_that_the_plan_gives_to_the_part(whole, part_of_whole):
    assert reps_of(whole[1]) == {"u1": "Ann", "u2": "Ann", "u3": "Ann", "u4": "Bob"}
    scenario, plan = part_of_whole("territory=East")
    (ann,) = scenario.table("reps").to_dict("records")
    # 20 of Ann's 30 hours: two thirds of the cost and of the quota of before.
    assert (ann["rep"], ann["hours"], ann["cost"]) == ("Ann", pytest.approx(20), pytest.approx(20))
    assert ann["quota_before"] == pytest.approx(200)
    assert reps_of(plan) == {"u1": "Ann", "u2": "Ann"}


def test_its_budget_is_what_the_plan_spends_there(whole, part_of_whole):
    # 12 in all: both curves bring two for one; whatever the split, the part has what the plan has there.
    _, plan = whole
    sales = plan["sales"]
    here = sales.loc[sales["unit"].isin(["u1", "u2"]), "spend"].sum()
    east, _ = part_of_whole("territory=East")
    assert east.config.budget.total_max == pytest.approx(here)


def test_planned_sales_are_the_goal_of_a_part_without_one(whole, part_of_whole):
    east, plan = part_of_whole("territory=East")
    targets = east.table("targets").set_index("scope")
    assert targets.loc["territory=North East", "name"] == "North"
    sales = whole[1]["sales"]
    there = sales.loc[sales["unit"].isin(["u1", "u2"]), "sales"].sum()
    assert targets.loc["company", "amount"] == pytest.approx(there)
    assert [goal.name for goal in east.config.goals] == ["East grows"]
    assert plan["quotas"].query("level == 'company'")["quota"].sum() == pytest.approx(there)


def test_a_target_of_the_place_is_the_company_s_in_its_plan(part_of_whole):
    north, _ = part_of_whole("territory=North East")
    assert north.table("targets")[["name", "scope"]].to_numpy().tolist() == [["North", "company"]]


def test_an_account_has_its_units_wherever_they_are(part_of_whole):
    acme, plan = part_of_whole("account=Acme")
    assert acme.table("units")["unit"].tolist() == ["u1", "u3"]
    assert acme.table("reps")["rep"].tolist() == ["Ann"]
    assert acme.table("absences").empty
    assert total(plan, "sales", "demand") == pytest.approx(170)
    assert acme.config.scenario.title == "All of it · Acme"


def test_a_part_takes_demand_and_not_the_history_it_came_from(tmp_path):
    history = "date,territory,segment,sales\n" + "".join(
        f"2025-{month:02d}-01,{territory},Key,{amount}\n"
        for month in range(1, 13)
        for territory, amount in (("East", 100), ("West", 50))
    )
    units = "unit,territory,segment,hours,potential,account\n" + "".join(
        f"u{n},{place},Key,1,{9 * n},{account}\n"
        for n, place, account in ((1, "East", "A"), (2, "East", "B"), (3, "West", "A"))
    )
    scenario = load_scenario(
        write_scenario(tmp_path / "now", HEAD.format(months=2), units=units, history=history)
    )
    plan = plan_scenario(scenario)
    _, of_account = part((scenario, plan), tmp_path, "account=A")
    demand = plan["sales"][plan["sales"]["unit"].isin(["u1", "u3"])].set_index(["unit", "period"])
    found = of_account["sales"].set_index(["unit", "period"])["demand"]
    assert found.to_dict() == pytest.approx(demand["demand"].to_dict())


@pytest.mark.parametrize("scope", ["East", "rep=Ann", "territory=", "territory=Nowhere"])
def test_a_place_that_is_none_is_refused(whole, scope):
    scenario, plan = whole
    with pytest.raises(ValueError, match=r"no unit lies in|expected one of"):
        part_of(plan, scenario, parse_place(scope))
