"""The main job, start to end, on the scenario that is solved by hand in its README."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from click.testing import CliRunner, Result

from allocopt.cli import main

TWO_REPS = Path(__file__).parents[2] / "scenarios" / "two_reps"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)


def test_demo_ends_with_the_documents_to_open(tmp_path: Path) -> None:
    done = run("demo", "--scenario", "two_reps", "--out", tmp_path / "plan")
    assert done.exit_code == 0
    links = done.stdout.splitlines()
    assert len(links) == 2
    for link, language in zip(links, ("zh-CN", "en"), strict=True):
        page = Path(unquote(urlparse(link).path))
        assert f'lang="{language}"' in page.read_text(encoding="utf-8")
    for step in ("check", "solve", "render"):
        assert f"\n{step}" in f"\n{done.stderr}"


def test_readme_shows_the_lines_that_the_demo_prints(tmp_path: Path) -> None:
    page = (TWO_REPS.parents[1] / "README.md").read_text(encoding="utf-8")
    shown = page.split("<!-- demo output -->")[1].split("<!-- end of demo output -->")[0]
    done = run("demo", "--scenario", "two_reps", "--out", tmp_path / "plan")
    told = {line.split()[0] for line in done.stderr.splitlines() if line and line[0] != " "}
    labels = [line.split()[0] for line in shown.splitlines() if line and line[0].isalpha()]
    assert labels[:4] == ["check", "forecast", "solve", "render"]
    links = [label for label in labels if label.startswith("file:")]
    # What a plan does not keep and what binds depends on the scenario.
    assert {*labels} - {*links, "not", "targets", "binding", "Warnings"} <= told
    assert len(links) == len(done.stdout.splitlines())


def test_demo_of_nothing_shipped_is_a_usage_error(tmp_path: Path) -> None:
    done = run("demo", "--scenario", "nowhere", "--out", tmp_path / "plan")
    assert done.exit_code == 2
    assert "two_reps" in done.stderr
    assert not (tmp_path / "plan").exists()


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plans") / "two_reps"
    assert run("solve", TWO_REPS, "--out", folder).exit_code == 0
    return folder


def test_solve_json_is_the_plan_and_where_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "plan"
    document = json.loads(run("solve", TWO_REPS, "--json", "--out", folder).stdout)
    saved = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    assert document["folder"] == str(folder)
    assert document["objective"] == saved["objective"]


def test_plan_is_saved_under_its_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    document = json.loads(run("solve", TWO_REPS, "--json").stdout)
    assert (tmp_path / "plans" / document["id"] / "plan.json").exists()


def test_explain_tells_why_a_unit_is_where_it_is(plan: Path) -> None:
    done = run("explain", plan, "--unit", "B")
    assert done.exit_code == 0
    assert "B" in done.stdout
    document = json.loads(run("explain", plan, "--unit", "B", "--json").stdout)
    assert document["sentences"]


def test_explain_of_an_unknown_unit_is_told_in_words(plan: Path) -> None:
    done = run("explain", plan, "--unit", "b")
    assert done.exit_code == 2
    assert "did you mean 'B'?" in done.stderr
    assert "It has A, B" in done.stderr
    assert "allocopt check" not in done.stderr


def test_explain_of_an_unknown_rep_names_those_that_exist(plan: Path) -> None:
    done = run("explain", plan, "--rep", "Zed")
    assert done.exit_code == 2
    assert "Ann" in done.stderr


def test_compare_puts_plans_side_by_side(plan: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    run("solve", TWO_REPS, "--out", other, "--set", "handover.loss=0")
    done = run("compare", plan, other, "--csv")
    assert done.exit_code == 0
    header, first = done.stdout.splitlines()[:2]
    assert header == f"figure,{plan},{other},change"
    assert first.startswith("plan,two_reps-")


def test_render_writes_the_language_that_is_asked_for(plan: Path, tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    assert run("render", plan, "--language", "zh-CN", "--out", target).exit_code == 0
    assert 'lang="zh-CN"' in target.read_text(encoding="utf-8")


def test_render_of_an_unknown_kind_names_those_that_exist(plan: Path) -> None:
    done = run("render", plan, "--document", "anual")
    assert done.exit_code == 2
    assert "annual" in done.stderr


def test_check_of_a_sound_scenario_ends_well() -> None:
    done = run("check", TWO_REPS, "--json")
    document = json.loads(done.stdout)
    assert (done.exit_code, document["status"], document["problems"]) == (0, "ok", 0)


def test_check_lists_all_problems_of_all_tables(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text(
        "unit,territory,segment,hours\nu1,North,Key,many\n", encoding="utf-8"
    )
    (tmp_path / "reps.csv").write_text("rep,hours\nAnn,-3\n", encoding="utf-8")
    done = run("check", tmp_path)
    assert done.exit_code == 1
    assert "many" in done.stdout
    assert "-3" in done.stdout
    assert run("solve", tmp_path).exit_code == 1
