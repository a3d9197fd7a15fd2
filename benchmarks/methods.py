"""Ways to solve a benchmark's scenario: ours, HiGHS alone, CP-SAT; each runs in a process of its own.

What they are given and what they say is held against the same compiled model.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

import numpy as np
from scipy.sparse import csc_array, csr_array

from allocopt.errors import NoPlanInTime
from allocopt.forecasting import forecast_scenario
from allocopt.planning import problem_of
from allocopt.scenario import load_scenario
from allocopt.solver import Limits, Watch, solve
from allocopt.solver.compiled import CompiledModel, Floats
from allocopt.solver.highs import run

# ru_maxrss counts kilobytes on Linux and bytes on macOS.
MEBIBYTE = 1024 * (1024 if sys.platform == "darwin" else 1)
CP_SAT = Path(__file__).with_name("cp_sat.py")
# CP-SAT counts in whole numbers of 1/SCALE.
SCALE = 1000
# What floating point makes of 62.48 · SCALE is still a whole number.
ROUNDING = 1e-4
# Solvers say "nothing yet" with an infinity of their own.
NONE_YET = 1e100


@dataclass(frozen=True)
class Answer:
    """What a method says after `seconds`: a point of the compiled model, and a bound above every plan.

    `memory` is the peak of its process [MiB]; `heard` are the plans on the way: seconds, objective.
    """

    seconds: float
    memory: float
    point: Floats | None
    bound: float
    heard: tuple[tuple[float, float], ...] = ()


@dataclass
class Diary:
    """Notes each plan that is heard of and better than those before."""

    began: float = field(default_factory=time.perf_counter)
    heard: list[tuple[float, float]] = field(default_factory=list)

    def note(self, objective: float) -> None:
        """Hears of a plan, or of none."""
        best = self.heard[-1][1] if self.heard else -NONE_YET
        if best < objective < NONE_YET:
            self.heard.append((time.perf_counter() - self.began, objective))

    def answer(self, point: Floats | None, bound: float) -> Answer:
        """The answer that is given now."""
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEBIBYTE
        return Answer(
            time.perf_counter() - self.began, memory, point, float(bound), tuple(self.heard)
        )


def ours(folder: Path, _model: CompiledModel, limits: Limits) -> Answer:
    """The whole way from a folder to a plan; the time limit is that of the search."""
    diary = Diary()
    scenario = load_scenario(folder)
    problem = problem_of(scenario, forecast_scenario(scenario))
    watch = Watch(Event(), lambda _seconds, objective, _bound: diary.note(objective))
    try:
        found = solve(problem, limits, watch)
    except NoPlanInTime:
        return diary.answer(None, np.inf)
    diary.note(found.objective)
    point = np.array([column.value for column in found.compiled.columns], dtype=float)
    return diary.answer(point, found.bound)


def highs(_folder: Path, model: CompiledModel, limits: Limits) -> Answer:
    """The compiled model given whole to HiGHS."""
    diary = Diary()
    watch = Watch(Event(), lambda _seconds, objective, _bound: diary.note(objective))
    found = run(model, limits, watch)
    diary.note(found.objective)
    return diary.answer(found.x, found.bound)


def cp_sat(folder: Path, model: CompiledModel, limits: Limits) -> Answer:
    """The compiled model in whole numbers, given to CP-SAT; its bound holds for both."""
    asked, answered = folder / "cp_sat.npz", folder / "cp_sat_answer.npz"
    whole = whole_numbers(model)
    by_row = csr_array(whole.matrix)
    sides = {"row_lower": whole.row_lower, "row_upper": whole.row_upper}
    sides |= {"lower": whole.lower, "upper": whole.upper, "cost": whole.cost}
    places = {"start": by_row.indptr, "column": by_row.indices, "value": by_row.data}
    np.savez(asked, **sides, **places)
    options = [limits.time_limit, limits.threads or 0, limits.seed, limits.gap]
    command = [sys.executable, str(CP_SAT), str(asked), str(answered), *map(str, options)]
    subprocess.run(command, check=True)
    answer = np.load(answered)
    when, objective = answer["heard"].T
    unit = np.where(model.integer, 1, SCALE)
    return Answer(
        seconds=float(answer["seconds"]),
        memory=float(answer["memory"]),
        point=answer["point"] / unit if answer["point"].size else None,
        bound=float(answer["bound"]) / SCALE + model.offset,
        heard=tuple(zip(when, objective / SCALE + model.offset, strict=True)),
    )


def whole_numbers(model: CompiledModel) -> CompiledModel:
    """The same model in whole numbers: its objective, its rows and its continuous columns in 1/SCALE.

    Limits are rounded outward, so that every point of the model is one of this. Raises ValueError where a
    coefficient is no whole number of 1/SCALE, unless its column is fixed at nothing.
    """
    used = (model.upper > 0) | (model.lower < 0)
    weight = np.where(model.integer, SCALE, 1) * used
    matrix = csc_array(model.matrix.multiply(weight[None, :]))
    matrix.data = _whole(matrix.data)
    unit = np.where(model.integer, 1, SCALE)
    return replace(
        model,
        cost=_whole(model.cost * weight),
        matrix=matrix,
        row_lower=np.floor(model.row_lower * SCALE + ROUNDING),
        row_upper=np.ceil(model.row_upper * SCALE - ROUNDING),
        lower=np.floor(model.lower * unit + ROUNDING),
        upper=np.ceil(model.upper * unit - ROUNDING),
    )


def _whole(numbers: Floats) -> Floats:
    whole = np.round(numbers)
    if np.abs(numbers - whole).max(initial=0.0) > ROUNDING:
        raise ValueError(f"a coefficient is no whole number of 1/{SCALE}")
    return whole
