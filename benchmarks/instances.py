"""Scenarios of the benchmarks of the solver, made by seeded scripts, each with a known feasible plan.

    python benchmarks/instances.py NAME FOLDER [--size UNITS REPS] [--seed S]

Reps live in cities, accounts lie around a rep each, so that the plan that gives each account to that rep is
known; reps have the hours for it. Where an instance counts handovers, about four in five of today's owners
are of that plan, and all the locked ones.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import yaml
from scipy.spatial import cKDTree

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

LOAD = 0.91
CANDIDATES = 10


@dataclass(frozen=True)
class Field:
    """Reps and accounts on a map; `planted` is the rep of each account in the known plan.

    near: the nearest reps of each account, nearest first; distance to them [km].
    """

    rep_at: Floats
    unit_at: Floats
    planted: Numbers
    near: Numbers
    distance: Floats
    potential: Floats
    hours: Floats
    random: np.random.Generator = field(repr=False)

    @property
    def rep_hours(self) -> Floats:
        """Hours of each rep: the same for all but those whom the planted plan gives more to do.

        Of all hours `LOAD` is work.
        """
        planned = np.bincount(self.planted, self.hours, len(self.rep_at))
        needed = planned.sum() / LOAD
        # More for the busy ones leaves less for the others; what they share falls until all adds up.
        same = needed / len(planned)
        for _ in planned:
            busy = planned > same
            same = (needed - planned[busy].sum()) / np.count_nonzero(~busy)
        return np.ceil(100 * np.maximum(same, planned)) / 100


def make_field(units: int, reps: int, seed: int, side: float = 100) -> Field:
    """A square map of `units` accounts around `reps` reps in a fifth as many cities; `side` in km."""
    random = np.random.default_rng(seed)
    cities = random.random((max(3, reps // 5), 2)) * side
    rep_at = cities[random.integers(len(cities), size=reps)] + random.normal(0, 2, (reps, 2))
    planted = np.arange(units) % reps
    unit_at = rep_at[planted] + random.normal(0, 6, (units, 2))
    distance, near = cKDTree(rep_at).query(unit_at, k=min(CANDIDATES, reps))
    missing = ~(near == planted[:, None]).any(axis=1)
    near[missing, -1] = planted[missing]
    distance[missing, -1] = np.linalg.norm(rep_at[planted] - unit_at, axis=1)[missing]
    return Field(
        rep_at=rep_at,
        unit_at=unit_at,
        planted=planted,
        near=near,
        distance=distance,
        potential=np.round(random.lognormal(0, 1, units) * 1000, 2),
        hours=np.round(0.3 + 0.7 * random.lognormal(0, 0.6, units), 3),
        random=random,
    )


def names(prefix: str, count: int) -> list[str]:
    """r001, r002, …"""
    return [f"{prefix}{number + 1:0{len(str(count))}d}" for number in range(count)]


def assignment_tables(land: Field) -> dict[str, pd.DataFrame]:
    """Units, reps and the complete list of pairs, each worth its potential less a share for the way."""
    units, reps = names("u", len(land.unit_at)), names("r", len(land.rep_at))
    width = land.near.shape[1]
    value = land.potential[:, None] * (1 - 0.01 * land.distance) - 20 * land.distance
    pairs = pd.DataFrame(
        {
            "unit": np.repeat(units, width),
            "rep": np.array(reps)[land.near.ravel()],
            "value": np.round(value.ravel(), 2),
            "distance": np.round(land.distance.ravel(), 3),
        }
    )
    return {
        "territories": pd.DataFrame({"territory": ["all"]}),
        "segments": pd.DataFrame({"segment": ["all"], "margin": [1.0]}),
        "units": pd.DataFrame(
            {
                "unit": units,
                "territory": "all",
                "segment": "all",
                "hours": land.hours,
                "demand": 0,
                "potential": land.potential,
            }
        ),
        "reps": pd.DataFrame({"rep": reps, "hours": land.rep_hours}),
        "pairs": pairs,
    }


ONE_STEP = {"period": "month", "plan_start": "2026-01-01", "plan_periods": 1}
PLAIN: dict[str, Any] = {
    "calendar": ONE_STEP,
    "pairs": {"complete": True},
    "workload": {"hard": True, "overtime_max": 0},
}


def hard_workload(folder: Path, units: int = 10_000, reps: int = 200, seed: int = 0) -> None:
    """Hard hours at 91 % load; potential within ±15 % of its share, 5 for each 1 outside."""
    tables = assignment_tables(make_field(units, reps, seed))
    balance = [{"measure": "potential", "tolerance": 0.15, "price": 5}]
    write(folder, {**PLAIN, "balance": balance}, tables)


def six_measures(folder: Path, units: int = 8_000, reps: int = 48, seed: int = 0) -> None:
    """Six measures within ±10–15 % at prices, today's owners at a loss per handover, locks."""
    land = make_field(units, reps, seed)
    tables = assignment_tables(land)
    random = land.random
    owner = land.near[np.arange(units), np.where(random.random(units) < 0.15, 1, 0)]
    owner = np.where(random.random(units) < 0.75, land.planted, owner)
    own = np.array(tables["reps"]["rep"])
    tables["units"] = tables["units"].assign(
        demand=np.round(land.potential * random.uniform(0.2, 0.6, units), 2),
        rep=own[owner],
        lock=np.where((random.random(units) < 0.06) & (owner == land.planted), "strategic", ""),
        accounts=1,
        visits_a_year=np.round(land.hours * random.uniform(5, 9, units), 1),
        pipeline=np.round(land.potential * random.lognormal(-1.5, 0.8, units), 2),
    )
    measures = {
        "accounts": (0.15, 500),
        "hours": (0.10, 500),
        "potential": (0.15, 1),
        "demand": (0.12, 2),
        "visits_a_year": (0.10, 80),
        "pipeline": (0.15, 2),
    }
    balance = [
        {"measure": name, "tolerance": tolerance, "price": price}
        for name, (tolerance, price) in measures.items()
    ]
    write(folder, {**PLAIN, "handover": {"loss": 0.15}, "balance": balance}, tables)


