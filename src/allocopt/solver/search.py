"""Search: relaxation for a bound and a first plan, branch and bound, then exact values.

What comes back is a point of the compiled model with whole numbers, the best of the valid bounds, and
what one more of each row is worth while the whole numbers stay.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from threading import Event
from typing import NoReturn

import numpy as np

from allocopt.errors import NoPlanInTime, SolverFailed
from allocopt.solver.bound import dual_bound
from allocopt.solver.compiled import CompiledModel, Floats
from allocopt.solver.highs import Limits, Outcome, Run, Watch, run
from allocopt.solver.start import rounded


class InfeasibleModel(Exception):  # noqa: N818 - raised and caught inside the solver
    """No point keeps all rows; `relaxed` tells whether even the relaxation has none."""

    def __init__(self, *, relaxed: bool) -> None:
        self.relaxed = relaxed
        super().__init__()


@dataclass(frozen=True)
class Found:
    """The best point, its objective, a valid bound, and duals with the whole numbers fixed.

    `row_dual` is NaN where no linear run gave one. `stopped` is how the search ended.
    """

    x: Floats
    objective: float
    bound: float
    row_dual: Floats
    stopped: Outcome


def search(model: CompiledModel, limits: Limits, watch: Watch | None = None) -> Found:
    """The best point within the limits.

    Raises InfeasibleModel; NoPlanInTime when the limit comes before a first plan, KeyboardInterrupt when
    Ctrl-C does; SolverFailed when the solver gives up.
    """
    began = time.monotonic()
    watch = watch or Watch(Event())
    # Half of the time at most: a plan without a proven bound is worth more than a bound alone.
    relaxed = run(model, replace(limits, time_limit=limits.time_limit / 2), watch, relaxed=True)
    if relaxed.outcome is Outcome.INFEASIBLE:
        raise InfeasibleModel(relaxed=True)
    left = _time_left(limits, began)
    start = None
    if relaxed.outcome is Outcome.OPTIMAL and relaxed.x is not None:
        start = rounded(model, relaxed.x)
    # The last tenth is kept for exact values.
    best = run(model, replace(limits, time_limit=0.9 * left), watch, start=start)
    if best.outcome is Outcome.INFEASIBLE:
        raise InfeasibleModel(relaxed=False)
    if best.x is None:
        _give_up(best, limits)
    bound = min(best.bound, _proven(model, relaxed))
    rest = replace(limits, time_limit=_time_left(limits, began), node_limit=None)
    return _polished(model, best, best.x, bound, rest)


def _time_left(limits: Limits, began: float) -> float:
    """Seconds until the time limit; never less than a twentieth of it, so that each step can answer."""
    return max(limits.time_limit - (time.monotonic() - began), limits.time_limit / 20)


def _give_up(best: Run, limits: Limits) -> NoReturn:
    if best.outcome is Outcome.INTERRUPTED:
        raise KeyboardInterrupt
    if best.outcome is not Outcome.TIME_LIMIT:
        raise SolverFailed(
            f"HiGHS ends without a plan and without a proof that there is none: {best.message}. Amounts of "
            "very different size in one scenario are the usual reason; --seed N takes another way."
        )
    raise NoPlanInTime(
        f"No plan was found within {limits.time_limit:g} s. Give more time (--time-limit), or make the "
        "problem smaller: fewer `coverage.candidates`, longer periods, softer rules."
    )


def _proven(model: CompiledModel, relaxed: Run) -> float:
    """A bound from the relaxation's multipliers; without them that of the column bounds alone."""
    multipliers = relaxed.row_dual if relaxed.outcome is Outcome.OPTIMAL else None
    return dual_bound(model, np.zeros(len(model.rows)) if multipliers is None else multipliers)


def _polished(
    model: CompiledModel, best: Run, point: Floats, bound: float, limits: Limits
) -> Found:
    """Exact values of the other columns once the whole numbers are fixed, and what rows are worth."""
    whole = np.round(point)
    fixed = replace(
        model,
        lower=np.where(model.integer, whole, model.lower),
        upper=np.where(model.integer, whole, model.upper),
    )
    exact = run(fixed, limits, relaxed=True)
    unknown = np.full(len(model.rows), np.nan)
    if exact.outcome is not Outcome.OPTIMAL or exact.x is None:
        return Found(point, best.objective, max(bound, best.objective), unknown, best.outcome)
    dual = exact.row_dual if exact.row_dual is not None else unknown
    return Found(
        x=exact.x,
        objective=exact.objective,
        bound=max(bound, exact.objective),
        row_dual=np.where(_only_whole(model), np.nan, dual),
        stopped=best.outcome,
    )


def _only_whole(model: CompiledModel) -> np.ndarray:
    """Rows of whole-numbered columns alone: fixed numbers say nothing about one more."""
    free = abs(model.matrix) @ (~model.integer).astype(float)
    return np.asarray(free == 0)
