"""What people and programs are told when there is no plan."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from support_scenario import write_scenario

from allocopt.cli import main

YAML = """
calendar: {plan_start: 2026-01-01, plan_periods: 1}
workload: {hard: true, overtime_cost: 50}
balance: [{measure: demand, tolerance: 0.4, price: 0.1}]
"""
UNITS = """
unit,territory,segment,hours,demand
一,华东,Key,60,10000
二,华东,Key,60,10000
三,华东,Key,60,9000
"""


@pytest.fixture
def scenario(tmp_path):
    """Three units of 60 h for two reps with 90 h each."""
    return write_scenario(tmp_path, YAML, units=UNITS, reps="rep,hours\nLi Lei,90\n王芳,90\n")


def solve(scenario, *arguments):
    return CliRunner().invoke(main, ["solve", str(scenario), *arguments])


def test_conflict_is_told_with_its_numbers_and_the_options_that_end_it(scenario):
    done = solve(scenario)
    assert done.exit_code == 3
    for words in (
        "A rep's units fit the rep's selling time. [selling_time_limit, hard]",
        "Li Lei and 王芳 have 180.0 h in all; the units above need at least 180.0 h",
        "workload.hard=false",
        "Priced rules give way by themselves and do not clash: balance_floor, balance_ceiling.",
        "Cheapest way out, at a price of 1,500:",
        "90 → 120",
        "30 h at 1,500 (workload.overtime_cost)",
    ):
        assert words in done.stderr
    assert "hours=120" in done.stderr


def test_json_has_the_steps_and_the_settings_that_lead_to_a_plan(scenario, tmp_path):
    document = json.loads(solve(scenario, "--json").stdout)
    relaxation = document["relaxation"]
    (step,) = relaxation["steps"]
    assert (step["rule"], step["from"], step["to"], step["amount"]) == (
        "selling_time_limit",
        90,
        120,
        pytest.approx(30),
    )
    assert relaxation["price"] == pytest.approx(1500)
    assert {conflict["kind"] for conflict in document["conflicts"]} == {"hard"}
    assert document["priced_rules"] == ["balance_floor", "balance_ceiling"]
    options = [part for text in relaxation["settings"] for part in ("--set", text)]
    assert solve(scenario, *options, "--out", str(tmp_path / "plan")).exit_code == 0
