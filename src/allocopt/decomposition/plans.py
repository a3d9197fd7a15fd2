"""Plans: who covers what in each region, and better plans of reps around the borders of regions."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from allocopt.decomposition.borders import Wishes
from allocopt.decomposition.executors import Crew
from allocopt.decomposition.groups import Cutting, Group, Groups
from allocopt.decomposition.regions import Regions
from allocopt.decomposition.shares import as_now
from allocopt.decomposition.tasks import PartPlan, improve_part, solve_part
from allocopt.errors import Infeasible, NoPlanInTime
from allocopt.problem import Problem
from allocopt.problem.numbering import Numbers
from allocopt.problem.restriction import Restrictions
from allocopt.solver import Limits
from allocopt.solver.compiled import Floats

# A border is not begun with less time than this. [s]
LEAST_SECONDS = 1.0
# Groups of reps that are planned between two looks at the wishes.
ROUND = 16

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Planner:
    """What plans of parts are made with: workers, limits, and who hears of it."""

    restrictions: Restrictions
    crew: Crew
    limits: Limits
    tell: Tell

    def plan_regions(self, regions: Regions, until: float, last: float) -> Floats | None:
        """Share by stint of the plans of all regions, found until a moment, or else until the `last`.

        A region that cannot keep its rules by itself is joined with the one that it has most pairs with;
        None where that joins them all. Raises NoPlanInTime where a region has no plan in time,
        KeyboardInterrupt when it was stopped before that.
        """
        groups, plans = Groups(self.restrictions, regions), dict[Group, PartPlan]()
        while waiting := [group for group in groups.all if group not in plans]:
            found = self._planned({group: groups.problem(group) for group in waiting}, until)
            plans |= {group: plan for group, plan in found.items() if plan.stints is not None}
            failed = [group for group in waiting if group not in plans]
            late = [x for x in failed if isinstance(found[x].failure, NoPlanInTime)]
            if late and until >= last:
                raise self._why_none(found[late[0]])
            if late:
                # Those that are done have left some time.
                until = last
                continue
            groups.join(failed)
            if failed and len(groups.all) == 1:
                return None
        held = np.zeros(len(self.restrictions.stint_unit))
        for group in groups.all:
            held[groups.cutting(group).stints[plans[group].stints]] = plans[group].shares
        return held

    def _planned(self, parts: Mapping[Group, Problem], until: float) -> dict[Group, PartPlan]:
        """The plan of each part; one that is impossible has none."""
        limits = replace(self.limits, time_limit=self._seconds_each(len(parts), until))
        tasks = [partial(solve_part, part, limits=limits) for part in parts.values()]
        groups, plans = list(parts), {}
        for number, plan in self.crew.run(tasks):
            if plan.stints is None and not isinstance(plan.failure, Infeasible | NoPlanInTime):
                raise self._why_none(plan)
            plans[groups[number]] = plan
            self.tell(f"{len(plans)} of {len(parts)} regions planned")
        if len(plans) < len(parts):
            raise KeyboardInterrupt
        return plans

    def _why_none(self, plan: PartPlan) -> BaseException:
        if self.crew.stop.is_set() or plan.failure is None:
            return KeyboardInterrupt()
        return plan.failure

    def _seconds_each(self, tasks: int, until: float) -> float:
        """Time for each of some tasks, as many at a time as there are workers."""
        turns = np.ceil(tasks / self.crew.places())
        return max(float((until - time.monotonic()) / turns), LEAST_SECONDS)

    def improve_borders(
        self, regions: Regions, held: Floats, worth: Floats, until: float
    ) -> Floats:
        """A better plan: reps who wish for units across borders are planned together, in rounds."""
        tried = np.zeros(len(regions.of_rep), dtype=bool)
        while time.monotonic() + LEAST_SECONDS < until and not self.crew.stop.is_set():
            wishes = Wishes(self.restrictions, regions, held, worth)
            groups = list(wishes.groups(tried))
            if not groups:
                break
            # The most promising ones first; as many whoever works, so that the plan is the same.
            groups = groups[:ROUND]
            tried[np.concatenate(groups)] = True
            held = self._improved(groups, held, until)
        return held

    def _improved(self, groups: Sequence[Numbers], held: Floats, until: float) -> Floats:
        held = held.copy()
        cuttings = [self._around(group, held) for group in groups]
        limits = replace(self.limits, time_limit=self._seconds_each(len(groups), until))
        tasks = [
            partial(
                improve_part,
                as_now(one.problem, one.shares(held)),
                np.flatnonzero(held[one.stints] > 0),
                limits=limits,
            )
            for one in cuttings
        ]
        for number, plan in self.crew.run(tasks):
            if plan.stints is not None:
                places = cuttings[number].stints
                held[places] = 0.0
                held[places[plan.stints]] = plan.shares
        self.tell(f"{len(groups)} groups of reps around borders planned again")
        return held

    def _around(self, group: Numbers, held: Floats) -> Cutting:
        """Reps of a group and the units that they have."""
        reps = np.zeros(len(self.restrictions.problem.reps), dtype=bool)
        reps[group] = True
        units = np.zeros(len(self.restrictions.problem.units), dtype=bool)
        chosen = np.flatnonzero(held > 0)
        own = chosen[reps[self.restrictions.stint_rep[chosen]]]
        units[self.restrictions.stint_unit[own]] = True
        return Cutting.out_of(self.restrictions, units, reps)
