"""`connected_map`: what its README says by hand, every plan tried, and what the solver finds."""

from __future__ import annotations

import csv
from itertools import permutations
from pathlib import Path

import pytest
from support_cases import REPOSITORY
from support_command import allocopt

FOLDER = REPOSITORY / "scenarios" / "connected_map"
README = (FOLDER / "README.md").read_text(encoding="utf-8")


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


OWNER = {row["unit"]: row["rep"] for row in rows("units.csv")}
DEMAND = {row["unit"]: float(row["demand"]) for row in rows("units.csv")}
EDGES = [(row["a"], row["b"]) for row in rows("adjacency.csv")]


def map_of(heading: str) -> dict[str, str]:
    """The rep of each quarter in a map of the README."""
    table = README.split(f"| {heading} | | |\n", 1)[1].split("\n\n", 1)[0]
    cells = [cell.strip() for line in table.splitlines()[1:] for cell in line.strip("|").split("|")]
    return dict(cell.replace("*", "").split(": ") for cell in cells)


def in_one_piece(units: set[str]) -> bool:
    piece = {min(units)}
    while True:
        near = {x for edge in EDGES if piece & {*edge} for x in edge if x in units}
        if near <= piece:
            return piece == units
        piece |= near


def contribution(plan: dict[str, str]) -> float:
    lost = sum(0.2 * DEMAND[unit] for unit in plan if plan[unit] != OWNER[unit])
    return 0.5 * (sum(DEMAND.values()) - lost) - 60_000


def borders(plan: dict[str, str]) -> int:
    return sum(plan[a] != plan[b] for a, b in EDGES)


def solved(folder: Path, *settings: str) -> tuple[dict[str, str], dict[str, float]]:
    """Rep of each unit, and the summary."""
    options = [part for setting in settings for part in ("--set", setting)]
    run = allocopt("solve", FOLDER, *options, "--out", folder, "--json")
    assert run.exit_code == 0, run.stderr
    with (folder / "assignments.csv").open(encoding="utf-8") as stream:
        return {row["unit"]: row["rep"] for row in csv.DictReader(stream)}, run.json()


def test_the_maps_of_the_readme_are_those_of_the_tables_and_of_the_plan(tmp_path: Path) -> None:
    assert map_of("today") == OWNER
    plan, summary = solved(tmp_path)
    assert plan == map_of("plan")
    assert summary["contribution"] == pytest.approx(174_000)
    assert summary["status"] == "optimal"


def test_no_connected_plan_is_better() -> None:
    units, found = list(OWNER), set()
    for first in permutations(units, 3):
        if list(first) != sorted(first):
            continue
        rest = [unit for unit in units if unit not in first]
        for second in permutations(rest, 3):
            third = [unit for unit in rest if unit not in second]
            groups = [set(first), set(second), set(third)]
            if list(second) == sorted(second) and all(map(in_one_piece, groups)):
                reps = zip(("Ann", "Bob", "Cem"), groups, strict=True)
                plan = {unit: rep for rep, group in reps for unit in group}
                found.add((contribution(plan), tuple(plan[unit] for unit in units)))
    best = sorted(found, reverse=True)[:2]
    assert best[0] == (174_000, tuple(map_of("plan").values()))
    assert best[1][0] < 174_000


def test_without_the_rule_nobody_moves(tmp_path: Path) -> None:
    plan, summary = solved(tmp_path, "contiguity.hard=false")
    assert plan == OWNER
    assert summary["contribution"] == pytest.approx(180_000)


@pytest.mark.parametrize(("price", "which"), [(2000, "today"), (4000, "plan")])
def test_borders_at_a_price(tmp_path: Path, price: int, which: str) -> None:
    settings = ("contiguity.hard=false", f"contiguity.cut_price={price}")
    plan, summary = solved(tmp_path, *settings)
    assert plan == map_of(which)
    assert borders(plan) == {"today": 8, "plan": 6}[which]
    assert summary["objective"] == pytest.approx(contribution(plan) - price * borders(plan))
