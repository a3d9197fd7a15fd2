"""Published assignment and location instances, written as scenario folders.

Generalised assignment: D. Cattrysse, M. Salomon, L. Van Wassenhove (1994), "A set partitioning
heuristic for the generalized assignment problem"; P. Chu, J. Beasley (1997), "A genetic algorithm
for the generalised assignment problem". Capacitated p-median: J. Beasley's OR-Library. All minimise
a cost: a pair's `value` is the cost with its sign changed, and the optimum is minus the objective.
"""

from __future__ import annotations

import csv
import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from support_command import allocopt

# The instances have one step of time; which one is nobody's concern.
CALENDAR = {"period": "month", "plan_start": "2026-01-01", "plan_periods": 1}
SOLVER = {"gap": 0, "time_limit": 600, "threads": 1}


@dataclass(frozen=True)
class Instance:
    """One published file and its known optimum."""

    name: str
    path: Path
    optimum: int

    def write(self, folder: Path) -> None:
        """Write it as a scenario folder."""
        if self.path.parent.name == "p_median":
            write_p_median(self.path, folder)
        else:
            write_assignment(self.path, folder)


def instances(cases: Path) -> Iterator[Instance]:
    """All of cattrysse1994, type a of chu1997, and cpmp01 to cpmp10."""
    with (cases / "assignment" / "best_known.csv").open() as stream:
        for row in csv.DictReader(stream):
            if row["Path"].startswith(("cattrysse1994/", "chu1997/a")):
                path = cases / "assignment" / row["Path"]
                yield Instance(row["Path"], path, int(float(row["Optimum"])))
    with (cases / "p_median" / "best_known.csv").open() as stream:
        for row in csv.DictReader(stream):
            if row["instance"] <= "cpmp10":
                path = cases / "p_median" / f"{row['instance']}.txt"
                yield Instance(f"p_median/{path.stem}", path, int(row["value_in_filename"]))


@dataclass(frozen=True)
class Solved:
    """What `allocopt solve --gap 0` says about one instance; `cost` is minus its objective."""

    instance: Instance
    exit_code: int
    status: str
    cost: float
    gap: float
    seconds: float

    @property
    def reached(self) -> bool:
        """Solved to proof, with the published optimum; costs are whole numbers."""
        right = abs(self.cost - self.instance.optimum) < 1e-6
        return right and self.exit_code == 0 and self.status == "optimal"


def solve(instance: Instance, folder: Path) -> Solved:
    """Write the scenario into `folder` and solve it with the command line."""
    instance.write(folder)
    begin = time.perf_counter()
    run = allocopt("solve", folder, "--gap", 0, "--out", folder / "plan", "--json")
    seconds = time.perf_counter() - begin
    if run.exit_code != 0:
        raise RuntimeError(f"{instance.name}: exit code {run.exit_code}\n{run.stdout}{run.stderr}")
    plan = run.json()
    return Solved(instance, run.exit_code, plan["status"], -plan["objective"], plan["gap"], seconds)


def write_assignment(path: Path, folder: Path) -> None:
    """A generalised assignment file: jobs are units, agents are reps.

    The file holds `m n`, m rows of n costs, m rows of n resource uses, m capacities.
    """
    numbers = [int(word) for word in path.read_text().split()]
    agents, jobs = numbers[:2]
    body = iter(numbers[2:])
    cost = [[next(body) for _ in range(jobs)] for _ in range(agents)]
    use = [[next(body) for _ in range(jobs)] for _ in range(agents)]
    reps = [{"rep": f"r{a + 1}", "hours": next(body)} for a in range(agents)]
    pairs = [
        {"unit": f"u{j + 1}", "rep": f"r{a + 1}", "hours": use[a][j], "value": -cost[a][j]}
        for j in range(jobs)
        for a in range(agents)
    ]
    _write_scenario(folder, path.name, jobs, reps, pairs, {})


def write_p_median(path: Path, folder: Path) -> None:
    """A capacitated p-median file: customers are units, sites are open positions.

    The file holds `n p`, then `x y capacity demand` for each customer. Distances are truncated to
    whole numbers, as the published optima have it.
    """
    count, opened, *body = (int(word) for word in path.read_text().split())
    nodes = [(k + 1, *body[4 * k : 4 * k + 4]) for k in range(count)]
    reps = [{"rep": f"r{name}", "hours": room, "status": "open"} for name, _, _, room, _ in nodes]
    pairs = [
        {
            "unit": f"u{name}",
            "rep": f"r{site}",
            "hours": demand,
            "value": -math.floor(math.dist((x, y), (site_x, site_y))),
        }
        for name, x, y, _, demand in nodes
        for site, site_x, site_y, _, _ in nodes
    ]
    headcount = {"headcount": {"min": opened, "max": opened}}
    _write_scenario(folder, path.stem, count, reps, pairs, headcount)


def _write_scenario(
    folder: Path,
    name: str,
    units: int,
    reps: list[dict[str, Any]],
    pairs: list[dict[str, Any]],
    more: dict[str, Any],
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "scenario": {"name": name, "currency": "EUR", "language": "en"},
        "calendar": CALENDAR,
        "pairs": {"complete": True},
        "workload": {"hard": True, "overtime_max": 0},
        "solver": SOLVER,
        **more,
    }
    (folder / "scenario.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    everywhere = {"territory": "all", "segment": "all", "demand": 0}
    _write_table(folder / "territories.csv", [{"territory": "all"}])
    _write_table(folder / "segments.csv", [{"segment": "all", "margin": 1}])
    _write_table(folder / "units.csv", ({"unit": f"u{i + 1}", **everywhere} for i in range(units)))
    _write_table(folder / "reps.csv", reps)
    _write_table(folder / "pairs.csv", pairs)


def _write_table(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    listed = list(rows)
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)
