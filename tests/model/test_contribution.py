"""Contribution and objective: every part, its sign, and that they add up."""

from __future__ import annotations

import pytest
from support_plan import EVERYTHING, EVERYTHING_TABLES, planned
from support_scenario import write_scenario

from allocopt.planning import plan_scenario
from allocopt.scenario import load_scenario

CONTRIBUTION = (
    *("margin_on_sales", "spend", "people", "variable_pay", "hire_cost", "overtime"),
    "travel",
    *("handover_loss", "uncertainty"),
)
PARTS = {*CONTRIBUTION, "pair_value", "shortfalls", "fairness", "price_of_money", "risk", "borders"}
UNIT = "unit,territory,segment,hours,demand,rep\nu1,East,Key,10,100,Old\n"


def test_every_part_by_hand(tmp_path):
    # One unit of 100 leaves Old for New, who is hired; margin 0.5; ads bring 20 for 4 of money.
    plan = planned(
        tmp_path,
        """
workload: {hard: true, overtime_max: 1, overtime_cost: 2}
headcount: {min: 1, hire_cost: 7}
handover: {loss: 0.1}
budget: {price_of_money: 0.25}
""",
        units=UNIT,
        reps="""
            rep,hours,cost,variable_pay,status,territories
            Old,10,11,1,,West
            New,8,5,3,open,
        """,
        segments="segment,margin\nKey,0.5\n",
        pairs="unit,rep,value\nu1,New,6\n",
        levers="lever\nads\n",
        responses="lever,form,lift_max,lift_unit,half\nads,linear,20,currency,2\n",
    )
    parts = {name: value for name, value in plan.summary["objective_parts"].items() if value}
    assert parts == pytest.approx(
        {
            "margin_on_sales": 60,  # half of 100 + 20
            "spend": -4,
            "people": -16,  # 11 + 5
            "variable_pay": -4,  # 1 + 3
            "hire_cost": -7,
            "overtime": -4,  # 2 h beyond 8
            "handover_loss": -5,  # a tenth of the margin of 50
            "pair_value": 6,
            "price_of_money": -1,  # a quarter of 4
        }
    )
    assert plan.summary["contribution"] == pytest.approx(60 - 4 - 16 - 4 - 7 - 4 - 5)
    assert plan.summary["objective"] == pytest.approx(20 + 6 - 1)


def test_parts_add_up_when_every_family_is_asked_for(tmp_path):
    plan = planned(tmp_path, EVERYTHING, months=2, **EVERYTHING_TABLES)
    parts = plan.summary["objective_parts"]
    assert set(parts) == PARTS
    assert sum(parts.values()) == pytest.approx(plan.summary["objective"])
    assert sum(parts[name] for name in CONTRIBUTION) == pytest.approx(plan.summary["contribution"])


def test_margin_that_is_not_given_is_all_of_sales_and_is_said_to_be_assumed(tmp_path):
    plan = planned(
        tmp_path,
        units=UNIT.replace("Old", ""),
        reps="rep,hours\nAnn,40\n",
        segments="segment\nKey\n",
    )
    assert plan.summary["contribution"] == pytest.approx(100)
    assert any("margin" in sentence for sentence in plan.summary["assumptions"])


def test_amounts_per_month_are_turned_into_the_plan_s_quarters(tmp_path):
    yaml = "calendar: {period: quarter, input_period: month, plan_start: 2026-01-01, plan_periods: 1}\n"
    reps = "rep,hours,cost\nAnn,10,5\n"
    folder = write_scenario(
        tmp_path, yaml + "workload: {hard: true}\n", units=UNIT.replace("Old", "Ann"), reps=reps
    )
    plan = plan_scenario(load_scenario(folder))
    # Three months of 100 of demand, 10 h and 5 of cost, at a margin of a half.
    assert plan["sales"]["sales"].tolist() == pytest.approx([300])
    assert plan["time"]["hours"].tolist() == pytest.approx([30])
    assert plan.summary["contribution"] == pytest.approx(150 - 15)
