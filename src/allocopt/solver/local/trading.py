"""Trading: a plan from a point by exchange between reps, then exact values of all else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from allocopt.solver.compiled import CompiledModel, Floats
from allocopt.solver.exact import exact_values
from allocopt.solver.highs import Limits, Run, Watch
from allocopt.solver.local.choices import OUTWEIGHS, choices_of
from allocopt.solver.local.exchange import exchanged
from allocopt.solver.places import Places

# Where the exchange breaks a row, breaking one costs so many times more in the next attempt.
FIRMER, ATTEMPTS = 10.0, 3
# One exchange takes this share of the time at most.
SHARE = 0.3


def traded(
    model: CompiledModel,
    places: Places,
    point: Floats,
    limits: Limits,
    watch: Watch,
    gain: float = np.inf,
) -> Run | None:
    """The plan that exchange makes of a point, which need not be one; None where it is none either.

    It ends where the objective is better by `gain`.
    """
    outweighs = OUTWEIGHS
    # With a node limit no clock decides.
    seconds = limits.time_limit * (1.0 if limits.node_limit is not None else SHARE)
    for _ in range(ATTEMPTS):
        choices = choices_of(model, places, point, outweighs)
        if choices is None:
            return None
        chosen = exchanged(
            choices, choices.chosen_at(point), seconds, limits.seed, watch.stop.is_set, gain
        )
        found = exact_values(
            model, choices.point(chosen, point), replace(limits, threads=1), watch=Watch(watch.stop)
        )
        if found.x is not None or watch.stop.is_set():
            return found if found.x is not None else None
        outweighs *= FIRMER
    return None
