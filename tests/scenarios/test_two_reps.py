"""`two_reps`: the README's figures, the figures of a pencil and the figures of the solver agree."""

from __future__ import annotations

import csv
import re
from itertools import product
from pathlib import Path

import pytest
from support_cases import REPOSITORY
from support_command import allocopt

FOLDER = REPOSITORY / "scenarios" / "two_reps"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
LOSS = 0.25
MARGIN = 0.4


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open() as stream:
        return list(csv.DictReader(stream))


def table(heading: str) -> list[list[str]]:
    """The cells of the first README table below a heading, without its header."""
    section = README.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip(" *") for cell in line.strip("|").split("|")] for line in lines]


def number(text: str) -> float | None:
    return None if text == "–" else float(text.replace(",", ""))


def figures() -> dict[str, float]:
    """The README's table of results."""
    lines = re.findall(r"^\| ([a-z ]+) \| ([\d,]+) \|$", README, re.MULTILINE)
    return {name: float(value.replace(",", "")) for name, value in lines}


def contribution(owners: dict[str, str], loss: float) -> float | None:
    """Contribution of one full assignment by the formulas of the README; None if hours run out."""
    reps = {row["rep"]: row for row in rows("reps.csv")}
    left = {rep: float(row["hours"]) for rep, row in reps.items()}
    total = -sum(float(row["cost"]) for row in reps.values())
    for row in rows("units.csv"):
        rep, demand = owners[row["unit"]], float(row["demand"])
        left[rep] -= float(row["hours"])
        total += MARGIN * demand * float(reps[rep]["productivity"])
        total -= MARGIN * demand * loss if row["rep"] not in ("", rep) else 0.0
    return total if min(left.values()) >= 0 else None


def test_readme_lists_all_sixteen_plans_with_the_right_figures() -> None:
    units = [row["unit"] for row in rows("units.csv")]
    listed = table("All sixteen plans")
    assert len(listed) == 2 ** len(units)
    seen = set()
    for ann, ben, ann_hours, ben_hours, brings, planned, without in listed:
        owners = dict.fromkeys(ann.replace("–", "").split(), "Ann")
        owners |= dict.fromkeys(ben.replace("–", "").split(), "Ben")
        seen.add(tuple(sorted(owners.items())))
        hours = {row["unit"]: float(row["hours"]) for row in rows("units.csv")}
        assert float(ann_hours) == sum(hours[u] for u in units if owners[u] == "Ann")
        assert float(ben_hours) == sum(hours[u] for u in units if owners[u] == "Ben")
        assert number(planned) == pytest.approx(contribution(owners, LOSS))
        assert number(without) == pytest.approx(contribution(owners, 0.0))
        if (brought := number(brings)) is not None:
            assert number(planned) == brought - figures()["cost of people"]
    assert len(seen) == 2 ** len(units)


def test_readme_states_the_best_of_all_plans() -> None:
    units = [row["unit"] for row in rows("units.csv")]
    plans = [dict(zip(units, reps, strict=True)) for reps in product(("Ann", "Ben"), repeat=4)]
    values = [value for plan in plans if (value := contribution(plan, LOSS)) is not None]
    assert figures()["objective"] == pytest.approx(max(values))


def test_solver_finds_the_plan_of_the_readme(tmp_path: Path) -> None:
    run = allocopt("solve", FOLDER, "--out", tmp_path / "plan", "--json")
    assert run.exit_code == 0, run.stderr
    plan = run.json()
    assert plan["status"] == "optimal"
    assert plan["objective"] == pytest.approx(figures()["objective"])
    assert plan["contribution"] == pytest.approx(figures()["contribution"])
    parts = plan["objective_parts"]
    assert parts["margin_on_sales"] == pytest.approx(figures()["margin on sales"])
    assert parts["handover_loss"] == pytest.approx(-figures()["handover loss"])
    assert parts["people"] == pytest.approx(-figures()["cost of people"])
    assert owners_of(tmp_path / "plan") == {"A": "Ann", "B": "Ben", "C": "Ben", "D": "Ann"}
    with (tmp_path / "plan" / "sales.csv").open(encoding="utf-8-sig") as stream:
        sales = sum(float(row["sales"]) for row in csv.DictReader(stream))
    assert sales == pytest.approx(figures()["sales"])


def test_without_handover_loss_the_other_account_moves(tmp_path: Path) -> None:
    out = tmp_path / "plan"
    run = allocopt("solve", FOLDER, "--set", "handover.loss=0", "--out", out, "--json")
    assert run.exit_code == 0, run.stderr
    assert run.json()["objective"] == pytest.approx(94_400)
    assert "objective of 94,400" in README
    assert owners_of(out) == {"A": "Ben", "B": "Ann", "C": "Ben", "D": "Ann"}


def owners_of(plan: Path) -> dict[str, str]:
    with (plan / "assignments.csv").open(encoding="utf-8-sig") as stream:
        return {row["unit"]: row["rep"] for row in csv.DictReader(stream)}
