"""Relaxation: what the linear model says of limits and stints, where whole numbers may be split.

Its duals are estimates of what a limit is worth (shadow prices: Dantzig, 1963, ch. 12): right for a small
step of the linear model, while a plan moves whole units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from allocopt.model import build
from allocopt.problem import Problem
from allocopt.solver import CompiledModel, Limits, Outcome, Watch
from allocopt.solver.compiled import compile_model
from allocopt.solver.highs import run
from allocopt.solver.places import columns_of


@dataclass(frozen=True)
class Relaxation:
    """Duals of the ceilings and floors by (rule, index), summed over samples of demand, and by stint what
    its unit costs the linear model when it goes there [currency, ≤ 0]."""

    ceilings: Mapping[tuple[str, Any], float]
    floors: Mapping[tuple[str, Any], float]
    reduced_cost: Mapping[tuple[str, str, str], float]


def relax(problem: Problem, limits: Limits, watch: Watch | None = None) -> Relaxation | None:
    """The linear model solved; None where that takes longer than the limits allow."""
    # Columns know their names only as long as their model is there.
    model = build(problem)
    compiled = compile_model(model)
    stints = columns_of(compiled, "assign")
    found = run(compiled, replace(limits, node_limit=None), watch, relaxed=True)
    if found.outcome is not Outcome.OPTIMAL or found.row_dual is None:
        return None
    reduced = found.reduced_cost if found.reduced_cost is not None else np.zeros(0)
    return Relaxation(
        ceilings=_summed(compiled, np.abs(found.row_dual), np.isfinite(compiled.row_upper)),
        floors=_summed(compiled, np.abs(found.row_dual), np.isfinite(compiled.row_lower)),
        reduced_cost={stint: min(float(reduced[column]), 0.0) for stint, column in stints.items()},
    )


def _summed(
    compiled: CompiledModel, worth: np.ndarray, has_side: np.ndarray
) -> dict[tuple[str, Any], float]:
    """Duals by rule and index. A rule with one side has it whichever way its row is written."""
    count: dict[tuple[str, Any, str], int] = {}
    for key in compiled.rows:
        name = (key.rule, key.index, key.sample)
        count[name] = count.get(name, 0) + 1
    sums: dict[tuple[str, Any], float] = {}
    for row, key in enumerate(compiled.rows):
        if has_side[row] or count[key.rule, key.index, key.sample] == 1:
            name_of_rule = (key.rule, key.index)
            sums[name_of_rule] = sums.get(name_of_rule, 0.0) + float(worth[row])
    return sums
