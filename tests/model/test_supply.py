"""Supply: limits on products, the mix of a unit's sales, and margins by product."""

from __future__ import annotations

import pytest
from support_plan import FULL_MARGIN, by_key, planned, problem_of, total

# Last year u1 sold 60 of pumps and 40 of valves, u2 half and half. Both sell 100 a month this year.
UNITS = "unit,territory,segment,hours,demand\nu1,East,Key,10,100\nu2,West,Key,10,100\n"
HISTORY = (
    "date,unit,product,sales\n2025-06-01,u1,pump,60\n2025-06-01,u1,valve,40\n"
    "2025-06-01,u2,pump,50\n2025-06-01,u2,valve,50\n"
)
TABLES = {
    "units": UNITS,
    "reps": "rep,hours\nAnn,40\n",
    "segments": FULL_MARGIN,
    "history": HISTORY,
    "products": "product\npump\nvalve\n",
}


def supplied(folder, supply, months=1, **rest):
    """The plan of two units and two products."""
    return planned(folder, months=months, **{**TABLES, "supply": supply, **rest})


def test_without_a_limit_demand_is_sold(tmp_path):
    plan = planned(tmp_path, **TABLES)
    assert by_key(plan, "sales", "unit", "sales") == pytest.approx({"u1": 100, "u2": 100})


def test_a_unit_sells_no_more_than_its_scarcest_product_allows(tmp_path):
    # 30 of pumps are 60 % of 50; the valves that would go with the rest are not sold.
    plan = supplied(tmp_path, "product,territory,max\npump,East,30\n")
    assert by_key(plan, "sales", "unit", "sales") == pytest.approx({"u1": 50, "u2": 100})
    assert plan.summary["objective"] == pytest.approx(150)


def test_scarce_goods_go_where_they_bring_most(tmp_path):
    # 80 of pumps: a pump brings 1 / 0.5 of sales in u2 and 1 / 0.6 in u1, so u2 comes first with 50,
    # and the 30 that are left sell 50 in u1.
    plan = supplied(tmp_path, "product,max\npump,80\n")
    assert by_key(plan, "sales", "unit", "sales") == pytest.approx({"u1": 50, "u2": 100})
    limit = plan["limits"].set_index("rule").loc["supply_limit"]
    assert limit["value_of_one_more"] == pytest.approx(1 / 0.6)


def test_a_limit_of_one_period_goes_before_that_of_each(tmp_path):
    supply = "product,territory,period,max\npump,East,,30\npump,East,2026-02,45\n"
    plan = supplied(tmp_path, supply, months=2)
    sales = plan["sales"].query("unit == 'u1'")["sales"].tolist()
    assert sales == pytest.approx([50, 75])


def test_a_limit_holds_below_its_territory(tmp_path):
    territories = "territory,parent\nCountry,\nEast,Country\nWest,Country\n"
    supply = "product,territory,max\nvalve,Country,65\n"
    # A valve brings 1 / 0.4 in u1, where 40 sell all; 25 are left for 50 in u2.
    plan = supplied(tmp_path, supply, territories=territories)
    assert by_key(plan, "sales", "unit", "sales") == pytest.approx({"u1": 100, "u2": 50})


def test_money_is_not_spent_on_what_cannot_be_delivered(tmp_path):
    # One of money lifts sales by 2 in each cell; in u1 pumps end at 72 = 60 % of 120.
    lift = "lever,form,lift_max,lift_unit,half\nads,linear,100,currency,25\n"
    more = {"levers": "lever\nads\n", "responses": lift}
    plan = supplied(tmp_path, "product,territory,max\npump,East,72\n", **more)
    assert by_key(plan, "budget", "territory", "spend") == pytest.approx({"East": 10, "West": 50})


def test_margins_of_products_make_the_margin_of_a_unit(tmp_path):
    # 60 % at 0.5 and 40 % at 0.25 are 0.4; valves have the segment's margin of 1 where none is given.
    both = problem_of(
        tmp_path / "a", **{**TABLES, "products": "product,margin\npump,0.5\nvalve,0.25\n"}
    )
    assert both.units["margin"].to_dict() == pytest.approx({"u1": 0.4, "u2": 0.375})
    one = problem_of(tmp_path / "b", **{**TABLES, "products": "product,margin\npump,0.5\nvalve,\n"})
    assert one.units["margin"].to_dict() == pytest.approx({"u1": 0.7, "u2": 0.75})
    plan = planned(
        tmp_path / "c", **{**TABLES, "products": "product,margin\npump,0.5\nvalve,0.25\n"}
    )
    assert plan.summary["objective"] == pytest.approx(77.5)


def test_a_unit_without_history_sells_what_its_cell_sells(tmp_path):
    # u3 shares the cell of u1; u4 has no cell with history and sells what the company sells: 110 of 200.
    units = UNITS + "u3,East,Key,10,100\nu4,North,Key,10,100\n"
    supply = "product,max\npump,1000\n"
    problem = problem_of(tmp_path, **{**TABLES, "units": units, "supply": supply})
    assert problem.supply[0].shares == pytest.approx({"u1": 0.6, "u2": 0.5, "u3": 0.6, "u4": 0.55})


def test_demand_by_product_goes_before_history(tmp_path):
    demand = "period,territory,segment,product,mean\n2026-01,East,Key,pump,10\n2026-01,East,Key,valve,30\n"
    problem = problem_of(
        tmp_path, **{**TABLES, "demand": demand, "supply": "product,max\npump,1000\n"}
    )
    assert problem.supply[0].shares["u1"] == pytest.approx(0.25)


def test_sales_without_a_product_are_not_limited(tmp_path):
    # 40 of 100 name no product: 30 of pumps allow 30 / 0.6.
    history = HISTORY.replace("u1,valve", "u1,")
    plan = supplied(tmp_path, "product,territory,max\npump,East,30\n", history=history)
    assert by_key(plan, "sales", "unit", "sales")["u1"] == pytest.approx(50)


def test_audit_sees_more_sold_than_supplied(tmp_path):
    from allocopt.audit import audit
    from allocopt.plan import Plan

    supply = "product,territory,max\npump,East,30\n"
    problem = problem_of(tmp_path / "p", **{**TABLES, "supply": supply})
    plan = supplied(tmp_path / "s", supply)
    assert audit(problem, plan) == ()
    more = plan["sales"].assign(sales=plan["sales"]["sales"] * 1.5)
    wrong = Plan(plan.summary, {**plan.tables, "sales": more})
    assert any(text.startswith("supply_limit: pump/East") for text in audit(problem, wrong))
    assert total(wrong, "sales", "sales") > total(plan, "sales", "sales")
