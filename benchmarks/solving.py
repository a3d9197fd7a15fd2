"""Plans beside the best valid bound: ours, HiGHS alone and CP-SAT on the same model, in the same run.

    python benchmarks/solving.py [NAME …] [--time-limit S] [--seed S] [--threads N] [--size UNITS REPS]
        [--only ours|highs|cp-sat]

The instances are made by `instances.py`. Each method runs in a process of its own with the same threads and
the same time limit, which is that of its search; CP-SAT takes part where all numbers are whole ones of
1/1000. What `ours` does before and after its search counts in its seconds, and in no other's.

    seconds     from the start of the method to its answer
    MiB         peak memory of its process
    objective   of its whole numbers, with the best other values, by the compiled model; "breaks a rule"
    own bound   what the method itself proves; its own gap beside it
    gap         (bound − objective) / |objective| with the best bound of the run
    left        (bound − objective) / (bound − objective of the plan of nearest reps)
    to 1.0% …   seconds until a plan was heard of that is as close to the best bound of the run

The planted plan is the one that the instance was drawn around; it keeps all hard rules. The nearest plan
gives each unit to the nearest rep, but for locked ones. Where that breaks hard hours, those beyond are
free, which flatters it and makes `left` larger.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from instances import MAKERS
from known_plans import planted_plan, point_of, worth, worth_of_nearest
from methods import Answer, cp_sat, highs, ours

from allocopt.forecasting import forecast_scenario
from allocopt.model import build
from allocopt.planning import problem_of
from allocopt.scenario import load_scenario
from allocopt.solver import Limits
from allocopt.solver.compiled import CompiledModel, compile_model

METHODS: dict[str, Callable[[Path, CompiledModel, Limits], Answer]] = {
    "ours": ours,
    "highs": highs,
    "cp-sat": cp_sat,
}
INSTANCES = ("six_measures", "hard_workload", "concave_response")
# Seconds that each instance is to be solved in, and where CP-SAT can take part.
SECONDS = {"six_measures": 30.0, "hard_workload": 20.0, "concave_response": 60.0}
WHOLE = ("hard_workload",)
GAPS = (0.01, 0.005, 0.003, 0.002, 0.001)
ROW = "{:<9}{:>8}{:>7}{:>15}{:>15}{:>10}{:>10}{:>10}" + "{:>9}" * len(GAPS)


@dataclass(frozen=True)
class Case:
    """An instance in arrays, its known plans' objectives, and seconds of each step up to the arrays."""

    folder: Path
    model: CompiledModel
    steps: dict[str, float]
    planted: float
    nearest: float


@dataclass(frozen=True)
class Judged:
    """An answer and the objective that the compiled model finds for it."""

    answer: Answer
    objective: float


def main() -> None:
    """Print a table per instance."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(INSTANCES))
    parser.add_argument("--time-limit", type=float, help="of each search; by default the target's")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--size", type=int, nargs=2, default=[], metavar=("UNITS", "REPS"))
    parser.add_argument("--only", choices=METHODS, action="append")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(INSTANCES):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(INSTANCES)}")
    with tempfile.TemporaryDirectory() as parent:
        for name in asked.names or INSTANCES:
            folder = Path(parent) / name
            MAKERS[name](folder, *asked.size, seed=asked.seed)
            compare(name, folder, asked)


def compare(name: str, folder: Path, asked: argparse.Namespace) -> None:
    """Solve one instance in every way that is asked for, and print its table."""
    limits = Limits(asked.time_limit or SECONDS[name], threads=asked.threads, seed=asked.seed)
    case = alone(prepared, folder)
    print(f"\n{name}: {size_of(case)}; {rules_of(folder)}")
    print("  " + ", ".join(f"{step} {seconds:.1f} s" for step, seconds in case.steps.items()))
    print(f"  search {limits.time_limit:g} s, {limits.threads} threads, seed {limits.seed}")
    judged = {
        method: judge(case, alone(METHODS[method], folder, case.model, limits))
        for method in asked.only or METHODS
        if method != "cp-sat" or name in WHOLE
    }
    print_table(case, judged)


def alone(work: Callable[..., Any], *arguments: Any) -> Any:
    """What `work` returns from a process of its own, whose memory is its own too."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work, *arguments).result()


