"""The command explain."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from allocopt.cli import main

TWO_REPS = Path(__file__).parents[2] / "scenarios" / "two_reps"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plans") / "two_reps"
    assert run("solve", TWO_REPS, "--out", folder).exit_code == 0
    return folder


def test_json_has_what_lies_behind_the_sentences(plan: Path) -> None:
    document = json.loads(run("explain", plan, "--unit", "B", "--json").stdout)
    assert {"sentences", "table", "alternatives", "parts", "moves", "conditions"} == {*document}
    # Ben brings 3,200 less margin than Ann would, and saves a handover of 4,000.
    assert document["alternatives"][0]["change"] == pytest.approx(-800)
    assert document["alternatives"][0]["method"] == "exact"


def test_estimate_solves_nothing_again(plan: Path) -> None:
    document = json.loads(run("explain", plan, "--unit", "B", "--estimate", "--json").stdout)
    assert [row["method"] for row in document["alternatives"]] == ["alone"]


def test_limits_are_the_default_and_csv_has_every_limit(plan: Path) -> None:
    done = run("explain", plan, "--csv")
    header, *rows = done.stdout.splitlines()
    assert header.startswith("rule,item,period,side,meaning,")
    assert {row.split(",")[1] for row in rows if row.startswith("selling_time_limit")} == {
        "Ann",
        "Ben",
    }
    assert "No limit binds" in done.stderr


def test_people_see_only_limits_that_bind_or_are_worth_something(plan: Path) -> None:
    printed = run("explain", plan, "--limits", "--exact").stdout
    # Both reps have hours left.
    assert "selling_time_limit" not in printed


def test_sentences_are_in_the_language_that_is_asked_for(plan: Path) -> None:
    document = json.loads(
        run("explain", plan, "--rep", "Ann", "--language", "zh-CN", "--json").stdout
    )
    assert document["sentences"][0] == "Ann：2 个单元，40 小时中用 34 小时（85%）。"


def test_one_thing_at_a_time(plan: Path) -> None:
    done = run("explain", plan, "--unit", "B", "--rep", "Ann")
    assert done.exit_code == 2
    assert "Ask for one of" in done.stderr
