"""Sharing: a unit with share_max above one may have several reps, each with a part."""

from __future__ import annotations

import pytest
from support_plan import FULL_MARGIN, by_key, planned, quotas_of, total

from allocopt.errors import Infeasible
from allocopt.plan import Plan

HARD = "workload: {hard: true}\n"
REPS = "rep,hours\nAnn,6\nBob,4\n"
# Ann has it today, and another rep may have a part of it.
ANNS_UNIT = "unit,territory,segment,hours,demand,share_max,rep\nu1,East,Key,10,100,2,Ann\n"


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
    plan = planned(tmp_path, HARD, segments=FULL_MARGIN, units=ANNS_UNIT, reps=REPS)
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


def test_both_reps_of_a_unit_that_is_divided_are_touched(tmp_path):
    # Ann keeps a half of her unit and gives Bob the other: two reps, though each by a half only.
    tables = {"segments": FULL_MARGIN, "units": ANNS_UNIT, "reps": "rep,hours\nAnn,5\nBob,5\n"}
    plan = planned(tmp_path / "two", HARD + "handover: {max_reps: 2}\n", **tables)
    assert parts(plan) == pytest.approx({"Ann": 0.5, "Bob": 0.5})
    with pytest.raises(Infeasible):
        planned(tmp_path / "one", HARD + "handover: {max_reps: 1}\n", **tables)


def test_part_that_a_rep_had_before_is_not_taken_up_again(tmp_path):
    # January: Ann 0.4, Bob 0.6; he is alike by a half, so 0.5 · (0.6 − 0.3) · 200 is lost. In February
    # Ann's 0.4 goes to Cid, who is not alike: 0.5 · 0.4 · 100. Bob's 0.6 is no successor's.
    reps = "rep,hours,end\nAnn,4,2026-01-31\nBob,6,\nCid,4,\n"
    pairs = "unit,rep,fit\nu1,Ann,0\nu1,Bob,1\nu1,Cid,0\n"
    yaml = HARD + "handover: {loss: 0.5, similarity: 0.5}\n"
    tables = {"segments": FULL_MARGIN, "units": ANNS_UNIT, "reps": reps, "pairs": pairs}
    plan = planned(tmp_path, yaml, months=2, **tables)
    assert plan.summary["objective"] == pytest.approx(200 - 30 - 20)


def test_likeness_saves_no_more_than_was_given_up(tmp_path):
    # Ann has time for a half, which is all that she can give up when Bob takes the whole in February: he is
    # alike, so that nothing more is lost than her other half at the start, 0.5 · 0.5 · 200.
    reps = "rep,hours,start,end\nAnn,5,,2026-01-31\nBob,10,2026-02-01,\n"
    pairs = "unit,rep,fit\nu1,Ann,0\nu1,Bob,1\n"
    yaml = HARD + "coverage: {every_unit: false}\nhandover: {loss: 0.5, similarity: 1}\n"
    tables = {"segments": FULL_MARGIN, "units": ANNS_UNIT, "reps": reps, "pairs": pairs}
    plan = planned(tmp_path, yaml, months=2, **tables)
    assert total(plan, "sales", "sales") == pytest.approx(150)
    assert plan.summary["objective_parts"]["handover_loss"] == pytest.approx(-50)
