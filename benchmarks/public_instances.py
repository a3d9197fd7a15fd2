"""Hard public instances: ours beside HiGHS alone on the same model, and where the bounds lie.

    python benchmarks/public_instances.py [NAME …] [--seconds S] [--threads N] [--alone no]

Generalised assignment types b and c, and all of the capacitated p-median set, from the cases that
`published_optima.py` reads; then types d and e as `generalised_assignment.py` makes them, for which nothing
is published and the gap is to our own bound. NAME picks those whose name contains it. `lp` and `knapsack`
are the bounds of the linear relaxation and of exact knapsacks, so that what the relaxation lacks and what
the search lacks stand apart; costs are minimised. `above` is the distance to the best known cost, else to
the bound.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import generalised_assignment
from published import optima
from support_cases import cases_folder

from allocopt.forecasting import forecast_scenario
from allocopt.model import build
from allocopt.planning import problem_of
from allocopt.problem import Problem
from allocopt.scenario import load_scenario
from allocopt.solver import Limits, solve
from allocopt.solver.bound import dual_bound
from allocopt.solver.compiled import CompiledModel, compile_model
from allocopt.solver.highs import Watch, run
from allocopt.solver.knapsacks.strengthened import strengthened

MADE = tuple(
    (kind, agents, jobs)
    for kind in generalised_assignment.TYPES
    for agents, jobs in ((10, 100), (20, 200), (10, 400), (20, 400), (40, 400), (80, 1600))
)
PUBLISHED = ("chu1997/b", "chu1997/c", "yagiura2004/")
ROW = "{:<24}{:>8}{:>10}{:>10}{:>9}{:>9}{:>8}{:>7}{:>11}{:>10}{:>8}"
HEAD = ("instance", "known", "lp", "knapsack", "ours", "bound", "above", "s", "HiGHS", "bound", "s")


@dataclass(frozen=True)
class Case:
    """An instance in its file, with the best known cost where one is published."""

    name: str
    path: Path
    known: float | None


def cases(folder: Path) -> Iterator[Case]:
    """The published instances; made ones are written into `folder`."""
    source = cases_folder()
    with (source / "assignment" / "best_known.csv").open() as stream:
        for row in csv.DictReader(stream):
            if row["Path"].startswith(PUBLISHED):
                known = float(row["Best known solution value"])
                yield Case(row["Path"], source / "assignment" / row["Path"], known)
    with (source / "p_median" / "best_known.csv").open() as stream:
        for row in csv.DictReader(stream):
            path = source / "p_median" / f"{row['instance']}.txt"
            yield Case(f"p_median/{path.stem}", path, float(row["value_in_filename"]))
    for kind, agents, jobs in MADE:
        path = folder / f"{kind}{agents:02d}{jobs}"
        if not path.exists():
            generalised_assignment.write(path, kind, agents, jobs)
        yield Case(f"made/{path.name}", path, None)


def problem(case: Case) -> Problem:
    """The case as a scenario folder, read as any other."""
    with tempfile.TemporaryDirectory() as folder:
        optima.Instance(case.name, case.path, 0).write(Path(folder))
        scenario = load_scenario(Path(folder))
        return problem_of(scenario, forecast_scenario(scenario))


def bounds(model: CompiledModel, limits: Limits) -> tuple[float, float]:
    """The bounds of the linear relaxation and of exact knapsacks."""
    relaxed = run(model, limits, relaxed=True)
    linear = dual_bound(model, relaxed.row_dual)
    return linear, strengthened(model, relaxed, None, linear, limits, Watch(Event())).bound


def line(case: Case, limits: Limits, *, alone: bool) -> tuple[str, float]:
    """A row of the table, and how far our cost is above the best known, else above our bound."""
    asked = problem(case)
    model = compile_model(build(asked))
    linear, knapsack = bounds(model, limits)
    ours = solve(asked, limits)
    least = case.known if case.known is not None else -ours.bound
    above = (-ours.objective - least) / abs(least)
    figures = ["–"] * 3
    if alone:
        began = time.perf_counter()
        other = run(model, limits)
        seconds = time.perf_counter() - began
        figures = [f"{-other.objective:g}", f"{-other.bound:.1f}", f"{seconds:.1f}"]
    known = "–" if case.known is None else f"{case.known:g}"
    shown = (known, f"{-linear:.1f}", f"{-knapsack:.1f}", f"{-ours.objective:g}")
    mine = (f"{-ours.bound:.1f}", f"{above:.3%}", f"{ours.seconds:.1f}")
    return ROW.format(case.name, *shown, *mine, *figures), above


def main() -> int:
    """Print a line per instance; the exit code says whether all are within 0.1 % of the best known."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--alone", choices=("yes", "no"), default="yes")
    asked = parser.parse_args()
    limits = Limits(time_limit=asked.seconds, gap=0.0, threads=asked.threads)
    print(ROW.format(*HEAD))
    close = True
    with tempfile.TemporaryDirectory() as folder:
        for case in cases(Path(folder)):
            if not asked.names or any(name in case.name for name in asked.names):
                text, above = line(case, limits, alone=asked.alone == "yes")
                close &= above <= 0.001
                print(text, flush=True)
    return 0 if close else 1


if __name__ == "__main__":
    sys.exit(main())
