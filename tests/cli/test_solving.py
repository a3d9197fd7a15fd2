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
from allocopt.cli.summary import shortfall_texts, summary_lines
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


def test_summary_tells_what_is_not_kept_over_all_periods_the_dearest_first() -> None:
    plan = plan_of("optimal")
    months = [f"2026-{month:02d}" for month in range(1, 13)]
    rows = [("selling_time_limit", "Ben", month, 80.0, 30.0) for month in months]
    rows += [("balance_floor", f"potential/R{k}", "", 10.0 - k, 0.01) for k in range(6)]
    plan.tables["shortfalls"] = pd.DataFrame(rows, columns=list(PLAN_TABLES["shortfalls"]))
    assert shortfall_texts(plan)[:2] == [
        "Ben: 960 h beyond the selling time in 12 periods (Units fit the rep's time.)",
        "R0: 10 below the band of potential (balance_floor)",
    ]
    block = [line for line in summary_lines(plan) if line.startswith(("not kept", " "))]
    assert block[0].startswith("not kept        Ben: 960 h")
    assert [line.strip() for line in block[1:6]][-1] == "2 more"


def test_summary_tells_targets_that_are_missed_and_no_others() -> None:
    plan = plan_of("optimal")
    rows = [("Sales", 1000.0, 900.0, 100.0), ("Met", 10.0, 12.0, -2.0), ("Exact", 5.0, 5.0, 0.0)]
    rows.append(("Unknown", 5.0, float("nan"), float("nan")))
    plan.tables["targets"] = pd.DataFrame(rows, columns=["name", "goal", "planned", "gap"])
    lines = summary_lines(plan)
    assert "targets missed  Sales: 100 missing of 1,000 (10.0%)" in lines
    assert not any(name in line for line in lines for name in ("Met", "Exact", "Unknown"))


def test_warnings_and_the_count_of_assumptions_are_told(
    outcome: Callable[[object], None],
) -> None:
    plan = plan_of("optimal")
    cautions = {"warnings": ["No past spend is known."], "assumptions": ["a", "b"]}
    outcome(Plan({**plan.summary, **cautions}, plan.tables))
    done = solve()
    assert "Warnings (1)\n  No past spend is known." in done.stderr
    assert "2 assumptions" in done.stderr
    assert "No past spend" not in done.stdout


@pytest.mark.parametrize("error", [KeyboardInterrupt(), NoPlanInTime("too slow")], ids=repr)
def test_interrupt_before_a_plan_says_that_nothing_is_saved(
    outcome: Callable[[object], None], monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    real = solving.solve_scenario
    outcome(None)
    monkeypatch.setattr(solving, "solve_scenario", real)

    def interrupted(*_: object, **__: object) -> Plan:
        os.kill(os.getpid(), signal.SIGINT)
        raise error

    monkeypatch.setattr("allocopt.planning.plan_scenario", interrupted)
    done = solve()
    assert done.exit_code == 130
    assert "Interrupted before a plan was found; nothing was saved." in done.stderr
    assert done.stderr.startswith("Solving …\n")


def test_refused_file_is_named_as_it_was_meant(outcome: Callable[[object], None]) -> None:
    outcome(PermissionError(13, "Permission denied", "far/.p1.k3j_x8ab/.units.csv.abcd1234"))
    meant = Path("far") / "p1" / "units.csv"
    assert f"Error: {meant}: Permission denied; choose another --out" in solve().stderr


def test_plan_given_for_a_scenario_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "plan.json").touch()
    done = CliRunner().invoke(main, ["solve", str(tmp_path)])
    assert done.exit_code == 2
    assert f"a plan, not a scenario; its scenario is {tmp_path / 'inputs'}" in done.stderr


def test_wrong_set_option_is_not_sent_to_check(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["solve", str(tmp_path), "--set", "solver.gpa=1"])
    assert done.exit_code == 1
    assert "did you mean 'gap'?" in done.stderr
    assert "allocopt check" not in done.stderr
