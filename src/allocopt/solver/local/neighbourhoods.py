"""Neighbourhoods: a plan is improved by solving it again for a few reps at a time.

All columns that do not concern these reps and their units stay; branch and bound finds the best of the
rest (large neighbourhood search: Shaw, 1998; with mixed-integer sub-models: Danna, Rothberg and Le Pape,
2005). Reps who are badly priced come first: the gap of a plan to the bound of any multipliers is a sum over
its columns and rows, and a rep's part of it is the most that solving for this rep can gain.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np
from scipy.sparse import csr_array

from allocopt.solver.compiled import CompiledModel, Floats, Mask
from allocopt.solver.cut import cut_out
from allocopt.solver.highs import Limits, Run, Watch, run
from allocopt.solver.places import Places

# Reps of the first round; later rounds take one more while nothing is found.
FEWEST, MOST = 2, 5
# One neighbourhood may take this share of the time there is, and so many nodes; more in each later pass.
SHARE, NODES, MORE_NODES = 0.2, 200, 5
# A neighbourhood is solved until at most this part of its share of the gap is left.
FINENESS = 0.02
# So many positions that are not filled are solved with a group that they could serve.
IDLE = 20
# Common columns are solved with each neighbourhood if there are no more.
FEW_COMMON = 500
# A point may miss a row by this much, and by this share of the amounts that meet in it.
FEASIBLE, ROUNDING = 1e-6, 1e-9
# What is missed by this or less is missed by rounding.
NOTHING = 1e-9
# Groups are ranked anew after as many have been solved as there are reps, times this.
RANKED = 0.5

Group = tuple[int, ...]  # numbers of reps
# The best point of a model: how a neighbourhood is solved.
Solve = Callable[[CompiledModel, Mask, Floats, Limits, Watch], Run]


def solve_part(
    model: CompiledModel, free: Mask, start: Floats, limits: Limits, watch: Watch
) -> Run:
    """Branch and bound over the columns that are free; the objective is that of the whole."""
    cut = cut_out(model, free, start)
    found = run(cut.part, limits, watch, start=start[cut.columns])
    if found.x is None:
        return found
    x = cut.point(found.x, start)
    others = model.value(start) - float(cut.part.cost @ start[cut.columns])
    return replace(found, x=x, objective=model.value(x), bound=found.bound + others)


@dataclass(frozen=True)
class Aim:
    """What a search for better plans knows and wants: a valid bound, multipliers of rows, how many at once.

    `missed`: columns that are to become nothing, on which the search looks alone and with which it ends.
    `solve` is how a neighbourhood is solved.
    """

    bound: float = np.inf
    row_dual: Floats | None = None
    jobs: int = 1
    missed: Mask | None = None
    solve: Solve = solve_part

    def reached(self, x: Floats) -> bool:
        """Whether nothing is missed any more."""
        return self.missed is not None and bool(np.max(x[self.missed], initial=0.0) <= NOTHING)

    def lost(self, model: CompiledModel, x: Floats) -> Floats | None:
        """By column, what is lost with it. [objective]"""
        if self.missed is not None:
            return np.where(self.missed, -model.cost * x, 0.0)
        return None if self.row_dual is None else _lost(model, x, self.row_dual)


def improved(
    model: CompiledModel,
    places: Places,
    plan: Run,
    aim: Aim,
    limits: Limits,
    watch: Watch,
) -> Run:
    """A plan at least as good: the best that rounds of neighbourhoods find within the limits.

    With a `node_limit` it counts the nodes of all neighbourhoods together, and no clock decides.
    """
    if plan.x is None or not len(places.column):
        return plan
    hunt = Hunt(model, places, plan, aim, limits, watch)
    hunt.run()
    return hunt.plan


@dataclass
class Hunt:
    """A running search: the best plan so far, and what has been tried in vain.

    `changed` counts the changes of each rep; `vain` has the counts at which a group was last tried.
    """

    model: CompiledModel
    places: Places
    plan: Run
    aim: Aim
    limits: Limits
    watch: Watch
    began: float = field(default_factory=time.monotonic)
    nodes: int = 0
    vain: dict[Group, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.limits.seed)
        self.changed = np.zeros(len(self.places.reps), dtype=int)
        self.most_nodes = NODES
        self.common = self.places.common & (int(self.places.common.sum()) <= FEW_COMMON)

    def run(self) -> None:
        """Passes over groups of two reps, of three and so on; then again with more nodes for each."""
        most = min(MOST, len(self.places.reps))
        with ThreadPoolExecutor(self.aim.jobs) as pool:
            while not self._over():
                before = self.plan.objective
                for size in range(min(FEWEST, most), most + 1):
                    while self._pass(size, pool):
                        pass
                if self.plan.objective <= before:
                    if self.most_nodes > NODES * MORE_NODES**2:
                        return
                    self.most_nodes *= MORE_NODES
                    self.vain.clear()

    def _pass(self, size: int, pool: ThreadPoolExecutor) -> bool:
        """Solves each group of a size once, some at a time; whether that was worth another pass."""
        before = self.plan.objective
        most = max(int(RANKED * len(self.places.reps)), 2 * self.aim.jobs)
        while waiting := list(islice(self._untried(size), most)):
            while waiting and not self._over():
                batch = self._batch(waiting)
                self._take(batch, self._solved(batch, pool))
            if self._over() or size > FEWEST:
                break
        # Triples and more are too many to be tried again for a little.
        little = self.aim.bound - before if np.isfinite(self.aim.bound) else abs(before)
        return self.plan.objective - before > (0.0 if size == FEWEST else 0.05) * max(little, 0.0)

    def _untried(self, size: int) -> Iterator[Group]:
        """Groups that were not tried as they are now."""
        return (group for group in self._groups(size) if self.vain.get(group) != self._state(group))

    def _groups(self, size: int) -> Iterator[Group]:
        """Groups of reps who could have one another's units, the most promising first."""
        held = self.places.held(self._x)
        closeness = self.places.closeness(self.model.cost, held)
        near = self.places.overlap(held, closeness).toarray()
        np.fill_diagonal(near, 0.0)
        near = near + near.T
        idle = self.places.is_position & (np.asarray(held.sum(axis=0)) == 0)
        if (~idle).sum() >= FEWEST:
            near[idle], near[:, idle] = 0.0, 0.0
        if size == 1:
            yield (0,)
            return
        weight = self._worth()
        promise = near * (weight[:, None] + weight) * self.random.uniform(0.5, 1.0, near.shape)
        if size == FEWEST:
            first, second = np.nonzero(np.triu(np.maximum(promise, promise.T)))
            order = np.argsort(-np.maximum(promise, promise.T)[first, second], kind="stable")
            yield from zip(first[order].tolist(), second[order].tolist(), strict=True)
            return
        yield from dict.fromkeys(self._grown(promise, weight, size))

    def _grown(self, promise: Floats, weight: Floats, size: int) -> Iterator[Group]:
        """For each rep, worst first, a group of that size around the rep."""
        order = np.argsort(-weight * self.random.uniform(0.5, 1.0, len(weight)), kind="stable")
        for rep in order.tolist():
            group = [rep]
            while len(group) < size:
                towards = promise[group].sum(axis=0)
                towards[group] = -1.0
                group.append(int(np.argmax(towards)))
            if promise[group].any():
                yield tuple(sorted(group))

    def _worth(self) -> Floats:
        """By rep, what is lost with the rep, and a little for everybody. [objective]"""
        by_column = self.aim.lost(self.model, self._x)
        if by_column is None:
            return np.ones(len(self.places.reps))
        lost = np.maximum(self.places.of_rep @ by_column, 0.0)
        little = 0.0 if self.aim.missed is not None else 0.1 * lost.mean()
        return np.asarray(lost + little)

    @property
    def _x(self) -> Floats:
        if self.plan.x is None:
            raise AssertionError("a search starts from a plan")
        return self.plan.x

    def _batch(self, waiting: list[Group]) -> list[Group]:
        """The next groups, as many as are solved at once, with no rep in two of them."""
        batch: list[Group] = []
        taken: set[int] = set()
        left: list[Group] = []
        for group in waiting:
            if len(batch) == self.aim.jobs or taken & set(group):
                left.append(group)
            else:
                batch.append(group)
                taken.update(group)
        waiting[:] = left
        return batch

    def _state(self, group: Group) -> tuple[int, ...]:
        return tuple(self.changed[list(group)].tolist())

    def _solved(self, batch: Sequence[Group], pool: ThreadPoolExecutor) -> list[tuple[Mask, Run]]:
        """What each group's own model gives, in order."""
        held, limits = self.places.held(self._x), self._limits(len(batch[0]))
        free = [self._around(held, group) for group in batch]
        quiet = Watch(self.watch.stop)
        if self.aim.jobs == 1:
            return [
                (mask, self.aim.solve(self.model, mask, self._x, limits, quiet)) for mask in free
            ]
        futures = [
            pool.submit(self.aim.solve, self.model, mask, self._x, limits, quiet) for mask in free
        ]
        finish(futures, self.watch)
        return [(mask, future.result()) for mask, future in zip(free, futures, strict=True)]

    def _around(self, held: csr_array, group: Group) -> Mask:
        """Columns of a group, of positions that could be filled in place of its own, and common ones."""
        idle = self.places.idle_beside(held, self.model.cost, group, IDLE)
        return self.places.around(held, [*group, *idle]) | self.common

    def _limits(self, size: int) -> Limits:
        """Limits of one neighbourhood: a share of the time, and of the gap what its reps may have."""
        left = self.limits.time_limit - (time.monotonic() - self.began)
        gap = self.aim.bound - self.plan.objective
        fine = FINENESS * gap * size / len(self.places.reps) if np.isfinite(gap) else 0.0
        timeless = self.limits.node_limit is not None
        return replace(
            self.limits,
            time_limit=left if timeless else min(left, SHARE * self.limits.time_limit),
            node_limit=self.most_nodes,
            gap=0.0,
            least_gain=max(fine, 0.0),
            threads=1,
        )

    def _take(self, batch: Sequence[Group], found: Sequence[tuple[Mask, Run]]) -> None:
        """Takes over what is better, one group after the other, and remembers what was in vain."""
        base = self._x
        for group, (mask, result) in zip(batch, found, strict=True):
            self.nodes += 1 + result.nodes
            better = self._joined(base, mask, result)
            if better is None:
                self.vain[group] = self._state(group)
            else:
                objective = self.model.value(better)
                # What rows were worth belongs to the plan before.
                self.plan = replace(
                    self.plan, x=better, objective=objective, row_dual=None, reduced_cost=None
                )
                self.changed[list(group)] += 1
        if self.watch.report is not None:
            elapsed = time.monotonic() - self.began
            self.watch.report(elapsed, self.plan.objective, self.aim.bound)

    def _joined(self, base: Floats, mask: Mask, result: Run) -> Floats | None:
        """The plan with what a group found; None where that is no better, or breaks a common row."""
        if result.x is None or result.objective <= self.model.value(base):
            return None
        if self.plan.x is base:
            return result.x
        x = np.where(mask & (result.x != base), result.x, self._x)
        return x if self.model.value(x) > self.plan.objective and keeps(self.model, x) else None

    def _over(self) -> bool:
        """Whether to stop: asked to, good enough, or nothing left to spend."""
        if self.watch.stop.is_set() or is_close(self.plan, self.aim.bound, self.limits.gap):
            return True
        if self.limits.node_limit is not None and self.nodes >= self.limits.node_limit:
            return True
        late = time.monotonic() - self.began >= self.limits.time_limit
        return late or self.aim.reached(self._x)


