"""A plan that is too large for one model: 100,000 accounts × 2,000 reps over a territory tree.

    python benchmarks/decomposed.py [--size UNITS REPS] [--time-limit SECONDS] [--jobs N] [--regions LEVEL]

One run from the folder to the audited plan. Prints what is done when, then seconds, the peak memory of all
processes together, objective, bound, gap, and what is left of the way from the plan of the nearest reps,
whose hours beyond a rep's are free, to the bound.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from threading import Event, Thread

import numpy as np
from instances import territory_tree
from known_plans import nearest_plan

from allocopt.forecasting import forecast_scenario
from allocopt.planning import plan_scenario, problem_of
from allocopt.problem import Problem
from allocopt.scenario import load_scenario

MEBIBYTE = 1024 * 1024
# How often memory is looked at. [s]
EVERY = 0.5


class Memory(Thread):
    """Looks at the memory of this process and all that it started; `peak` [MiB], where /proc tells."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak, self.own, self.enough = 0.0, 0.0, Event()

    def run(self) -> None:
        """Looks until it is `enough`."""
        while not self.enough.wait(EVERY):
            own = resident(os.getpid())
            children = sum(resident(process) for process in descendants(os.getpid()))
            self.own, self.peak = max(self.own, own), max(self.peak, own + children)


def resident(process: int) -> float:
    """Memory of a process; 0 where it has ended. [MiB]"""
    try:
        pages = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0.0
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / MEBIBYTE


def descendants(process: int) -> list[int]:
    """All processes that a process has started, and those that these have."""
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = [int(child) for child in task.read_text(encoding="ascii").split()]
        except OSError:
            continue
        found += [*children, *(below for child in children for below in descendants(child))]
    return found


def worth_of_nearest(problem: Problem, folder: Path) -> float:
    """Value of the nearest pairs less the price of what lies outside the bands. [currency]"""
    nearest = nearest_plan(folder)
    unit, rep = (problem.stints.get_level_values(name) for name in ("unit", "rep"))
    chosen = np.array([nearest[a] == b for a, b in zip(unit, rep, strict=True)])
    shares = problem.stint_value[chosen] * 0.0 + 1.0
    total = float(problem.stint_value[chosen].sum())
    for rule in problem.balance:
        bands = rule.bands(problem.tenures.first_of({}))
        carried = rule.carried(shares).reindex(bands.index).fillna(0.0)
        outside = (bands["lower"] - carried).clip(lower=0) + (carried - bands["upper"]).clip(
            lower=0
        )
        total -= rule.price * float(outside.sum())
    return total


def solve(folder: Path, settings: tuple[str, ...]) -> None:
    """One run, and what came of it."""
    began = time.monotonic()

    def tell(_share: float, note: str) -> None:
        print(f"  {time.monotonic() - began:7.1f} s  {memory.own:6,.0f} MiB  {note}", flush=True)

    memory = Memory()
    memory.start()
    scenario = load_scenario(folder, settings)
    plan = plan_scenario(scenario, progress=tell)
    seconds = time.monotonic() - began
    memory.enough.set()
    nearest = worth_of_nearest(problem_of(scenario, forecast_scenario(scenario)), folder)
    objective, bound = plan.summary["objective"], plan.summary["bound"]
    print(f"seconds               {seconds:,.1f}, of which solving {plan.summary['seconds']:,.1f}")
    print(f"memory                {memory.peak:,.0f} MiB, of this process {memory.own:,.0f}")
    print(f"objective             {objective:,.2f}")
    print(f"bound                 {bound:,.2f}")
    print(f"gap                   {plan.summary['gap']:.3%}")
    print(f"nearest reps          {nearest:,.2f}")
    print(f"left of the way       {(bound - objective) / (bound - nearest):.3%}")


def main() -> None:
    """Makes the instance and solves it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--size", type=int, nargs=2, default=[100_000, 2_000], metavar=("UNITS", "REPS")
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--time-limit", type=float, default=480)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--regions", default="auto")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "territory_tree"
        territory_tree(folder, *asked.size, seed=asked.seed)
        print(f"{asked.size[0]:,} accounts × {asked.size[1]:,} reps, regions: {asked.regions}")
        solver = {"time_limit": asked.time_limit, "jobs": asked.jobs, "regions": asked.regions}
        solve(folder, tuple(f"solver.{key}={value}" for key, value in solver.items()))


if __name__ == "__main__":
    main()
