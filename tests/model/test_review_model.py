"""Legal points that a bound must not cut off, and values of which equally good ones are the plainest."""

from __future__ import annotations

import pytest
from support_plan import planned, problem_of, reps_of

from allocopt.model.quota import most_quota

UNITS = """
unit,territory,segment,hours,demand
u1,East,Key,10,100
u2,East,Key,10,100
"""
RESPONSE = """
segment,margin,response_0,response_50,response_100,response_150,response_max
Key,1,0,0.6,1,1.1,1.2
"""


def test_quota_may_be_as_large_as_the_lift_of_the_best_period(tmp_path):
    # Only the middle month sells, and spend can lift it a hundredfold.
    problem = problem_of(
        tmp_path,
        months=3,
        units="unit,territory,segment,hours\nu1,East,Key,10\n",
        reps="rep,hours\nAnn,40\n",
        demand="period,unit,mean\n2026-01,u1,0\n2026-02,u1,100\n2026-03,u1,0\n",
        levers="lever\nads\n",
        responses="lever,form,lift_max,lift_unit,half\nads,linear,100,share,1\n",
    )
    assert most_quota(problem) >= 100 + 100 * 100


def test_rep_who_sells_nothing_is_left_without_time(tmp_path):
    reps = "rep,hours,productivity\nNil,40,0\nBob,40,1\n"
    plan = planned(tmp_path, units=UNITS, reps=reps, segments=RESPONSE)
    assert set(reps_of(plan).values()) == {"Bob"}
    assert plan.summary["status"] == "optimal"


def test_unit_that_needs_no_hours_of_a_rep_is_audited(tmp_path):
    plan = planned(
        tmp_path,
        units=UNITS,
        reps="rep,hours\nAnn,40\n",
        segments=RESPONSE,
        pairs="unit,rep,hours\nu1,Ann,0\n",
    )
    # Time brings nothing for u1, and 2.5 times the hours of u2 bring 120.
    assert plan.summary["objective"] == pytest.approx(120)


def test_what_misses_a_free_band_is_no_more_than_lies_outside(tmp_path):
    yaml = "balance: [{measure: demand, tolerance: 0.1, price: 0}]\n"
    plan = planned(tmp_path, yaml, units=UNITS, reps="rep,hours,productivity\nAnn,40,2\nBob,40,1\n")
    missed = plan["shortfalls"].set_index("item")["amount"].to_dict()
    # Fair is 100 each; Ann carries all 200, Bob nothing.
    assert missed == pytest.approx({"demand/Ann": 90, "demand/Bob": 90})


def test_what_misses_a_free_target_is_no_more_than_is_missing(tmp_path):
    yaml = "quota: {target: 500, change_max: 0.1, shortfall_price: 0, fairness: 0}\n"
    reps = "rep,hours,quota_before\nAnn,40,50\nBob,40,50\n"
    plan = planned(tmp_path, yaml, units=UNITS, reps=reps)
    quotas = plan["quotas"]
    given = quotas.loc[quotas["level"] == "rep", "quota"].sum()
    assert plan["shortfalls"]["amount"].sum() == pytest.approx(500 - given)
