"""Strengthened: a better bound than the linear relaxation's, and fewer choices left to look at."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from allocopt.solver.compiled import CompiledModel, Floats
from allocopt.solver.highs import Limits, Run, Watch
from allocopt.solver.knapsacks.blocks import find_blocks, reps_of_columns
from allocopt.solver.knapsacks.lagrangian import Relaxation
from allocopt.solver.knapsacks.multipliers import Lean, improve
from allocopt.solver.knapsacks.probing import Probes, nothing_known, probe, settled
from allocopt.solver.knapsacks.steps import objective_step, rounded_down

# Steps of the search for multipliers between two probings, and how often at most.
STEPS, ROUNDS = 60, 6
# A round that makes the bound fall by less is the last. [share of the fall so far]
LITTLE = 0.02
# How much less the bound is hoped to become at first. [share of the bound's distance to no plan at all]
HOPED = 1e-3
# A relaxation that takes longer is left alone: its knapsacks are too large. [share of the time limit]
SLOW = 0.01


@dataclass(frozen=True)
class Strengthened:
    """What exact knapsacks say of a model.

    bound: above every plan's objective. model: the model without the choices that no plan better than the
    one in hand makes. probes: bounds by choice, to settle more once a better plan is in hand. points: hints
    where good plans are, one value per column, near 1 for what they choose. multipliers: by row.
    """

    bound: float
    model: CompiledModel
    probes: Probes
    points: tuple[Floats, ...]
    multipliers: Floats


def strengthened(
    model: CompiledModel,
    relaxed: Run,
    best: Run | None,
    bound: float,
    limits: Limits,
    watch: Watch,
) -> Strengthened:
    """A bound no worse than `bound`, and what it settles beside the plan `best`.

    `relaxed` is the solved linear relaxation. Nothing is gained, at once, where no rep is a knapsack. The
    answer is the same every time unless time runs out.
    """
    nothing = Strengthened(bound, model, nothing_known(model), (), np.zeros(len(model.rows)))
    if relaxed.row_dual is None or relaxed.x is None or not np.isfinite(bound):
        return nothing
    blocks = find_blocks(model, reps_of_columns(model), relaxed.row_dual)
    if blocks is None:
        return nothing
    relaxation = Relaxation(model, blocks)
    target = None if best is None or best.x is None else best.objective
    lean, probes = _search(relaxation, relaxed.row_dual, target, limits, watch)
    least = rounded_down(model, min(bound, lean.bound, probes.bound))
    multipliers = np.zeros(len(model.rows))
    multipliers[relaxation.rows] = lean.multipliers
    points = (lean.mean, lean.priced.point)
    found = Strengthened(least, model, probes, points, multipliers)
    return found if target is None else settled_by(found, target)


def settled_by(found: Strengthened, objective: float) -> Strengthened:
    """What is left to look at for plans better than one with this objective; its bound if nothing is."""
    rest = settled(found.model, found.probes, better_than(found.model, objective))
    if rest is None:
        return replace(found, bound=min(found.bound, objective))
    return replace(found, model=rest)


def better_than(model: CompiledModel, objective: float) -> float:
    """The least objective that counts as better than another; by rounding errors below a whole step."""
    step, error = objective_step(model), 1e-9 * max(abs(objective), 1.0)
    return objective + (step - error if step > 0 else error)


def _search(
    relaxation: Relaxation, start: Floats, target: float | None, limits: Limits, watch: Watch
) -> tuple[Lean, Probes]:
    """Multipliers in rounds, each ended by a probing; the probings of all rounds hold together."""
    began = time.monotonic()

    def enough(_: float) -> bool:
        return watch.stop.is_set() or time.monotonic() - began > limits.time_limit

    model = relaxation.model
    multipliers = start[relaxation.rows]
    first = lean = improve(relaxation, multipliers, 0, 0.0, enough)
    probes = nothing_known(model)
    if time.monotonic() - began > SLOW * limits.time_limit:
        return lean, probes
    fall = HOPED * float(np.abs(model.cost) @ np.abs(first.mean))
    for _ in range(ROUNDS):
        before = lean.bound
        lean = improve(relaxation, lean.multipliers, STEPS, fall, enough)
        probes = probes.with_others(probe(relaxation, lean.multipliers))
        closed = target is not None and lean.bound < better_than(model, target)
        if closed or enough(lean.bound) or before - lean.bound <= LITTLE * (first.bound - before):
            break
        fall = max(before - lean.bound, fall / 10) / 10
    return lean, probes
