"""Numbers of the problem at the edges: old dates, families, negative measures, spend without an end."""

from __future__ import annotations

import pandas as pd
import pytest
from support_plan import planned, problem_of, reps_of, total

from allocopt.calendar import Calendar
from allocopt.errors import DataError

UNITS = """
unit,territory,segment,hours,demand
u1,East,Key,10,100
u2,East,Key,10,100
"""
REPS = "rep,hours\nAnn,10\nBob,40\n"
LEVER = "lever,form,lift_max,lift_unit,half\nads,linear,10,currency,20\n"


@pytest.mark.parametrize(
    ("period", "first", "second", "apart"),
    [
        ("week", "2019-12-30", "2026-01-07", 314),
        ("month", "2019-12-31", "2026-01-01", 73),
        ("quarter", "2019-12-31", "2026-01-01", 25),
        ("year", "2019-12-31", "2026-01-01", 7),
    ],
)
def test_periods_are_counted_over_years(period, first, second, apart):
    calendar = Calendar(period, pd.Timestamp("2026-01-01"), 1)
    assert calendar.distance(pd.Timestamp(first), pd.Timestamp(second)) == apart
    assert calendar.distance(pd.Timestamp(second), pd.Timestamp(first)) == -apart


def test_ramp_counts_from_each_reps_own_start(tmp_path):
    # Old is done with the ramp, Now is in its first of three months, Soon starts a month later.
    reps = "rep,hours,start,ramp\nOld,30,2001-05-01,2\nNow,30,2026-01-01,2\nSoon,30,2026-02-01,2\n"
    hours = problem_of(tmp_path, months=3, units=UNITS, reps=reps).selling_time
    assert hours.to_numpy().ravel() == pytest.approx([30, 30, 30, 10, 20, 30, 0, 10, 20])


def test_family_has_the_candidates_that_are_nearest_on_average(tmp_path):
    # Each unit lives beside another rep; alone they would have no candidate in common.
    units = """
    unit,territory,segment,hours,demand,family,latitude,longitude
    u1,East,Key,10,100,shops,30,100
    u2,East,Key,10,100,shops,40,100
    """
    reps = "rep,hours,latitude,longitude\nAnn,40,30,100\nBob,40,41,100\n"
    plan = planned(tmp_path, "coverage: {candidates: 1}\n", units=units, reps=reps)
    assert set(reps_of(plan).values()) == {"Ann"}


def test_unit_without_a_place_keeps_candidates_who_may_cover_it(tmp_path):
    units = """
    unit,territory,segment,hours,demand,latitude,longitude
    u1,East,Key,10,100,,
    u2,West,Key,10,100,30,100
    """
    reps = """
    rep,hours,territories,latitude,longitude
    Ann,40,West,30,100
    Bob,40,East,30,101
    """
    pairs = problem_of(tmp_path, "coverage: {candidates: 1}\n", units=units, reps=reps).pairs
    assert list(pairs.index) == [("u1", "Bob"), ("u2", "Ann")]


def test_band_of_a_negative_measure_has_its_lower_end_below_its_upper(tmp_path):
    units = "unit,territory,segment,hours,demand,debt\nu1,East,Key,10,9,-1\nu2,East,Key,10,9,-1\n"
    yaml = "balance: [{measure: debt, tolerance: 0.1, hard: true}]\n"
    reps = "rep,hours\nAnn,40\nBob,40\n"
    assert len(set(reps_of(planned(tmp_path, yaml, units=units, reps=reps)).values())) == 2


def test_hours_of_pairs_price_overload_where_units_have_none(tmp_path):
    units = "unit,territory,segment,demand\nu1,East,Key,100\nu2,East,Key,100\n"
    pairs = "unit,rep,hours\nu1,Ann,10\nu2,Ann,30\n"
    yaml = "pairs: {complete: true}\n"
    problem = problem_of(
        tmp_path, yaml, units=units, reps=REPS, pairs=pairs, segments="segment,margin\nKey,1\n"
    )
    # 200 in 40 hours is 5 an hour; twice that is the price.
    assert problem.workload.overtime_cost == pytest.approx(10)


def test_spend_that_is_asked_for_may_pass_the_end_of_a_curve(tmp_path):
    # The curve is flat beyond 40, and nothing limits spend.
    levers = "lever,total_min\nads,500\n"
    plan = planned(tmp_path, units=UNITS, reps=REPS, levers=levers, responses=LEVER)
    assert total(plan, "budget", "spend") == pytest.approx(500)


def test_committed_spend_may_pass_the_end_of_a_curve(tmp_path):
    spend = "date,lever,spend,kind\n2026-01-10,ads,90,committed\n"
    plan = planned(
        tmp_path, units=UNITS, reps=REPS, levers="lever\nads\n", responses=LEVER, spend=spend
    )
    assert total(plan, "budget", "spend") == pytest.approx(90)


def test_bound_that_names_no_amount_binds_nothing(tmp_path):
    yaml = "budget: {by: [{scope: territory=East}]}\n"
    tables = {"levers": "lever\nads\n", "responses": LEVER}
    assert problem_of(tmp_path, yaml, units=UNITS, reps=REPS, **tables).budget == ()


def test_scenario_whose_reps_are_all_gone_is_a_problem_of_data(tmp_path):
    with pytest.raises(DataError, match="no rep works"):
        problem_of(
            tmp_path,
            "coverage: {every_unit: false}\n",
            units=UNITS,
            reps="rep,hours,end\nAnn,10,2020-01-01\n",
        )
