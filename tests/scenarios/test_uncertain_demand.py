"""`uncertain_demand`: the README's figures and those of the commands agree."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from support_cases import REPOSITORY
from support_command import allocopt

FOLDER = REPOSITORY / "scenarios" / "uncertain_demand"


@pytest.fixture(scope="module")
def readme() -> str:
    return (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("uncertain") / "plan"
    run = allocopt("solve", FOLDER, "--out", folder)
    assert run.exit_code == 0, run.stderr
    return folder


def test_the_plan_is_the_one_that_the_pencil_finds(plan: Path, readme: str) -> None:
    outcomes = pd.read_csv(plan / "outcomes.csv").set_index("sample")
    assert outcomes["sales"].to_dict() == pytest.approx(
        {"1": 720_000, "expected": 900_000, "2": 1_080_000}
    )
    spend = pd.read_csv(plan / "budget.csv").groupby("lever")["spend"].sum()
    assert spend.to_dict() == pytest.approx({"fair": 4 * 36_000, "promo": 4 * 48_000})
    assert "720,000, 900,000, 1,080,000" in readme


def test_the_values_are_those_of_the_readme_and_are_kept(plan: Path, readme: str) -> None:
    run = allocopt("risk", plan, "--value", "--save", "--json")
    assert run.exit_code == 0, run.stderr
    values = {name: one["value"] for name, one in run.json()["values"].items()}
    assert values == pytest.approx(
        {
            "here and now": 444_000,
            "expected outcome only": 436_000,
            "wait and see": 456_000,
            "stochastic solution": 8_000,
            "perfect information": 12_000,
        }
    )
    for amount in values.values():
        assert f"{amount:,.0f}" in readme
    figures = allocopt("risk", plan, "--json").json()["figures"]
    assert figures["stochastic_solution"] == pytest.approx(8_000)
    assert figures["shortfall_cvar"] == pytest.approx(180_000)


@pytest.mark.parametrize(
    ("setting", "objective"), [("risk.samples=0", 456_000), ("risk.weight=1", 276_000)]
)
def test_one_number_decides(setting: str, objective: float, tmp_path: Path, readme: str) -> None:
    run = allocopt("solve", FOLDER, "--set", setting, "--out", tmp_path / "plan", "--json")
    assert run.json()["objective"] == pytest.approx(objective)
    assert f"{objective:,.0f}" in readme


def test_the_pack_is_the_one_of_the_readme(plan: Path, tmp_path: Path, readme: str) -> None:
    run = allocopt("contingency", plan, "--out", tmp_path / "pack", "--json")
    assert run.exit_code == 0, run.stderr
    rows = run.json()["alternatives"]
    for row in rows:
        line = next(text for text in readme.splitlines() if text.startswith(f"| {row['name']} |"))
        assert line.endswith(f"| {row['gain']:,.0f} |")
        assert row["sales"] is None or f"{row['sales']:,.0f}" in line
        assert (tmp_path / "pack" / row["name"] / "plan.json").is_file()


def test_commands_say_what_they_cannot_do(plan: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    run = allocopt("contingency", plan, "--out", tmp_path / "mine")
    assert run.exit_code == 2
    assert "no contingency pack" in run.stderr
    assert allocopt("risk", plan, "--save").exit_code == 2
    one = tmp_path / "one"
    allocopt("solve", FOLDER, "--set", "risk.samples=0", "--out", one)
    run = allocopt("risk", one)
    assert run.exit_code == 1
    assert "risk.samples=20" in run.stderr
