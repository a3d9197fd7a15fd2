"""Time and team: absences, seasons of workload, decided hours, locks, and how alike successors are."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from support_plan import (
    FULL_MARGIN,
    by_key,
    planned,
    problem_from,
    problem_of,
    reps_of,
    scenario_of,
)

from allocopt.audit import audit
from allocopt.planning import plan_scenario

UNITS = """
unit,territory,segment,hours,demand,rep
u1,East,Key,20,100,Ann
u2,East,Key,20,100,Ann
"""
# Ann sells twice as much and has time for both units.
REPS = "rep,hours,productivity\nAnn,40,2\nBob,40,1\n"
TABLES = {"units": UNITS, "reps": REPS, "segments": FULL_MARGIN}
HARD = "workload: {hard: true}\nhandover: {loss: 0}\n"


def test_an_absence_takes_hours_and_with_them_a_unit(tmp_path):
    # Ann is away on 11 of the 22 working days of January: 20 h are left.
    absences = "rep,start,end\nAnn,2026-01-01,2026-01-15\n"
    here = planned(tmp_path / "a", HARD, **TABLES)
    away = planned(tmp_path / "b", HARD, **TABLES, absences=absences)
    assert set(reps_of(here).values()) == {"Ann"}
    assert sorted(reps_of(away).values()) == ["Ann", "Bob"]
    assert by_key(away, "reps", "rep", "hours")["Ann"] == pytest.approx(20)


def test_decided_hours_of_a_rep_are_what_the_rep_has(tmp_path):
    overrides = "kind,rep,value,reason,by\nhours,Ann,25,works council,Mia\n"
    plan = planned(tmp_path, HARD, **TABLES, overrides=overrides)
    assert sorted(reps_of(plan).values()) == ["Ann", "Bob"]
    assert by_key(plan, "reps", "rep", "hours")["Ann"] == pytest.approx(25)


def test_a_busy_season_takes_more_hours(tmp_path):
    # In February each unit takes half as much again: 60 h do not fit into Ann's 40.
    workload = "segment,period,factor\nKey,2026-02,1.5\n"
    calm = planned(tmp_path / "a", HARD, months=2, **TABLES)
    busy = planned(tmp_path / "b", HARD, months=2, **TABLES, workload=workload)
    assert set(reps_of(calm).values()) == {"Ann"}
    assert sorted(reps_of(busy).values()) == ["Ann", "Bob"]
    hours = busy["time"].set_index(["unit", "period"])["hours"]
    assert [hours["u1", "2026-01"], hours["u1", "2026-02"]] == pytest.approx([20, 30])


def test_a_response_is_to_the_standard_hours_of_the_period(tmp_path):
    # Half of the hours sell half. In February 20 h are half of what u1 needs, in January all of it.
    segments = """
    segment,margin,response_0,response_50,response_100,response_150,response_max
    Key,1,0,0.5,1,1,1
    """
    units = "unit,territory,segment,hours,demand,rep\nu1,East,Key,20,100,Ann\n"
    reps = "rep,hours\nAnn,20\n"
    workload = "unit,period,factor\nu1,2026-02,2\n"
    tables = {"units": units, "reps": reps, "segments": segments, "workload": workload}
    plan = planned(tmp_path, HARD, months=2, **tables)
    assert by_key(plan, "sales", "period", "sales") == pytest.approx(
        {"2026-01": 100, "2026-02": 50}
    )


def test_decided_hours_of_a_unit_are_what_it_takes(tmp_path):
    overrides = "kind,unit,value\nhours,u1,30\n"
    plan = planned(tmp_path, HARD, **TABLES, overrides=overrides)
    # 30 + 20 h do not fit into 40.
    assert sorted(reps_of(plan).values()) == ["Ann", "Bob"]
    assert by_key(plan, "time", "unit", "hours") == pytest.approx({"u1": 30, "u2": 20})


def test_balance_of_hours_counts_the_season(tmp_path):
    workload = "unit,period,factor\nu1,2026-01,3\n"
    yaml = "balance: [{measure: hours, tolerance: 0, price: 1}]\n"
    problem = problem_of(tmp_path, yaml, **TABLES, workload=workload)
    # 60 and 20 h in all, half of them each.
    assert problem.balance[0].upper.tolist() == pytest.approx([40, 40])


def test_a_decided_lock_holds_and_says_why(tmp_path):
    overrides = "kind,unit,value,reason,by\nlock,u1,Bob,promised to the customer,Mia\n"
    plan = planned(tmp_path, HARD, **TABLES, overrides=overrides)
    rows = plan["assignments"].set_index("unit")
    assert rows["rep"].to_dict() == {"u1": "Bob", "u2": "Ann"}
    assert rows["reason"]["u1"] == "locked: promised to the customer"
    assert rows["handover"].to_dict() == {"u1": "yes", "u2": "no"}


def test_a_decided_lock_may_name_a_rep_who_could_not_serve_the_unit(tmp_path):
    reps = "rep,hours,territories\nAnn,40,East\nBob,40,West\n"
    overrides = "kind,unit,value\nlock,u1,Bob\n"
    plan = planned(tmp_path, HARD, **{**TABLES, "reps": reps, "overrides": overrides})
    assert reps_of(plan) == {"u1": "Bob", "u2": "Ann"}


def test_a_renewal_that_is_near_locks_until_its_day(tmp_path):
    # Bob would sell twice as much. u1 renews on 10 February, so Bob has it from the 11th.
    units = UNITS.replace("demand,rep", "demand,rep,renewal").replace(
        "Ann\nu2", "Ann,2026-02-10\nu2"
    )
    units = units.rstrip() + ",2026-06-01\n"
    reps = "rep,hours,productivity\nAnn,40,1\nBob,40,2\n"
    yaml = HARD + "coverage: {lock_before_renewal: 2}\n"
    plan = planned(tmp_path, yaml, months=3, **{**TABLES, "units": units, "reps": reps})
    rows = plan["assignments"].query("unit == 'u1'")
    assert rows["rep"].tolist() == ["Ann", "Bob"]
    assert rows["start"].astype(str).tolist() == ["2026-01-01", "2026-02-11"]
    assert rows["reason"].iloc[0] == "locked: renewal soon"
    free = plan["assignments"].query("unit == 'u2'")
    assert free["rep"].tolist() == ["Bob"]


def test_a_unit_that_renews_soon_does_not_change_when_somebody_starts(tmp_path):
    # Bob, who sells twice as much, starts in February. u1 renews on 20 March, less than two months after.
    units = """
    unit,territory,segment,hours,demand,rep,renewal
    u1,East,Key,20,100,Ann,2026-03-20
    u2,East,Key,20,100,Ann,2026-06-01
    """
    reps = "rep,hours,productivity,start\nAnn,40,1,\nBob,40,2,2026-02-01\n"
    tables = {**TABLES, "units": units, "reps": reps}
    free = planned(tmp_path / "a", HARD, months=4, **tables)
    kept = planned(tmp_path / "b", HARD + "coverage: {lock_before_renewal: 2}\n", 4, **tables)
    assert starts_of(free, "Bob") == {"u1": "2026-02-01", "u2": "2026-02-01"}
    assert starts_of(kept, "Bob") == {"u1": "2026-03-21", "u2": "2026-02-01"}


def test_a_renewal_keeps_nobody_who_leaves(tmp_path):
    # Ann is gone in February: u1 goes to Bob then, though it renews in March.
    units = "unit,territory,segment,hours,demand,rep,renewal\nu1,East,Key,20,100,Ann,2026-03-20\n"
    reps = "rep,hours,productivity,end\nAnn,40,2,2026-01-31\nBob,40,1,\n"
    yaml = HARD + "coverage: {lock_before_renewal: 2}\n"
    plan = planned(tmp_path, yaml, months=4, **{**TABLES, "units": units, "reps": reps})
    assert starts_of(plan, "Bob") == {"u1": "2026-02-01"}


def test_audit_finds_a_change_shortly_before_a_renewal(tmp_path):
    units = "unit,territory,segment,hours,demand,rep,renewal\nu1,East,Key,20,100,Ann,2026-03-20\n"
    reps = "rep,hours,start\nAnn,40,\nBob,40,2026-02-01\n"
    tables = {**TABLES, "units": units, "reps": reps}
    yaml = HARD + "coverage: {lock_before_renewal: 2}\n"
    scenario = scenario_of(tmp_path, yaml, 4, **tables)
    problem, plan = problem_from(scenario), plan_scenario(scenario)
    rows = plan["assignments"]
    moved = pd.concat([rows.assign(end="2026-01-31"), rows.assign(start="2026-02-01", rep="Bob")])
    found = audit(problem, replace(plan, tables={**plan.tables, "assignments": moved}))
    assert audit(problem, plan) == ()
    assert any(
        text.startswith("kept_before_renewal: u1 leaves Ann on 2026-02-01") for text in found
    )


def starts_of(plan, rep):
    """First day that a rep has each unit."""
    rows = plan["assignments"]
    return rows[rows["rep"] == rep].set_index("unit")["start"].astype(str).to_dict()


def test_of_two_successors_the_one_who_is_alike_loses_less(tmp_path):
    # Ann leaves. A handover loses 20 of each 100; Bob, of the same role, way and customers as she, avoids
    # 3/4 of it (no segments are named), and Cem nothing. Cem sells 10 more.
    units = UNITS + "u3,East,Key,20,100,Bob\nu4,East,Small,20,100,Cem\n"
    reps = """
    rep,hours,role,territory,status,end,productivity
    Ann,40,key,East,leaving,2025-12-31,1
    Bob,80,key,East,,,1
    Cem,80,field,,,,1.1
    """
    segments = "segment,margin,handover_loss\nKey,1,0.2\nSmall,1,1\n"
    tables = {"units": units, "reps": reps, "segments": segments}
    hard = "workload: {hard: true}\n"
    same = planned(tmp_path / "a", hard, **tables)
    alike = planned(tmp_path / "b", hard + "handover: {similarity: 1}\n", **tables)
    assert reps_of(same) == {"u1": "Cem", "u2": "Cem", "u3": "Bob", "u4": "Cem"}
    assert reps_of(alike) == {"u1": "Bob", "u2": "Bob", "u3": "Bob", "u4": "Cem"}
    assert alike.summary["objective_parts"]["handover_loss"] == pytest.approx(-2 * 20 / 4)


def test_a_fit_that_is_given_beats_the_one_that_is_computed(tmp_path):
    units = "unit,territory,segment,hours,demand,rep\nu1,East,Key,20,100,Ann\n"
    reps = "rep,hours,role,status\nAnn,40,key,leaving\nBob,40,key,\n"
    pairs = "unit,rep,fit\nu1,Bob,0.1\n"
    yaml = "handover: {similarity: 1}\n"
    tables = {"units": units, "reps": reps}
    given = problem_of(tmp_path / "a", yaml, **tables, pairs=pairs)
    computed = problem_of(tmp_path / "b", yaml, **tables)
    assert given.pairs["fit"]["u1", "Bob"] == pytest.approx(0.1)
    # The role of four traits.
    assert computed.pairs["fit"]["u1", "Bob"] == pytest.approx(0.25)


def test_a_decided_lock_ends_with_the_rep_who_leaves(tmp_path):
    # Bob, who sells less, is decided for u1 and leaves in January: Ann has it from then on.
    reps = "rep,hours,productivity,status,end\nAnn,40,2,,\nBob,40,1,leaving,2026-01-31\n"
    overrides = "kind,unit,value\nlock,u1,Bob\n"
    tables = {**TABLES, "reps": reps, "overrides": overrides}
    plan = planned(tmp_path, HARD, months=2, **tables)
    assert starts_of(plan, "Bob") == {"u1": "2026-01-01"}
    assert starts_of(plan, "Ann") == {"u1": "2026-02-01", "u2": "2026-01-01"}
