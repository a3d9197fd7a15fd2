"""Absences: which share of a rep's time falls away."""

from __future__ import annotations

import pandas as pd
import pytest
from support_scenario import write_scenario

from allocopt.problem.absences import absence_of
from allocopt.scenario import load_scenario

REPS = "rep,hours\nAnn,100\nBob,100\n"


def away(folder, absences, yaml="", reps=REPS):
    calendar = f"calendar: {{plan_start: 2026-01-01, plan_periods: 2{yaml}}}\n"
    tables = {"reps": reps, "absences": absences}
    scenario = load_scenario(write_scenario(folder, calendar, **tables))
    table = scenario.table("reps").set_index("rep")
    there = pd.DataFrame(
        {
            "start": table["start"].fillna(scenario.calendar.plan_start),
            "end": table["end"].fillna(scenario.calendar.plan_end),
        }
    )
    return absence_of(scenario, there, scenario.calendar)


def test_share_of_working_days_is_missing(tmp_path):
    # January 2026 has 22 days from Monday to Friday; the 5th to the 9th are five of them.
    share = away(tmp_path, "rep,start,end\nAnn,2026-01-05,2026-01-09\n")
    assert share.loc["Ann"].tolist() == pytest.approx([5 / 22, 0])
    assert share.loc["Bob"].tolist() == [0, 0]


def test_weekends_are_no_working_days(tmp_path):
    share = away(tmp_path, "rep,start,end\nAnn,2026-01-10,2026-01-11\n")
    assert share.loc["Ann"].tolist() == [0, 0]


def test_part_of_the_hours_may_be_missing(tmp_path):
    # Half of February, and all that it has: 20 working days.
    share = away(tmp_path, "rep,start,end,share\nAnn,2026-02,2026-02,50%\n")
    assert share.loc["Ann"].tolist() == pytest.approx([0, 0.5])


def test_overlapping_absences_count_once(tmp_path):
    # On the 7th to the 9th the whole day counts, not a day and a half; the 5th and 6th are half.
    text = """
    rep,start,end,share
    Ann,2026-01-05,2026-01-09,0.5
    Ann,2026-01-07,2026-01-09,1
    """
    assert away(tmp_path, text).loc["Ann", "2026-01"] == pytest.approx((2 * 0.5 + 3) / 22)


def test_an_absence_over_several_periods_counts_in_each(tmp_path):
    # From Thursday 29 January to Tuesday 3 February: two days and two days.
    share = away(tmp_path, "rep,start,end\nAnn,2026-01-29,2026-02-03\n")
    assert share.loc["Ann"].tolist() == pytest.approx([2 / 22, 2 / 20])


def test_only_days_in_the_position_count(tmp_path):
    # Ann starts on the 26th, has the five days from then on, and is away on two of them.
    reps = "rep,hours,start\nAnn,100,2026-01-26\nBob,100,\n"
    share = away(tmp_path, "rep,start,end\nAnn,2026-01-20,2026-01-27\n", reps=reps)
    assert share.loc["Ann", "2026-01"] == pytest.approx(2 / 5)


def test_working_days_that_are_given_are_the_whole(tmp_path):
    # Holidays leave 20 of 22 working days, so five are a quarter; a month away is never more than all.
    absences = "rep,start,end\nAnn,2026-01-05,2026-01-09\nBob,2026-01,2026-02\n"
    share = away(tmp_path, absences, ", working_days: 20")
    assert share.loc["Ann", "2026-01"] == pytest.approx(5 / 20)
    assert share.loc["Bob"].tolist() == [1, 1]


def test_more_working_days_than_weekdays_change_nothing(tmp_path):
    share = away(tmp_path, "rep,start,end\nAnn,2026-01,2026-01\n", ", working_days: 26")
    assert share.loc["Ann", "2026-01"] == 1


def test_each_time_that_a_rep_may_be_there_has_its_own_share(tmp_path):
    # An open position that starts in the middle of the absence misses the rest of it: 5 of 10 days.
    calendar = "calendar: {plan_start: 2026-01-01, plan_periods: 1}\n"
    absences = "rep,start,end\nAnn,2026-01-01,2026-01-23\n"
    scenario = load_scenario(write_scenario(tmp_path, calendar, absences=absences))
    first = pd.to_datetime(["2026-01-01", "2026-01-19"])
    there = pd.DataFrame({"start": first, "end": pd.Timestamp("2026-01-31")}, ["Ann", "Ann"])
    share = absence_of(scenario, there, scenario.calendar)
    assert share["2026-01"].tolist() == pytest.approx([17 / 22, 5 / 10])
