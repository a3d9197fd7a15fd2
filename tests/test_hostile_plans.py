"""Scenarios that try to break out of the plan's folder or of the solver's range."""

from __future__ import annotations

from pathlib import Path

import pytest
from support_command import allocopt
from support_plan import planned
from support_scenario import write_scenario

ONE_MONTH = "calendar: {plan_start: 2026-01-01, plan_periods: 1}\n"


@pytest.mark.parametrize("name", ["../../x", "/etc/x", "a/b", "..", "中" * 300, "x" * 300])
def test_plan_id_is_the_name_of_one_folder(tmp_path, monkeypatch, name):
    folder = write_scenario(tmp_path / "scenario", ONE_MONTH)
    monkeypatch.chdir(tmp_path)
    run = allocopt("solve", folder, "--set", f"scenario.name={name}", "--json")
    assert run.exit_code == 0, run.stderr
    plan = Path(run.json()["folder"])
    assert plan.resolve().parent == tmp_path / "plans"
    assert (plan / "plan.json").exists()


def test_numbers_too_far_apart_are_told_in_words(tmp_path):
    units = "unit,territory,segment,hours,demand\nu1,East,Key,1e15,100\nu2,East,Key,1e-9,100\n"
    folder = write_scenario(tmp_path / "scenario", ONE_MONTH, units=units)
    run = allocopt("solve", folder, "--out", tmp_path / "plan")
    assert run.exit_code in (0, 1)
    assert "Traceback" not in run.stderr


def test_lever_that_may_spend_nothing_lifts_nothing(tmp_path):
    plan = planned(
        tmp_path,
        levers="lever\nfair\n",
        responses="lever,form,lift_max,lift_unit,half,spend_max\nfair,log,0.5,share,10,0\n",
    )
    assert plan["budget"][["spend", "lift"]].to_numpy().tolist() == [[0, 0]] * 2


def test_names_do_not_command_the_terminal(tmp_path):
    units = "unit,territory,segment,hours,demand\nu1,East,Key,1,100\n"
    reps = 'rep,hours\n"A\x1b[31mred\u202e",40\n'
    folder = write_scenario(tmp_path / "scenario", ONE_MONTH, units=units, reps=reps)
    assert allocopt("solve", folder, "--out", tmp_path / "plan").exit_code == 0
    run = allocopt("explain", tmp_path / "plan", "--unit", "u1")
    assert run.exit_code == 0
    assert "[31mred" in run.stdout
    assert "\x1b" not in run.stdout + run.stderr
    assert "\u202e" not in run.stdout + run.stderr
