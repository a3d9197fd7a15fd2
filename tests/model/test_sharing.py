"""Sharing: a unit with share_max above one may have several reps, each with a part."""

from __future__ import annotations

import pytest
from support_plan import FULL_MARGIN, by_key, planned, quotas_of, total

from allocopt.errors import Infeasible
from allocopt.plan import Plan

HARD = "workload: {hard: true}\n"
REPS = "rep,hours\nAnn,6\nBob,4\n"


def unit(most: int) -> str:
    """One unit of 10 h and 100 a month that so many reps may share."""
    return f"unit,territory,segment,hours,demand,share_max\nu1,East,Key,10,100,{most}\n"


def parts(plan: Plan) -> dict[str, float]:
    """Share of each rep."""
    table = plan["assignments"]
    return dict(zip(table["rep"], table["share"], strict=True))


def test_unit_that_no_rep_can_carry_alone_is_shared_by_hours(tmp_path):
    plan = planned(tmp_path, HARD, segments=FULL_MARGIN, units=unit(2), reps=REPS)
    assert parts(plan) == pytest.approx({"Ann": 0.6, "Bob": 0.4})
    assert by_key(plan, "time", "rep", "hours") == pytest.approx({"Ann": 6, "Bob": 4})
    assert quotas_of(plan) == pytest.approx({"Ann": 60, "Bob": 40})


def test_unit_with_one_owner_is_not_shared(tmp_path):
    with pytest.raises(Infeasible):
        planned(tmp_path, HARD, segments=FULL_MARGIN, units=unit(1), reps=REPS)


def test_no_more_reps_than_share_max_have_a_part(tmp_path):
    reps = "rep,hours\nAnn,6\nBob,4\nCid,4\n"
    two = planned(tmp_path / "a", HARD, segments=FULL_MARGIN, units=unit(2), reps=reps)
    assert len(parts(two)) == 2
    small = "rep,hours\nAnn,4\nBob,4\nCid,4\n"
    with pytest.raises(Infeasible):
        planned(tmp_path / "b", HARD, segments=FULL_MARGIN, units=unit(2), reps=small)


def test_travel_is_each_reps_own(tmp_path):
    # Both drive 60 km at 60 km/h there and back once a month: 2 h each on top of the parts.
    units = "unit,territory,segment,hours,visits,demand,share_max\nu1,East,Key,10,1,100,2\n"
    pairs = "unit,rep,distance\nu1,Ann,60\nu1,Bob,60\n"
    reps = "rep,hours\nAnn,8\nBob,6\n"
    yaml = HARD + "coverage: {travel_speed: 60}\n"
    plan = planned(tmp_path, yaml, segments=FULL_MARGIN, units=units, reps=reps, pairs=pairs)
    assert by_key(plan, "time", "rep", "hours") == pytest.approx({"Ann": 8, "Bob": 6})


def test_part_that_is_kept_loses_nothing(tmp_path):
    # Ann keeps 0.6 of her unit; 0.4 is handed over and loses 0.15 · 0.4 · 100.
    units = "unit,territory,segment,hours,demand,share_max,rep\nu1,East,Key,10,100,2,Ann\n"
    plan = planned(tmp_path, HARD, segments=FULL_MARGIN, units=units, reps=REPS)
    assert plan.summary["objective_parts"]["handover_loss"] == pytest.approx(-6)


RESPONSE = "segment,margin,response_0,response_50,response_100,response_150,response_max\n"


def test_credit_of_a_shared_unit_with_a_response_follows_its_parts(tmp_path):
    # Sales of 100 at standard hours; quotas are asked for, so that parts decide the credit.
    segments = RESPONSE + "Key,1,0,0.6,1,1,1\n"
    yaml = HARD + "quota: {change_max: 5}\n"
    reps = "rep,hours,quota_before\nAnn,6,10\nBob,4,10\n"
    plan = planned(tmp_path, yaml, segments=segments, units=unit(2), reps=reps)
    assert total(plan, "sales", "sales") == pytest.approx(100)
    expected = by_key(plan, "quotas", "rep", "expected")
    share = parts(plan)
    assert expected["Ann"] == pytest.approx(100 * share["Ann"])
    assert expected["Bob"] == pytest.approx(100 * share["Bob"])
    assert share["Ann"] * 10 == pytest.approx(round(share["Ann"] * 10))