def prepared(folder: Path) -> Case:
    """The case of a folder. Of its columns the names are kept, for another process knows no Pyomo model."""
    steps: dict[str, float] = {}
    scenario = timed(steps, "load", load_scenario, folder)
    problem = timed(steps, "problem", lambda: problem_of(scenario, forecast_scenario(scenario)))
    pyomo_model = timed(steps, "build", build, problem)
    model = timed(steps, "compile", compile_model, pyomo_model)
    planted = worth(model, point_of(model, planted_plan(folder)))
    nearest = worth_of_nearest(model, folder)
    named = replace(model, columns=tuple(column.name for column in model.columns))
    return Case(folder, named, steps, planted, nearest)


def timed(steps: dict[str, float], step: str, work: Callable[..., Any], *arguments: Any) -> Any:
    """What `work` returns; its seconds are noted."""
    began = time.perf_counter()
    result = work(*arguments)
    steps[step] = time.perf_counter() - began
    return result


def judge(case: Case, answer: Answer) -> Judged:
    """An answer held against the compiled model."""
    return Judged(answer, worth(case.model, answer.point))


def size_of(case: Case) -> str:
    """Rows and columns."""
    rows, columns = case.model.shape
    return f"{rows:,} rows, {columns:,} columns, {case.model.integer.sum():,} whole"


def rules_of(folder: Path) -> str:
    """Which rules of a scenario are hard, and the price of those that are soft."""
    config = yaml.safe_load((folder / "scenario.yaml").read_text(encoding="utf-8"))
    balance = config.get("balance", ())
    bands = [f"{rule['measure']} ±{rule['tolerance']:.0%} at {rule['price']:g}" for rule in balance]
    rules = ["hours hard", *bands]
    if "handover" in config:
        rules.append(f"locks hard, a handover loses {config['handover']['loss']:.0%} of the sales")
    if "budget" in config:
        rules.append(f"budget {config['budget']['total_max']:,} hard")
    return ", ".join(rules)


def print_table(case: Case, judged: dict[str, Judged]) -> None:
    """A line per method and known plan."""
    bound = min(found.answer.bound for found in judged.values())
    heads = ("seconds", "MiB", "objective", "own bound", "own gap", "gap", "left")
    print(ROW.format("", *heads, *(f"to {gap:.1%}" for gap in GAPS)))
    for method, found in judged.items():
        print(ROW.format(method, *cells(case, found, bound)))
    for name, objective in (("planted", case.planted), ("nearest", case.nearest)):
        shares = (percent(gap_of(objective, bound)), percent(left_of(case, objective, bound)))
        print(ROW.format(name, "", "", amount(objective), "", "", *shares, *[""] * len(GAPS)))


def cells(case: Case, found: Judged, bound: float) -> Iterator[str]:
    """The cells of a method."""
    answer, objective = found.answer, found.objective
    yield f"{answer.seconds:.1f}"
    yield f"{answer.memory:,.0f}"
    yield amount(objective) if answer.point is not None else "no plan"
    yield amount(answer.bound)
    yield percent(gap_of(objective, answer.bound))
    yield percent(gap_of(objective, bound))
    yield percent(left_of(case, objective, bound))
    for gap in GAPS:
        close = (when for when, heard in answer.heard if gap_of(heard, bound) <= gap)
        yield next((f"{when:.1f}" for when in close), "–")


def gap_of(objective: float, bound: float) -> float:
    """(bound − objective) / |objective|."""
    return (bound - objective) / abs(objective) if objective else np.inf


def left_of(case: Case, objective: float, bound: float) -> float:
    """What is left to the bound of what the plan of nearest reps leaves."""
    return (bound - objective) / (bound - case.nearest)


def amount(value: float) -> str:
    """With thousands; a plan that breaks a rule has no objective, a method without proof no bound."""
    if math.isnan(value):
        return "breaks a rule"
    return f"{value:,.0f}" if abs(value) < 1e100 else "none"


def percent(value: float) -> str:
    """A share."""
    return f"{value:.3%}" if math.isfinite(value) else "–"


if __name__ == "__main__":
    main()
