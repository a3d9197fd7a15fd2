"""Performance: every column on courses that can be solved in the head.

Ann has u1 and u2 in the East, Bob u3 in the West, 100 a month each, for the whole year: 3,600.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support_course import course_of, course_scenario, outlook_of, row_of

from allocopt.replanning.performance import performance_table

# January as planned, February short in the East; the West sold twice its plan in February.
SOLD = """
date,territory,segment,sales,rep
2026-01-10,East,Key,200,Ann
2026-01-20,West,Key,100,Bob
2026-02-03,East,Key,100,Ann
2026-02-28,West,Key,200,Bob
"""
HISTORY = """
date,territory,segment,sales,rep
2024-12-01,East,Key,50,Ann
2024-12-01,West,Key,50,Bob
2025-01-15,East,Key,100,Ann
2025-01-15,West,Key,50,Bob
2025-02-15,East,Key,80,Ann
2025-02-15,West,Key,100,Bob
2025-11-15,East,Key,80,Ann
2025-12-15,East,Key,160,Ann
2025-12-15,West,Key,80,Bob
"""
TREE = "territory,parent\nEast,All\nWest,All\n"


def company(table: pd.DataFrame, period: str) -> dict:
    return row_of(table, scope="company", period=period)


def test_month_quarter_and_year_to_date_of_the_company(tmp_path):
    course = course_of(course_scenario(tmp_path, history=HISTORY), 2, SOLD)
    table = performance_table(course, None)
    assert list(table.loc[table["scope"] == "company", "period"]) == [
        *("2026-01", "2026-02"),
        *("2026Q1", "2026"),
    ]
    month, quarter, year = (company(table, period) for period in ("2026-02", "2026Q1", "2026"))
    assert (month["plan"], month["actual"], month["prior_year"]) == (300, 300, 180)
    assert (month["ytd_plan"], month["ytd_actual"], month["previous"]) == (600, 600, 300)
    # 300 over the 180 of February 2025, and as much as January.
    assert month["growth_year"] == pytest.approx(300 / 180 - 1)
    assert month["growth_previous"] == 0
    # The quarter so far: 600 where January and February 2025 had 330, October and November 80.
    assert (quarter["plan"], quarter["actual"], quarter["prior_year"]) == (600, 600, 330)
    assert quarter["grain"] == "quarter"
    assert year["attainment"] == pytest.approx(600 / 3600)
    assert year["time_elapsed"] == pytest.approx(59 / 365)
    assert year["ytd_growth_year"] == pytest.approx(600 / 330 - 1)
    assert year["to_go"] == 3000
    assert year["required_run_rate"] == 300


def test_the_quarter_before_is_compared_as_far_as_this_one_is_over(tmp_path):
    full = HISTORY + "2025-10-15,East,Key,20,Ann\n"
    table = performance_table(course_of(course_scenario(tmp_path, history=full), 2, SOLD), None)
    # October and November, without the 240 of December.
    assert company(table, "2026Q1")["previous"] == 100


def test_territories_are_nodes_of_the_tree_and_sum_what_lies_in_them(tmp_path):
    table = performance_table(course_of(course_scenario(tmp_path, territories=TREE), 2, SOLD), None)
    whole = row_of(table, scope="territory", item="All", period="2026-02")
    east = row_of(table, scope="territory", item="East", period="2026-02")
    assert (whole["plan"], whole["actual"]) == (300, 300)
    assert (east["plan"], east["actual"], east["ytd_actual"]) == (200, 100, 300)
    assert east["period_attainment"] == 0.5
    assert east["ytd_attainment"] == 0.75


def test_reps_are_measured_by_their_quotas_and_managers_by_those_of_their_teams(tmp_path):
    reps = "rep,hours,manager\nAnn,40,Mia\nBob,40,Mia\n"
    yaml = "quota: {over_assignment: 0.1}\n"
    table = performance_table(course_of(course_scenario(tmp_path, yaml, reps=reps), 2, SOLD), None)
    ann = row_of(table, scope="rep", item="Ann", period="2026-01")
    mia = row_of(table, scope="manager", item="Mia", period="2026-01")
    assert ann["plan"] == pytest.approx(220)
    assert ann["period_attainment"] == pytest.approx(200 / 220)
    assert (mia["plan"], mia["actual"]) == (pytest.approx(330), 300)
    assert company(table, "2026-01")["plan"] == pytest.approx(300)
    assert company(table, "2026-01")["quota"] == pytest.approx(330)


def test_sales_that_name_no_rep_count_for_whom_the_plan_assigned(tmp_path):
    sold = """
    date,unit,territory,segment,sales
    2026-01-10,u1,,,70
    2026-01-10,,East,Key,60
    2026-01-10,,West,Key,90
    """
    table = performance_table(course_of(course_scenario(tmp_path), 1, sold), None)
    assert row_of(table, scope="rep", item="Ann", period="2026-01")["actual"] == 130
    assert row_of(table, scope="rep", item="Bob", period="2026-01")["actual"] == 90


def test_what_has_not_been_reported_is_unknown_and_not_zero(tmp_path):
    sold = "date,territory,segment,sales\n2026-01-10,East,Key,200\n2026-01-10,West,Key,100\n"
    sold += "2026-02-10,East,Key,220\n"
    course = course_of(course_scenario(tmp_path, territories=TREE, history=HISTORY), 2, sold)
    table = performance_table(course, None)
    west = row_of(table, scope="territory", item="West", period="2026-02")
    assert pd.isna(west["actual"])
    assert west["unreported"] == 100
    # January is known: its 100 of 100, and the 100 that are missing count as planned in the landing.
    assert west["ytd_actual"] == 100
    assert west["ytd_attainment"] == 1
    assert west["landing"] == 1200
    assert pd.isna(row_of(table, scope="rep", item="Bob", period="2026-02")["actual"])
    whole = company(table, "2026-02")
    assert (whole["actual"], whole["unreported"]) == (220, 100)
    assert whole["period_attainment"] == pytest.approx(1.1)
    assert pd.isna(whole["growth_year"])
    assert pd.isna(whole["growth_previous"])
    assert whole["landing"] == 300 + 220 + 100 + 3000


def test_a_territory_that_reports_other_segments_sold_nothing_in_this_one(tmp_path):
    units = (
        "unit,territory,segment,hours,demand,rep\nu1,East,Key,10,100,Ann\nu2,East,Small,10,50,Ann\n"
    )
    segments = "segment,margin\nKey,1\nSmall,1\n"
    scenario = course_scenario(tmp_path, units=units, segments=segments)
    sold = "date,territory,segment,sales\n2026-01-10,East,Key,90\n"
    table = performance_table(course_of(scenario, 1, sold), None)
    assert row_of(table, scope="segment", item="Small", period="2026-01")["actual"] == 0


def test_landing_adds_the_outlook_and_its_interval(tmp_path):
    demand = "territory,segment,period,mean,lower,upper\n" + "".join(
        f"{place},Key,2026-{month:02d},{mean},{mean - 20},{mean + 20}\n"
        for place, mean in (("East", 200), ("West", 100))
        for month in range(1, 5)
    )
    units = "unit,territory,segment,hours,rep\nu1,East,Key,10,Ann\nu3,West,Key,10,Bob\n"
    scenario = course_scenario(tmp_path, units=units, demand=demand, periods=4)
    course = course_of(scenario, 2, SOLD)
    table = performance_table(course, outlook_of(course))
    year = company(table, "2026")
    assert year["landing"] == pytest.approx(1200)
    # Given demand is low together: 20 below in each of two places and two months in one case of ten.
    assert year["landing_lower"] == pytest.approx(1200 - 80, abs=2)
    assert year["landing_upper"] == pytest.approx(1200 + 80, abs=2)
    ann = row_of(table, scope="rep", item="Ann", period="2026")
    assert ann["landing"] == pytest.approx(700)
    assert ann["landing_lower"] == pytest.approx(700 - 40, abs=1)
    assert pd.isna(company(table, "2026-01")["landing"])


def test_without_samples_the_interval_is_unknown(tmp_path):
    course = course_of(course_scenario(tmp_path, periods=4), 2, SOLD)
    year = company(performance_table(course, outlook_of(course)), "2026")
    assert year["landing"] == 1200
    assert pd.isna(year["landing_lower"])


def test_a_horizon_of_five_months_is_a_year_of_five_months(tmp_path):
    course = course_of(course_scenario(tmp_path, periods=5), 2, SOLD)
    year = company(performance_table(course, None), "2026")
    assert year["year_plan"] == 1500
    assert year["time_elapsed"] == pytest.approx(59 / 151)
    assert year["required_run_rate"] == 300


def test_a_fiscal_year_starts_again_in_april(tmp_path):
    yaml = "calendar: {plan_start: 2026-02-01, plan_periods: 14, fiscal_start_month: 4}\n"
    rows = "".join(
        f"2026-{month:02d}-10,{place},Key,{sales}\n"
        for month in range(2, 6)
        for place, sales in (("East", 200), ("West", 80))
    )
    course = course_of(course_scenario(tmp_path, yaml), 4, "date,territory,segment,sales\n" + rows)
    table = performance_table(course, None)
    # February and March end the year that began before the horizon; April starts a new one.
    assert company(table, "2026-03")["ytd_plan"] == 600
    assert company(table, "2026-04")["ytd_plan"] == 300
    assert company(table, "2026-05")["year_plan"] == 3600
    assert company(table, "2026-05")["time_elapsed"] == pytest.approx(61 / 365)
    before, after = company(table, "2025-04-Y"), company(table, "2026-04-Y")
    assert (before["actual"], before["landing"], before["to_go"]) == (560, 560, 40)
    assert pd.isna(before["required_run_rate"])
    assert after["landing"] == 560 + 3000


def test_time_elapsed_goes_by_working_days_where_they_are_given(tmp_path):
    yaml = "calendar: {plan_start: 2026-01-01, plan_periods: 12, working_days: 21}\n"
    course = course_of(course_scenario(tmp_path, yaml), 3, SOLD)
    assert company(performance_table(course, None), "2026")["time_elapsed"] == 0.25


def test_weeks_make_up_months_by_their_thursdays(tmp_path):
    scenario = course_scenario(tmp_path, start="2025-12-29", periods=53, period="week")
    labels = scenario.calendar.labels[:6]
    rows = "".join(
        f"{start:%Y-%m-%d},{place},Key,{sales}\n"
        for start in scenario.calendar.starts[:6]
        for place, sales in (("East", 200), ("West", 100))
    )
    course = course_of(scenario, 6, "date,territory,segment,sales\n" + rows)
    table = performance_table(course, None)
    january, february = company(table, "2026-01"), company(table, "2026-02")
    # 29 December to 1 February: five weeks; of February one is over.
    assert labels[4] == "2026-W05"
    assert (january["grain"], january["plan"], january["actual"]) == ("month", 1500, 1500)
    assert (february["plan"], february["actual"], february["ytd_actual"]) == (300, 300, 1800)
    # The first week of January is what one week of February is compared with.
    assert february["previous"] == 300
    assert company(table, "2026Q1")["actual"] == 1800


def test_no_plan_and_a_negative_month_have_no_attainment(tmp_path):
    units = "unit,territory,segment,hours,demand,rep\nu1,East,Key,10,0,Ann\nu2,West,Key,10,50,Bob\n"
    sold = "date,territory,segment,sales\n2026-01-10,East,Key,10\n2026-01-10,West,Key,-20\n"
    table = performance_table(course_of(course_scenario(tmp_path, units=units), 1, sold), None)
    east = row_of(table, scope="territory", item="East", period="2026-01")
    west = row_of(table, scope="territory", item="West", period="2026-01")
    assert (east["plan"], east["actual"]) == (0, 10)
    assert pd.isna(east["attainment"])
    assert west["period_attainment"] == pytest.approx(-0.4)
    assert west["to_go"] == 620


def test_a_rep_who_joined_midway_has_no_prior_year_before(tmp_path):
    history = "date,territory,segment,sales,rep\n2025-01-15,East,Key,100,Ann\n"
    history += "2025-02-15,East,Key,90,Ann\n2025-02-20,West,Key,40,Bob\n"
    course = course_of(course_scenario(tmp_path, history=history), 2, SOLD)
    table = performance_table(course, None)
    assert pd.isna(row_of(table, scope="rep", item="Bob", period="2026-01")["prior_year"])
    assert row_of(table, scope="rep", item="Bob", period="2026-02")["prior_year"] == 40
    assert pd.isna(row_of(table, scope="rep", item="Bob", period="2026")["ytd_prior_year"])


def test_history_belongs_to_the_person(tmp_path):
    history = "date,territory,segment,sales,rep,person\n2025-01-15,East,Key,70,Old,Wang\n"
    reps = "rep,hours,person\nAnn,40,Wang\nBob,40,\n"
    course = course_of(course_scenario(tmp_path, history=history, reps=reps), 1, SOLD)
    table = performance_table(course, None)
    assert row_of(table, scope="rep", item="Ann", period="2026-01")["prior_year"] == 70


def test_products_have_a_plan_where_quotas_are_cut_by_them(tmp_path):
    history = HISTORY.replace("sales,rep", "sales,product,rep")
    history = "\n".join(
        line.replace(",Ann", ",pump,Ann").replace(",Bob", ",valve,Bob")
        for line in history.splitlines()
    )
    sold = "date,territory,segment,sales,product\n2026-01-05,East,Key,150,pump\n"
    sold += "2026-01-05,West,Key,100,valve\n2026-01-06,West,Key,30,seal\n"
    yaml = "quota: {cuts: [product]}\n"
    table = performance_table(
        course_of(course_scenario(tmp_path, yaml, history=history), 1, sold), None
    )
    pump = row_of(table, scope="product", item="pump", period="2026-01")
    seal = row_of(table, scope="product", item="seal", period="2026-01")
    assert pump["plan"] > 0
    assert (pump["actual"], seal["actual"]) == (150, 30)
    assert pd.isna(seal["plan"])


def test_a_target_stands_beside_the_span_it_is_for(tmp_path):
    targets = """
    name,amount,start,end,scope,kind
    year,4000,2026-01-01,2026-12-31,company,goal
    least,3000,2026-01-01,2026-12-31,company,floor
    first,500,2026-01-01,2026-03-31,territory=East,goal
    """
    yaml = "quota: {target: 4000}\n"
    table = performance_table(
        course_of(course_scenario(tmp_path, yaml, targets=targets), 1, SOLD), None
    )
    assert company(table, "2026")["target"] == 4000
    assert row_of(table, scope="territory", item="East", period="2026Q1")["target"] == 500
    assert pd.isna(company(table, "2026Q1")["target"])


def test_scopes_add_up_to_the_company(tmp_path):
    course = course_of(course_scenario(tmp_path, history=HISTORY), 2, SOLD)
    table = performance_table(course, outlook_of(course))
    whole = company(table, "2026")
    for scope in ("territory", "segment", "rep"):
        rows = table[(table["scope"] == scope) & (table["period"] == "2026")]
        for column in ("plan", "actual", "year_plan", "landing", "to_go", "prior_year"):
            assert rows[column].sum() == pytest.approx(whole[column])


def test_nothing_is_told_before_the_first_period_is_over(tmp_path):
    course = course_of(course_scenario(tmp_path), 0, SOLD)
    assert performance_table(course, None).empty


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """A course over one year and a half whose fiscal year starts in July; nothing has come yet."""
    yaml = "calendar: {plan_start: 2026-01-01, plan_periods: 18, fiscal_start_month: 7}\n"
    folder = tmp_path_factory.mktemp("grown")
    return course_of(course_scenario(folder, yaml, territories=TREE), 0, SOLD)


amounts_of_months = st.lists(
    st.tuples(st.integers(-50, 500), st.integers(0, 500)), min_size=1, max_size=18
)


@given(months=amounts_of_months)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_is_summed_twice(grown, months):
    starts = grown.calendar.starts[: len(months)]
    rows = pd.concat([grown.table("actuals").iloc[:2]] * len(months), ignore_index=True)
    rows = rows.assign(
        date=np.repeat(starts, 2),
        sales=np.array(months, dtype=float).ravel(),
        territory=["East", "West"] * len(months),
    )
    labels = grown.calendar.labels[: len(months)]
    table = performance_table(replace(grown, closed=labels, came={"actuals": rows}), None)
    whole = table[table["scope"] == "company"].set_index(["grain", "period"])
    for column in ("plan", "actual"):
        sums = whole[column].groupby(level="grain").sum()
        assert sums["quarter"] == pytest.approx(sums["month"])
        assert sums["year"] == pytest.approx(sums["month"])
    for scope, items in (("territory", ["East", "West"]), ("rep", ["Ann", "Bob"])):
        rows = table[(table["scope"] == scope) & table["item"].isin(items)]
        parts = rows.groupby(["grain", "period"])[["plan", "actual", "ytd_actual", "to_go"]].sum()
        for column in parts:
            assert parts[column].to_dict() == pytest.approx(whole[column].to_dict())
