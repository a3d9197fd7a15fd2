"""Standing: a solved model that stays in memory, and what becomes of it when its problem changes.

The arrays change where the problem does, the relaxation goes on from its last basis, and the plan is
carried over by the names of its columns, mended where the change broke it and improved around there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Event
from typing import Any

import numpy as np
from scipy.sparse import csc_array

from allocopt.problem import Problem
from allocopt.solver.bound import dual_bound
from allocopt.solver.compiled import CompiledModel, Floats
from allocopt.solver.exact import exact_values
from allocopt.solver.highs import AT_LOWER, BASIC, Basis, Limits, Outcome, Run, Watch, run, run_from
from allocopt.solver.local.improve import improve
from allocopt.solver.local.neighbourhoods import Aim, is_close, jobs_of
from allocopt.solver.places import Places, places_of
from allocopt.solver.search import LARGE, SMALL, Clock, only_whole
from allocopt.solver.warm.increment import (
    NOWHERE,
    Arrays,
    Increment,
    arrays_of,
    incremented,
    matched,
)
from allocopt.solver.warm.moved import Relaxations, liking, moved
from allocopt.solver.warm.nearby import Nearby

# Share of the time for the relaxation, and of what is left for improving the plan where branch and bound
# follows.
RELAXING, IMPROVING = 0.4, 0.6
# Linear runs get so long at least: half a run is worth nothing. [s]
LINEAR_SECONDS = 15.0
# New rows are priced by themselves up to so many columns.
MOST_PRICED = 5_000
# Objectives that differ by less than this share are one objective.
ROUNDING = 1e-9
# With less time than this only small models go to branch and bound. [s]
LONG = 20.0


class NotCarried(Exception):  # noqa: N818 - raised and caught inside the package
    """No plan of the changed problem was found from the one before; there may be none."""


@dataclass(frozen=True)
class Chosen:
    """What a plan chooses, by name: the share of each stint, and the first day of each hire."""

    shares: Mapping[tuple[str, str, str], float]
    hired: Mapping[str, str]

    def point(self, model: CompiledModel) -> Floats:
        """The same choices in a model, as far as it has them; all other columns at nothing."""
        chosen: dict[tuple[str, Any], float] = {("assign", stint): 1.0 for stint in self.shares}
        chosen |= {("part", stint): share for stint, share in self.shares.items()}
        chosen |= {("hire", hire): 1.0 for hire in self.hired.items()}
        values = np.array([chosen.get(name, 0.0) for name in model.names])
        return np.asarray(np.clip(values, model.lower, model.upper))


@dataclass(frozen=True)
class Standing:
    """A model, its relaxation and the best plan that is known.

    x: the plan, with `objective`; `bound` is above every plan. row_dual: multipliers of the relaxation;
    worth: what one more of each row brings while whole numbers stay, NaN where unknown. relaxed and basis:
    where the relaxation ended. near: the gap that counts as near enough after a change. stopped: how the
    search did.
    """

    arrays: Arrays
    x: Floats
    objective: float
    bound: float
    row_dual: Floats
    worth: Floats
    relaxed: Floats
    basis: Basis | None
    near: float
    stopped: Outcome

    @property
    def model(self) -> CompiledModel:
        """The arrays."""
        return self.arrays.named.model

    @cached_property
    def places(self) -> Places:
        """Which columns concern whom."""
        return places_of(self.model)

    @cached_property
    def chosen(self) -> Chosen:
        """What the plan chooses, by name."""
        values: dict[str, dict[Any, float]] = {"assign": {}, "part": {}, "hire": {}}
        for (variable, item), value in zip(self.model.names, self.x.tolist(), strict=True):
            if value > 0 and variable in values:
                values[variable][item] = value
        part = values["part"]
        shares = {stint: part.get(stint, 1.0) for stint, x in values["assign"].items() if x > 0.5}
        return Chosen(shares, dict(hire for hire, x in values["hire"].items() if x > 0.5))

    @property
    def gap(self) -> float:
        """(bound − objective) / max(|objective|, 1e-9 · Σ |objective coefficients|)."""
        return self.model.gap(self.objective, self.bound)


def first_standing(
    problem: Problem, before: Chosen, limits: Limits, watch: Watch | None = None, near: float = 0.0
) -> Standing:
    """The standing of a problem, from what was chosen before it.

    The search ends within the limits' gap, or `near` enough. Raises NotCarried.
    """
    arrays = arrays_of(problem)
    model = arrays.named.model
    point = before.point(model)
    start = _Start(point, np.zeros(len(model.rows)), point, None, near)
    return _resolved(arrays, start, limits, watch, lambda: places_of(model))


def changed_standing(
    before: Standing,
    problem: Problem,
    limits: Limits,
    watch: Watch | None = None,
    near: float = 0.0,
) -> Standing:
    """The standing of a changed problem, from that of the problem before.

    The search ends within the limits' gap, or the gap `near`. Raises NotCarried.
    """
    step = incremented(before.arrays, problem) or matched(before.arrays, arrays_of(problem))
    start = _Start(
        step.carried(before.x, step.columns),
        _carried_multipliers(before.row_dual, step, limits),
        step.carried(before.relaxed, step.columns),
        _carried_basis(before.basis, step),
        near,
    )
    same = step.arrays.named.model.columns is before.model.columns
    places = (lambda: before.places) if same else (lambda: places_of(step.arrays.named.model))
    return _resolved(step.arrays, start, limits, watch, places)


def _carried_multipliers(row_dual: Floats, step: Increment, limits: Limits) -> Floats:
    """Multipliers of the rows before, and for new rows the best that go with them."""
    model, new = step.arrays.named.model, np.flatnonzero(step.rows == NOWHERE)
    carried = step.carried(row_dual, step.rows)
    columns = np.flatnonzero(np.diff(csc_array(model.matrix[new]).indptr))
    if not len(new) or len(columns) > MOST_PRICED:
        return carried
    reduced = model.cost - model.matrix.T @ carried
    part = replace(model, cost=reduced).submodel(columns, new)
    found = run(part, replace(limits, node_limit=None), relaxed=True)
    if found.outcome is Outcome.OPTIMAL and found.row_dual is not None:
        carried[new] = found.row_dual
    return carried


def _carried_basis(basis: Basis | None, step: Increment) -> Basis | None:
    """The basis in the changed model: new columns stay at their lower bounds, new rows are left open."""
    if basis is None:
        return None
    return Basis(
        step.carried(basis.columns, step.columns, AT_LOWER).astype(np.int8),
        step.carried(basis.rows, step.rows, BASIC).astype(np.int8),
    )


@dataclass(frozen=True)
class _Start:
    """What a search goes on from: a plan, multipliers of rows, the relaxation, and the gap that is enough.

    relaxed: where the relaxation was; basis: how it ended.
    """

    point: Floats
    row_dual: Floats
    relaxed: Floats
    basis: Basis | None
    near: float


def _resolved(
    arrays: Arrays,
    start: _Start,
    limits: Limits,
    watch: Watch | None,
    places: Callable[[], Places],
) -> Standing:
    """The standing of changed arrays, whose places are looked up where they are needed.

    Raises NotCarried.
    """
    clock = Clock(replace(limits, gap=max(limits.gap, start.near)))
    search = _Search(arrays.named.model, start, clock, watch or Watch(Event()), places)
    end, plan = search.run()
    assert plan.x is not None  # noqa: S101 - a plan has a point
    return Standing(
        arrays=arrays,
        x=plan.x,
        objective=plan.objective,
        bound=max(plan.bound, plan.objective),
        row_dual=end.row_dual,
        worth=_worth(arrays.named.model, plan),
        relaxed=end.relaxed,
        basis=end.basis,
        near=start.near,
        stopped=plan.outcome,
    )


def _worth(model: CompiledModel, plan: Run) -> Floats:
    """What one more of each row brings while whole numbers stay, NaN where unknown."""
    if plan.row_dual is None:
        return np.full(len(model.rows), np.nan)
    return np.where(only_whole(model), np.nan, plan.row_dual)


@dataclass(frozen=True)
class _Search:
    """A search that goes on from where the one before the change ended."""

    model: CompiledModel
    start: _Start
    clock: Clock
    watch: Watch
    look_up: Callable[[], Places]

    def run(self) -> tuple[_Start, Run]:
        """Where the next search can go on from, and the plan with its bound.

        Nothing is relaxed anew where the multipliers before say that the plan is near enough, as it is or
        mended where it is broken.
        """
        end = self.start
        plan = self._with_bound(self._exact(self.start.point), end)
        if plan.x is None and not self._is_small:
            plan = self._with_bound(self._mended(end, plan), end)
        if not self._is_near(plan):
            end = self._relaxed()
            plan = self._with_bound(plan, end)
        if not self._is_near(plan):
            plan = self._of_small(plan, end) if self._is_small else self._better(plan, end)
        if self._is_near(plan):
            plan = replace(plan, outcome=Outcome.OPTIMAL)
        return end, plan if plan.row_dual is not None else self._with_values(plan)

    @property
    def _is_small(self) -> bool:
        return int(self.model.integer.sum()) <= SMALL

    @cached_property
    def _places(self) -> Places:
        return self.look_up()

    def _with_bound(self, plan: Run, end: _Start) -> Run:
        return replace(plan, bound=dual_bound(self.model, end.row_dual))

    def _relaxed(self) -> _Start:
        """The relaxation of the changed model, with the multipliers whose bound is lowest."""
        limits = self._of_linear_runs(RELAXING)
        found, basis = run_from(self.model, limits, self.watch, self.start.basis)
        if found.outcome is Outcome.INFEASIBLE:
            raise NotCarried
        candidates = [self.start.row_dual, np.zeros(len(self.model.rows))]
        if found.row_dual is not None and len(found.row_dual):
            candidates.append(found.row_dual)
        row_dual = min(candidates, key=lambda multipliers: dual_bound(self.model, multipliers))
        relaxed = self.start.relaxed if found.x is None else found.x
        return replace(self.start, row_dual=row_dual, relaxed=relaxed, basis=basis)

    def _nearby(self, end: _Start, bound: float) -> Nearby:
        aim = Aim(bound, end.row_dual, jobs_of(self.clock.limits))
        return Nearby(self.model, self._places, aim, self.clock, self.watch, self.start.point)

    def _mended(self, end: _Start, plan: Run) -> Run:
        """A plan from the one before, with a rep for units that have none; else as given."""
        liked = liking(self.model, end.relaxed, end.row_dual)
        stay = Relaxations(liked, liked)
        point = moved(self.model, self._places, self.start.point, stay)
        return self._nearby(end, plan.bound).mended(point) or plan

    def _better(self, plan: Run, end: _Start) -> Run:
        """A plan, better than the one given if that is one. Raises NotCarried."""
        nearby = self._nearby(end, plan.bound)
        relaxed = Relaxations(self.start.relaxed, end.relaxed)
        point = moved(self.model, self._places, self.start.point, relaxed)
        best = nearby.everywhere(point, None if plan.x is None else plan)
        if best is None:
            raise NotCarried
        long = int(self.model.integer.sum()) <= LARGE and self.clock.limits.time_limit >= LONG
        if self.clock.left > 0:
            limits = self.clock.part(IMPROVING if long else 1.0)
            best = improve(self.model, self._places, best, nearby.aim, limits, self.watch)
        best = replace(best, bound=plan.bound, outcome=Outcome.TIME_LIMIT)
        if self.watch.stop.is_set():
            return replace(best, outcome=Outcome.INTERRUPTED)
        return self._proven(best) if long and not self._is_near(best) else best

    def _of_small(self, plan: Run, end: _Start) -> Run:
        """Branch and bound from a plan; where the change broke it, from one that is repaired first.

        Raises NotCarried.
        """
        if plan.x is None:
            with suppress(NotCarried):
                plan = self._better(plan, end)
        return plan if self._is_near(plan) else self._proven(plan)

    def _proven(self, plan: Run) -> Run:
        """Branch and bound from a plan, or from none. Raises NotCarried."""
        found = run(self.model, self.clock.part(1.0), self.watch, start=plan.x)
        if plan.x is not None and found.outcome is Outcome.INFEASIBLE:
            # There is a plan: rounding alone can say that there is none.
            return replace(plan, outcome=Outcome.TIME_LIMIT)
        bound = min(plan.bound, found.bound) if np.isfinite(found.bound) else plan.bound
        if found.x is not None and (plan.x is None or found.objective >= plan.objective):
            return replace(found, bound=bound)
        if plan.x is None:
            raise NotCarried
        return replace(plan, bound=bound, outcome=found.outcome)

    def _with_values(self, plan: Run) -> Run:
        """The plan with the best values for its whole numbers, and what rows are then worth."""
        assert plan.x is not None  # noqa: S101 - a plan has a point
        exact = self._exact(plan.x)
        if exact.x is None or exact.objective < plan.objective - ROUNDING * abs(plan.objective):
            return plan
        return replace(exact, bound=plan.bound, outcome=plan.outcome)

    def _exact(self, point: Floats) -> Run:
        limits = self._of_linear_runs(1.0)
        return exact_values(self.model, point, limits, watch=Watch(self.watch.stop))

    def _of_linear_runs(self, share: float) -> Limits:
        limits = self.clock.part(share)
        return replace(limits, time_limit=max(limits.time_limit, LINEAR_SECONDS), node_limit=None)

    def _is_near(self, plan: Run) -> bool:
        return is_close(plan, plan.bound, self.clock.limits.gap)
