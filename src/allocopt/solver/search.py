"""Search: relaxation for a bound and a first plan, branch and bound, then exact values.

What comes back is a point of the compiled model with whole numbers, the best of the valid bounds, and
what one more of each row is worth while the whole numbers stay.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Event
from typing import NoReturn

import numpy as np

from allocopt.errors import NoPlanInTime, SolverFailed
from allocopt.solver.bound import dual_bound
from allocopt.solver.compiled import CompiledModel, Floats
from allocopt.solver.highs import Limits, Outcome, Run, Watch, run
from allocopt.solver.neighbourhoods import improved, is_close
from allocopt.solver.rounds import LazyRows, run_in_rounds
from allocopt.solver.start import first_plan, fixed_at

# Share of the time in which branch and bound may end by itself before neighbourhoods are tried.
SOON = 0.15


class InfeasibleModel(Exception):  # noqa: N818 - raised and caught inside the solver
    """No point keeps all rows; `relaxed` tells whether even the relaxation has none."""

    def __init__(self, *, relaxed: bool) -> None:
        self.relaxed = relaxed
        super().__init__()


@dataclass(frozen=True)
class Found:
    """The best point, its objective, a valid bound, and duals with the whole numbers fixed.

    `row_dual` is NaN where no linear run gave one. `stopped` is how the search ended. `model` is the
    model that was solved, with the rows that came in rounds.
    """

    model: CompiledModel
    x: Floats
    objective: float
    bound: float
    row_dual: Floats
    stopped: Outcome


def search(
    model: CompiledModel,
    limits: Limits,
    watch: Watch | None = None,
    lazy: LazyRows | None = None,
    owner: Mapping[str, str] | None = None,
) -> Found:
    """The best point within the limits; `lazy` is a rule whose rows are added in rounds.

    `owner` is whom each unit has today, which a first plan may keep.

    Raises InfeasibleModel; NoPlanInTime when the limit comes before a first plan, KeyboardInterrupt when
    Ctrl-C does; SolverFailed when the solver gives up.
    """
    began = time.monotonic()
    watch = watch or Watch(Event())
    # Half of the time at most: a plan without a proven bound is worth more than a bound alone.
    relaxed = run(model, replace(limits, time_limit=limits.time_limit / 2), watch, relaxed=True)
    if relaxed.outcome is Outcome.INFEASIBLE:
        raise InfeasibleModel(relaxed=True)
    first = None
    if relaxed.outcome is Outcome.OPTIMAL and relaxed.x is not None:
        first = first_plan(model, relaxed.x, _part(limits, began, 0.1), owner)
    bound = _proven(model, relaxed)
    # The last tenth is kept for exact values.
    most = _part(limits, began, 0.9)
    if lazy is None:
        best = _best_whole(model, bound, most, watch, first)
    else:
        start = None if first is None else first.x
        best, model = run_in_rounds(model, lazy, most, watch, start)
    if best.outcome is Outcome.INFEASIBLE:
        raise InfeasibleModel(relaxed=False)
    if best.x is None:
        _give_up(best, limits)
    rest = replace(_part(limits, began, 1.0), node_limit=None)
    return _polished(model, best, best.x, min(best.bound, bound), rest)


def _part(limits: Limits, began: float, share: float) -> Limits:
    """A share of the time that is left, of a twentieth of all at least: each step can answer."""
    left = limits.time_limit - (time.monotonic() - began)
    return replace(limits, time_limit=share * max(left, limits.time_limit / 20))


def _best_whole(
    model: CompiledModel, bound: float, limits: Limits, watch: Watch, first: Run | None
) -> Run:
    """Branch and bound; where it does not end soon, neighbourhoods of its best plan, then it again.

    A model that is proven at once needs no more; a large one has a weak plan for long, which neighbourhoods
    mend.
    """
    began = time.monotonic()
    start = None if first is None else first.x
    soon = replace(limits, time_limit=SOON * limits.time_limit)
    best = run(model, soon, watch, start=start)
    if best.outcome is not Outcome.TIME_LIMIT:
        return best
    if best.x is None:
        return run(model, _part(limits, began, 1.0), watch)
    proven = min(bound, best.bound)
    better = improved(model, best, proven, _part(limits, began, 0.7), watch)
    if is_close(better, proven, limits.gap):
        return replace(better, bound=proven, outcome=Outcome.OPTIMAL)
    last = run(model, _part(limits, began, 1.0), watch, start=better.x)
    plan = last if last.x is not None and last.objective >= better.objective else better
    return replace(plan, bound=min(proven, last.bound), outcome=last.outcome)


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
    exact = run(fixed_at(model, point), limits, relaxed=True)
    unknown = np.full(len(model.rows), np.nan)
    if exact.outcome is not Outcome.OPTIMAL or exact.x is None:
        return Found(
            model, point, best.objective, max(bound, best.objective), unknown, best.outcome
        )
    dual = exact.row_dual if exact.row_dual is not None else unknown
    return Found(
        model=model,
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
