"""Coverage: one rep per unit, locks, families and apart groups."""

from __future__ import annotations

import pytest
from support_plan import planned, reps_of

from allocopt.errors import Infeasible

# Ann sells twice as much per unit as Bob, and each has time for both units.
UNITS = """
unit,territory,segment,hours,demand
u1,East,Key,10,100
u2,East,Key,10,100
"""
REPS = """
rep,hours,productivity
Ann,40,2
Bob,40,1
"""
PLAIN = {"units": UNITS, "reps": REPS}


def test_the_better_rep_gets_every_unit(tmp_path):
    plan = planned(tmp_path, **PLAIN)
    assert reps_of(plan) == {"u1": "Ann", "u2": "Ann"}
    # 2 units x 100 x productivity 2 x margin 0.5
    assert plan.summary["objective"] == pytest.approx(200)


def test_locked_unit_stays_with_its_rep(tmp_path):
    units = """
    unit,territory,segment,hours,demand,rep,lock
    u1,East,Key,10,100,Bob,renewal
    u2,East,Key,10,100,,
    """
    plan = planned(tmp_path, units=units, reps=REPS)
    assert reps_of(plan) == {"u1": "Bob", "u2": "Ann"}
    assert plan.summary["objective"] == pytest.approx(150)
    assert plan["assignments"]["reason"].tolist() == ["locked: renewal", "was vacant"]


def test_lock_ends_on_its_date(tmp_path):
    units = """
    unit,territory,segment,hours,demand,rep,lock,lock_until
    u1,East,Key,10,100,Bob,renewal,2025-12-31
    u2,East,Key,10,100,,,
    """
    plan = planned(tmp_path, "handover: {loss: 0}\n", units=units, reps=REPS)
    assert reps_of(plan) == {"u1": "Ann", "u2": "Ann"}


def test_family_has_one_rep(tmp_path):
    # Ann has time for one unit only; a family of two must go to Bob.
    units = """
    unit,territory,segment,hours,demand,family
    u1,East,Key,10,100,shops
    u2,East,Key,10,100,shops
    """
    reps = REPS.replace("Ann,40", "Ann,10")
    hard = "workload: {hard: true}\n"
    without = planned(tmp_path / "a", hard, units=UNITS, reps=reps)
    together = planned(tmp_path / "b", hard, units=units, reps=reps)
    assert without.summary["objective"] == pytest.approx(150)
    assert together.summary["objective"] == pytest.approx(100)
    assert set(reps_of(together).values()) == {"Bob"}


def test_apart_units_go_to_different_reps(tmp_path):
    units = """
    unit,territory,segment,hours,demand,apart
    u1,East,Key,10,100,rivals
    u2,East,Key,10,120,rivals
    """
    plan = planned(tmp_path, units=units, reps=REPS)
    # The larger of the two goes to the better rep: (120 x 2 + 100) x 0.5.
    assert reps_of(plan) == {"u1": "Bob", "u2": "Ann"}
    assert plan.summary["objective"] == pytest.approx(170)


def test_unit_may_be_left_open_when_not_every_unit_must_be_covered(tmp_path):
    # Each rep has 10 h and each unit needs 10 h: one of three units is too many, the smallest.
    units = UNITS + "u3,East,Key,10,50\n"
    reps = "rep,hours\nAnn,10\nBob,10\n"
    yaml = "coverage: {every_unit: false}\nworkload: {hard: true}\n"
    plan = planned(tmp_path / "a", yaml, units=units, reps=reps)
    assert reps_of(plan)["u3"] == ""
    assert plan.summary["objective"] == pytest.approx(100)
    with pytest.raises(Infeasible, match="too short for 3 units in East"):
        planned(tmp_path / "b", "workload: {hard: true}\n", units=units, reps=reps)


def test_territories_of_a_rep_decide_who_may_cover(tmp_path):
    reps = """
    rep,hours,productivity,territories
    Ann,40,2,West
    Bob,40,1,East
    """
    units = "unit,territory,segment,hours,demand\nu1,East,Key,10,100\nu2,West,Key,10,100\n"
    plan = planned(tmp_path, units=units, reps=reps)
    assert reps_of(plan) == {"u1": "Bob", "u2": "Ann"}


def test_a_node_of_the_tree_covers_all_below_it(tmp_path):
    territories = "territory,parent\nEast,Country\nWest,Country\nCountry,\n"
    reps = """
    rep,hours,productivity,territories
    Ann,40,2,Country
    Bob,40,1,East
    """
    units = "unit,territory,segment,hours,demand\nu1,East,Key,10,100\nu2,West,Key,10,100\n"
    plan = planned(tmp_path, units=units, reps=reps, territories=territories)
    assert reps_of(plan) == {"u1": "Ann", "u2": "Ann"}


def test_candidates_keep_the_nearest_and_the_owner(tmp_path):
    # Far would sell most, but only the nearest rep and today's owner are candidates.
    units = """
    unit,territory,segment,hours,demand,latitude,longitude,rep
    u1,East,Key,10,100,50.0,10.0,Owner
    """
    reps = """
    rep,hours,productivity,latitude,longitude
    Near,40,1,50.1,10.0
    Far,40,3,55.0,10.0
    Owner,40,2,53.0,10.0
    """
    free = planned(tmp_path / "a", "handover: {loss: 0}\n", units=units, reps=reps)
    pruned = planned(
        tmp_path / "b", "handover: {loss: 0}\ncoverage: {candidates: 1}\n", units=units, reps=reps
    )
    assert reps_of(free) == {"u1": "Far"}
    assert reps_of(pruned) == {"u1": "Owner"}


def test_pairs_can_forbid_and_value(tmp_path):
    pairs = """
    unit,rep,allowed,value
    u1,Ann,no,
    u2,Bob,,500
    """
    plan = planned(tmp_path, pairs=pairs, **PLAIN)
    assert reps_of(plan) == {"u1": "Bob", "u2": "Bob"}
    # 2 x 100 x 0.5 of margin and 500 of value, which is no contribution.
    assert plan.summary["objective"] == pytest.approx(600)
    assert plan.summary["contribution"] == pytest.approx(100)
