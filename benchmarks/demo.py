"""Time and peak memory of the main job, step by step, and of the whole `allocopt demo`.

    python benchmarks/demo.py [SCENARIO]

SCENARIO is a shipped one, by default the demo's own. Memory is the peak of the process up to the end
of the step, so a step that needs less than one before it adds nothing.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from allocopt.audit import audit
from allocopt.documents import render_to_file
from allocopt.forecasting import forecast_scenario
from allocopt.model import build
from allocopt.plan import save_plan
from allocopt.planning import limits_of
from allocopt.problem import build_problem
from allocopt.results import assemble_plan
from allocopt.scenario import load_scenario
from allocopt.solver import solve
from allocopt.solver.compiled import compile_model

ROW = "{:<24}{:>10}{:>10}"
SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"
# ru_maxrss counts kilobytes on Linux and bytes on macOS.
MEGABYTE = 1024 * (1024 if sys.platform == "darwin" else 1)


def main(arguments: list[str]) -> None:
    """Measure the steps in this process, then the command in one of its own."""
    name = arguments[0] if arguments else "regional"
    print(ROW.format(name, "seconds", "peak MB"))
    report("imports", time.process_time(), resource.RUSAGE_SELF)
    with tempfile.TemporaryDirectory() as folder:
        measure_steps(SCENARIOS / name, Path(folder) / "steps")
        with measured("allocopt demo", resource.RUSAGE_CHILDREN):
            run_demo(name, Path(folder) / "demo")


def measure_steps(path: Path, folder: Path) -> None:
    """The recipe of planning, with a clock between its steps."""
    with measured("check"):
        scenario = load_scenario(path)
    with measured("forecast"):
        forecast = forecast_scenario(scenario)
    with measured("problem"):
        problem = build_problem(scenario, forecast.table)
    with measured("build model"):
        model = build(problem)
    with measured("compile to arrays"):
        compiled = compile_model(model)
    with measured("build, compile, solve"):
        solution = solve(problem, limits_of(scenario))
    with measured("assemble plan"):
        plan = assemble_plan(scenario, forecast, problem, solution)
    with measured("audit"):
        broken = audit(problem, plan)
    with measured("save"):
        save_plan(plan, scenario, folder)
    for language in ("en", "zh-CN"):
        with measured(f"render {language}"):
            render_to_file(plan, scenario, folder / f"{language}.html", language=language)
    rows, columns = compiled.shape
    gap = f"{plan.summary['status']} with gap {plan.summary['gap']:.2%}"
    print(f"{rows:,} rows, {columns:,} columns, {gap}, {len(broken)} broken rules")


def run_demo(name: str, folder: Path) -> None:
    """The command as people run it."""
    command = [sys.executable, "-m", "allocopt", "demo", "--scenario", name, "--out", str(folder)]
    subprocess.run(command, check=True, capture_output=True)


@contextmanager
def measured(name: str, who: int = resource.RUSAGE_SELF) -> Iterator[None]:
    """Print what a step took when it is done."""
    begin = time.perf_counter()
    yield
    report(name, time.perf_counter() - begin, who)


def report(name: str, seconds: float, who: int) -> None:
    """One line of the table."""
    peak = resource.getrusage(who).ru_maxrss / MEGABYTE
    print(ROW.format(name, f"{seconds:.2f}", f"{peak:,.0f}"), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
