"""The command render: what it writes where, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from support_command import allocopt
from support_plan import FULL_MARGIN, scenario_of

from allocopt.cli.documents import FORMS, KINDS, READERS
from allocopt.config.sections import Reader
from allocopt.documents import FORMATS
from allocopt.documents import KINDS as KNOWN
from allocopt.plan import save_plan
from allocopt.planning import plan_scenario

TABLES = {
    "units": "unit,territory,segment,hours,demand,rep\nu1,East,Key,6,100,Ann\nu2,West,Key,4,80,Ben\n",
    "reps": "rep,hours\nAnn,10\nBen,10\n",
    "segments": FULL_MARGIN,
}


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ann covers u1 in the East, Ben u2 in the West."""
    folder = tmp_path_factory.mktemp("render")
    scenario = scenario_of(folder / "scenario", **TABLES)
    return save_plan(plan_scenario(scenario), scenario, folder / "plan")


def test_choices_of_the_command_are_those_there_are() -> None:
    assert set(KINDS) == set(KNOWN)
    assert set(FORMS) == set(FORMATS)
    assert set(READERS) == set(get_args(Reader))


def test_one_document_goes_into_the_plan_folder(plan: Path) -> None:
    run = allocopt("render", plan, "--language", "en", "--scope", "rep=Ann", "--document", "rep")
    assert run.stdout == f"{plan}/documents/rep.Ann.en.html\n"
    assert "Ann" in Path(run.stdout.strip()).read_text("utf-8")


def test_all_writes_one_for_each_rep(plan: Path, tmp_path: Path) -> None:
    run = allocopt(
        "render", plan, "--document", "rep", "--all", "--format", "md", "--language", "en",
        "--out", tmp_path,
    )  # fmt: skip
    assert run.exit_code == 0
    assert [Path(line).name for line in run.stdout.splitlines()] == [
        "rep.Ann.en.md",
        "rep.Ben.en.md",
    ]
    assert "2 documents written" in run.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--document", "rep"], 1, "say which with --scope, or ask for --all"),
        (["--document", "rep", "--scope", "rep=Anne"], 1, "no rep 'Anne'; did you mean 'Ann'?"),
        (["--scope", "reps=Ann"], 2, "expected company, or territory=…, account=… or rep=…"),
        (["--all", "--scope", "rep=Ann"], 2, "--all writes one for each"),
        (["--jobs", "2"], 2, "with --all"),
        (["--beside", "."], 2, "no plan"),
        (["--document", "options"], 1, "--beside"),
        (["--pack", "."], 2, "--document contingency"),
        (["--language", "xx"], 1, "no document texts for language 'xx'"),
        (["--out", "/proc/x/y.html"], 1, "cannot be written"),
        (["--out", "."], 1, "is a folder; name a file"),
        (["--scope", "territory=East"], 1, "leave --scope out, or write another --document: "),
    ],
)
def test_mistakes_are_told_in_words(plan: Path, arguments: list[str], code: int, said: str) -> None:
    run = allocopt("render", plan, *arguments)
    assert (run.exit_code, run.stdout) == (code, "")
    assert said in " ".join(run.stderr.split())
