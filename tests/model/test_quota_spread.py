"""Quotas that miss their share all miss it alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_plan import planned, problem_from, scenario_of

from allocopt.audit import audit
from allocopt.model.quota import spread
from allocopt.planning import plan_scenario


def test_every_quota_is_the_same_multiple_of_its_share():
    # 300 on shares of 100, 50 and 50 is half as much again for each.
    found = spread(np.array([100.0, 50, 50]), np.zeros(3), np.full(3, 1000.0), 300)
    assert found is not None
    np.testing.assert_allclose(found, [150, 75, 75])


def test_a_bound_stops_one_and_the_others_bear_the_rest():
    # The first may not pass 120, so 180 are left for shares of 50 and 50.
    found = spread(np.array([100.0, 50, 50]), np.zeros(3), np.array([120.0, 1000, 1000]), 300)
    assert found is not None
    np.testing.assert_allclose(found, [120, 90, 90])


def test_nothing_to_be_proportional_to_is_said():
    assert spread(np.zeros(2), np.zeros(2), np.full(2, 10.0), 5) is None


@settings(deadline=None, max_examples=50, derandomize=True)
@given(st.lists(st.floats(0.1, 100), min_size=2, max_size=6), st.floats(0.1, 3))
def test_no_other_split_of_the_same_sum_is_nearer_to_the_shares(shares, factor):
    share = np.array(shares)
    upper = share * np.linspace(0.5, 2.5, len(share))
    total = float(min(factor * share.sum(), upper.sum()))
    found = spread(share, share * 0, upper, total)
    assert found is not None
    # Forced below by their ceilings, and all the rest on one side: the least sum of distances there is.
    forced = np.minimum(share, upper)
    least = (share - forced).sum() + abs(total - forced.sum())
    np.testing.assert_allclose(np.abs(found - share).sum(), least, rtol=1e-6, atol=1e-6)


def test_given_target_asks_nothing_of_a_rep_who_is_away(tmp_path):
    # Ann leaves after January and Bob has no unit: January must carry the whole target.
    units = "unit,territory,segment,hours,demand\nu1,East,Key,1,100\n"
    reps = "rep,hours,territories,end\nAnn,10,East,2026-01-31\nBob,10,West,\n"
    plan = planned(tmp_path, "quota: {target: 200}\n", months=2, units=units, reps=reps)
    quotas = plan["quotas"]
    mine = quotas[(quotas["level"] == "rep") & (quotas["rep"] == "Ann")]
    assert mine["quota"].tolist() == pytest.approx([200, 0])
    assert mine["expected"].tolist() == [100, 0]


def test_nobody_has_a_quota_after_the_last_day(tmp_path):
    # Ann carries 150 of 900, and Bob, who has no unit, is there in January only: it must carry the rest.
    units = "unit,territory,segment,hours,demand,rep\nu1,East,Key,20,100,Ann\n"
    reps = "rep,hours,end,quota_min,quota_max\nAnn,40,,50,50\nBob,40,2026-01-31,,\n"
    yaml = "quota: {target: 900, fairness: 0.1, shortfall_price: 5}\n"
    scenario = scenario_of(tmp_path, yaml, months=3, units=units, reps=reps)
    problem, plan = problem_from(scenario), plan_scenario(scenario)
    quotas = plan["quotas"]
    bob = (quotas["level"] == "rep") & (quotas["rep"] == "Bob")
    assert quotas.loc[bob, "quota"].tolist() == pytest.approx([750, 0, 0])
    late = bob & (quotas["period"] == "2026-03")
    moved = quotas.assign(quota=quotas["quota"].mask(bob, 0.0).mask(late, 750.0))
    found = audit(problem, replace(plan, tables={**plan.tables, "quotas": moved}))
    assert any(text.startswith("quota_ceiling: Bob in 2026-03") for text in found)
