"""Search: relaxation for a bound, a first plan from it, better plans, a proof where one is near.

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
from allocopt.solver.exact import exact_values
from allocopt.solver.highs import Limits, Outcome, Run, Watch, run
from allocopt.solver.knapsacks.probing import settled
from allocopt.solver.knapsacks.proving import prove
from allocopt.solver.knapsacks.strengthened import Strengthened, settled_by, strengthened
from allocopt.solver.local.improve import improve
from allocopt.solver.local.neighbourhoods import Aim, is_close, jobs_of
from allocopt.solver.local.start import first_plan
from allocopt.solver.places import Places, places_of
from allocopt.solver.rounds import LazyRows, run_in_rounds

# Shares of the time in which branch and bound may end by itself before the plan is improved otherwise, and
# in which the plan is improved before a proof by knapsacks: for long where positions are to be chosen, for
# then knapsacks are far from the best plan.
SOON, BRIEFLY, LONG = 0.15, 0.25, 0.8
# Whole numbers up to which branch and bound is tried at all, before the plan is improved and after.
SMALL, LARGE = 3_000, 30_000
# Knapsacks that close a smaller share of the gap are not worth a proof of their own.
TELLING = 0.05


class InfeasibleModel(Exception):  # noqa: N818 - raised and caught inside the solver
    """No point keeps all rows; `relaxed` tells whether even the relaxation has none."""

    def __init__(self, *, relaxed: bool) -> None:
        self.relaxed = relaxed
        super().__init__()


@dataclass(frozen=True)
class Found:
    """The best point, its objective, a valid bound, and duals with the whole numbers fixed.

    `row_dual` is NaN where no linear run gave one; `relaxed_dual` belongs to the relaxation, and is None
    where that was not solved in time. `stopped` is how the search ended. `model` is the model that was
    solved, with the rows that came in rounds.
    """

    model: CompiledModel
    x: Floats
    objective: float
    bound: float
    row_dual: Floats
    relaxed_dual: Floats | None
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
    clock = Clock(limits)
    watch = watch or Watch(Event())
    # Half of the time at most: a plan without a proven bound is worth more than a bound alone.
    relaxed = run(model, clock.part(0.5), watch, relaxed=True)
    if relaxed.outcome is Outcome.INFEASIBLE:
        raise InfeasibleModel(relaxed=True)
    bound = _proven(model, relaxed)
    if lazy is None:
        best = _best_whole(model, relaxed, bound, clock, watch, owner or {})
    else:
        places = places_of(model)
        first = _first(model, places, relaxed, clock.part(0.1), watch, owner or {})
        start = None if first is None else first.x
        best, model = run_in_rounds(model, lazy, clock.part(0.9), watch, start)
    if best.outcome is Outcome.INFEASIBLE:
        raise InfeasibleModel(relaxed=False)
    if best.x is None:
        _give_up(best, limits)
    # Exact values have a moment of their own.
    last = replace(clock.part(1.0), node_limit=None)
    found = _polished(model, best, best.x, min(best.bound, bound), last)
    dual = relaxed.row_dual if relaxed.outcome is Outcome.OPTIMAL and lazy is None else None
    return replace(found, relaxed_dual=dual)


@dataclass(frozen=True)
class Clock:
    """The time that a search has."""

    limits: Limits
    began: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "began", time.monotonic())

    def part(self, share: float) -> Limits:
        """A share of the time that is left, of a twentieth of all at least: each step can answer."""
        seconds = share * max(self.left, self.limits.time_limit / 20)
        return replace(self.limits, time_limit=seconds)

    @property
    def left(self) -> float:
        """The time that is left, less than nothing once it is over. [s]"""
        return self.limits.time_limit - (time.monotonic() - self.began)


def _best_whole(
    model: CompiledModel,
    relaxed: Run,
    bound: float,
    clock: Clock,
    watch: Watch,
    owner: Mapping[str, str],
) -> Run:
    """A plan from the relaxation is improved and proven in turns, each step with a share of the time left.

    Once the plan is within the gap or the search is stopped, the steps that follow do nothing.
    """
    steps = Steps(model, places_of(model), relaxed, clock, Heard(watch, clock))
    best = steps.first(Run(Outcome.TIME_LIMIT, None, -np.inf, bound), owner)
    best, strong = steps.strengthen(best)
    if strong is not None:
        best = steps.improve(best, strong, LONG if steps.places.is_position.any() else BRIEFLY)
        best = steps.prove(best, strong)
    elif best.x is None or steps.size <= SMALL:
        best = steps.branch(best, None, SOON if best.x is not None else 0.5)
    best = steps.improve(best, strong, 0.6 if steps.size <= LARGE else 0.95)
    if steps.size <= LARGE or best.x is None:
        best = steps.branch(best, strong, 0.9)
    return steps.ended(best)


@dataclass(frozen=True)
class Steps:
    """Ways to a better plan and a tighter bound; each takes a share of the time that is left.

    The outcome of the best run so far is TIME_LIMIT until one of the steps ends the search.
    """

    model: CompiledModel
    places: Places
    relaxed: Run
    clock: Clock
    heard: Heard

    @property
    def size(self) -> int:
        """Whole numbers of the model."""
        return int(self.model.integer.sum())

    def is_over(self, best: Run) -> bool:
        """Whether the search has its answer, or is asked to stop."""
        close = is_close(best, best.bound, self.clock.limits.gap)
        return close or best.outcome is not Outcome.TIME_LIMIT or self.heard.outer.stop.is_set()

    def ended(self, best: Run) -> Run:
        """The best run with the outcome of the search."""
        if is_close(best, best.bound, self.clock.limits.gap):
            return replace(best, outcome=Outcome.OPTIMAL)
        stopped = self.heard.outer.stop.is_set() and best.outcome is Outcome.TIME_LIMIT
        return replace(best, outcome=Outcome.INTERRUPTED) if stopped else best

    def first(self, best: Run, owner: Mapping[str, str]) -> Run:
        """A plan from the relaxation, where it has a point and one is found."""
        watch, limits = self.heard.watch(best.bound), self.clock.part(0.3)
        found = _first(self.model, self.places, self.relaxed, limits, watch, owner)
        return best if found is None else replace(best, x=found.x, objective=found.objective)

    def strengthen(self, best: Run) -> tuple[Run, Strengthened | None]:
        """A bound from exact knapsacks; they are None where they say little more than the relaxation."""
        if self.is_over(best) or self.size > LARGE:
            return best, None
        plan, quiet = best if best.x is not None else None, Watch(self.heard.outer.stop)
        limits = self.clock.part(0.2)
        found = strengthened(self.model, self.relaxed, plan, best.bound, limits, quiet)
        tells = plan is None or best.bound - found.bound > TELLING * (best.bound - plan.objective)
        best = replace(best, bound=min(best.bound, found.bound))
        return best, found if found.points and tells else None

    def improve(self, best: Run, strong: Strengthened | None, share: float) -> Run:
        """Annealing, exchange and neighbourhoods."""
        if best.x is None or self.is_over(best):
            return best
        limits = self.clock.part(share)
        aim = Aim(best.bound, self.relaxed.row_dual, jobs_of(limits))
        model, watch = self._hopeful(best, strong), self.heard.watch(best.bound)
        return improve(model, self.places, best, aim, limits, watch)

    def prove(self, best: Run, strong: Strengthened) -> Run:
        """Cases with exact knapsacks of their own."""
        if self.is_over(best):
            return best
        plan = None if best.x is None else best
        strong = strong if plan is None else settled_by(strong, plan.objective)
        limits, watch = self.clock.part(0.4), self.heard.watch(best.bound)
        return _joined(best, prove(self.model, strong, plan, limits, watch))

    def branch(self, best: Run, strong: Strengthened | None, share: float) -> Run:
        """Branch and bound over the whole model, from the best plan."""
        if self.is_over(best):
            return best
        limits, watch = self.clock.part(share), self.heard.watch(best.bound)
        found = run(self._hopeful(best, strong), limits, watch, start=best.x)
        if best.x is not None and found.outcome is Outcome.INFEASIBLE:
            # There is a plan: rounding alone can say that there is none.
            return best
        return _joined(best, found)

    def _hopeful(self, best: Run, strong: Strengthened | None) -> CompiledModel:
        """The model without the choices that knapsacks show to be no part of a plan as good as the best."""
        if strong is None or best.x is None:
            return self.model
        return settled(self.model, strong.probes, best.objective) or self.model


def _first(
    model: CompiledModel,
    places: Places,
    relaxed: Run,
    limits: Limits,
    watch: Watch,
    owner: Mapping[str, str],
) -> Run | None:
    """A plan from the relaxation; None where that has no point or no plan is found."""
    if relaxed.outcome is not Outcome.OPTIMAL:
        return None
    return first_plan(model, places, relaxed, limits, watch, owner)


def _joined(best: Run, other: Run) -> Run:
    """The better plan with the tighter bound; the outcome of the later run."""
    bound = min(best.bound, other.bound) if np.isfinite(other.bound) else best.bound
    better = _better(best, other)
    return replace(better, bound=bound, outcome=other.outcome, message=other.message)


def _better(best: Run, other: Run) -> Run:
    """The plan with the higher objective."""
    is_better = other.x is not None and (best.x is None or other.objective >= best.objective)
    return other if is_better else best


@dataclass
class Heard:
    """What has been told of the search: reports of its steps become those of the whole, and only better."""

    outer: Watch
    clock: Clock
    best: float = -np.inf
    least: float = np.inf

    def watch(self, bound: float) -> Watch:
        """A watch of a step that starts with a valid bound."""
        self.least = min(self.least, bound)
        if self.outer.report is None:
            return Watch(self.outer.stop)
        tell = self.outer.report

        def report(_seconds: float, objective: float, bound: float) -> None:
            known = abs(objective) < 1e100
            self.best = max(self.best, objective) if known else self.best
            self.least = min(self.least, bound) if abs(bound) < 1e100 else self.least
            best = self.best if np.isfinite(self.best) else np.nan
            tell(time.monotonic() - self.clock.began, best, max(self.least, self.best))

        return Watch(self.outer.stop, report, self.outer.found, self.outer.enough)


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
    exact = exact_values(model, point, limits)
    unknown = np.full(len(model.rows), np.nan)
    dual = exact.row_dual if exact.row_dual is not None else unknown
    found = Found(
        model=model,
        x=point,
        objective=best.objective,
        bound=max(bound, best.objective),
        row_dual=unknown,
        relaxed_dual=None,
        stopped=best.outcome,
    )
    if exact.outcome is not Outcome.OPTIMAL or exact.x is None:
        return found
    return replace(
        found,
        x=exact.x,
        objective=exact.objective,
        bound=max(bound, exact.objective),
        row_dual=np.where(only_whole(model), np.nan, dual),
    )


def only_whole(model: CompiledModel) -> np.ndarray:
    """Rows of whole-numbered columns alone: fixed numbers say nothing about one more."""
    free = abs(model.matrix) @ (~model.integer).astype(float)
    return np.asarray(free == 0)
