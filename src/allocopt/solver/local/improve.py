"""Improve: a better plan by exchange between reps, then by neighbourhoods."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from allocopt.solver.compiled import CompiledModel
from allocopt.solver.highs import Limits, Run, Watch
from allocopt.solver.local.annealing import annealed
from allocopt.solver.local.neighbourhoods import Aim, finish, improved, is_close
from allocopt.solver.local.rooms import rooms_of
from allocopt.solver.local.trading import traded
from allocopt.solver.places import Places

# Exchange is repeated while it closes this share of the gap.
WORTH_REPEATING = 0.02
# Share of the time in which positions are chosen, where only rooms matter.
RELAID = 0.8


def improve(
    model: CompiledModel, places: Places, plan: Run, aim: Aim, limits: Limits, watch: Watch
) -> Run:
    """A plan at least as good, with its objective; the search ends within the gap of the bound."""
    began = time.monotonic()
    if plan.x is not None and rooms_of(model, places) is not None:
        share = replace(limits, time_limit=RELAID * limits.time_limit)
        plan = _with_positions(model, places, plan, aim, share, watch)
    while plan.x is not None and not _is_over(plan, aim, limits, watch):
        enough = aim.bound - plan.objective - limits.gap * abs(plan.objective)
        found = traded(model, places, plan.x, _left(limits, began), watch, enough)
        if found is None or found.objective <= plan.objective:
            break
        gained, gap = found.objective - plan.objective, aim.bound - plan.objective
        plan = _taken(plan, found)
        if watch.report is not None:
            watch.report(time.monotonic() - began, plan.objective, aim.bound)
        if gained < WORTH_REPEATING * gap:
            break
    if _is_over(plan, aim, limits, watch):
        return plan
    return improved(model, places, plan, aim, _left(limits, began), watch)


def _with_positions(
    model: CompiledModel, places: Places, plan: Run, aim: Aim, limits: Limits, watch: Watch
) -> Run:
    """A plan at least as good, by annealing; beside it, where there are threads, by neighbourhoods.

    Both start from the same plan, so that neither depends on when the other ends.
    """
    if aim.jobs == 1:
        return _relaid(model, places, plan, aim, limits, watch)
    with ThreadPoolExecutor(1) as pool:
        relaid = pool.submit(_relaid, model, places, plan, aim, limits, Watch(watch.stop))
        others = replace(aim, jobs=aim.jobs - 1)
        found = improved(model, places, plan, others, limits, watch)
        finish([relaid], watch)
        return max(found, relaid.result(), key=lambda run: run.objective)


def _relaid(
    model: CompiledModel, places: Places, plan: Run, aim: Aim, limits: Limits, watch: Watch
) -> Run:
    """A plan at least as good, by annealing where that is possible."""
    if plan.x is None:
        return plan
    enough = aim.bound - limits.gap * abs(plan.objective)
    found = annealed(model, places, plan.x, limits, watch, enough)
    if found is None or found.objective <= plan.objective:
        return plan
    return _taken(plan, found)


def _taken(plan: Run, found: Run) -> Run:
    """A plan whose point is that of a better one, with what rows are worth there."""
    return replace(
        plan,
        x=found.x,
        objective=found.objective,
        row_dual=found.row_dual,
        reduced_cost=found.reduced_cost,
    )


def _is_over(plan: Run, aim: Aim, limits: Limits, watch: Watch) -> bool:
    return watch.stop.is_set() or is_close(plan, aim.bound, limits.gap)


def _left(limits: Limits, began: float) -> Limits:
    """The limits, less the time that has passed."""
    left = limits.time_limit - (time.monotonic() - began)
    return replace(limits, time_limit=max(left, limits.time_limit / 20))
