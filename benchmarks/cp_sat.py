"""CP-SAT on a model in whole numbers, in a process of its own: OR-tools and highspy cannot share one.

    python benchmarks/cp_sat.py MODEL.npz ANSWER.npz SECONDS WORKERS SEED GAP

Both bring a HiGHS of their own under the same name. Written by `methods.py`, which reads the answer.
"""

from __future__ import annotations

import resource
import sys
import time
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

# ru_maxrss counts kilobytes on Linux and bytes on macOS.
MEBIBYTE = 1024 * (1024 if sys.platform == "darwin" else 1)


class Listener(cp_model.CpSolverSolutionCallback):
    """Notes when each plan was found, and its objective."""

    def __init__(self, began: float) -> None:
        super().__init__()
        self.began = began
        self.heard: list[tuple[float, float]] = []

    def on_solution_callback(self) -> None:
        """Hears of a plan."""
        self.heard.append((time.perf_counter() - self.began, self.objective_value))


def main(asked: str, answered: str, *options: str) -> None:
    """Solve the model of a file, and write the answer to another."""
    listener = Listener(time.perf_counter())
    model, columns = read(np.load(asked))
    solver = solver_of(*options)
    status = solver.solve(model, listener)
    found = status in {cp_model.OPTIMAL, cp_model.FEASIBLE}
    np.savez(
        answered,
        point=np.array([solver.value(column) for column in columns] if found else []),
        bound=solver.best_objective_bound,
        heard=np.array(listener.heard).reshape(-1, 2),
        seconds=time.perf_counter() - listener.began,
        memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEBIBYTE,
    )


def solver_of(seconds: str, workers: str, seed: str, gap: str) -> cp_model.CpSolver:
    """A solver with its limits."""
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = float(seconds)
    solver.parameters.num_workers = int(workers)
    solver.parameters.random_seed = int(seed)
    solver.parameters.relative_gap_limit = float(gap)
    return solver


def read(arrays: Any) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """The model of arrays, which maximises, and its variables in the order of the columns."""
    model = cp_model.CpModel()
    bounds = zip(whole(arrays["lower"]), whole(arrays["upper"]), strict=True)
    columns = [model.new_int_var(lower, upper, "") for lower, upper in bounds]
    places, values = arrays["column"].tolist(), whole(arrays["value"])
    first = arrays["start"].tolist()
    sides = zip(whole(arrays["row_lower"]), whole(arrays["row_upper"]), strict=True)
    for row, (lower, upper) in enumerate(sides):
        part = slice(first[row], first[row + 1])
        terms = [columns[place] for place in places[part]]
        total = cp_model.LinearExpr.weighted_sum(terms, values[part])
        model.add_linear_constraint(total, lower, upper)
    model.maximize(cp_model.LinearExpr.weighted_sum(columns, whole(arrays["cost"])))
    return model, columns


def whole(numbers: Any) -> list[int]:
    """Whole numbers; an infinite one is the largest that CP-SAT takes."""
    limited = np.where(np.isfinite(numbers), numbers, 0.0).astype(np.int64)
    limited[numbers == np.inf] = cp_model.INT_MAX
    limited[numbers == -np.inf] = cp_model.INT_MIN
    return [int(number) for number in limited]


if __name__ == "__main__":
    main(*sys.argv[1:])
