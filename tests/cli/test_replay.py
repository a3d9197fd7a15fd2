"""The command replay, from scenario to tables, CSV and JSON."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from support_command import allocopt
from support_replay import MOVED, QUOTAS, past


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("replay") / "scenario"
    past(folder, MOVED, quota_history=QUOTAS)
    return folder


def test_tables_on_stdout_talk_on_stderr_and_quotas_in_a_file(
    scenario: Path, tmp_path: Path
) -> None:
    out = tmp_path / "quotas.csv"
    run = allocopt("replay", scenario, "--every", 2, "--out", out)
    assert run.exit_code == 0, run.stderr
    for words in ("2025Q2 to 2025Q4", "WAPE", "never changed", "handovers", "Alerts: "):
        assert words in run.stdout
    assert run.stderr.splitlines() == ["Replaying …", f"wrote {out}"]
    table = pd.read_csv(out)
    assert table["company"].tolist() == [40, 50, 60]


def test_json_has_every_table(scenario: Path) -> None:
    told = allocopt("replay", scenario, "--from", "2025Q3", "--json").json()
    assert told["periods"] == ["2025Q3", "2025Q4"]
    assert told["origin"] == "2025-07-01"
    names = ("quotas", "errors", "worth", "turns", "warnings", "precision")
    assert all(isinstance(told[name], list) and told[name] for name in names)


def test_a_past_that_is_too_short_ends_in_words(scenario: Path) -> None:
    run = allocopt("replay", scenario, "--from", "2023Q2")
    assert run.exit_code == 1
    assert "a year of them, 4, is the least" in run.stderr
    assert "--from" in run.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--json", "--csv"), "Choose one of --csv and --json"),
        (("--actuals", "a.csv", "--from", "2025Q3"), "--from plays the history"),
        (("a.csv",), "--actuals a.csv"),
        (("--every", 0), "--every"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    scenario: Path, arguments: tuple[object, ...], told: str
) -> None:
    run = allocopt("replay", scenario, *arguments)
    assert run.exit_code == 2
    assert told in run.stderr


def test_a_file_that_is_not_there_is_told(scenario: Path) -> None:
    run = allocopt("replay", scenario, "--actuals", "nowhere/*.csv")
    assert run.exit_code == 1
    assert "no such file" in run.stderr
