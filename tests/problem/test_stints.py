"""Stints: what units bring and take with each rep in each window, and which windows follow each other."""

from __future__ import annotations

import pytest
from support_plan import problem_of

# Ann leaves at the end of January, so that u1, which Ann may have, has two windows.
TABLES = {
    "units": """
        unit,territory,segment,hours,demand,potential,rep,lock,lock_until
        u1,East,Key,10,100,130,Ann,strategic,2026-01-31
        u2,West,Key,20,50,,Bob,,
    """,
    "reps": """
        rep,hours,status,end,territories,productivity
        Ann,40,leaving,2026-01-31,East,1.5
        Bob,40,,,,1
    """,
    "segments": "segment,margin\nKey,1\n",
}


@pytest.fixture
def problem(tmp_path):
    return problem_of(tmp_path, months=2, **TABLES)


def test_a_window_is_followed_by_the_next_of_its_unit(problem):
    windows = problem.windows
    assert windows.first.to_dict() == {"u1": "2026-01-01", "u2": "2026-01-01"}
    assert windows.following.dropna().to_dict() == {("u1", "2026-01-01"): "2026-02-01"}


def test_sales_of_a_stint_are_those_of_its_days_up_to_the_ceiling(problem):
    sales = problem.by_stint.sales
    # 100 · 1.5 is more than the 130 that u1 can buy, and Ann is there in January alone.
    assert sales.loc[("u1", "Ann", "2026-01-01")].tolist() == [130, 0]
    assert sales.loc[("u1", "Bob", "2026-02-01")].tolist() == [0, 100]
    assert sales.loc[("u2", "Bob", "2026-01-01")].tolist() == [50, 50]


def test_hours_of_a_stint_are_those_of_its_days(problem):
    hours = problem.by_stint.hours
    assert hours.loc[("u1", "Ann", "2026-01-01")].tolist() == [10, 0]
    assert problem.by_stint.least_hours.to_dict() == {"u1": 20, "u2": 40}


def test_a_unit_is_locked_in_the_windows_of_its_lock(problem):
    assert problem.locked_stints == (("u1", "Ann", "2026-01-01"),)
