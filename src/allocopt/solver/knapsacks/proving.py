"""Proving: plans near the bound are looked for first, then lower ones.

A level that no plan reaches is a new bound; one that a plan reaches holds the best of all.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from allocopt.solver.compiled import CompiledModel
from allocopt.solver.highs import Limits, Outcome, Run, Watch
from allocopt.solver.knapsacks.blocks import reps_of_columns
from allocopt.solver.knapsacks.branching import Case, Tree
from allocopt.solver.knapsacks.narrowing import narrow_plan
from allocopt.solver.knapsacks.part import Part, free_part
from allocopt.solver.knapsacks.probing import settled
from allocopt.solver.knapsacks.steps import objective_step, rounded_down
from allocopt.solver.knapsacks.strengthened import Strengthened, better_than

# Share of the time in which plans are looked for among the choices of good plans alone.
NARROW = 0.4
# A level may take this share of the time that is left; the one of the plan in hand all of it.
SHARE = 0.25
# How far apart the first levels are where objectives have no steps. [share of the bound]
FIRST = 1e-4
# Each level is so many times as far from the bound as the one before, for as many levels at most.
GROWTH, LEVELS = 4, 7


def prove(
    model: CompiledModel, found: Strengthened, best: Run | None, limits: Limits, watch: Watch
) -> Run:
    """A plan at least as good as `best`, with a bound no worse than that of `found`.

    Optimal when they meet. Nothing is looked for where `found` knows nothing of the choices.
    """
    until = time.monotonic() + limits.time_limit
    plan = best or Run(Outcome.TIME_LIMIT, None, -np.inf, np.inf)
    bound = found.bound
    if found.points:
        brief = replace(limits, time_limit=NARROW * limits.time_limit)
        plan = narrow_plan(model, found, plan, brief, watch)
    for level in _levels(model, bound, plan.objective) if found.points else ():
        least = max(level, better_than(model, plan.objective))
        left = until - time.monotonic()
        if least > bound or left <= 0 or watch.stop.is_set():
            break
        here = left if level <= plan.objective else SHARE * left
        found_here = _best_of_level(model, found, least, replace(limits, time_limit=here), watch)
        bound = min(bound, max(found_here.bound, _below(model, least)))
        if found_here.x is not None:
            plan = replace(plan, x=found_here.x, objective=found_here.objective)
    return replace(
        plan, bound=max(bound, plan.objective), outcome=_outcome(model, plan, bound, watch)
    )


def _levels(model: CompiledModel, bound: float, objective: float) -> Iterator[float]:
    """The bound, and then the plan in hand; without one, levels that are further and further below."""
    yield bound - 1e-9 * max(abs(bound), 1.0)
    if np.isfinite(objective):
        yield objective
        return
    step = objective_step(model) or FIRST * abs(bound)
    for number in range(1, LEVELS):
        yield bound - step * (GROWTH**number - 1) - 1e-9 * max(abs(bound), 1.0)


def _below(model: CompiledModel, level: float) -> float:
    """The most that a plan below a level can have."""
    return rounded_down(model, level - objective_step(model) / 2)


def _best_of_level(
    model: CompiledModel, found: Strengthened, least: float, limits: Limits, watch: Watch
) -> Run:
    """The best plan of at least `least`, with a bound on such plans."""
    nothing = Run(Outcome.OPTIMAL, None, -np.inf, -np.inf)
    rest = settled(model, found.probes, least)
    part = None if rest is None else free_part(rest, rest.lower, rest.upper)
    if part is None:
        return nothing
    tree = _root(part, reps_of_columns(model), found, least, limits, watch)
    tree.grow(time.monotonic() + limits.time_limit)
    point = None if tree.plan is None else part.whole(tree.plan)
    return replace(nothing, x=point, objective=tree.objective, bound=tree.bound)


def _root(
    part: Part,
    rep_of: np.ndarray,
    found: Strengthened,
    least: float,
    limits: Limits,
    watch: Watch,
) -> Tree:
    """A tree with one case: the whole part."""
    small = part.model
    case = Case(small.lower, small.upper, found.multipliers[part.rows], found.bound)
    return Tree(small, rep_of[part.columns], limits, watch, least, [case])


def _outcome(model: CompiledModel, plan: Run, bound: float, watch: Watch) -> Outcome:
    """Optimal when nothing better can be."""
    if plan.x is not None and better_than(model, plan.objective) >= bound:
        return Outcome.OPTIMAL
    return Outcome.INTERRUPTED if watch.stop.is_set() else Outcome.TIME_LIMIT
