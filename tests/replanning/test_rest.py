"""The scenario of the rest of a horizon: what is used up counts, what was promised stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from support_plan import scenario_of

from allocopt.forecasting import forecast_scenario
from allocopt.planning import plan_scenario, problem_of
from allocopt.replanning.course import Course
from allocopt.replanning.elapsed import Elapsed
from allocopt.replanning.rest import rest_scenario, with_quotas
from allocopt.rolling.steps import append_rows
from allocopt.scenario import change_scenario
from allocopt.tables import empty_table

# Ann leaves at the end of February and New, who is hired on the first of February, takes over.
YAML = """
coverage: {every_unit: true}
headcount: {max: 1, hire_dates: [2026-02-01]}
handover: {max_units: 9, loss: 0}
budget: {total_max: 60}
quota: {target: 1200}
"""
TABLES = {
    "units": """
        unit,territory,segment,hours,demand,rep
        u1,East,Key,10,100,Ann
        u2,West,Key,10,100,Bob
    """,
    "reps": """
        rep,hours,status,start,end,lead_time,ramp,territories
        Ann,20,leaving,2020-01-01,2026-02-28,,,East
        Bob,20,active,2020-01-01,,,,West
        New,20,open,,,1,0,East
    """,
    "segments": "segment,margin\nKey,1\n",
    "targets": """
        name,amount,start,end,scope,measure
        Half,700,2026-01-01,2026-06-30,territory=East,sales
        Start,50,2026-01-01,2026-01-31,territory=East,sales
    """,
    "levers": "lever,total_max,commit\nads,60,horizon\n",
    "responses": "lever,form,lift_max,lift_unit,half,spend_max\nads,linear,60,currency,5,10\n",
    "pairs": "unit,rep,value\nu1,New,12\n",
}


def course_of(folder: Path, *closed: str, yaml: str = YAML, **came: pd.DataFrame) -> Course:
    """The course of the plan of half a year, some of whose months are over."""
    scenario = scenario_of(folder, yaml, months=6, **TABLES)
    return Course(plan_scenario(scenario), scenario, closed, came)


def sold(*rows: tuple[str, str, float]) -> pd.DataFrame:
    """Rows of actuals: day, unit, sales."""
    frame = pd.DataFrame(rows, columns=["date", "unit", "sales"])
    return append_rows(empty_table("actuals"), frame.assign(date=pd.to_datetime(frame["date"])))


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """Two months are over: u1 sold 90 in each and u2 nothing."""
    course = course_of(tmp_path, "2026-01", "2026-02")
    rows = sold(("2026-01-15", "u1", 90.0), ("2026-02-15", "u1", 90.0))
    return replace(course, came={"actuals": rows})


def test_the_rest_starts_after_the_last_closed_day(course):
    rest = rest_scenario(course)
    assert rest.calendar.labels == ("2026-03", "2026-04", "2026-05", "2026-06")
    assert f"{rest.config.calendar.horizon_start}" == "2026-01-01"


def test_units_have_the_rep_of_the_last_day_and_leavers_are_gone(course):
    rest = rest_scenario(course)
    # Ann's last day is the last closed one; the value of the pair gives u1 to New from February on.
    assert rest.table("reps")["rep"].tolist() == ["Bob", "New"]
    assert rest.table("units")["rep"].tolist() == ["New", "Bob"]
    assert f"{rest.table('units')['since'].iloc[0]:%Y-%m-%d}" == "2026-02-01"


def test_a_filled_position_is_active_and_counts(course):
    rest = rest_scenario(course)
    new = rest.table("reps").set_index("rep").loc["New"]
    assert (new["status"], f"{new['start']:%Y-%m-%d}") == ("active", "2026-02-01")
    assert rest.config.headcount.max == 0
    assert rest.config.headcount.hire_dates == ()


def test_spend_that_nobody_told_of_is_taken_as_planned_and_lessens_the_budget(course):
    # ads: 10 in each of six months are planned.
    planned = course.plan["budget"].groupby("period")["spend"].sum()
    assert planned.tolist() == pytest.approx([10.0] * 6)
    rest = rest_scenario(course)
    assert rest.config.budget.total_max == pytest.approx(40)
    spend = rest.table("spend")
    assert spend.groupby("date")["spend"].sum().tolist() == pytest.approx([10, 10])
    assert set(spend["source"]) == {"as planned"}


def test_spend_that_was_told_counts_as_told(course):
    rows = pd.DataFrame({"date": pd.to_datetime(["2026-01-31"]), "lever": "ads", "spend": 25.0})
    told = replace(course, came={**course.came, "spend": append_rows(empty_table("spend"), rows)})
    # January is told, February is taken as planned.
    assert Elapsed(told).newly_spent["spend"].sum() == pytest.approx(35)
    # 25 would be left, but 40 are committed for the months to come.
    rest = rest_scenario(told)
    assert rest.config.budget.total_max == pytest.approx(40)
    assert rest.table("levers")["total_max"].tolist() == pytest.approx([40])


def test_a_lever_committed_for_the_horizon_goes_on_as_planned(course):
    levers = rest_scenario(course).table("levers").iloc[0]
    assert levers["total_min"] == levers["total_max"] == pytest.approx(40)


def test_what_came_is_taken_off_targets_and_past_ones_are_gone(course):
    targets = rest_scenario(course).table("targets")
    assert targets["name"].tolist() == ["Half"]
    assert targets["amount"].tolist() == [700 - 180]
    assert f"{targets['start'].iloc[0]:%Y-%m-%d}" == "2026-03-01"


def test_the_value_of_a_pair_is_that_of_the_months_left(course):
    assert rest_scenario(course).table("pairs")["value"].tolist() == pytest.approx([12 * 4 / 6])


def test_history_has_what_came_and_the_plan_where_nobody_has_reported(course):
    history = rest_scenario(course).table("history")
    east, west = (history[history["territory"] == name] for name in ("East", "West"))
    assert east["sales"].tolist() == [90, 90]
    planned = course.plan["sales"].query("unit == 'u2'")["sales"].tolist()[:2]
    assert west["sales"].tolist() == pytest.approx(planned)


def quotas_of(course: Course, rule: str) -> pd.DataFrame:
    """Remaining quotas of a plan under a rule; rep × period."""
    scenario = change_scenario(course.scenario, [])
    config = scenario.config.model_copy(
        update={"replan": scenario.config.replan.model_copy(update={"quotas": rule})}
    )
    ruled = replace(course, scenario=replace(scenario, config=config))
    rest = rest_scenario(ruled)
    forecast = forecast_scenario(rest)
    demand = problem_of(rest, forecast).demand
    plan = plan_scenario(with_quotas(rest, ruled, demand), forecast=forecast)
    rows = plan["quotas"][plan["quotas"]["level"] == "rep"]
    return rows.pivot(index="rep", columns="period", values="quota")


def before(course: Course) -> pd.DataFrame:
    rows = course.plan["quotas"]
    rows = rows[(rows["level"] == "rep") & rows["period"].isin(course.open)]
    return rows.pivot(index="rep", columns="period", values="quota")


def test_held_quotas_are_as_they_were(course):
    held, planned = quotas_of(course, "hold"), before(course)
    assert held.to_numpy().tolist() == [
        pytest.approx(row) for row in planned.loc[held.index].to_numpy().tolist()
    ]


def test_rebased_quotas_share_what_is_left_of_the_target(course):
    assert quotas_of(course, "rebase").to_numpy().sum() == pytest.approx(1200 - 180)


def test_relief_lowers_quotas_as_the_forecast_has_fallen_and_raises_none(course):
    units = course.scenario.table("units")
    fallen = units.assign(demand=[50.0, 150.0])
    scenario = replace(course.scenario, tables={**course.scenario.tables, "units": fallen})
    relieved = quotas_of(replace(course, scenario=scenario), "relief")
    planned = before(course)
    # u2 is Bob's and rises; u1 is New's and falls by half.
    assert relieved.loc["Bob"].tolist() == pytest.approx(planned.loc["Bob"].tolist())
    assert relieved.loc["New"].tolist() == pytest.approx((0.5 * planned.loc["New"]).tolist())
