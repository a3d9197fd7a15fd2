"""Results: the key figures of a review on courses that can be solved in the head."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from support_course import actuals, course_of, course_scenario, outlook_of, row_of
from support_tables import read

from allocopt.replanning.performance import performance_table, results_table, review_lines, trend

UNITS = "unit,territory,segment,hours,rep\nu1,East,Key,10,Ann\nu2,West,Key,10,Bob\n"
DEMAND = "territory,segment,period,mean,lower,upper\n" + "".join(
    f"{place},Key,2026-{month:02d},100,80,120\n"
    for month in range(1, 5)
    for place in ("East", "West")
)
SOLD = """
date,territory,segment,sales,rep
2026-01-10,East,Key,90,Ann
2026-01-20,West,Key,110,Bob
2026-02-03,East,Key,130,Ann
2026-02-28,West,Key,70,Bob
"""


def value(table: pd.DataFrame, kpi: str, scope: str = "company", **more: str) -> float:
    return row_of(table, kpi=kpi, scope=scope, **more)["value"]


def plan(table: pd.DataFrame, kpi: str, scope: str = "company", **more: str) -> float:
    return row_of(table, kpi=kpi, scope=scope, **more)["plan"]


def scenario_of(tmp_path, yaml: str = "", **tables: str):
    return course_scenario(
        tmp_path, yaml, periods=4, **{"units": UNITS, "demand": DEMAND, **tables}
    )


def test_errors_of_the_forecasts_that_were_in_force(tmp_path):
    table = results_table(course_of(scenario_of(tmp_path), 2, SOLD), None)
    # Cells were off by 10, 10, 30 and 30 of 400; the company by nothing at all.
    assert value(table, "forecast_wape:cell") == pytest.approx(80 / 400)
    assert value(table, "forecast_bias:cell") == pytest.approx(0)
    assert value(table, "forecast_coverage:cell") == 0.5
    assert plan(table, "forecast_coverage:cell") == 0.8
    assert value(table, "forecast_wape:company") == 0


def test_what_has_not_been_reported_is_no_forecast_error(tmp_path):
    sold = "\n".join(SOLD.strip().splitlines()[:-1])
    table = results_table(course_of(scenario_of(tmp_path), 2, sold), None)
    assert value(table, "forecast_wape:cell") == pytest.approx(50 / 330)
    # February of the company is unknown; January was right.
    assert value(table, "forecast_wape:company") == 0


def test_completion_and_landing_of_the_year(tmp_path):
    course = course_of(scenario_of(tmp_path), 2, SOLD)
    table = results_table(course, outlook_of(course))
    assert value(table, "plan_completion") == 1
    assert value(table, "plan_completion", "territory=East") == pytest.approx(220 / 200)
    assert value(table, "plan_completion", "rep=Bob") == pytest.approx(180 / 200)
    assert (value(table, "landing"), plan(table, "landing")) == (pytest.approx(800), 800)


def test_how_attainment_is_spread_over_reps(tmp_path):
    table = results_table(course_of(scenario_of(tmp_path), 2, SOLD), None)
    assert value(table, "share_at_quota") == 0.5
    assert value(table, "share_at_80") == 1
    assert value(table, "attainment_quartile:0.5") == pytest.approx(1.0)
    assert value(table, "attainment_band:0.8-1") == 1
    assert value(table, "attainment_band:1-1.2") == 1
    bands = table[table["kpi"].str.startswith("attainment_band")]
    assert bands["value"].sum() == value(table, "reps_with_quota")


def test_return_on_spend_is_read_from_the_curves_at_actual_spend(tmp_path):
    levers = "lever,total_max\nads,80\n"
    # 40 of lift at 20 a month and beyond: 2 for each unit of money up to there.
    responses = "lever,form,lift_max,lift_unit,half\nads,linear,40,currency,10\n"
    segments = "segment,margin\nKey,1\n"
    scenario = scenario_of(tmp_path, levers=levers, responses=responses, segments=segments)
    course = course_of(scenario, 2, SOLD)
    planned = results_table(course, None)
    assert pd.isna(value(planned, "return_on_spend", "lever=ads"))
    assert plan(planned, "return_on_spend", "lever=ads") == pytest.approx(2, abs=0.02)
    # 10 in each of two cells, at 1 for 2; 80 in February in the East brings no more than 40.
    spend = "date,lever,spend,territory\n2026-01-05,ads,20,\n2026-02-05,ads,80,East\n"
    came = {**course.came, "spend": read("spend", spend).frame}
    table = results_table(replace(course, came=came), None)
    assert value(table, "spend", "lever=ads") == 100
    assert value(table, "return_on_spend", "lever=ads") == pytest.approx(0.8, abs=0.01)


def test_customers_orders_and_revenue_where_they_are_given(tmp_path):
    sold = """
    date,territory,segment,sales,orders,customers,new_customers,lost_customers
    2026-01-10,East,Key,90,6,3,1,
    2026-01-20,West,Key,110,4,2,,2
    2026-02-20,West,Key,500,,,,
    """
    table = results_table(course_of(scenario_of(tmp_path), 2, sold), None)
    assert value(table, "orders_per_customer") == 2
    assert value(table, "revenue_per_order") == 20
    assert value(table, "new_customers") == 1
    assert value(table, "lost_customers") == 2
    assert "orders_per_customer" not in set(
        results_table(course_of(scenario_of(tmp_path), 2, SOLD), None)["kpi"]
    )


def test_gross_margin_by_cost_or_by_assumed_margins(tmp_path):
    course = course_of(scenario_of(tmp_path), 2, SOLD)
    table = results_table(course, None)
    assert value(table, "gross_margin_assumed") == pytest.approx(0.5)
    assert plan(table, "gross_margin_assumed") == pytest.approx(0.5)
    assert "gross_margin" not in set(table["kpi"])
    sold = "date,territory,segment,sales,cost\n2026-01-10,East,Key,200,150\n2026-01-11,West,Key,100,75\n"
    told = results_table(replace(course, came={"actuals": actuals(sold)}), None)
    assert value(told, "gross_margin") == pytest.approx(0.25)
    assert plan(told, "gross_margin") == pytest.approx(0.5)
    assert "gross_margin_assumed" not in set(told["kpi"])


def test_no_margin_is_made_up_where_none_is_given(tmp_path):
    sold = (
        "date,territory,segment,sales,cost\n2026-01-10,East,Key,200,150\n2026-01-11,West,Key,100,\n"
    )
    scenario = scenario_of(tmp_path, segments="segment\nKey\n")
    table = results_table(course_of(scenario, 1, sold), None)
    assert value(table, "gross_margin") == pytest.approx(0.25)
    assert pd.isna(plan(table, "gross_margin"))
    assert "gross_margin_assumed" not in set(table["kpi"])


def test_market_share_by_what_is_told_or_by_what_was_sold(tmp_path):
    market = """
    period,territory,size,our_share
    2026-01,,1000,
    2026-01,East,400,0.3
    2026-01,West,600,
    2026-02,West,700,0.1
    """
    course = course_of(scenario_of(tmp_path, market=market), 2, SOLD)
    table = results_table(course, None)
    # 200 of 1,000; the rows of the East and the West are in it and do not count again.
    assert value(table, "market_share", period="2026-01") == pytest.approx(0.2)
    assert value(table, "market_share", "territory=East", period="2026-01") == pytest.approx(0.3)
    assert value(table, "market_share", "territory=West", period="2026-01") == pytest.approx(
        110 / 600
    )
    assert plan(table, "market_share", "territory=West", period="2026-01") == pytest.approx(1 / 6)
    assert value(table, "market_share", "territory=West", period="2026-02") == pytest.approx(0.1)


def test_figures_that_people_told_stand_beside_their_targets(tmp_path):
    told = """
    date,kpi,scope,target,actual
    2026-01-31,satisfaction,company,0.9,0.8
    2026-02-10,satisfaction,company,0.9,0.7
    2026-02-28,satisfaction,company,0.9,0.95
    2026-03-31,satisfaction,company,0.9,0.2
    2026-02-28,visits,rep=Ann,40,38
    """
    course = course_of(scenario_of(tmp_path, kpi_values=told), 2, SOLD)
    table = results_table(course, None)
    assert value(table, "satisfaction", period="2026-01") == 0.8
    # The last of February; March is not over.
    assert value(table, "satisfaction", period="2026-02") == 0.95
    assert plan(table, "satisfaction", period="2026-02") == 0.9
    assert len(table[table["kpi"] == "satisfaction"]) == 2
    assert value(table, "visits", "rep=Ann") == 38


def test_run_rate_against_supply(tmp_path):
    products = "product\npump\n"
    supply = "product,territory,period,max\npump,,,90\npump,,2026-03,70\npump,West,,20\n"
    sold = """
    date,territory,segment,sales,product
    2026-01-10,East,Key,60,pump
    2026-01-10,West,Key,20,pump
    2026-02-10,East,Key,100,pump
    2026-02-11,West,Key,100,
    """
    history = "date,territory,segment,sales,product\n2025-12-01,East,Key,10,pump\n"
    scenario = scenario_of(tmp_path, products=products, supply=supply, history=history)
    table = results_table(course_of(scenario, 2, sold), None)
    whole = row_of(table, kpi="supply_run_rate", scope="product=pump")
    assert (whole["value"], whole["plan"]) == (90, 70)
    west = row_of(table, kpi="supply_run_rate", scope="product=pump/West")
    assert (west["value"], west["plan"]) == (10, 20)


def test_hours_given_beside_those_there_are(tmp_path):
    sold = (
        SOLD.replace("sales,rep", "sales,hours,rep")
        .replace(",Ann", ",50,Ann")
        .replace(",Bob", ",30,Bob")
    )
    table = results_table(course_of(scenario_of(tmp_path), 2, sold), None)
    ann = row_of(table, kpi="hours", scope="rep=Ann", period="2026-01")
    assert (ann["value"], ann["plan"]) == (50, 40)


def test_trend_tells_how_each_version_saw_the_year(tmp_path):
    course = course_of(scenario_of(tmp_path), 2, SOLD)
    first = course.plan
    made = outlook_of(course)
    tables = {
        **made.plan.tables,
        "performance": performance_table(course, made),
        "results": results_table(course, made),
    }
    review = {"closed": list(course.closed)}
    second = replace(made.plan, tables=tables, summary={**made.plan.summary, "review": review})
    table = trend([first, second])
    assert list(table["through"]) == ["", "2026-02"]
    assert list(table["plan"]) == [first.summary["id"], second.summary["id"]]
    assert table["landing"].tolist() == pytest.approx([800, 800])
    assert table["ytd_attainment"].iloc[1] == 1
    assert table["forecast_wape"].iloc[1] == 0


def test_the_first_page_in_both_languages(tmp_path):
    course = course_of(scenario_of(tmp_path), 2, SOLD)
    made = outlook_of(course)
    tables = performance_table(course, made), results_table(course, made)
    alerts = pd.DataFrame(
        {
            "alert": ["unreported", "drift"],
            "probability": [float("nan"), 0.97],
            "text": ["West is silent.", "East is slow."],
            "text_zh": ["West 未上报。", "East 偏慢。"],
            "suggestion": ["Ask Bob.", "Ask Ann."],
            "suggestion_zh": ["询问 Bob。", "询问 Ann。"],
            "command": ["allocopt replan PLAN", ""],
        }
    )
    english = review_lines(*tables, alerts, "en")
    assert english[0] == (
        "2026-02    actual 200 of 200 (100.0%), on prior year ?, on previous period +0.0%"
    )
    year = english[3]
    assert year.startswith("Year       50.0% of its plan in 49.2% of its time; lands at 800 (7")
    assert year.endswith("against 800")
    assert "To go      400, 200 in each period to come" in english
    assert "Reps behind: Bob 90.0%" in english
    assert "Reps ahead: Ann 110.0%" in english
    assert english[-5:] == [
        *("  ! West is silent.", "    → Ask Bob.", "      allocopt replan PLAN"),
        *("  ! East is slow. (97% sure)", "    → Ask Ann."),
    ]
    chinese = review_lines(*tables, alerts, "zh-CN")
    assert len(chinese) == len(english)
    assert chinese[3].startswith("全年       完成率 50.0%，时间进度 49.2%；预计完成 800 (7")
    assert chinese[-2:] == ["  ! East 偏慢。（把握 97%）", "    → 询问 Ann。"]
    assert len(english) < 25


def test_the_first_page_before_anything_has_come(tmp_path):
    course = course_of(scenario_of(tmp_path), 0, SOLD)
    empty = performance_table(course, None), results_table(course, None), pd.DataFrame()
    assert review_lines(*empty, "en") == ["No period is over yet."]


def test_one_alert_of_each_kind_comes_before_a_second_one(tmp_path):
    course = course_of(scenario_of(tmp_path), 2, SOLD)
    tables = performance_table(course, None), results_table(course, None)
    names = [f"p{k}" for k in range(8)] + ["drifts"]
    texts = dict.fromkeys(("text", "text_zh", "suggestion", "suggestion_zh"), names)
    kinds = ["plan_share"] * 8 + ["drift"]
    alerts = pd.DataFrame({"alert": kinds, "probability": [float("nan")] * 9, **texts})
    lines = review_lines(*tables, alerts, "en")
    assert [line for line in lines if line.startswith("  !")] == [
        *("  ! p0", "  ! drifts", "  ! p1", "  ! p2", "  ! p3", "  ! p4")
    ]
    assert lines[-1] == "  and 3 more"
