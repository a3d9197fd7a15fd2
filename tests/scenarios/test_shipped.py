"""The shipped scenarios run from check to document, and say what their READMEs say."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support_cases import REPOSITORY
from support_command import allocopt

SCENARIOS = REPOSITORY / "scenarios"
FAULTS = SCENARIOS / "national_zh" / "faults"

Problem = tuple[str, int, str, str, str]  # file, row, column, value, code


@pytest.mark.parametrize(
    "name", ["two_reps", "connected_map", "quota_tree", "changing_team", "regional", "national_zh"]
)
def test_check_finds_no_problem(name: str) -> None:
    run = allocopt("check", SCENARIOS / name, "--json")
    assert run.exit_code == 0, run.stdout
    found = {(f["code"], f["value"]) for f in run.json()["findings"] if is_grave(f)}
    # The one header that README.md tells about.
    assert found == ({("near-miss-column", "industy")} if name == "national_zh" else set())


def is_grave(finding: dict[str, Any]) -> bool:
    return finding["severity"] in ("problem", "warning")


def test_amounts_that_the_readme_quotes_stand_in_the_tables() -> None:
    folder = SCENARIOS / "national_zh"
    tables = (folder / "history.csv").read_bytes().decode("gb18030")
    tables += "".join((folder / name).read_text("utf-8") for name in ("targets.csv", "reps.csv"))
    quoted = re.findall(r"`([￥\d０-９][^`]*)`", (folder / "README.md").read_text("utf-8"))
    assert len(quoted) >= 7
    assert [text for text in quoted if text not in tables] == []


def readme_problems() -> set[Problem]:
    lines = (FAULTS / "README.md").read_text(encoding="utf-8").splitlines()
    rows = [re.split(r"\s*\|\s*", line)[1:6] for line in lines if re.match(r"\| \w+\.csv", line)]
    return {(file, int(row), column, value, code) for file, row, column, value, code in rows}


def test_check_lists_every_fault_that_the_readme_lists() -> None:
    run = allocopt("check", FAULTS, "--json")
    assert run.exit_code == 1
    problems = [f for f in run.json()["findings"] if f["severity"] == "problem"]
    found = {(f["file"], f["row"], f["column"], f["value"], f["code"]) for f in problems}
    assert found == readme_problems()
    nearest = {f["value"]: f["nearest"] for f in problems if f["nearest"]}
    assert nearest == {"广东省": "广东", "湖北一部": "湖北"}


def test_solving_a_faulty_scenario_tells_the_same_problems() -> None:
    run = allocopt("solve", FAULTS)
    assert run.exit_code == 1
    for _, _, _, value, _ in readme_problems():
        assert value in run.stderr


def test_history_of_the_office_is_read_to_the_last_amount() -> None:
    # Every year has a 合计 row per month, which reading skips: their sum is what must come out.
    text = (SCENARIOS / "national_zh" / "history.csv").read_bytes().decode("gb18030")
    totals = [row for row in csv.reader(text.splitlines()) if row[0] == "合计"]
    expected = sum(float(cell) for row in totals for cell in row[3:])
    from allocopt.scenario import load_scenario

    history = load_scenario(SCENARIOS / "national_zh").table("history")
    assert len(history) == 31 * 3 * 36
    assert history["sales"].sum() == pytest.approx(expected, rel=1e-12)
    assert history["date"].min() == pd.Timestamp("2023-01-01")
    assert history["date"].max() == pd.Timestamp("2025-12-01")


@pytest.fixture(scope="module", params=["regional", "national_zh"])
def plan(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan of a larger scenario, solved to a gap that takes no minute."""
    folder = tmp_path_factory.mktemp(request.param) / "plan"
    gap = ("--gap", 0.02, "--time-limit", 120)
    run = allocopt("solve", SCENARIOS / request.param, *gap, "--out", folder, "--json")
    assert run.exit_code == 0, run.stdout + run.stderr
    assert run.json()["gap"] <= 0.02
    return folder


def test_every_unit_is_covered_once_on_every_day(plan: Path) -> None:
    units = pd.read_csv(SCENARIOS / plan_name(plan) / "units.csv").iloc[:, 0]
    rows = pd.read_csv(plan / "assignments.csv", parse_dates=["start", "end"])
    assert set(rows["unit"]) == set(units)
    covered = (
        (rows["share"] * ((rows["end"] - rows["start"]).dt.days + 1)).groupby(rows["unit"]).sum()
    )
    assert covered.nunique() == 1


def test_budget_and_handovers_stay_within_their_ceilings(plan: Path) -> None:
    config = (SCENARIOS / plan_name(plan) / "scenario.yaml").read_text(encoding="utf-8")
    budget = float(re.findall(r"total_max: (\d+)", config)[0])
    handovers = int(re.findall(r"max_units: (\d+)", config)[0])
    assert pd.read_csv(plan / "budget.csv")["spend"].sum() <= budget * (1 + 1e-6)
    assignments = pd.read_csv(plan / "assignments.csv", keep_default_na=False)
    changed = assignments[(assignments["handover"] == "yes") & (assignments["before"] != "")]
    assert len(changed) <= handovers


def test_quotas_of_reps_add_up_to_the_company(plan: Path) -> None:
    quotas = pd.read_csv(plan / "quotas.csv")
    by_level = quotas.groupby(["level", "period"])["quota"].sum().unstack()
    assert by_level.loc["rep"].to_list() == pytest.approx(by_level.loc["company"].to_list())


def test_plan_is_written_up_in_both_languages(plan: Path, tmp_path: Path) -> None:
    for language in ("en", "zh-CN"):
        out = tmp_path / f"{language}.html"
        run = allocopt("render", plan, "--language", language, "--out", out)
        assert run.exit_code == 0, run.stderr
        assert "<svg" in out.read_text(encoding="utf-8")


def plan_name(plan: Path) -> str:
    """Name of the scenario that a plan folder of this module belongs to."""
    return re.sub(r"\d+$", "", plan.parent.name)


def test_readme_of_regional_adds_up_hours_and_money() -> None:
    folder = SCENARIOS / "regional"
    readme = (folder / "README.md").read_text("utf-8")
    units, reps = pd.read_csv(folder / "units.csv"), pd.read_csv(folder / "reps.csv")
    segments = pd.read_csv(folder / "segments.csv").set_index("segment")
    needed = units["segment"].map(segments["visits"] * segments["hours_per_visit"]).sum()
    there = reps.loc[reps["status"] == "active", "hours"].sum()
    assert f"{needed:.0f} h a month are needed; {there:.0f} h are there" in readme
    assert f"{reps['hours'].sum():.0f} h with the position filled" in readme
    usable = pd.read_csv(folder / "levers.csv")["total_max"].sum()
    assert f"could use {usable:,.0f}" in readme
    assert "have 330,000" in readme
    assert "total_max: 330000" in (folder / "scenario.yaml").read_text("utf-8")
