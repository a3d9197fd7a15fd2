"""Solve: from a Problem to a Solution whose model holds the values."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from allocopt.errors import Infeasible
from allocopt.model import Decisions, build, read_decisions, sentences, settle_plan
from allocopt.problem import Problem
from allocopt.solver.compiled import CompiledModel, Floats, compile_model, load_values
from allocopt.solver.conflict.conflicts import TIES, unreachable
from allocopt.solver.conflict.diagnosis import diagnose
from allocopt.solver.conflict.wording import describe
from allocopt.solver.connection import Connection
from allocopt.solver.highs import Limits, Outcome, Watch
from allocopt.solver.search import InfeasibleModel, search

# How long to look for the rules in conflict. [s]
DIAGNOSIS_SECONDS = 30.0


@dataclass(frozen=True)
class Solution:
    """A solved problem.

    `model` holds the values. `activity` and `row_dual` belong to the rows of `compiled`; `gap` is
    (bound − objective) / max(|objective|, 1e-9 · Σ |objective coefficients|).
    """

    model: Any
    compiled: CompiledModel
    decisions: Decisions
    rules: dict[str, str]
    objective: float
    bound: float
    gap: float
    activity: Floats
    row_dual: Floats
    stopped: Outcome
    seconds: float


def solve(problem: Problem, limits: Limits, watch: Watch | None = None) -> Solution:
    """The best plan within the limits, with a valid bound.

    Raises Infeasible with the rules in conflict, NoPlanInTime, or SolverFailed.
    """
    began = time.monotonic()
    if conflicts := unreachable(problem):
        raise Infeasible("No plan can keep all hard rules.", conflicts)
    model = build(problem)
    compiled, rules = compile_model(model), sentences(model)
    lazy, owner = None, dict(zip(problem.units.index, problem.units["owner"], strict=True))
    if problem.contiguity.hard:
        lazy = Connection(model, problem, compiled.columns)
        compiled = lazy.first_rows()
    try:
        found = search(compiled, limits, watch, lazy, owner)
    except InfeasibleModel as reason:
        # With the rows that came in rounds.
        compiled = compiled if lazy is None else lazy.compiled()
        why = diagnose(
            problem,
            compiled,
            set(rules) - TIES,
            DIAGNOSIS_SECONDS,
            relaxed=reason.relaxed,
            breaks_more=(lambda _: False) if lazy is None else lazy.is_broken_by,
        )
        raise describe(problem, rules, why) from None
    compiled = found.model
    load_values(compiled, found.x)
    settle_plan(model, problem)
    decisions = read_decisions(model, problem)
    objective = float(sum(decisions.parts.values()))
    bound = max(found.bound, objective)
    return Solution(
        model=model,
        compiled=compiled,
        decisions=decisions,
        rules=rules,
        objective=objective,
        bound=bound,
        gap=compiled.gap(objective, bound),
        activity=compiled.matrix @ found.x,
        row_dual=found.row_dual,
        stopped=found.stopped,
        seconds=time.monotonic() - began,
    )
