"""Tasks: what a worker does, each a function of plain data that another process can be given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from allocopt.errors import Infeasible, NoPlanInTime, PlanError, SolverFailed
from allocopt.model import build
from allocopt.problem import Problem
from allocopt.problem.numbering import Numbers
from allocopt.problem.restriction import Restrictions
from allocopt.solver import CompiledModel, Limits, Watch, solve
from allocopt.solver.compiled import Floats, compile_model
from allocopt.solver.highs import Outcome, run


@dataclass(frozen=True)
class Relaxed:
    """A linear model solved: its point and the multipliers of its rows; None where it was not."""

    x: Floats | None
    row_dual: Floats | None


@dataclass(frozen=True)
class PartPlan:
    """Who covers what in a part of a problem: places of the chosen stints among its own, and shares.

    Without a plan `stints` is None and `failure` says why; that is None too when it was interrupted.
    """

    stints: Numbers | None
    shares: Floats
    objective: float
    failure: PlanError | None = None


@dataclass(frozen=True)
class ColumnKey:
    """The variable that a column belongs to, which of its items it is, and of which sample."""

    name: str
    index: tuple[Any, ...]
    sample: str = ""


def compile_part(problem: Problem, _watch: Watch | None = None) -> CompiledModel:
    """The compiled model of a part; a column is told by its stint's place, or else by its key."""
    compiled = compile_model(build(problem))
    place = {stint: number for number, stint in enumerate(problem.stints)}
    columns = tuple(_key(column, place) for column in compiled.columns)
    return replace(compiled, columns=columns)


def _key(column: Any, place: Mapping[Any, int]) -> int | ColumnKey:
    name, index = column.parent_component().local_name, column.index()
    if name == "assign":
        return place[index]
    sample = column.parent_block().index()
    index = index if isinstance(index, tuple) else (index,)
    return ColumnKey(name, index, "" if sample is None else str(sample))


def relax(model: CompiledModel, limits: Limits, watch: Watch) -> Relaxed:
    """The linear relaxation of a compiled model."""
    found = run(model, limits, watch, relaxed=True)
    if found.outcome is not Outcome.OPTIMAL:
        return Relaxed(None, None)
    return Relaxed(found.x, found.row_dual)


def solve_part(problem: Problem, watch: Watch, *, limits: Limits) -> PartPlan:
    """The best plan of a part within the limits."""
    try:
        found = solve(problem, limits, watch)
    except (Infeasible, NoPlanInTime, SolverFailed) as error:
        return PartPlan(None, np.empty(0), -np.inf, error)
    except KeyboardInterrupt:
        return PartPlan(None, np.empty(0), -np.inf)
    shares = found.decisions.shares
    places = problem.stints.get_indexer(shares.index)
    return PartPlan(places, np.array(shares, dtype=np.float64), found.objective)


def improve_part(problem: Problem, stints: Numbers, watch: Watch, *, limits: Limits) -> PartPlan:
    """A better plan of a part than that of these stints; without one, that one."""
    chosen = np.zeros(len(problem.stints), dtype=bool)
    chosen[stints] = True
    present = solve_part(Restrictions(problem).to_stints(chosen), watch, limits=limits)
    if present.stints is not None:
        present = replace(present, stints=stints[present.stints])
    better = solve_part(problem, watch, limits=limits)
    return better if better.objective > present.objective else present
