"""Nearby: a point is made a plan, and better, for the reps around what changed, all else staying as it is.

Rings of reps grow around those whose rows are broken or whose units have moved, until a plan is found that
is near enough to the bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from allocopt.solver.compiled import CompiledModel, Floats, Mask
from allocopt.solver.cut import cut_out
from allocopt.solver.highs import Run, Watch
from allocopt.solver.local.improve import improve
from allocopt.solver.local.neighbourhoods import FEASIBLE, Aim, is_close, keeps
from allocopt.solver.local.repair import repaired
from allocopt.solver.local.trading import traded
from allocopt.solver.places import Places, places_of
from allocopt.solver.search import Clock

# So many reps join for each rep of a ring: those who could have most of its units.
JOINING = 3
# Rings end before they have a larger share of the reps.
MOST = 0.5
# Units that have moved are few up to this share of all.
FEW = 0.01
# Share of the time that is left which a ring may take.
SHARE = 0.3
# Where there is no plan yet, one is looked for so long at least: from nothing it takes longer. [s]
MEND_SECONDS = 15.0


@dataclass(frozen=True)
class Nearby:
    """A search for a plan near points of a model; `before` is the plan that the points come from."""

    model: CompiledModel
    places: Places
    aim: Aim
    clock: Clock
    watch: Watch
    before: Floats

    def mended(self, point: Floats) -> Run | None:
        """A plan by exchange around the few units that have moved at a point; None where there is none.

        Where many have, the relaxation says more about who should take over.
        """
        moved = np.count_nonzero(self._moved(point))
        if not len(self.places.column) or moved > FEW * len(self.places.units):
            return None
        plan = self._in_rings(point)
        if plan is not None or self.watch.stop.is_set():
            return plan
        return traded(self.model, self.places, point, self.clock.part(1.0), self.watch)

    def _in_rings(self, point: Floats) -> Run | None:
        """The best plan in which few reps have other units than at a point; None where there is none."""
        plan, x = None, point
        for reps in self._rings(point):
            found = self._inside(reps, x)
            if found is not None and found.x is not None:
                # Each ring goes on from the plan of the one before, which it does not make worse.
                plan, x = found, found.x
            if self._is_near(plan) or self.watch.stop.is_set() or self.clock.left <= 0:
                break
        return plan

    def everywhere(self, point: Floats, plan: Run | None) -> Run | None:
        """The best plan from a point, not worse than the plan given; None where there is none."""
        limits = self.clock.part(1.0)
        least = MEND_SECONDS if plan is None else 0.0
        limits = replace(limits, time_limit=max(limits.time_limit, least))
        found = repaired(self.model, self.places, point, limits, self.watch, self.aim.jobs)
        if found is None or (plan is not None and plan.objective >= found.objective):
            return plan
        return found

    def _inside(self, reps: Mask, point: Floats) -> Run | None:
        """A plan in which only the units of these reps, and of nobody, are moved."""
        held = self.places.held(point)
        free = self.places.around(held, np.flatnonzero(reps).tolist()) | self.places.common
        cut = cut_out(self.model, free, point)
        places, start, limits = places_of(cut.part), point[cut.columns], self.clock.part(SHARE)
        part = traded(cut.part, places, start, limits, self.watch)
        if part is None or part.x is None:
            return None
        rest = self.model.value(point) - cut.part.value(start)
        aim = replace(self.aim, bound=self.aim.bound - rest, row_dual=None)
        # The gap of the whole, told as one of the part.
        missing = limits.gap * abs(rest + part.objective)
        limits = replace(limits, gap=missing / max(abs(part.objective), 1e-9 * self.model.scale))
        part = improve(cut.part, places, part, aim, limits, self.watch)
        assert part.x is not None  # noqa: S101 - a plan has a point
        x = cut.point(part.x, point)
        if not keeps(self.model, x):
            # Rows without a column of these reps are no part of the part.
            return None
        return replace(part, x=x, objective=self.model.value(x), row_dual=None, reduced_cost=None)

    def _rings(self, point: Floats) -> Iterator[Mask]:
        """Reps around those whom the change concerns, more and more of them, but never most."""
        reps = self._concerned(point)
        held = self.places.held(point)
        closeness = self.places.closeness(self.model.cost, held)
        near = self.places.overlap(held, closeness).toarray()
        near = near + near.T
        np.fill_diagonal(near, 0.0)
        ring = _joined(reps, near)
        while ring.any() and ring.mean() <= MOST:
            yield ring
            wider = _joined(ring, near)
            if wider.sum() == ring.sum():
                return
            ring = wider

    def _concerned(self, point: Floats) -> Mask:
        """Reps in whose rows something is missed, and whose units are others than before."""
        model, places = self.model, self.places
        activity = model.matrix @ point
        size = np.maximum(abs(model.matrix) @ np.abs(point), 1.0)
        missed = np.maximum(model.row_lower - activity, activity - model.row_upper)
        broken = abs(model.matrix).T @ (missed > FEASIBLE * size).astype(float) > 0
        reps = places.of_rep @ broken.astype(float) > 0
        reps[places.rep[self._moved(point)]] = True
        return np.asarray(reps)

    def _moved(self, point: Floats) -> Mask:
        """Stints that are chosen at a point or before, and not in both."""
        stints = self.places.column
        return np.asarray((point[stints] > 0.5) != (self.before[stints] > 0.5))

    def _is_near(self, plan: Run | None) -> bool:
        return plan is not None and is_close(plan, self.aim.bound, self.clock.limits.gap)


def _joined(reps: Mask, near: Floats) -> Mask:
    """The reps, and those who are nearest to each of them."""
    closest = np.argsort(-near[reps], axis=1, kind="stable")[:, :JOINING]
    joins = np.take_along_axis(near[reps], closest, axis=1) > 0
    wider = reps.copy()
    wider[closest[joins]] = True
    return wider
