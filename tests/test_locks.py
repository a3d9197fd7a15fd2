"""Locks: which units keep, or get, which rep, and for what reason."""

from __future__ import annotations

import pandas as pd
import pytest
from support_plan import scenario_of

from allocopt.locks import locks

UNITS = """
unit,territory,segment,hours,demand,rep,lock,lock_until,renewal
u1,East,Key,10,100,Ann,strategic,,
u2,East,Key,10,100,Ann,at risk,2025-12-31,2026-02-10
u3,West,Key,10,100,Bob,,,2026-03-01
u4,West,Key,10,100,,,,2026-01-15
"""
SOON = "coverage: {lock_before_renewal: 2}\n"


def locked(folder, yaml="", overrides="", **tables):
    scenario = scenario_of(folder, yaml, 6, units=UNITS, overrides=overrides, **tables)
    found = locks(scenario)
    return {unit: (row["rep"], row["reason"]) for unit, row in found.iterrows()}


def test_a_lock_has_an_owner_and_has_not_ended(tmp_path):
    assert locked(tmp_path) == {"u1": ("Ann", "strategic")}


def test_a_renewal_within_two_periods_locks_to_todays_rep(tmp_path):
    # u2 renews in the second month, u3 in the third, and u4 has nobody to stay with.
    assert locked(tmp_path, SOON) == {"u1": ("Ann", "strategic"), "u2": ("Ann", "renewal soon")}


def test_a_renewal_locks_until_its_day(tmp_path):
    found = locks(scenario_of(tmp_path, SOON, 6, units=UNITS))
    assert found["until"]["u2"] == pd.Timestamp("2026-02-10")
    assert pd.isna(found["until"]["u1"])


@pytest.mark.parametrize("gone", ["leaving,2026-12-31", ",2026-02-01"])
def test_a_renewal_does_not_lock_to_a_rep_who_leaves(tmp_path, gone):
    reps = f"rep,hours,status,end\nAnn,40,{gone}\nBob,40,,\n"
    units = UNITS.replace("strategic", "")
    scenario = scenario_of(tmp_path, SOON, 6, units=units, reps=reps)
    assert "u2" not in locks(scenario).index


def test_a_decision_beats_the_table_and_names_its_rep(tmp_path):
    overrides = """
    kind,unit,value,reason,by,expires
    lock,u1,Bob,promised,Mia,
    lock,u4,Ann,,,
    lock,u3,Ann,old,,2025-12-31
    """
    assert locked(tmp_path, overrides=overrides) == {
        "u1": ("Bob", "promised"),
        "u4": ("Ann", "decided"),
    }


def test_the_last_of_two_decisions_holds(tmp_path):
    overrides = "kind,unit,value\nlock,u3,Bob\nlock,u3,Ann\n"
    assert locked(tmp_path, overrides=overrides)["u3"] == ("Ann", "decided")
