"""The scenario three_years comes out as its README says."""

from __future__ import annotations

from pathlib import Path

import pytest
from support_cases import REPOSITORY
from support_command import allocopt

from allocopt.plan import load_plan

FOLDER = REPOSITORY / "scenarios" / "three_years"
YEAR_2027 = (
    "calendar.period=month",
    "calendar.input_period=quarter",
    "calendar.plan_start=2027-01-01",
    "calendar.plan_periods=12",
)


def solved(out: Path, *settings: str, scenario: Path = FOLDER):
    """The plan that the command line makes."""
    options = [word for setting in settings for word in ("--set", setting)]
    run = allocopt("solve", scenario, "--out", out, *options)
    assert run.exit_code == 0, run.stderr
    return load_plan(out)


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    """The folder of the long plan."""
    folder = tmp_path_factory.mktemp("three_years") / "long"
    solved(folder)
    return folder


def test_reps_are_hired_when_they_pay(long):
    plan = load_plan(long)
    hired = plan["reps"].query("hired == 'yes'").set_index("rep")["start"]
    assert hired.to_dict() == {"First": "2027-01-01", "Second": "2028-01-01"}
    assert plan.summary["contribution"] == pytest.approx(2_030_000)


def test_goals_are_judged(long):
    goals = load_plan(long)["goals"].set_index("name")
    criteria = goals[["specific", "measurable", "attainable", "relevant", "dated"]]
    assert set(criteria.to_numpy().ravel()) == {"yes"}
    assert goals.loc["2.8 million in 2028", "planned"] == pytest.approx(2_900_000)


def test_a_higher_floor_hires_earlier(tmp_path):
    plan = solved(tmp_path / "plan", 'tables.targets."Sales 2027".amount=2050000')
    assert plan.summary["contribution"] == pytest.approx(1_920_000)


def test_the_year_2027_is_bounded_by_the_three_years(long, tmp_path):
    plan = solved(tmp_path / "year", *YEAR_2027, f"longer_plan.plan={long}")
    assert (plan["reps"]["hired"] == "yes").sum() == 1
    assert plan.summary["contribution"] == pytest.approx(650_000)
    goal = plan["targets"].set_index("name")["goal"]
    assert goal[f"Sales of {load_plan(long).summary['id']}"] == pytest.approx(2_000_000)


def test_the_south_alone_is_its_part_of_the_plan(long, tmp_path):
    run = allocopt("part", long, "--scope", "territory=South", "--into", tmp_path / "south")
    assert run.exit_code == 0, run.stderr
    plan = solved(tmp_path / "plan", scenario=tmp_path / "south")
    assert plan.summary["contribution"] == pytest.approx(500_000)


def test_a_part_or_a_roll_writes_into_no_folder_that_is_full(long, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("x", encoding="utf-8")
    (tmp_path / "came.csv").write_text("date,unit,sales\n2026-01-01,north,1\n", encoding="utf-8")
    for options in (("part", long, "--scope", "territory=South"), ("roll", long)):
        more = ("--actuals", tmp_path / "came.csv") if options[0] == "roll" else ()
        run = allocopt(*options, *more, "--into", tmp_path / "full")
        assert run.exit_code == 2
        assert "not empty" in run.stderr


def test_a_place_that_is_none_is_a_usage_error(long, tmp_path):
    run = allocopt("part", long, "--scope", "territory=Mars", "--into", tmp_path / "mars")
    assert run.exit_code == 2
    assert "no unit lies in territory=Mars" in run.stderr


def test_rolling_goes_on_where_the_plan_ends(long, tmp_path):
    rows = "".join(f"{year}-12-31,north,1100000\n" for year in (2026, 2027, 2028))
    (tmp_path / "came.csv").write_text(f"date,unit,sales\n{rows}", encoding="utf-8")
    run = allocopt("roll", long, "--actuals", tmp_path / "came.csv", "--into", tmp_path / "next")
    assert run.exit_code == 0, run.stderr
    assert "to be decided" in run.stderr
    assert allocopt("check", tmp_path / "next").exit_code == 0
    (tmp_path / "bad.csv").write_text("date,unit,sales\n2029-01-01,north,1\n", encoding="utf-8")
    run = allocopt("roll", long, "--actuals", tmp_path / "bad.csv", "--into", tmp_path / "other")
    assert run.exit_code == 1
    assert "after the plan ends" in run.stderr
    assert not (tmp_path / "other").exists()
