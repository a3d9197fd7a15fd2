"""Relocation: which positions are filled, by exchanging one that is for one that is not.

Vertex substitution (Teitz and Bart, 1968): what an exchange brings is estimated with each unit going to the
best rep who is there, whatever the rows say; the most hopeful ones are then made plans by exchange of
units. The first positions are those that substitution finds best by the estimate alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from allocopt.solver.compiled import CompiledModel, Floats, Mask, Numbers
from allocopt.solver.highs import Limits, Outcome, Run, Watch
from allocopt.solver.local.options import options_of
from allocopt.solver.local.rooms import positions_of
from allocopt.solver.local.trading import traded
from allocopt.solver.places import Places

# Exchanges of positions that are tried between two better plans, and numbers beyond which there are none.
TRIED, MOST_NUMBERS = 60, 20_000_000
NOBODY = Run(Outcome.TIME_LIMIT, None, -np.inf, np.inf)


@dataclass(frozen=True)
class Sites:
    """What units are worth with reps: choice × rep [objective], −∞ where that is no option.

    hire: by rep its column `hire`, −1 for staff, who are always there. cost: of filling a position.
    """

    worth: Floats
    hire: Numbers
    cost: Floats

    @property
    def staff(self) -> Mask:
        """Reps who are always there."""
        return self.hire < 0

    def estimate(self, there: Mask) -> float:
        """Worth of all units with their best reps, and of the positions."""
        best = self.worth[:, there].max(axis=1, initial=-np.inf)
        return float(best[np.isfinite(best)].sum() + self.cost[there].sum())

    def exchanges(self, there: Mask) -> Iterator[tuple[float, int, int]]:
        """Estimates of all exchanges, with the position that is given up and the one that is filled."""
        filled = np.flatnonzero(there & ~self.staff)
        empty = np.flatnonzero(~there)
        for out in filled.tolist():
            rest = there.copy()
            rest[out] = False
            best = self.worth[:, rest].max(axis=1, initial=-np.inf)
            after = np.maximum(best[:, None], self.worth[:, empty])
            total = np.where(np.isfinite(after), after, 0.0).sum(axis=0)
            total += self.cost[rest].sum() + self.cost[empty]
            yield from zip(total.tolist(), [out] * len(empty), empty.tolist(), strict=True)

    def settled(self, there: Mask) -> Mask:
        """Positions that no single exchange makes better, by the estimate."""
        value = self.estimate(there)
        while True:
            best = max(self.exchanges(there), default=(value, -1, -1))
            if best[0] <= value + 1e-9 * abs(value):
                return there
            there = _exchanged(there, best[1], best[2])
            value = best[0]


@dataclass
class Relocation:
    """A search over positions that are filled; all else as in the relaxed point."""

    model: CompiledModel
    places: Places
    sites: Sites
    relaxed: Floats
    limits: Limits
    watch: Watch
    best: Run
    tried: int = 0

    def __post_init__(self) -> None:
        self.began = time.monotonic()

    def run(self) -> None:
        """From the likely positions, and from those that are best by the estimate."""
        likely = self._likely()
        starts = {there.tobytes(): there for there in (self.sites.settled(likely), likely)}
        found = [(self._plan(there), there) for there in starts.values()]
        there = max(found, key=lambda pair: pair[0])[1]
        while not self._over():
            better = self._substitute(there)
            if better is None:
                return
            there = better

    def _likely(self) -> Mask:
        """As many positions as the relaxation fills, those that it fills most."""
        sites = self.sites
        filled = np.where(sites.staff, 0.0, self.relaxed[sites.hire])
        there = sites.staff.copy()
        there[np.argsort(-filled, kind="stable")[: int(np.ceil(filled.sum() - 1e-6))]] = True
        return there

    def _substitute(self, there: Mask) -> Mask | None:
        """The positions after the first exchange, most hopeful first, that makes a better plan."""
        hopeful = sorted(self.sites.exchanges(there), reverse=True)[:TRIED]
        for _, out, into in hopeful:
            if self._over():
                return None
            before, other = self.best.objective, _exchanged(there, out, into)
            if self._plan(other) > before:
                return other
        return None

    def _plan(self, there: Mask) -> float:
        """The objective with these positions, −∞ where no plan is found; the best one is kept."""
        sites, x = self.sites, self.relaxed.copy()
        x[self.model.integer] = np.round(x[self.model.integer])
        x[sites.hire[~sites.staff]] = there[~sites.staff].astype(float)
        places = self.places
        liked = np.where(there[places.rep], self.model.cost[places.column], -np.inf)
        order = np.lexsort((-liked, places.window))
        first = np.ones(len(order), dtype=bool)
        first[1:] = np.diff(places.window[order]) > 0
        x[places.column] = 0.0
        x[places.column[order[first & (liked[order] > -np.inf)]]] = 1.0
        found = traded(self.model, places, x, self.limits, self.watch)
        if found is None or found.x is None:
            return -np.inf
        if found.objective > self.best.objective:
            self.best = replace(self.best, x=found.x, objective=found.objective)
        return found.objective

    def _over(self) -> bool:
        late = time.monotonic() - self.began >= self.limits.time_limit
        timed = self.limits.node_limit is None
        return self.watch.stop.is_set() or (timed and late)


def relocated(
    model: CompiledModel,
    places: Places,
    relaxed: Floats,
    plan: Run | None,
    limits: Limits,
    watch: Watch,
) -> Run | None:
    """A plan at least as good, with other positions filled; `plan` where positions are not to be chosen."""
    sites = _sites(model, places)
    if sites is None:
        return plan
    search = Relocation(model, places, sites, relaxed, limits, watch, plan or NOBODY)
    search.run()
    return search.best if search.best.x is not None else plan


def _sites(model: CompiledModel, places: Places) -> Sites | None:
    """The positions of a model; None where none is to be chosen, or on several days, or too many are."""
    options, hire = options_of(model, places), positions_of(model, places)
    if options is None or hire is None:
        return None
    choices = int(np.max(options.choice)) + 1
    if choices * len(hire) > MOST_NUMBERS:
        return None
    worth = np.full((choices, len(hire)), -np.inf)
    worth[options.choice, options.rep] = options.members @ model.cost
    cost = np.where(hire >= 0, model.cost[hire], 0.0)
    return Sites(worth, hire, cost)


def _exchanged(there: Mask, out: int, into: int) -> Mask:
    other = there.copy()
    other[out], other[into] = False, True
    return other