def is_close(plan: Run, bound: float, gap: float) -> bool:
    """Whether there is a plan, within the relative gap of a bound."""
    return plan.x is not None and bound - plan.objective <= gap * abs(plan.objective)


def jobs_of(limits: Limits) -> int:
    """How many neighbourhoods are solved at once."""
    return limits.threads or os.cpu_count() or 1


def _lost(model: CompiledModel, x: Floats, row_dual: Floats) -> Floats:
    """By column, how far a plan is from the bound of the multipliers: Σ is the gap, but for rounding.

    A column loses what it is worth at its best value less what it is worth; what a row leaves unused at its
    price is lost by its columns in equal parts.
    """
    reduced = model.cost - model.matrix.T @ row_dual
    lost = np.maximum(model.lower * reduced, model.upper * reduced) - reduced * x
    activity = model.matrix @ x
    side = np.where(row_dual > 0, model.row_upper, model.row_lower)
    unused = np.abs(row_dual * np.where(np.isfinite(side), side - activity, 0.0))
    pattern = abs(model.matrix) > 0
    entries = np.maximum(np.asarray(pattern.sum(axis=1)), 1)
    return np.asarray(lost + pattern.T @ (unused / entries))


def keeps(model: CompiledModel, x: Floats) -> bool:
    """Whether a point keeps all rows."""
    activity, size = model.matrix @ x, abs(model.matrix) @ np.abs(x)
    slack = FEASIBLE + ROUNDING * size
    return bool(
        ((activity >= model.row_lower - slack) & (activity <= model.row_upper + slack)).all()
    )


def finish(futures: Sequence[Future[Run]], watch: Watch) -> None:
    """Waits for all; Ctrl-C asks them to stop, and a second one is not held back."""
    while True:
        try:
            if not wait(futures, timeout=0.2).not_done:
                return
        except KeyboardInterrupt:
            if watch.stop.is_set():
                raise
            watch.stop.set()
