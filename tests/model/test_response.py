"""Response: sales that follow selling time along the five points of a segment."""

from __future__ import annotations

import pytest
from support_plan import by_key, planned, reps_of, total

HARD = "workload: {hard: true}\n"
COLUMNS = "segment,margin,response_0,response_50,response_100,response_150,response_max\n"
# Each further half of the standard hours brings less: 70, 30, 10 and for the last whole 10 points.
CONCAVE = COLUMNS + "Key,1,0,0.7,1,1.1,1.2\n"
# Half of the hours bring a tenth; the second half brings nine tenths.
THRESHOLD = COLUMNS + "Key,1,0,0.1,1,1.1,1.2\n"
UNITS = "unit,territory,segment,hours,demand\nu1,East,Key,10,100\nu2,East,Key,10,60\n"
ONE_UNIT = "unit,territory,segment,hours,demand\nu1,East,Key,10,100\n"


def test_time_goes_where_the_next_hour_brings_most(tmp_path):
    # Pieces of 5 h bring 70, 30, 10 with u1 and 42, 18, 6 with u2; 15 h buy the best three: 70 + 42 + 30.
    plan = planned(tmp_path, HARD, units=UNITS, reps="rep,hours\nAnn,15\n", segments=CONCAVE)
    assert plan.summary["objective"] == pytest.approx(142)
    assert by_key(plan, "time", "unit", "hours") == pytest.approx({"u1": 10, "u2": 5})
    assert by_key(plan, "sales", "unit", "sales") == pytest.approx({"u1": 100, "u2": 42})


def test_without_response_units_are_all_or_nothing(tmp_path):
    yaml = HARD + "coverage: {every_unit: false}\n"
    plan = planned(
        tmp_path, yaml, units=UNITS, reps="rep,hours\nAnn,15\n", segments="segment,margin\nKey,1\n"
    )
    assert plan.summary["objective"] == pytest.approx(100)
    assert reps_of(plan) == {"u1": "Ann", "u2": ""}


def test_with_a_threshold_some_units_rightly_get_nothing(tmp_path):
    # 10 h in one unit sell 100; shared evenly they would sell 10 + 10. A climb by the next hour's worth
    # would end there; the ordering of pieces finds the other side.
    units = UNITS.replace(",60", ",100")
    plan = planned(tmp_path, HARD, units=units, reps="rep,hours\nAnn,10\n", segments=THRESHOLD)
    assert plan.summary["objective"] == pytest.approx(100)
    assert sorted(by_key(plan, "time", "unit", "hours").values()) == pytest.approx([0, 10])
    assert plan.summary["bound"] == pytest.approx(100)


def test_threshold_is_climbed_from_its_foot(tmp_path):
    # 7.5 h are three quarters of the hours: 0.1 + half of 0.9 of 100, not 0.9 · 75 % of it.
    plan = planned(tmp_path, HARD, units=ONE_UNIT, reps="rep,hours\nAnn,7.5\n", segments=THRESHOLD)
    assert total(plan, "sales", "sales") == pytest.approx(55)


def test_uncovered_unit_sells_its_response_to_no_time(tmp_path):
    yaml = "coverage: {every_unit: false}\n"
    segments = CONCAVE.replace("Key,1,0,", "Key,1,0.3,")
    reps = "rep,hours,territories\nAnn,40,West\n"
    units = ONE_UNIT + "u2,West,Key,10,100\n"
    plan = planned(tmp_path, yaml, units=units, reps=reps, segments=segments)
    assert reps_of(plan) == {"u1": "", "u2": "Ann"}
    assert by_key(plan, "sales", "unit", "sales") == pytest.approx({"u1": 30, "u2": 120})
    # Sales that nobody covers are credited to nobody.
    assert plan["quotas"].query("rep == 'Ann'")["expected"].tolist() == pytest.approx([120])


def test_productive_rep_needs_less_time_for_the_same_sales(tmp_path):
    # 5 h of a rep who works twice as well are the standard 10 h.
    plain = planned(
        tmp_path / "a", HARD, units=ONE_UNIT, reps="rep,hours\nAnn,5\n", segments=CONCAVE
    )
    fast = planned(
        tmp_path / "b",
        HARD,
        units=ONE_UNIT,
        reps="rep,hours,productivity\nAnn,5,2\n",
        segments=CONCAVE,
    )
    assert total(plain, "sales", "sales") == pytest.approx(70)
    assert total(fast, "sales", "sales") == pytest.approx(100)
    assert total(fast, "time", "hours") == pytest.approx(5)


def test_time_ends_at_two_and_a_half_times_the_hours(tmp_path):
    plan = planned(tmp_path, HARD, units=ONE_UNIT, reps="rep,hours\nAnn,100\n", segments=CONCAVE)
    assert total(plan, "sales", "sales") == pytest.approx(120)
    assert total(plan, "time", "hours") == pytest.approx(25)


def test_hours_of_a_pair_replace_those_of_the_unit(tmp_path):
    # With Ann the unit takes 20 h, so her 10 h are half of the standard.
    plan = planned(
        tmp_path,
        HARD,
        units=ONE_UNIT,
        reps="rep,hours\nAnn,10\n",
        segments=CONCAVE,
        pairs="unit,rep,hours\nu1,Ann,20\n",
    )
    assert total(plan, "sales", "sales") == pytest.approx(70)


def test_time_is_worth_its_overtime_only_while_it_brings_more(tmp_path):
    # Beyond 5 h an hour brings 6, then 2, then 1; overtime costs 4.
    plan = planned(
        tmp_path,
        "workload: {hard: true, overtime_max: 2, overtime_cost: 4}\n",
        units=ONE_UNIT,
        reps="rep,hours\nAnn,5\n",
        segments=CONCAVE,
    )
    assert total(plan, "time", "hours") == pytest.approx(10)
    assert plan.summary["objective"] == pytest.approx(80)


def test_potential_ends_what_time_can_sell(tmp_path):
    units = "unit,territory,segment,hours,demand,potential\nu1,East,Key,10,100,110\n"
    plan = planned(tmp_path, HARD, units=units, reps="rep,hours\nAnn,40\n", segments=CONCAVE)
    assert total(plan, "sales", "sales") == pytest.approx(110)
