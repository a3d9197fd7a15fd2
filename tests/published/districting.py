"""Counties divided into districts with the fewest cut edges, written as scenario folders.

Populations and adjacency are those of the 2010 census; the numbers of districts, the windows of
population and the optima are of H. Validi and A. Buchanan (2022), "Political districting to minimize cut
edges". Counties are units, districts are reps who are alike: `cut_price: 1` makes the cut edges the cost.
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

CALENDAR = {"period": "month", "plan_start": "2026-01-01", "plan_periods": 1}


@dataclass(frozen=True)
class Instance:
    """One state: how many districts, how many people each may have, and the fewest cut edges."""

    state: str
    districts: int
    lower: int
    upper: int
    optimum: int
    population: dict[str, int]
    edges: list[tuple[str, str]]

    @property
    def tolerance(self) -> float:
        """What the band of `balance` must be, as a share of the mean, to allow just lower … upper.

        People are whole, so a band that ends between two whole numbers is right too.
        """
        mean = sum(self.population.values()) / self.districts
        share = max(mean - self.lower, self.upper - mean) / mean
        band = math.ceil(mean * (1 - share) - 1e-6), math.floor(mean * (1 + share) + 1e-6)
        if band != (self.lower, self.upper):
            raise ValueError(f"{self.state}: a band around the mean gives {band}")
        return share

    def write(self, folder: Path, **solver: Any) -> None:
        """Write it as a scenario folder."""
        folder.mkdir(parents=True, exist_ok=True)
        measure = {"measure": "population", "tolerance": self.tolerance, "hard": True}
        config = {
            "scenario": {"name": self.state, "currency": "EUR", "language": "en"},
            "calendar": CALENDAR,
            "balance": [measure],
            "contiguity": {"hard": True, "cut_price": 1},
            "solver": {"gap": 0, **solver},
        }
        (folder / "scenario.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
        same = {"territory": self.state, "segment": "all", "hours": 0, "demand": 0}
        units = [{"unit": u, **same, "population": p} for u, p in self.population.items()]
        reps = [{"rep": f"d{number + 1}", "hours": 1} for number in range(self.districts)]
        _write(folder / "units.csv", units)
        _write(folder / "reps.csv", reps)
        _write(folder / "territories.csv", [{"territory": self.state}])
        _write(folder / "segments.csv", [{"segment": "all", "margin": 1}])
        _write(folder / "adjacency.csv", [{"a": a, "b": b} for a, b in self.edges])


def instances(cases: Path) -> Iterator[Instance]:
    """All states of the file, the smallest first."""
    rows = list(_read(cases / "districting" / "county_instances.csv"))
    counties = list(_read(cases / "geography" / "us_counties_2010.csv"))
    touching = list(_read(cases / "geography" / "us_county_adjacency_within_state.csv"))
    for row in sorted(rows, key=lambda row: int(row["n"]) * int(row["k"])):
        state = row["state"]
        yield Instance(
            state=state,
            districts=int(row["k"]),
            lower=int(row["L"]),
            upper=int(row["U"]),
            optimum=int(float(row["opt_cut_edges_contiguous"])),
            population={
                county["fips"]: int(county["pop2010"])
                for county in counties
                if county["state"] == state
            },
            edges=sorted(
                {
                    (min(edge["fips1"], edge["fips2"]), max(edge["fips1"], edge["fips2"]))
                    for edge in touching
                    if edge["state"] == state
                }
            ),
        )


@dataclass(frozen=True)
class Solved:
    """What `allocopt solve --gap 0` says about one state; `cost` is minus its objective."""

    instance: Instance
    status: str
    cost: float
    gap: float
    seconds: float

    @property
    def reached(self) -> bool:
        """Solved to proof, with the published optimum; edges are whole."""
        return abs(self.cost - self.instance.optimum) < 1e-6 and self.status == "optimal"


def solve(instance: Instance, folder: Path, time_limit: float = 600) -> Solved:
    """Write the scenario into `folder` and solve it with the command line."""
    instance.write(folder, time_limit=time_limit)
    begin = time.perf_counter()
    run = allocopt("solve", folder, "--out", folder / "plan", "--json")
    seconds = time.perf_counter() - begin
    if run.exit_code not in (0, 4):
        raise RuntimeError(f"{instance.state}: exit {run.exit_code}\n{run.stdout}{run.stderr}")
    plan = run.json()
    return Solved(instance, plan["status"], -plan["objective"], plan["gap"], seconds)


def _read(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    listed = list(rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)
