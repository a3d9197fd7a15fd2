"""Quota: what is to be sold, divided among the reps."""

from __future__ import annotations

import pytest
from support_plan import FULL_MARGIN, planned, quotas_of

# Territories leave one rep for each unit, so that only quotas are decided.
UNITS = """
unit,territory,segment,hours,demand,potential
u1,East,Key,10,100,600
u2,West,Key,10,200,200
"""
REPS = """
rep,hours,territories,manager,quota_before
Ann,40,East,Mia,100
Bob,40,West,Mia,200
"""
TABLES = {"units": UNITS, "reps": REPS, "segments": FULL_MARGIN}


def quotas(folder, yaml="", **rest):
    """The plan of two reps who have a unit each."""
    return planned(folder, yaml, **{**TABLES, **rest})


def test_quota_is_expected_sales_unless_more_is_asked(tmp_path):
    plan = quotas(tmp_path / "a")
    raised = quotas(tmp_path / "b", "quota: {over_assignment: 0.1}\n")
    assert quotas_of(plan) == pytest.approx({"Ann": 100, "Bob": 200})
    assert quotas_of(raised) == pytest.approx({"Ann": 110, "Bob": 220})
    assert raised.summary["objective"] == pytest.approx(300)


def test_target_is_split_by_baseline(tmp_path):
    plan = quotas(tmp_path, "quota: {target: 360, over_assignment: 0.05}\n")
    assert quotas_of(plan) == pytest.approx({"Ann": 126, "Bob": 252})


def test_target_is_split_by_potential(tmp_path):
    plan = quotas(tmp_path, "quota: {target: 400, method: potential}\n")
    assert quotas_of(plan) == pytest.approx({"Ann": 300, "Bob": 100})


def test_method_without_target_divides_demand(tmp_path):
    plan = quotas(tmp_path, "quota: {method: potential}\n")
    assert quotas_of(plan) == pytest.approx({"Ann": 225, "Bob": 75})


def test_target_is_split_by_history(tmp_path):
    # Last year u1 sold 300 and u2 sold 100; what they sold before that does not count.
    history = """
    date,unit,territory,segment,sales
    2024-06-01,u2,West,Key,9000
    2025-06-01,u1,East,Key,300
    2025-06-01,u2,West,Key,100
    """
    plan = quotas(tmp_path, "quota: {target: 400, method: history}\n", history=history)
    assert quotas_of(plan) == pytest.approx({"Ann": 300, "Bob": 100})


def test_weights_leave_the_rest_to_demand(tmp_path):
    # Half by potential (3 : 1) and half by demand (1 : 2) of 240.
    yaml = "quota: {target: 240, method: weighted, weights: {potential: 0.5}}\n"
    assert quotas_of(quotas(tmp_path, yaml)) == pytest.approx({"Ann": 90 + 40, "Bob": 30 + 80})


def test_changes_are_bounded_and_what_no_quota_carries_is_listed(tmp_path):
    # At most 120 and 240 of the 390 asked: 30 are missing at 0.05; shares were 130 and 260, and
    # moving 10 and 20 away from them costs 0.01 each.
    plan = quotas(tmp_path, "quota: {target: 390, change_max: 0.2}\n")
    assert quotas_of(plan) == pytest.approx({"Ann": 120, "Bob": 240})
    row = plan["shortfalls"].iloc[0]
    assert (row["rule"], row["amount"], row["price"]) == ("quota_target", pytest.approx(30), 0.05)
    assert plan.summary["objective_parts"]["shortfalls"] == pytest.approx(-1.5)
    assert plan.summary["objective_parts"]["fairness"] == pytest.approx(-0.3)


def test_quotas_fall_by_no_more_than_allowed(tmp_path):
    # Half of the target is 50 and 100; the least are 90 and 180, together 120 beyond the target.
    plan = quotas(tmp_path, "quota: {target: 150, change_min: -0.1}\n")
    assert quotas_of(plan) == pytest.approx({"Ann": 90, "Bob": 180})
    assert plan["shortfalls"]["amount"].tolist() == pytest.approx([120])


