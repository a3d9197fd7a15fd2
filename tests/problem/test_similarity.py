"""Similarity: how much of a rep's ways with customers the successor has."""

from __future__ import annotations

import pandas as pd
import pytest
from support_plan import scenario_of

from allocopt.problem.similarity import alike, alike_reps, newcomers

UNITS = """
unit,territory,segment,hours,demand,rep,industry
u1,North,Key,10,100,Ann,steel
u2,North,Key,10,100,Ann,paper
u3,South,Key,10,100,Bob,steel
u4,South,Key,10,100,Bob,
u5,South,Key,10,100,,steel
"""
TREE = "territory,parent\nNorth,East\nSouth,East\nEast,\nWest,\n"
# Ann leaves. Cem comes into an open position, and Dora came half a year ago.
REPS = """
rep,hours,role,territory,segments,status,start,person
Ann,40,key,North,Key;Small,leaving,,
Bob,40,key,South,Key,,2020-01-01,Robert
Cem,40,key,North,Key;Small,open,,
Dora,40,field,North,,,2025-07-01,
Eve,40,,West,,,2019-01-01,
"""
SEGMENTS = "segment,margin\nKey,1\nSmall,1\n"


def case(folder, **tables):
    given = {"units": UNITS, "reps": REPS, "segments": SEGMENTS, "territories": TREE}
    scenario = scenario_of(folder, **{**given, **tables})
    units = scenario.table("units").set_index("unit")
    reps = scenario.table("reps").set_index("rep")
    reps = reps.assign(status=reps["status"].fillna("active"))
    return scenario, units.assign(owner=units["rep"].fillna("")), reps


def test_reps_are_alike_in_four_traits(tmp_path):
    # Ann has steel and paper, Bob steel and (no industry) Key: half of it is the same. Same role: 1.
    # North-East and South-East share one of three nodes; Key of Key and Small is a half.
    matrix = alike_reps(*case(tmp_path))
    assert matrix.loc["Ann", "Bob"] == pytest.approx((1 / 2 + 1 + 1 / 3 + 1 / 2) / 4)


def test_what_is_not_known_is_not_alike(tmp_path):
    assert alike_reps(*case(tmp_path)).loc["Ann", "Eve"] == 0


def test_a_newcomer_is_like_nobody(tmp_path):
    scenario, units, reps = case(tmp_path)
    assert newcomers(reps, scenario.calendar).to_dict() == {
        "Ann": False,
        "Bob": False,
        "Cem": True,
        "Dora": True,
        "Eve": False,
    }
    assert alike_reps(scenario, units, reps).loc["Ann", ["Cem", "Dora"]].tolist() == [0, 0]


def test_alikeness_of_a_pair_is_that_to_todays_owner(tmp_path):
    scenario, units, reps = case(tmp_path)
    pairs = pd.MultiIndex.from_tuples([("u1", "Bob"), ("u5", "Bob")], names=["unit", "rep"])
    # Nobody has u5 today, so nobody is like the rep before.
    assert alike(scenario, units, reps, pairs).tolist() == pytest.approx([7 / 12, 0])


def test_who_sold_to_the_account_is_no_stranger(tmp_path):
    # Robert, now in position Bob, sold to u1 last year; Eve did so too long ago.
    history = """
    date,sales,unit,rep,person
    2025-03-01,10,u1,Gone,Robert
    2023-03-01,10,u1,Eve,
    2025-03-01,10,u2,Dora,
    """
    scenario, units, reps = case(tmp_path, history=history)
    names = [("u1", "Bob"), ("u1", "Eve"), ("u2", "Dora"), ("u2", "Bob")]
    pairs = pd.MultiIndex.from_tuples(names, names=["unit", "rep"])
    assert alike(scenario, units, reps, pairs).tolist() == pytest.approx([1, 0, 1, 7 / 12])


def test_a_rep_who_is_not_in_the_table_is_like_nobody(tmp_path):
    scenario, units, reps = case(tmp_path)
    units = units.assign(owner="Zoe")
    pairs = pd.MultiIndex.from_tuples([("u1", "Bob")], names=["unit", "rep"])
    assert alike(scenario, units, reps, pairs).tolist() == [0]


def test_where_nobody_owns_a_unit_nobody_has_experience(tmp_path):
    units = "unit,territory,segment,hours,demand,rep\nu1,North,Key,10,100,\n"
    matrix = alike_reps(*case(tmp_path, units=units))
    # Role, way and segments are left of the four traits.
    assert matrix.loc["Ann", "Bob"] == pytest.approx((1 + 1 / 3 + 1 / 2) / 4)
