"""Interchangeable reps: those whom nothing but their names tells apart."""

from __future__ import annotations

import pytest
from support_plan import FULL_MARGIN, planned, problem_of

REPS = "rep,hours,name\nAnn,40,Ann A.\nBob,40,Bob B.\nCem,40,Cem C.\n"
UNITS = "unit,territory,segment,hours,demand\nu1,East,Key,10,100\nu2,East,Key,10,90\n"
TABLES = {"units": UNITS, "reps": REPS, "segments": FULL_MARGIN}


def groups(folder, yaml="", **rest):
    return problem_of(folder, yaml, **{**TABLES, **rest}).interchangeable


def test_reps_who_differ_in_name_only_are_alike(tmp_path):
    assert groups(tmp_path) == (("Ann", "Bob", "Cem"),)


@pytest.mark.parametrize(
    "change",
    [
        {"reps": REPS.replace("Ann,40", "Ann,41")},
        {"units": UNITS.replace("demand", "demand,rep").replace(",100", ",100,Ann")},
        {"pairs": "unit,rep,value\nu1,Ann,5\n"},
        {"pairs": "unit,rep,allowed\nu1,Ann,no\n"},
        {"targets": "name,amount,start,end,scope\naim,5,2026-01-01,2026-01-31,rep=Ann\n"},
        {"yaml": "headcount: {by: [{scope: rep=Ann, max: 1}]}\n"},
    ],
    ids=["hours", "owner", "value", "forbidden", "target", "headcount"],
)
def test_a_rep_with_anything_of_her_own_is_like_nobody(tmp_path, change):
    assert groups(tmp_path, **change) == (("Bob", "Cem"),)


def test_the_same_for_two_is_still_the_same(tmp_path):
    pairs = "unit,rep,value\nu1,Ann,5\nu2,Bob,7\nu1,Bob,5\nu2,Ann,7\n"
    assert groups(tmp_path, pairs=pairs) == (("Ann", "Bob"),)


def test_names_in_order_lose_no_plan(tmp_path):
    # u2 comes to 90 in any hands, u1 to 100, and no rep may have both: two of three reps, in order.
    plan = planned(
        tmp_path,
        "balance: [{measure: demand, tolerance: 1, hard: true}]\n",
        **TABLES | {"reps": REPS.replace("40", "10"), "units": UNITS},
    )
    assert plan.summary["objective"] == pytest.approx(190)
    rows = plan["assignments"].set_index("unit")["rep"]
    assert rows["u1"] == "Ann"
    assert rows["u2"] in ("Ann", "Bob")


def test_reps_who_are_alike_may_share_the_first_unit(tmp_path):
    # Nobody can do the 10 h alone; both have the largest unit.
    plan = planned(
        tmp_path,
        "workload: {hard: true}\n",
        segments=FULL_MARGIN,
        units="unit,territory,segment,hours,demand,share_max\nu1,East,Key,10,100,2\n",
        reps="rep,hours\nAnn,5\nBob,5\n",
    )
    assert plan.summary["objective"] == pytest.approx(100)
