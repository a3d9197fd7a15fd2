"""Rounds: solve, add the rows that the plans found on the way break, solve again.

For rules with more rows than can be listed, where HiGHS lets nobody add rows to a running search. Every
round's model has fewer rows than the whole one, so its bound holds, and its last plan that breaks
nothing is best when the bound says so (Dantzig, Fulkerson and Johnson, 1954).
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from allocopt.solver.compiled import CompiledModel, Floats
from allocopt.solver.cut import fixed_at
from allocopt.solver.highs import Limits, Outcome, Run, Watch, run
from allocopt.solver.local.neighbourhoods import Aim, improved, is_close
from allocopt.solver.places import places_of

# A round whose plan breaks a row goes on for as many steps as that plan took, and these; twice as many in
# each round, so that all that ends early takes no more than what does not. [callbacks]
PATIENCE = 100
# Of the plans of a round that break a row, the best are mended.
MOST_MENDED = 3


class LazyRows(Protocol):
    """A rule whose rows are found from plans that break them."""

    def is_broken_by(self, point: Floats) -> bool:
        """Whether a whole-numbered point breaks the rule."""
        ...

    def mended(self, point: Floats) -> Floats | None:
        """A point near by that keeps the rule, if perhaps not the others; None where none is seen."""
        ...

    def add_rows(self, points: Iterable[Floats]) -> int:
        """Finds the rows that these points break; how many are new."""
        ...

    def compiled(self) -> CompiledModel:
        """The model with all rows found so far."""
        ...


@dataclass
class Round:
    """What is seen of a running round: the plans on its way, and when it is in vain.

    In vain is what follows a plan that is better than all sound ones and breaks the rule: it hides what
    could be found, so the round ends early. Steps are counted, not seconds, to give the same plan again.
    """

    model: CompiledModel
    lazy: LazyRows
    least: float  # objective of the best sound plan
    patience: int
    plans: list[Floats] = field(default_factory=list)
    steps: int = 0
    broken_at: int | None = None

    def found(self, point: Floats) -> None:
        """Hears of each plan."""
        self.plans.append(point)
        better = self.model.value(point) > self.least
        if self.broken_at is None and better and self.lazy.is_broken_by(point):
            self.broken_at = self.steps

    def enough(self) -> bool:
        """Whether to end the round."""
        self.steps += 1
        return self.broken_at is not None and self.steps > 2 * self.broken_at + self.patience


def run_in_rounds(
    model: CompiledModel, lazy: LazyRows, limits: Limits, watch: Watch, start: Floats | None = None
) -> tuple[Run, CompiledModel]:
    """The best point that breaks no row, found or not yet, and the model with the rows found.

    Between rounds a new best plan is improved, for as long as the round took. The outcome is that of the
    last round, or the time limit when it came before a sound plan was proven.
    """
    began = time.monotonic()
    best = Run(Outcome.TIME_LIMIT, None, -np.inf, np.inf)
    patience = PATIENCE
    while True:
        spent = time.monotonic() - began
        seen = Round(model, lazy, best.objective, patience)
        left = replace(limits, time_limit=max(limits.time_limit - spent, 0.0))
        heard = _heard(watch, seen, spent)
        result = run(model, left, heard, start=start if best.x is None else best.x)
        plans = seen.plans if result.x is None else [*seen.plans, result.x]
        before = best.objective
        best = _mended(model, lazy, plans, _better(model, lazy, plans, best, result), limits)
        more = lazy.add_rows(plans)
        model = lazy.compiled()
        if not more or _is_proven(best, result, limits):
            # A round that ended early, being in vain, does not make the search one that was stopped.
            close = best.x is not None and is_close(best, best.bound, limits.gap)
            return (replace(best, outcome=Outcome.OPTIMAL) if close else best), model
        elapsed = time.monotonic() - began
        brief = min(elapsed - spent, limits.time_limit - elapsed)
        if best.objective > before and brief > 0:
            best = _improved(model, lazy, best, replace(limits, time_limit=brief), watch)
            model = lazy.compiled()
        if watch.stop.is_set() or _is_used_up(result, limits, time.monotonic() - began):
            stopped = Outcome.INTERRUPTED if watch.stop.is_set() else Outcome.TIME_LIMIT
            return replace(best, outcome=stopped), model
        patience *= 2


def _heard(watch: Watch, seen: Round, spent: float) -> Watch:
    """The watch of a round, whose report counts from the first round and tells sound plans only."""

    def report(seconds: float, _objective: float, bound: float) -> None:
        if watch.report is not None:
            known = seen.least if np.isfinite(seen.least) else np.nan
            watch.report(spent + seconds, known, bound)

    return Watch(watch.stop, report, seen.found, seen.enough)


def _better(
    model: CompiledModel, lazy: LazyRows, plans: Iterable[Floats], best: Run, result: Run
) -> Run:
    """The best sound plan so far, with the least bound and the outcome of the latest round."""
    bound = min(best.bound, np.inf if np.isnan(result.bound) else result.bound)
    best = replace(best, bound=bound, outcome=result.outcome, message=result.message)
    for plan in plans:
        value = model.value(plan)
        if value > best.objective and not lazy.is_broken_by(plan):
            best = replace(best, x=plan, objective=value)
    return best


def _mended(
    model: CompiledModel, lazy: LazyRows, plans: Iterable[Floats], best: Run, limits: Limits
) -> Run:
    """The best sound plan so far, or a better one made from the best plans that break a row."""
    hopeful = [plan for plan in plans if model.value(plan) > best.objective]
    for plan in sorted(hopeful, key=model.value, reverse=True)[:MOST_MENDED]:
        point = lazy.mended(plan)
        if point is None:
            continue
        brief = replace(limits, time_limit=limits.time_limit / 20)
        whole = run(fixed_at(model, point), brief, relaxed=True)
        if whole.x is not None and whole.objective > best.objective:
            best = replace(best, x=whole.x, objective=whole.objective)
    return best


def _improved(model: CompiledModel, lazy: LazyRows, best: Run, limits: Limits, watch: Watch) -> Run:
    """A sound plan at least as good, from neighbourhoods that are solved in rounds of their own."""

    def solve_part(
        model: CompiledModel, free: np.ndarray, start: Floats, limits: Limits, watch: Watch
    ) -> Run:
        left, until = limits, time.monotonic() + limits.time_limit
        while left.time_limit > 0:
            found = run(fixed_at(lazy.compiled(), start, free), left, watch, start=start)
            if found.x is None or not lazy.add_rows([found.x]):
                return found
            left = replace(left, time_limit=until - time.monotonic())
        return Run(Outcome.TIME_LIMIT, None, -np.inf, np.inf)

    quiet = Watch(watch.stop)
    aim = Aim(bound=best.bound, solve=solve_part)
    found = improved(model, places_of(model), best, aim, limits, quiet)
    return replace(best, x=found.x, objective=found.objective)


def _is_proven(best: Run, result: Run, limits: Limits) -> bool:
    """Whether there is no plan, or none that is better than the best sound one by more than the gap."""
    if result.outcome is Outcome.INFEASIBLE:
        return True
    if best.x is None:
        return False
    same = result.outcome is Outcome.OPTIMAL and best.objective >= result.objective
    return same or is_close(best, best.bound, limits.gap)


def _is_used_up(result: Run, limits: Limits, seconds: float) -> bool:
    """Whether time has run out, or the nodes of a round."""
    nodes = limits.node_limit is not None and result.outcome is Outcome.TIME_LIMIT
    return nodes or seconds >= limits.time_limit