def concave_response(folder: Path, cells: int = 1_000, reps: int = 100, seed: int = 0) -> None:
    """Cells that respond to time, three levers with concave lift, four quarters, one budget."""
    land = make_field(cells, reps, seed)
    tables = assignment_tables(land)
    random = land.random
    places = names("t", cells)
    kinds = np.array(["large", "medium", "small"])
    tables["territories"] = pd.DataFrame(
        {"territory": ["all", *places], "parent": ["", *["all"] * cells]}
    )
    tables["segments"] = pd.DataFrame(
        {
            "segment": kinds,
            "margin": [0.35, 0.4, 0.45],
            "response_0": [0.3, 0.4, 0.55],
            "response_50": [0.72, 0.75, 0.8],
            "response_100": 1.0,
            "response_150": [1.14, 1.12, 1.08],
            "response_max": [1.25, 1.2, 1.12],
        }
    )
    tables["units"] = tables["units"].assign(
        territory=places,
        segment=kinds[random.integers(3, size=cells)],
        hours=land.hours * 60,
        demand=np.round(land.potential * 20, 2),
        potential=np.round(land.potential * 60, 2),
    )
    tables["pairs"]["value"] = np.round(-tables["pairs"]["distance"] * 40, 2)
    tables["reps"] = tables["reps"].assign(
        hours=np.round(land.rep_hours * 60 * 0.8, 1),
        productivity=np.round(random.uniform(0.85, 1.15, reps), 3),
    )
    levers = {
        "search": (0.18, 900, 0.0),
        "events": (0.10, 2500, 0.3),
        "discounts": (0.12, 1500, 0.0),
    }
    tables["levers"] = pd.DataFrame({"lever": list(levers)})
    tables["responses"] = pd.DataFrame(
        [
            {
                "lever": lever,
                "territory": place,
                "segment": segment,
                "form": "adbudg",
                "lift_max": lift,
                "lift_unit": "share",
                "half": half,
                "shape": 1,
                "carryover": carryover,
                "spend_max": 4 * half,
            }
            for place, segment in zip(places, tables["units"]["segment"], strict=True)
            for lever, (lift, half, carryover) in levers.items()
        ]
    )
    config = {
        **PLAIN,
        "calendar": {"period": "quarter", "plan_start": "2026-01-01", "plan_periods": 4},
        "budget": {"total_max": 2_000 * cells},
    }
    write(folder, config, tables)


def territory_tree(folder: Path, units: int = 100_000, reps: int = 2_000, seed: int = 0) -> None:
    """As `hard_workload`, on a map that grows with it: regions of 100 reps, districts of 10.

    An account lies in the district of the rep that it is around; the reps nearest to it may be in others.
    """
    land = make_field(units, reps, seed, side=100 * np.sqrt(reps / 200))
    region = blocks_of(land.rep_at, max(2, reps // 100))
    district = np.zeros(reps, dtype=int)
    for number in range(region.max() + 1):
        inside = np.flatnonzero(region == number)
        district[inside] = 10 * number + blocks_of(land.rep_at[inside], 10)
    regions, districts = names("g", region.max() + 1), names("d", district.max() + 1)
    tables = assignment_tables(land)
    tables["territories"] = pd.DataFrame(
        {
            "territory": ["company", *regions, *districts],
            "parent": ["", *["company"] * len(regions), *np.repeat(regions, 10)],
        }
    )
    home = np.array(districts)[district]
    tables["reps"]["territory"] = home
    tables["units"]["territory"] = home[land.planted]
    balance = [{"measure": "potential", "tolerance": 0.15, "price": 5}]
    levels = {"levels": ["company", "region", "district"]}
    write(folder, {**PLAIN, **levels, "balance": balance}, tables)


def blocks_of(points: Floats, count: int) -> Numbers:
    """Number of the block that each point lies in: a map cut into columns, and each column across."""
    columns = round(np.sqrt(count))
    across = np.diff(np.linspace(0, count, columns + 1).round().astype(int))
    block, first = np.empty(len(points), dtype=np.int64), 0
    edges = np.cumsum(across)[:-1] / count * len(points)
    for column, number in zip(
        np.split(points[:, 0].argsort(kind="stable"), edges.round().astype(int)),
        across,
        strict=True,
    ):
        upward = column[points[column, 1].argsort(kind="stable")]
        for place, inside in enumerate(np.array_split(upward, number)):
            block[inside] = first + place
        first += number
    return block


def write(folder: Path, config: dict[str, Any], tables: dict[str, pd.DataFrame]) -> None:
    """A scenario folder of a configuration and its tables."""
    folder.mkdir(parents=True, exist_ok=True)
    head = {"scenario": {"name": folder.name, "currency": "EUR", "language": "en"}}
    (folder / "scenario.yaml").write_text(yaml.safe_dump({**head, **config}, sort_keys=False))
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)


MAKERS: dict[str, Callable[..., None]] = {
    "six_measures": six_measures,
    "hard_workload": hard_workload,
    "concave_response": concave_response,
    "territory_tree": territory_tree,
}


def main() -> None:
    """Write one instance."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=sorted(MAKERS))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, nargs=2, default=[], metavar=("UNITS", "REPS"))
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    MAKERS[asked.name](asked.folder, *asked.size, seed=asked.seed)


if __name__ == "__main__":
    main()
