"""`changing_team`: the README's figures, those of a pencil and those of the solver agree."""

from __future__ import annotations

import json
import re
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from support_cases import REPOSITORY
from support_command import allocopt

FOLDER = REPOSITORY / "scenarios" / "changing_team"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
HOURS = {"A": (60, 60), "B": (30, 30), "C": (40, 40), "D": (20, 30), "E": (20, 20)}
DEMAND = {"A": 120_000, "B": 54_000, "C": 84_000, "D": 50_000, "E": 30_000}
TODAY = {"A": "Ann", "B": "Ann", "C": "Ben", "D": "Ben", "E": ""}
SELLING_TIME = {"Ann": (60, 100), "Cem": (110, 110)}


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("changing_team") / "plan"
    run = allocopt("solve", FOLDER, "--out", folder, "--json")
    assert run.exit_code == 0, run.stderr
    assert run.json()["gap"] == 0
    return folder


def cost_of_july(owners: dict[str, str]) -> float:
    """Handovers of 1 July and overtime after it, by the formulas of the README; inf if hours run out."""
    moved = [unit for unit, rep in owners.items() if TODAY[unit] not in ("", rep)]
    cost = 0.15 * 0.4 * 2 * sum(DEMAND[unit] for unit in moved)
    for rep, quarters in SELLING_TIME.items():
        for quarter, hours in enumerate(quarters):
            needed = sum(HOURS[unit][quarter] for unit, who in owners.items() if who == rep)
            cost += 50 * max(needed - hours, 0) if needed <= 1.1 * hours else float("inf")
    return cost


def test_no_other_division_of_the_accounts_costs_less() -> None:
    # E lies where only Cem may work.
    divisions = [
        {**dict(zip("ABCD", reps, strict=True)), "E": "Cem"}
        for reps in product(("Ann", "Cem"), repeat=4)
    ]
    costs = {"".join(u for u, r in d.items() if r == "Ann"): cost_of_july(d) for d in divisions}
    possible = {units: cost for units, cost in costs.items() if cost < float("inf")}
    assert possible == pytest.approx({"A": 23_060, "CD": 36_960, "BD": 31_480})
    section = README.split("## Who has what")[1].split("\n## ")[0]
    rows = [[cell.strip(" *") for cell in line.split("|")[1:-1]] for line in section.splitlines()]
    listed = {row[0].replace(" ", ""): row[-1] for row in rows if len(row) == 8}
    for units, cost in possible.items():
        assert listed[units] == f"{cost:,.0f}"


def test_the_plan_has_the_figures_of_the_readme(plan: Path) -> None:
    summary = json.loads((plan / "plan.json").read_text(encoding="utf-8"))
    lines = re.findall(r"^\| ([a-z ]+) \| ([\d,]+) \|$", README, re.MULTILINE)
    said = {name: float(value.replace(",", "")) for name, value in lines}
    parts = summary["objective_parts"]
    assert said == pytest.approx(
        {
            "sales": pd.read_csv(plan / "sales.csv")["sales"].sum(),
            "margin on sales": parts["margin_on_sales"],
            "cost of people": -parts["people"],
            "overtime": -parts["overtime"],
            "handover loss": -parts["handover_loss"],
            "objective": summary["objective"],
        }
    )


def test_accounts_move_when_the_people_do(plan: Path) -> None:
    rows = pd.read_csv(plan / "assignments.csv", keep_default_na=False)
    found = [tuple(row) for row in rows[["unit", "rep", "start", "end"]].to_numpy()]
    assert found == [
        ("A", "Ann", "2026-01-01", "2026-12-31"),
        ("B", "Ann", "2026-01-01", "2026-06-30"),
        ("B", "Cem", "2026-07-01", "2026-12-31"),
        ("C", "Ben", "2026-01-01", "2026-06-30"),
        ("C", "Cem", "2026-07-01", "2026-12-31"),
        ("D", "Ben", "2026-01-01", "2026-06-30"),
        ("D", "Cem", "2026-07-01", "2026-12-31"),
        ("E", "", "2026-01-01", "2026-03-31"),
        ("E", "Cem", "2026-04-01", "2026-12-31"),
    ]
    assert "locked: renewal soon" in set(rows.loc[rows["unit"] == "B", "reason"])


def test_support_goes_where_the_readme_says(plan: Path) -> None:
    rows = pd.read_csv(plan / "support.csv").pivot(index="period", columns="unit", values="hours")
    rows = rows.fillna(0.0)[["D", "C", "A", "B"]]
    assert rows.loc["2026Q1"].tolist() == pytest.approx([2, 4, 5, 0])
    assert rows.loc["2026Q3"].tolist() == pytest.approx([2, 4, 5, 0])
    assert rows.loc["2026Q4"].tolist() == pytest.approx([0, 4, 6, 1])


def test_quotas_move_on_that_date(plan: Path) -> None:
    table = pd.read_csv(plan / "quotas.csv", keep_default_na=False)
    quotas = table.set_index(["level", "rep", "period"])["quota"].sort_index()
    assert quotas["rep", "Ben", "2026Q3"] == 0
    assert quotas["rep", "Cem", "2026Q2"] == pytest.approx(30_000)
    assert quotas["rep", "Cem", "2026Q3"] == pytest.approx(244_800)
    company = quotas["company"].sum()
    assert quotas["overlay", "Eva"].sum() == pytest.approx(company)


def test_more_overtime_keeps_one_account_where_it_is() -> None:
    run = allocopt("solve", FOLDER, "--set", "workload.overtime_max=0.5", "--json")
    assert run.json()["objective"] == pytest.approx(482_447, abs=0.5)
    assert "the objective is 482,447" in README


def test_explain_tells_who_supports_an_account(plan: Path) -> None:
    run = allocopt("explain", plan, "--unit", "B")
    assert "Eva supports it with 1.0 h, which add 3,600 of sales." in run.stdout
