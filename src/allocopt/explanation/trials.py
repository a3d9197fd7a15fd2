"""Trials: the plan solved again after a change, as often as a common time allows."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing import get_context
from threading import Event

import pandas as pd

from allocopt.errors import Infeasible, NoPlanInTime, SolverFailed
from allocopt.explanation.depth import Depth
from allocopt.problem import Problem
from allocopt.solver import Limits, Outcome, Watch, solve
from allocopt.solver.warm.restored import solution_of
from allocopt.solver.warm.standing import (
    Chosen,
    NotCarried,
    Standing,
    changed_standing,
    first_standing,
)
from allocopt.whatif.batch import WORTH_STARTING

# A gap of less than this is that of a proven plan: HiGHS calls a plan optimal at 1e-9 of its objective.
PROVEN = 1e-7
# A trial gets this many times its even part of the time that is left, since most end earlier.
UNEVEN = 3.0


@dataclass(frozen=True)
class Tried:
    """A problem solved again; objective −inf where it has no plan, and `reason` says why.

    `impossible`: it has been proven that there is none. `parts` of the objective [currency]. `holders`: by
    unit who covers it, `Ann`, `Ann + Bo`, or `Ann → Bo` where it changes hands; "" = nobody.
    """

    objective: float
    bound: float
    proven: bool
    parts: Mapping[str, float] = field(default_factory=dict)
    holders: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    impossible: bool = False

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan to compare with."""
        return self.objective > -float("inf")


class Trials:
    """Solves changed problems one after another, or side by side, until the time is over."""

    def __init__(self, depth: Depth, limits: Limits) -> None:
        self.depth = depth
        self.limits = limits
        self._until = time.monotonic() + depth.seconds
        self._longest = 0.0
        self._before: Standing | None = None

    @property
    def left(self) -> float:
        """Time that is left. [s]"""
        return 0.0 if self.depth.stop.is_set() else self._until - time.monotonic()

    def go_on_from(self, problem: Problem, chosen: Chosen, near: float) -> Tried | None:
        """The plan itself, kept in memory: later trials go on from there; None where it cannot be.

        Trials end when they are as `near` to their bounds as the plan is.
        """
        limits = replace(self.limits, time_limit=max(self.left, 0.1))
        try:
            standing = first_standing(problem, chosen, limits, Watch(self.depth.stop), near)
        except NotCarried:
            return None
        self._before = standing
        return _tried_of(problem, standing)

    def one(self, problem: Problem, share: float = 1.0) -> Tried | None:
        """A problem solved again in a share of the time that is left; None where none is left."""
        if self.left <= 0:
            return None
        began = time.monotonic()
        limits = replace(self.limits, time_limit=max(share * self.left, 0.1))
        tried = attempt(problem, limits, self.depth.stop, self._before)
        self._longest = max(self._longest, time.monotonic() - began)
        return tried

    def each(self, problems: Sequence[Problem], what: str) -> list[Tried | None]:
        """Every problem in order; None for those that the time did not reach."""
        jobs = min(self._jobs(len(problems)), len(problems))
        found: list[Tried | None] = []
        for tried in self._in_turn(problems) if jobs <= 1 else self._abreast(problems, jobs):
            found.append(tried)
            self.depth.tell(len(found) / len(problems), f"{what}: {len(found)} of {len(problems)}")
        return found

    def _in_turn(self, problems: Sequence[Problem]) -> Iterator[Tried | None]:
        for number, problem in enumerate(problems):
            yield self.one(problem, min(1.0, UNEVEN / (len(problems) - number)))

    def _abreast(self, problems: Sequence[Problem], jobs: int) -> Iterator[Tried | None]:
        """The same in other processes, each with one thread and an even part of the time."""
        if self.left <= 0:
            yield from (None for _ in problems)
            return
        rounds = -(-len(problems) // jobs)
        limits = replace(self.limits, time_limit=max(self.left / rounds, 0.1), threads=1)
        attempts = [partial(attempt, problem, limits) for problem in problems]
        # A solver's threads do not survive a fork.
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            for started in [pool.submit(each) for each in attempts]:
                yield _answer(started)

    def _jobs(self, count: int) -> int:
        """How many at a time: what is in memory stays in this process."""
        if self._before is not None:
            return 1
        worth_it = self._longest * count > WORTH_STARTING
        return self.depth.jobs or (os.cpu_count() if worth_it else 1) or 1


def attempt(
    problem: Problem, limits: Limits, stop: Event | None = None, before: Standing | None = None
) -> Tried:
    """A problem solved, or why it has no plan; from a plan `before` the change where there is one.

    Raises KeyboardInterrupt when it is stopped before there is a plan.
    """
    if before is not None:
        try:
            watch = Watch(stop or Event())
            return _tried_of(problem, changed_standing(before, problem, limits, watch))
        except NotCarried:
            # There may be none: only solving from nothing can say why.
            pass
    try:
        solution = solve(problem, limits, Watch(stop or Event()))
    except Infeasible as error:
        rules = dict.fromkeys(conflict.sentence for conflict in error.conflicts)
        return _without_plan(" ".join(rules) or error.summary, impossible=error.proven)
    except (NoPlanInTime, SolverFailed) as error:
        return _without_plan(str(error), impossible=False)
    return Tried(
        objective=solution.objective,
        bound=solution.bound,
        proven=solution.stopped is Outcome.OPTIMAL and solution.gap <= PROVEN,
        parts=dict(solution.decisions.parts),
        holders=holders_of(problem.units.index, solution.decisions.shares),
    )


def _tried_of(problem: Problem, standing: Standing) -> Tried:
    shares = pd.Series(standing.chosen.shares, dtype=float)
    return Tried(
        objective=standing.objective,
        bound=standing.bound,
        proven=standing.stopped is Outcome.OPTIMAL and standing.gap <= PROVEN,
        parts=dict(solution_of(standing, 0.0).decisions.parts),
        holders=holders_of(problem.units.index, shares),
    )


def _without_plan(reason: str, *, impossible: bool) -> Tried:
    bound = -float("inf") if impossible else float("inf")
    return Tried(-float("inf"), bound, proven=impossible, reason=reason, impossible=impossible)


def _answer(started: Future[Tried]) -> Tried | None:
    """What another process has found; None where it died."""
    try:
        return started.result()
    except BrokenProcessPool:
        return None


def holders_of(units: pd.Index, shares: pd.Series[float]) -> dict[str, str]:
    """Who covers each unit, one after another; "" for nobody. `shares` by stint."""
    in_turn: dict[str, dict[str, list[str]]] = {unit: {} for unit in units}
    for unit, rep, window in shares.index:
        in_turn[unit].setdefault(window, []).append(rep)
    return {unit: _told(windows) for unit, windows in in_turn.items()}


def holds(holders: str, rep: str) -> bool:
    """Whether a rep is one of those who cover a unit."""
    return rep in [name for turn in holders.split(" → ") for name in turn.split(" + ")]


def _told(windows: Mapping[str, Sequence[str]]) -> str:
    names = [" + ".join(sorted(windows[first])) for first in sorted(windows)]
    return " → ".join(name for k, name in enumerate(names) if k == 0 or name != names[k - 1])
