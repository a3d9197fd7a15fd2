"""Overlays: specialists who support the units of other reps."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from support_plan import FULL_MARGIN, by_key, planned, problem_from, reps_of, scenario_of

from allocopt.audit import audit
from allocopt.planning import plan_scenario

UNITS = """
unit,territory,segment,hours,demand,rep
u1,East,Key,20,100,Ann
u2,East,Key,20,300,Bob
"""
REPS = "rep,hours\nAnn,40\nBob,40\nSpec,3\n"
# Full support of a unit takes a tenth of its 20 h, so 2 h, and brings half of its demand on top.
OVERLAYS = "rep,role,serves,share,lift\nSpec,engineer,Ann,0.1,0.5\nSpec,engineer,Bob,,\n"
TABLES = {"units": UNITS, "reps": REPS, "segments": FULL_MARGIN, "overlays": OVERLAYS}
HARD = "workload: {hard: true}\nhandover: {loss: 0.9}\n"


def test_support_goes_where_an_hour_brings_most(tmp_path):
    # An hour brings 75 for u2 and 25 for u1: 2 h to u2, the third hour to u1.
    plan = planned(tmp_path, HARD, **TABLES)
    assert by_key(plan, "support", "unit", "hours") == pytest.approx({"u2": 2, "u1": 1})
    assert by_key(plan, "sales", "unit", "sales") == pytest.approx({"u1": 125, "u2": 450})
    assert plan.summary["objective"] == pytest.approx(575)
    assert by_key(plan, "reps", "rep", "load") == pytest.approx({"Ann": 20, "Bob": 20, "Spec": 3})


def test_without_specialists_nothing_is_supported(tmp_path):
    plan = planned(tmp_path, HARD, **{**TABLES, "overlays": ""})
    assert plan.summary["objective"] == pytest.approx(400)
    assert "support" not in plan.tables


def test_a_specialist_owns_no_units(tmp_path):
    # Spec sells ten times as much and would take all units if specialists could have them.
    reps = "rep,hours,productivity\nAnn,40,1\nBob,40,1\nSpec,40,10\n"
    yaml = HARD.replace("0.9", "0")
    free = planned(tmp_path / "a", yaml, **{**TABLES, "reps": reps, "overlays": ""})
    plan = planned(tmp_path / "b", yaml, **{**TABLES, "reps": reps})
    assert set(reps_of(free).values()) == {"Spec"}
    assert "Spec" not in reps_of(plan).values()


def test_a_specialist_owns_the_units_that_pairs_name(tmp_path):
    reps = "rep,hours,productivity\nAnn,40,1\nBob,40,1\nSpec,20,10\n"
    tables = {**TABLES, "reps": reps, "pairs": "unit,rep,allowed\nu1,Spec,yes\n"}
    plan = planned(tmp_path, HARD.replace("0.9", "0"), **tables)
    assert reps_of(plan)["u1"] == "Spec"
    # All 20 h are those of the unit: nothing is left for support.
    assert plan["support"].empty


def test_only_units_of_served_reps_are_supported(tmp_path):
    # Only Ann is served. It pays to hand u2 over to her: 150 more, for a loss of 0.1 · 300.
    overlays = "rep,serves,share,lift\nSpec,Ann,0.1,0.5\n"
    tables = {**TABLES, "overlays": overlays}
    kept = planned(tmp_path / "a", HARD, **tables)
    moved = planned(tmp_path / "b", HARD.replace("0.9", "0.1"), **tables)
    assert by_key(kept, "support", "unit", "hours") == pytest.approx({"u1": 2})
    assert reps_of(moved) == {"u1": "Ann", "u2": "Ann"}
    assert by_key(moved, "support", "unit", "hours") == pytest.approx({"u2": 2, "u1": 1})
    assert moved.summary["objective"] == pytest.approx(100 + 25 + 450 - 30)


def test_support_ends_with_the_rep_who_is_served(tmp_path):
    # Ann ends with January; Bob, who is not served, has u1 in February.
    reps = "rep,hours,end\nAnn,40,2026-01-31\nBob,40,\nSpec,3,\n"
    overlays = "rep,serves,share,lift\nSpec,Ann,0.1,0.5\n"
    tables = {**TABLES, "reps": reps, "overlays": overlays}
    plan = planned(tmp_path, HARD, months=2, **tables)
    rows = plan["support"].set_index(["unit", "period"])["hours"]
    assert rows.to_dict() == pytest.approx({("u1", "2026-01"): 2})


def test_support_brings_no_more_than_a_unit_can_buy(tmp_path):
    # u2 buys 330 at most: 30 more in place of 150 take 0.4 h, and u1 gets its 2 h.
    units = UNITS.replace("demand,rep", "demand,rep,potential").replace("Bob\n", "Bob,330\n")
    units = units.replace("Ann\n", "Ann,\n")
    plan = planned(tmp_path, HARD, **{**TABLES, "units": units})
    assert by_key(plan, "sales", "unit", "sales") == pytest.approx({"u1": 150, "u2": 330})
    assert by_key(plan, "support", "unit", "hours") == pytest.approx({"u1": 2, "u2": 0.4})


def test_support_follows_the_season_of_the_workload(tmp_path):
    # In February u2 needs twice the hours, so full support takes 4 h of the 3 that are there.
    workload = "unit,period,factor\nu2,2026-02,2\n"
    plan = planned(tmp_path, HARD, months=2, **{**TABLES, "workload": workload})
    rows = plan["support"].set_index(["unit", "period"])["hours"]
    assert rows["u2", "2026-02"] == pytest.approx(3)
    assert by_key(plan, "sales", "period", "sales") == pytest.approx(
        {"2026-01": 575, "2026-02": 400 + 150 * 3 / 4}
    )


def test_a_specialist_is_credited_with_the_sales_of_those_served(tmp_path):
    rows = planned(tmp_path, HARD, **TABLES)["quotas"]
    expected = rows.set_index(["level", "rep"])["expected"]
    assert expected["overlay", "Spec"] == pytest.approx(575)
    # What counts for Spec counts for Ann and Bob: the company has it once.
    assert expected["rep", "Ann"] + expected["rep", "Bob"] == pytest.approx(575)
    assert expected["company", ""] == pytest.approx(575)


def test_audit_finds_support_that_nobody_may_give(tmp_path):
    scenario = scenario_of(tmp_path, HARD, **TABLES)
    problem, plan = problem_from(scenario), plan_scenario(scenario)
    assert audit(problem, plan) == ()
    more = plan["support"].assign(hours=plan["support"]["hours"] * 2)
    found = audit(problem, replace(plan, tables={**plan.tables, "support": more}))
    assert any(text.startswith("support_of_served: Spec/u2") for text in found)
    assert any(text.startswith("selling_time_limit: Spec") for text in found)
    none = replace(plan, tables={k: t for k, t in plan.tables.items() if k != "support"})
    assert any(text.startswith("sales_earned: u2") for text in audit(problem, none))


def test_support_is_agreed_before_demand_is_known(tmp_path):
    # Demand comes high or low by the same share for both units; the hours of support stay, and what they
    # add follows demand. The audit holds each sample against its own sales.
    demand = "unit,period,mean,lower,upper\nu1,2026-01,100,50,150\nu2,2026-01,300,150,450\n"
    yaml = HARD + "risk: {samples: 3, weight: 0.5}\n"
    plan = planned(tmp_path, yaml, **{**TABLES, "demand": demand})
    assert by_key(plan, "support", "unit", "hours") == pytest.approx({"u2": 2, "u1": 1})
    sold = plan["outcome_sales"].set_index(["sample", "unit"])
    assert (
        sold.loc[(slice(None), "u2"), "sales"] / sold.loc[(slice(None), "u2"), "demand"]
    ).tolist() == (pytest.approx([1.5] * plan["outcome_sales"]["sample"].nunique()))


def test_a_position_that_is_not_filled_supports_nobody(tmp_path):
    # Hours that do not fit cost 1 and support brings 75 an hour, but nobody is there to give it.
    reps = "rep,hours,status,cost\nAnn,40,,\nBob,40,,\nSpec,3,open,1000\n"
    yaml = "workload: {overtime_cost: 1}\nhandover: {loss: 0.9}\n"
    scenario = scenario_of(tmp_path, yaml, **{**TABLES, "reps": reps})
    problem, plan = problem_from(scenario), plan_scenario(scenario)
    assert plan.summary["objective"] == pytest.approx(400)
    assert plan["support"].empty
    row = dict(zip(plan["support"].columns, ["Spec", "u2", "2026-01", 1.0, 75.0], strict=True))
    given = replace(plan, tables={**plan.tables, "support": pd.DataFrame([row])})
    found = audit(problem, given)
    assert any(text.startswith("support_of_filled_positions: Spec/u2") for text in found)


def test_support_ends_with_the_specialist(tmp_path):
    reps = "rep,hours,end\nAnn,40,\nBob,40,\nSpec,9,2026-01-31\n"
    yaml = "workload: {overtime_cost: 1}\nhandover: {loss: 0.9}\n"
    plan = planned(tmp_path, yaml, months=2, **{**TABLES, "reps": reps})
    assert by_key(plan, "support", "period", "hours") == pytest.approx({"2026-01": 4})
