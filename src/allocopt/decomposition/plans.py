"""Plans: who covers what in each region, and better plans of reps around the borders of regions."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from allocopt.decomposition.borders import Wishes
from allocopt.decomposition.executors import Crew
from allocopt.decomposition.regions import Regions
from allocopt.decomposition.shares import added_up, as_now, shared_out
from allocopt.decomposition.tasks import PartPlan, improve_part, solve_part
from allocopt.errors import Infeasible, NoPlanInTime
from allocopt.problem import Problem
from allocopt.problem.restriction import Mask, Numbers, Restrictions
from allocopt.solver import Limits
from allocopt.solver.compiled import Floats

TIE = 1e-6
# A border is not begun with less time than this. [s]
LEAST_SECONDS = 1.0
# Groups of reps that are planned between two looks at the wishes.
ROUND = 16

Tell = Callable[[str], None]
# Regions that are planned as one.
Together = tuple[int, ...]


@dataclass(frozen=True)
class Cutting:
    """A part of a problem and the places of its stints in the whole."""

    problem: Problem
    stints: Numbers

    @classmethod
    def out_of(cls, restrictions: Restrictions, units: Mask, reps: Mask) -> Cutting:
        """The part of some units with some reps alone."""
        part = restrictions.to_reps(units, reps)
        inside = units[restrictions.stint_unit]
        names = part.reps.index
        known = restrictions.problem.reps.index.isin(names)
        return cls(part, np.flatnonzero(inside & known[restrictions.stint_rep]))

    def shares(self, held: Floats) -> pd.Series[float]:
        """Shares of the chosen stints of the part."""
        own = held[self.stints]
        return pd.Series(own[own > 0], index=self.problem.stints[own > 0])


def drawn_by_prices(restrictions: Restrictions, regions: Regions, given: Floats) -> Regions:
    """Each unit in the region whose reps the relaxation gives most of it; `given` by stint.

    A region that has nobody for the unit in some of its windows is no choice.
    """
    count = len(regions.names)
    shape = len(regions.of_unit), count
    of_rep = regions.of_rep[restrictions.stint_rep]
    stints = restrictions.stint_unit * count + of_rep
    most = np.bincount(stints, given, shape[0] * count).astype(float)
    most = most.reshape(shape)
    windows = np.unique(restrictions.stint_window * count + of_rep)
    unit = restrictions.window_unit[windows // count]
    covered = np.bincount(unit * count + windows % count, minlength=most.size).reshape(shape)
    # At equal shares a unit stays.
    most[np.arange(shape[0]), regions.of_unit] += TIE
    choice = np.where(covered == covered.max(axis=1, keepdims=True), most, -1.0).argmax(axis=1)
    choice = np.where(covered.any(axis=1), choice, regions.of_unit)
    for members in restrictions.problem.units.groupby("family").indices.values():
        choice[members] = choice[members[0]]
    return replace(regions, of_unit=choice)


def _pairs_between(restrictions: Restrictions, regions: Regions) -> Numbers:
    """How many pairs each region's units have with each region's reps."""
    count = len(regions.names)
    unit = regions.of_unit[restrictions.pair_unit]
    rep = regions.of_rep[restrictions.pair_rep]
    return np.bincount(unit * count + rep, minlength=count * count).reshape(count, count)


def _joined(
    near: Numbers, groups: Sequence[Together], failed: Sequence[Together]
) -> list[Together]:
    """The groups, in which each that failed is one with the group that it has most pairs with."""
    result = list(groups)
    for group in failed:
        # Another one that failed may have taken it in.
        if group in result and len(result) > 1:
            result.remove(group)
            other = max(result, key=partial(_links, near, group))
            result.remove(other)
            result.append(tuple(sorted((*group, *other))))
    return result


def _links(near: Numbers, one: Together, other: Together) -> int:
    return int(near[np.ix_(one, other)].sum() + near[np.ix_(other, one)].sum())


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
        near = _pairs_between(self.restrictions, regions)
        groups: list[Together] = [(k,) for k in range(len(regions.names)) if regions.units(k).any()]
        cuttings = {group: self._cutting(regions, group) for group in groups}
        parts = shared_out(self.restrictions.problem, [cuttings[group].problem for group in groups])
        own = {group[0]: part for group, part in zip(groups, parts, strict=True)}
        plans: dict[Together, PartPlan] = {}
        while waiting := [group for group in groups if group not in plans]:
            for group in waiting:
                cuttings.setdefault(group, self._cutting(regions, group))
            asked = {
                group: added_up(cuttings[group].problem, [own[k] for k in group])
                for group in waiting
            }
            found = self._planned(asked, until)
            plans |= {group: plan for group, plan in found.items() if plan.stints is not None}
            failed = [group for group in waiting if group not in plans]
            late = [x for x in failed if isinstance(found[x].failure, NoPlanInTime)]
            if late and until >= last:
                raise self._why_none(found[late[0]])
            if late:
                # Those that are done have left some time.
                until = last
                continue
            groups = _joined(near, groups, failed)
            if failed and len(groups) == 1:
                return None
        held = np.zeros(len(self.restrictions.stint_unit))
        for group in groups:
            held[cuttings[group].stints[plans[group].stints]] = plans[group].shares
        return held

    def _cutting(self, regions: Regions, group: Together) -> Cutting:
        units, reps = (np.isin(x, group) for x in (regions.of_unit, regions.of_rep))
        return Cutting.out_of(self.restrictions, units, reps)

    def _planned(self, parts: Mapping[Together, Problem], until: float) -> dict[Together, PartPlan]:
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
