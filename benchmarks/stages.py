"""Seconds and memory of each stage from a scenario to its plan, and of a change of it.

    python benchmarks/stages.py INSTANCE [--size UNITS REPS] [--set KEY=VALUE …] [--time-limit SECONDS]

INSTANCE is one of `instances.py`, or a folder. All stages are done once for a small scenario before, so
that everything is imported, as it is in a review meeting; nothing else is kept. `relax` is the linear
relaxation alone; `solve` is the search with a build and a compilation of its own; `change` gives the first
rep half of the hours. Memory is the peak of the process up to the end of the stage.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from instances import MAKERS

from allocopt.audit import audit
from allocopt.config import parse_settings
from allocopt.errors import PlanError
from allocopt.forecasting import forecast_scenario
from allocopt.model import build, read_decisions, settle_plan
from allocopt.planning import problem_of
from allocopt.problem import Problem
from allocopt.results import assemble_plan
from allocopt.scenario import Scenario, change_scenario, load_scenario
from allocopt.solver import Limits, solve
from allocopt.solver.compiled import compile_model, load_values
from allocopt.solver.highs import run

T = TypeVar("T")

SMALL = Path(__file__).resolve().parents[1] / "scenarios" / "two_reps"
ROW = "{:<10}{:>10}{:>10}{:>10}"
# ru_maxrss counts kilobytes on Linux and bytes on macOS.
MEBIBYTE = 1024 if sys.platform == "linux" else 1024**2


@dataclass(frozen=True)
class Clock:
    """Prints a line for each stage, unless it is silent."""

    silent: bool = False

    def stage(self, name: str, step: Callable[[], T]) -> T:
        """What a step gives."""
        cpu, began = time.process_time(), time.perf_counter()
        result = step()
        seconds = (time.process_time() - cpu, time.perf_counter() - began)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEBIBYTE
        if not self.silent:
            print(ROW.format(name, *(f"{x:.2f}" for x in seconds), f"{peak:.0f}"), flush=True)
        return result


def main() -> None:
    """Read the command line, print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("instance", help=f"{', '.join(MAKERS)}, or a folder")
    options.add_argument("--size", type=int, nargs=2, metavar=("UNITS", "REPS"), default=())
    options.add_argument("--set", nargs="*", default=(), metavar="KEY=VALUE")
    options.add_argument("--time-limit", type=float, default=30.0)
    asked = options.parse_args()
    measure(SMALL, (), Limits(1.0), Clock(silent=True))
    print(ROW.format("stage", "CPU s", "s", "peak MiB"))
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(asked.instance)
        if asked.instance in MAKERS:
            folder = Path(parent) / asked.instance
            MAKERS[asked.instance](folder, *asked.size)
        measure(folder, asked.set, Limits(asked.time_limit), Clock())


def measure(folder: Path, settings: Sequence[str], limits: Limits, clock: Clock) -> None:
    """All stages of the scenario in a folder."""
    scenario = clock.stage("load", lambda: load_scenario(folder, settings))
    forecast = clock.stage("forecast", lambda: forecast_scenario(scenario))
    problem = clock.stage("problem", lambda: problem_of(scenario, forecast))
    measure_model(problem, limits, clock)
    try:
        solution = clock.stage("solve", lambda: solve(problem, limits))
    except PlanError as reason:
        print(reason)
    else:
        plan = clock.stage("assemble", lambda: assemble_plan(scenario, forecast, problem, solution))
        clock.stage("audit", lambda: audit(problem, plan))
    clock.stage("change", lambda: with_fewer_hours(scenario))


def measure_model(problem: Problem, limits: Limits, clock: Clock) -> None:
    """The model, and what is read from it where its relaxation has a solution."""
    model = clock.stage("build", lambda: build(problem))
    compiled = clock.stage("compile", lambda: compile_model(model))
    relaxed = clock.stage("relax", lambda: run(compiled, limits, relaxed=True))
    if relaxed.x is not None:
        load_values(compiled, relaxed.x)
        clock.stage("settle", lambda: settle_plan(model, problem))
        clock.stage("read", lambda: read_decisions(model, problem))


def with_fewer_hours(scenario: Scenario) -> Scenario:
    """The scenario in which the first rep has half of the hours."""
    rep, hours = scenario.table("reps")[["rep", "hours"]].iloc[0]
    return change_scenario(scenario, parse_settings([f'tables.reps."{rep}".hours={hours / 2:g}']))


if __name__ == "__main__":
    main()
