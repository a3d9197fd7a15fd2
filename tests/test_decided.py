"""Overrides that people decided: which of them hold in the plan, and when."""

from __future__ import annotations

import numpy as np
import pandas as pd
from support_plan import scenario_of

from allocopt.decided import amounts_in, by_period, decided

OVERRIDES = """
kind,rep,unit,period,value,reason,by,expires
quota,Ann,,,120,big deal,Mia,
quota,Bob,,2026-02,90,,,
quota,Bob,,2026-03,95,,,2026-02-28
quota,Bob,,2025-12,10,,,
hours,Ann,,,20,,,2026-02-14
lock,,u1,,Bob,at risk,Mia,2025-12-31
"""


def held(folder, kind):
    scenario = scenario_of(folder, months=3, overrides=OVERRIDES)
    return decided(scenario, kind), scenario.calendar


def test_only_what_holds_in_the_plan_is_decided(tmp_path):
    # March of Bob's ended in February, and December lies before the plan.
    rows, _ = held(tmp_path, "quota")
    assert rows[["rep", "period", "value", "reason", "by"]].to_numpy().tolist() == [
        ["Ann", "", "120", "big deal", "Mia"],
        ["Bob", "2026-02", "90", "", ""],
    ]


def test_an_override_that_has_expired_holds_no_more(tmp_path):
    rows, _ = held(tmp_path, "lock")
    assert rows.empty


def test_without_a_period_it_holds_in_all_that_start_before_it_ends(tmp_path):
    # The last day lies in February, which begins before it.
    rows, calendar = held(tmp_path, "hours")
    assert by_period(rows, calendar)["period"].tolist() == ["2026-01", "2026-02"]


def test_what_is_said_of_one_period_comes_after_what_is_said_of_all(tmp_path):
    text = "kind,rep,period,value\nhours,Ann,2026-02,5\nhours,Ann,,20\n"
    scenario = scenario_of(tmp_path, months=2, overrides=text)
    spread = by_period(decided(scenario, "hours"), scenario.calendar)
    last = spread.drop_duplicates(["rep", "period"], keep="last").set_index("period")["value"]
    assert last.to_dict() == {"2026-01": "20", "2026-02": "5"}


def test_amounts_are_read_as_cells_of_tables_are():
    values = amounts_in(pd.Series(["1,200", "3.2万", "many", "", "1,200"]))
    assert np.array_equal(values, [1200, 32000, np.nan, np.nan, 1200], equal_nan=True)