def test_floor_of_a_rep_takes_from_the_others_at_the_price_of_fairness(tmp_path):
    reps = REPS.replace("quota_before", "quota_before,quota_min").replace("Mia,100", "Mia,100,150")
    plan = quotas(
        tmp_path, "quota: {target: 300, fairness: 0.02}\n", reps=reps.replace("200\n", "200,\n")
    )
    assert quotas_of(plan) == pytest.approx({"Ann": 150, "Bob": 150})
    # 50 above one share and 50 below the other.
    assert plan.summary["objective_parts"]["fairness"] == pytest.approx(-2)


def test_own_bounds_win_over_the_allowed_change(tmp_path):
    reps = REPS.replace("quota_before", "quota_before,quota_max").replace("Mia,100", "Mia,100,200")
    plan = quotas(
        tmp_path, "quota: {target: 600, change_max: 0}\n", reps=reps.replace("200\n", "200,\n")
    )
    assert quotas_of(plan) == pytest.approx({"Ann": 200, "Bob": 200})


def test_bounds_without_a_target_move_expected_sales(tmp_path):
    # Expected sales are 100 and 200; Bob may carry 150, so Ann gets the 50 that are left.
    reps = REPS.replace("quota_before", "quota_before,quota_max").replace("Mia,200", "Mia,200,150")
    plan = quotas(tmp_path, reps=reps.replace("Mia,100\n", "Mia,100,\n"))
    assert quotas_of(plan) == pytest.approx({"Ann": 150, "Bob": 150})


def test_position_that_is_not_filled_has_no_quota(tmp_path):
    reps = "rep,hours,cost,status\nAnn,40,1,\nNew,40,1000,open\n"
    plan = quotas(tmp_path, "quota: {target: 400}\n", reps=reps)
    assert quotas_of(plan) == pytest.approx({"Ann": 400})


def test_position_that_is_filled_has_a_quota(tmp_path):
    reps = "rep,hours,cost,status,territories\nAnn,40,1,,East\nNew,40,5,open,West\n"
    plan = quotas(tmp_path, "quota: {target: 600}\n", reps=reps)
    assert quotas_of(plan) == pytest.approx({"Ann": 200, "New": 400})


def test_managers_and_the_company_carry_the_sum(tmp_path):
    reps = REPS + "Mia,0,,,\nCyn,10,,Zoe,\n"
    plan = quotas(tmp_path, "workload: {hard: true}\nquota: {over_assignment: 0.1}\n", reps=reps)
    assert quotas_of(plan, "manager") == pytest.approx({"Mia": 330, "Zoe": 0})
    assert quotas_of(plan, "company") == pytest.approx({"": 330})


def test_manager_of_managers_carries_all_below(tmp_path):
    reps = REPS + "Mia,0,,Zoe,\n"
    plan = quotas(tmp_path, "workload: {hard: true}\n", reps=reps)
    assert quotas_of(plan, "manager") == pytest.approx({"Mia": 300, "Zoe": 300})


def test_company_target_comes_from_the_table_of_targets(tmp_path):
    targets = """
    name,amount,start,end,scope
    Year,450,2026-01-01,2026-01-31,company
    East,1000,2026-01-01,2026-01-31,territory=East
    Other,9000,2026-01-01,2026-12-31,company
    """
    plan = quotas(tmp_path, targets=targets)
    assert quotas_of(plan) == pytest.approx({"Ann": 150, "Bob": 300})
    rows = plan["targets"].set_index("name")
    assert rows["planned"]["East"] == pytest.approx(100)
    assert rows["gap"]["Year"] == pytest.approx(150)


def test_quotas_follow_lift_and_time_where_sales_are_decided(tmp_path):
    # 100 of money on East lift 200, so Ann is expected to sell 300; a bound makes quotas part of the model.
    reps = REPS.replace("quota_before", "quota_before,quota_min").replace("Mia,100", "Mia,100,10")
    plan = quotas(
        tmp_path,
        reps=reps.replace("200\n", "200,\n"),
        levers="lever\nads\n",
        responses=(
            "lever,territory,form,lift_max,lift_unit,half\nads,East,linear,200,currency,50\n"
        ),
    )
    assert quotas_of(plan) == pytest.approx({"Ann": 300, "Bob": 200})
