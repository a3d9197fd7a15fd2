"""Seasonality: factors on the hours that units need."""

from __future__ import annotations

from support_plan import scenario_of
from support_scenario import write_scenario

from allocopt.problem.hours import hours_of
from allocopt.problem.seasonality import need_of
from allocopt.scenario import load_scenario

UNITS = """
unit,territory,segment,hours,demand,rep
u1,East,Key,10,100,Ann
u2,East,Small,20,100,Ann
u3,East,Key,0,100,Ann
"""

SEGMENTS = "segment,margin\nKey,1\nSmall,1\n"


def need(folder, workload, overrides=""):
    tables = {"units": UNITS, "segments": SEGMENTS, "workload": workload, "overrides": overrides}
    scenario = scenario_of(folder, months=3, **tables)
    return need_of(scenario, scenario.table("units").set_index("unit"), scenario.calendar)


def test_without_a_row_hours_are_the_standard(tmp_path):
    found = need(tmp_path, "segment,period,factor\nSmall,2026-02,1.5\n")
    assert found.loc["u1"].tolist() == [1, 1, 1]
    assert found.loc["u2"].tolist() == [1, 1.5, 1]


def test_a_unit_beats_its_segment_and_a_period_beats_all(tmp_path):
    rows = """
    unit,segment,period,factor
    ,Key,,0.8
    ,Key,2026-02,1.2
    u1,,2026-03,2
    """
    found = need(tmp_path, rows)
    assert found.loc["u1"].tolist() == [0.8, 1.2, 2]
    assert found.loc["u3"].tolist() == [0.8, 1.2, 0.8]


def test_a_unit_for_all_periods_beats_its_segment_in_one(tmp_path):
    found = need(tmp_path, "unit,segment,period,factor\n,Key,2026-02,1.2\nu1,,,3\n")
    assert found.loc["u1"].tolist() == [3, 3, 3]


def grained(folder, period, workload):
    yaml = f"""
    calendar: {{period: {period}, input_period: month, plan_start: 2026-01-01, plan_periods: 5}}
    """
    tables = {"units": UNITS, "segments": SEGMENTS, "workload": workload}
    scenario = load_scenario(write_scenario(folder, yaml, **tables))
    return need_of(scenario, scenario.table("units").set_index("unit"), scenario.calendar)


def test_months_within_a_quarter_count_with_their_mean(tmp_path):
    rows = "segment,period,factor\nKey,2026-01,1\nKey,2026-02,2\nKey,2026-03,3\n"
    assert grained(tmp_path, "quarter", rows).loc["u1"].tolist() == [2, 1, 1, 1, 1]


def test_a_month_holds_in_each_week_that_begins_in_it(tmp_path):
    # The plan starts on Monday 29 December; the week from 26 January on ends in February.
    rows = "segment,period,factor\nKey,2026-01,2\nKey,2026-02,3\n"
    assert grained(tmp_path, "week", rows).loc["u1"].tolist() == [1, 2, 2, 2, 2]


def test_decided_hours_of_a_unit_beat_its_season(tmp_path):
    # 25 h in place of 10 are 2½ times the standard. A unit that needs no hours has none to scale.
    overrides = "kind,unit,period,value\nhours,u1,2026-02,25\nhours,u3,2026-02,25\n"
    found = need(tmp_path, "segment,factor\nKey,0.5\n", overrides)
    assert found.loc["u1"].tolist() == [0.5, 2.5, 0.5]
    assert found.loc["u3"].tolist() == [0.5, 0.5, 0.5]


def test_decided_hours_of_a_rep_replace_the_usual_ones(tmp_path):
    overrides = "kind,rep,unit,period,value\nhours,Ann,,2026-02,12\nhours,,u1,,5\n"
    scenario = scenario_of(tmp_path, months=3, overrides=overrides)
    reps = scenario.table("reps").set_index("rep")
    found = hours_of(scenario, reps, scenario.calendar)
    assert found.loc["Ann"].tolist() == [40, 12, 40]
    assert found.loc["Bob"].tolist() == [40, 40, 40]
