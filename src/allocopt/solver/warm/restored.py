"""Restored: the solution of a standing, whose values are read through the model of what was chosen.

Stints that are not chosen are left out of that model; with them it would have the same values.
"""

from __future__ import annotations

import numpy as np

from allocopt.model import build, read_decisions, sentences, settle_plan
from allocopt.problem.restriction import Restrictions
from allocopt.solver.compiled import compile_model, load_values
from allocopt.solver.places import columns_of
from allocopt.solver.solve import Solution
from allocopt.solver.warm.increment import Named, without_variables
from allocopt.solver.warm.standing import Standing


def solution_of(standing: Standing, seconds: float) -> Solution:
    """The solution whose decisions are those of a standing; `seconds` is what the search took.

    Its objective is that of the decisions, which settling leaves as good as it was.
    """
    problem = standing.arrays.problem
    chosen = _chosen(standing)
    part = Restrictions(problem).to_stints(chosen)
    model = build(part)
    own = compile_model(model)
    names = Named(without_variables(own)).column_names
    places = standing.arrays.named.columns
    load_values(own, standing.x[[places[name] for name in names]])
    settle_plan(model, part)
    decisions = read_decisions(model, part)
    objective = float(sum(decisions.parts.values()))
    compiled = standing.model
    bound = max(standing.bound, objective)
    return Solution(
        model=model,
        compiled=compiled,
        decisions=decisions,
        rules=sentences(model),
        objective=objective,
        bound=bound,
        gap=compiled.gap(objective, bound),
        activity=compiled.matrix @ standing.x,
        row_dual=standing.worth,
        stopped=standing.stopped,
        seconds=seconds,
    )


def _chosen(standing: Standing) -> np.ndarray:
    """By stint of the problem, whether it is chosen."""
    columns = columns_of(standing.model, "assign")
    stints = standing.arrays.problem.stints.tolist()
    return np.array([standing.x[columns[stint]] > 0.5 for stint in stints], dtype=bool)
