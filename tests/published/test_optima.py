"""Published optima are reached through the public contract: a folder and `allocopt solve`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from published import optima
from support_cases import cases_folder, require_cases

# What stands for the others, which are proven by `pytest -m slow` and benchmarks/published_optima.py:
# the first of each series of Cattrysse's (gap1-0 to gap1-4 is one), all of Chu's, two of the p-medians.
FIRST = ("-0", "p_median/cpmp01", "p_median/cpmp02")
NEEDED = ("assignment/best_known.csv", "p_median/best_known.csv")


def found() -> list[optima.Instance]:
    """The instances; none where the cases are not there."""
    folder = cases_folder()
    if not all((folder / name).exists() for name in NEEDED):
        return []
    return list(optima.instances(folder))


def test_published_instances_are_all_there() -> None:
    for name in NEEDED:
        require_cases(name)
    # 12 × 5 of Cattrysse, 6 of Chu and Beasley's type a, 10 of the p-median set.
    assert len(found()) == 76


def marked(instance: optima.Instance) -> Any:
    """An instance as a case of a test; `slow` where another of its series stands for it."""
    stands = instance.name.startswith("chu1997/") or instance.name.endswith(FIRST)
    marks = [] if stands else [pytest.mark.slow]
    return pytest.param(instance, id=instance.name, marks=marks)


@pytest.mark.parametrize("instance", [marked(instance) for instance in found()])
def test_known_optimum_is_reached_and_proven(instance: optima.Instance, tmp_path: Path) -> None:
    solved = optima.solve(instance, tmp_path)
    assert solved.cost == pytest.approx(instance.optimum, abs=1e-6)
    assert solved.status == "optimal"
    assert solved.gap <= 1e-9
    assert solved.reached


def test_generalised_assignment_file_is_read_in_the_published_order(tmp_path: Path) -> None:
    # 2 agents, 3 jobs: costs, then resource use, then capacities.
    source = tmp_path / "toy"
    source.write_text("2 3\n 1 2 3\n 4 5 6\n 7 8 9\n 10 11 12\n 20 30\n")
    optima.write_assignment(source, tmp_path / "scenario")
    pairs = (tmp_path / "scenario" / "pairs.csv").read_text().splitlines()
    assert pairs[0] == "unit,rep,hours,value"
    assert pairs[1:3] == ["u1,r1,7,-1", "u1,r2,10,-4"]
    reps = (tmp_path / "scenario" / "reps.csv").read_text().splitlines()
    assert reps == ["rep,hours", "r1,20", "r2,30"]


def test_toy_assignment_is_solved(tmp_path: Path) -> None:
    # Agent 1 is cheaper everywhere (1 + 2 + 3) but has room for two of three: 20 hours, wanted are
    # 7 + 8 + 9. Each job costs 3 more with agent 2, so one of them goes there: 6 + 3 = 9.
    source = tmp_path / "toy"
    source.write_text("2 3\n 1 2 3\n 4 5 6\n 7 8 9\n 10 11 12\n 20 30\n")
    solved = optima.solve(optima.Instance("toy", source, 9), tmp_path / "scenario")
    assert solved.reached


def test_distances_are_cut_to_whole_numbers(tmp_path: Path) -> None:
    source = tmp_path / "toy.txt"
    source.write_text("2 1\n 0 0 10 1\n 1 1 10 2\n")
    optima.write_p_median(source, tmp_path / "scenario")
    pairs = (tmp_path / "scenario" / "pairs.csv").read_text().splitlines()
    # √2 counts as 1; the hours are the customer's demand.
    assert pairs[1:] == ["u1,r1,1,0", "u1,r2,1,-1", "u2,r1,2,-1", "u2,r2,2,0"]
