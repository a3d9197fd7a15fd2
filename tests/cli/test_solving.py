"""How solve ends, and how it is stopped."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from allocopt.cli import main, solving
from allocopt.cli.options import solver_settings
from allocopt.cli.solving import stoppable
from allocopt.errors import (
    AuditFailed,
    Conflict,
    DataError,
    Finding,
    Infeasible,
    NoPlanInTime,
    Severity,
)
from allocopt.plan import PLAN_TABLES, Plan


def plan_of(status: str) -> Plan:
    """One rep, one unit; the limit on the rep's time is worth 52.5 per hour."""
    summary = {
        "id": "p1",
        "status": status,
        "objective": 1500.0,
        "contribution": 1400.0,
        "gap": 0.0123,
        "seconds": 2.0,
        "rules": {"selling_time_limit": "Units fit the rep's time."},
    }
    tables = {name: pd.DataFrame(columns=list(columns)) for name, columns in PLAN_TABLES.items()}
    tables["kpis"] = pd.DataFrame(
        {
            "kpi": ["sales", "sales", "hires"],
            "scope": ["company", "rep=Ann", "company"],
            "period": ["", "", float("nan")],
            "value": [9000.0, 1.0, 1.0],
        }
    )
    tables["limits"] = pd.DataFrame(
        {
            "rule": ["selling_time_limit", "coverage"],
            "item": ["Ann", "u1"],
            "period": ["2026-03", float("nan")],
            "value_of_one_more": [52.5, 0.0],
        }
    )
    return Plan(summary, tables)


@pytest.fixture
def outcome(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[object], None]:
    """Lets `solve` end as told: with a plan, or with an error, without solving anything."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "given").mkdir()
    monkeypatch.setattr(solving, "open_scenario", lambda *_: None)
    monkeypatch.setattr("allocopt.plan.save_plan", lambda _plan, _scenario, out: out)

    def end_with(result: object) -> None:
        def solve_scenario(*_: object) -> Any:
            if isinstance(result, BaseException):
                raise result
            return result

        monkeypatch.setattr(solving, "solve_scenario", solve_scenario)

    return end_with


def solve(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["solve", "given", *arguments])


CONFLICT = Infeasible(
    "The south-east has too little time.",
    [Conflict("selling_time_limit", "Units fit the rep's time.", ("Ann", "Ben"), "80 h of 120 h")],
)
MISSING = DataError([Finding(Severity.PROBLEM, "no rows", file="units.csv")])


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (plan_of("optimal"), 0),
        (plan_of("feasible"), 4),
        (MISSING, 1),
        (AuditFailed(["Ann works 50 of 40 h"]), 1),
        (NoPlanInTime("no plan within 1 s"), 1),
        (PermissionError(13, "Permission denied", "plans"), 1),
        (CONFLICT, 3),
        (KeyboardInterrupt(), 130),
    ],
    ids=lambda value: type(value).__name__,
)
def test_exit_code_tells_how_it_ended(
    outcome: Callable[[object], None], result: object, code: int
) -> None:
    outcome(result)
    done = solve()
    assert done.exit_code == code
    assert "Traceback" not in done.output


def test_infeasible_names_rules_and_items_on_stderr(outcome: Callable[[object], None]) -> None:
    outcome(CONFLICT)
    done = solve()
    assert done.stdout == ""
    for words in ("Units fit the rep's time.", "Ann, Ben", "80 h of 120 h", "south-east"):
        assert words in done.stderr


def test_infeasible_is_json_on_stdout_when_asked(outcome: Callable[[object], None]) -> None:
    outcome(CONFLICT)
    document = json.loads(solve("--json").stdout)
    assert document["status"] == "infeasible"
    assert document["proven"] is True
    assert document["conflicts"][0]["items"] == ["Ann", "Ben"]


def test_problems_are_json_on_stdout_when_asked(outcome: Callable[[object], None]) -> None:
    outcome(MISSING)
    document = json.loads(solve("--json").stdout)
    assert (document["status"], document["problems"]) == ("problems", 1)


def test_summary_shows_figures_what_binds_and_where_it_is(
    outcome: Callable[[object], None],
) -> None:
    outcome(plan_of("optimal"))
    done = solve()
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert lines == [
        "status optimal, gap 1.23%, 2.0 s",
        "objective 1,500",
        "contribution 1,400",
        "expected sales 9,000",
        "hires 1",
        "binding Ann 2026-03: one more brings 52.50 (Units fit the rep's time.)",
        f"saved {Path('plans') / 'p1'}",
    ]
    assert "allocopt render" in done.stderr


def test_interrupted_solve_keeps_its_plan(
    outcome: Callable[[object], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome(None)

    def interrupted(*_: object) -> Plan:
        os.kill(os.getpid(), signal.SIGINT)
        return plan_of("feasible")

    monkeypatch.setattr(solving, "solve_scenario", interrupted)
    done = solve()
    assert done.exit_code == 130
    assert "saved" in done.stdout
    assert "best plan" in done.stderr


def test_first_interrupt_asks_and_second_ends() -> None:
    before = signal.getsignal(signal.SIGINT)
    with stoppable() as stop:
        assert not stop.is_set()
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.is_set()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_folder_that_is_no_plan_is_not_touched(
    outcome: Callable[[object], None], tmp_path: Path
) -> None:
    outcome(plan_of("optimal"))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").touch()
    done = solve("--out", "mine")
    assert done.exit_code == 2
    assert "is no plan" in done.stderr
    (tmp_path / "mine" / "plan.json").touch()
    assert solve("--out", "mine").exit_code == 0


def test_options_become_settings() -> None:
    settings = solver_settings(time_limit=5.0, gap=0.0, seed=None, threads=2)
    assert settings == ("solver.time_limit=5.0", "solver.gap=0.0", "solver.threads=2")


@pytest.mark.parametrize("name", ["explain", "render", "compare"])
def test_scenario_given_for_a_plan_is_told_apart(tmp_path: Path, name: str) -> None:
    (tmp_path / "scenario.yaml").touch()
    done = CliRunner().invoke(main, [name, str(tmp_path)])
    assert done.exit_code == 2
    assert "allocopt solve" in done.stderr
