"""What binds, what one more is worth, key figures and targets."""

from __future__ import annotations

import pytest
from support_plan import FULL_MARGIN, planned

UNITS = "unit,territory,segment,hours,demand\nu1,East,Key,10,100\n"
CONCAVE = (
    "segment,margin,response_0,response_50,response_100,response_150,response_max\n"
    "Key,1,0,0.7,1,1.1,1.2\n"
)


def row_of(plan, rule):
    (row,) = plan["limits"][plan["limits"]["rule"] == rule].to_dict("records")
    return row


def test_one_more_hour_is_worth_what_it_would_sell(tmp_path):
    # Between 5 h and 10 h of 10 h an hour brings 30 / 5.
    plan = planned(
        tmp_path,
        "workload: {hard: true}\n",
        units=UNITS,
        reps="rep,hours\nAnn,8\n",
        segments=CONCAVE,
    )
    row = row_of(plan, "selling_time_limit")
    assert (row["item"], row["period"]) == ("Ann", "2026-01")
    assert (row["activity"], row["upper"]) == pytest.approx((8, 8))
    assert row["slack"] == pytest.approx(0)
    assert row["value_of_one_more"] == pytest.approx(6)


def test_one_more_of_the_budget_is_worth_its_lift_less_itself(tmp_path):
    plan = planned(
        tmp_path,
        "budget: {total_max: 40}\n",
        units=UNITS,
        reps="rep,hours\nAnn,40\n",
        segments=FULL_MARGIN,
        levers="lever\nads\n",
        responses="lever,form,lift_max,lift_unit,half\nads,linear,300,currency,50\n",
    )
    row = row_of(plan, "budget_total")
    assert (row["activity"], row["upper"]) == pytest.approx((40, 40))
    assert row["value_of_one_more"] == pytest.approx(2)


def test_hours_to_spare_are_worth_nothing(tmp_path):
    plan = planned(
        tmp_path,
        "workload: {hard: true}\n",
        units=UNITS,
        reps="rep,hours\nAnn,40\n",
        segments=CONCAVE,
    )
    row = row_of(plan, "selling_time_limit")
    assert row["slack"] == pytest.approx(15)
    assert row["value_of_one_more"] == pytest.approx(0)


def test_key_figures_agree_with_the_tables(tmp_path):
    yaml = "handover: {loss: 0}\nbalance: [{measure: demand, tolerance: 0, price: 0}]\n"
    plan = planned(tmp_path, yaml, months=2)
    kpis = plan["kpis"]
    company = kpis[(kpis["scope"] == "company") & (kpis["period"] == "")]
    figures = company.set_index("kpi")["value"].to_dict()
    assert figures["sales"] == pytest.approx(plan["sales"]["sales"].sum())
    assert figures["demand"] == pytest.approx(600)
    assert figures["contribution"] == pytest.approx(plan.summary["contribution"])
    assert figures["handovers"] == (plan["assignments"]["handover"] == "yes").sum()
    assert figures["reps"] == 2
    by_rep = kpis[(kpis["kpi"] == "sales") & kpis["scope"].str.startswith("rep=")]["value"]
    by_period = kpis[(kpis["kpi"] == "sales") & (kpis["period"] != "")]["value"]
    assert by_rep.sum() == by_period.sum() == pytest.approx(figures["sales"])
    assert 0 <= figures["balance_spread:demand"] <= 1


def test_targets_stand_against_what_the_plan_brings(tmp_path):
    targets = """
    name,amount,start,end,scope,measure
    East,250,2026-01-01,2026-01-31,territory=East,sales
    Key,250,2026-01-01,2026-01-31,segment=Key,sales
    Later,50,2027-01-01,2027-12-31,territory=East,sales
    Customers,5,2026-01-01,2026-01-31,territory=East,new_customers
    """
    rows = planned(tmp_path, targets=targets)["targets"].set_index("name")
    assert rows["planned"].to_dict() == pytest.approx(
        {"East": 200, "Key": 300, "Later": float("nan"), "Customers": float("nan")}, nan_ok=True
    )
    assert rows["gap"]["East"] == pytest.approx(50)
