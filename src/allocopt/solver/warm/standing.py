"""Standing: a solved model that stays in memory, and what becomes of it when its problem changes.

The arrays change where the problem does, the relaxation goes on from its last basis, and the plan is
carried over by the names of its columns, mended where the change broke it and improved around there.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Event
from typing import Any

import numpy as np

from allocopt.problem import Problem
from allocopt.solver.bound import dual_bound
from allocopt.solver.compiled import CompiledModel, Floats
from allocopt.solver.exact import exact_values
from allocopt.solver.highs import AT_LOWER, BASIC, Basis, Limits, Outcome, Run, Watch, run, run_from
from allocopt.solver.local.improve import improve
from allocopt.solver.local.neighbourhoods import Aim, is_close, jobs_of
from allocopt.solver.local.repair import repaired
from allocopt.solver.places import columns_of, places_of
from allocopt.solver.search import LARGE, SMALL
from allocopt.solver.warm.increment import Arrays, arrays_of, incremented, matched

# Share of the time for the relaxation, of the rest for mending the plan, and of what is left then for
# improving it where branch and bound follows.
RELAXING, MENDING, IMPROVING = 0.4, 0.5, 0.6
# A plan is made from a point for so long at least: from nothing it takes longer. [s]
MEND_SECONDS = 15.0
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
        names = ((c.parent_component().local_name, c.index()) for c in model.columns)
        values = np.array([chosen.get(name, 0.0) for name in names])
        return np.asarray(np.clip(values, model.lower, model.upper))


@dataclass(frozen=True)
class Standing:
    """A model, its relaxation and the best plan that is known.

    x: the plan, with `objective`; `bound` is above every plan. row_dual: multipliers of the relaxation;
    worth: what one more of each row brings while whole numbers stay, NaN where unknown. basis: where the
    relaxation ended. near: the gap that counts as near enough after a change. stopped: how it ended.
    """

    arrays: Arrays
    x: Floats
    objective: float
    bound: float
    row_dual: Floats
    worth: Floats
    basis: Basis
    near: float
    stopped: Outcome

    @property
    def model(self) -> CompiledModel:
        """The arrays."""
        return self.arrays.named.model

    @cached_property
    def chosen(self) -> Chosen:
        """What the plan chooses, by name."""
        values: dict[str, dict[Any, float]] = {"assign": {}, "part": {}, "hire": {}}
        for column, value in zip(self.model.columns, self.x.tolist(), strict=True):
            variable = column.parent_component().local_name
            if value > 0 and variable in values:
                values[variable][column.index()] = value
        part = values["part"]
        shares = {stint: part.get(stint, 1.0) for stint, x in values["assign"].items() if x > 0.5}
        return Chosen(shares, dict(hire for hire, x in values["hire"].items() if x > 0.5))

    @property
    def gap(self) -> float:
        """(bound − objective) / max(|objective|, 1e-9 · Σ |objective coefficients|)."""
        scale = max(abs(self.objective), 1e-9 * self.model.scale, 1e-300)
        return (self.bound - self.objective) / scale


def first_standing(
    problem: Problem, before: Chosen, limits: Limits, watch: Watch | None = None, near: float = 0.0
) -> Standing:
    """The standing of a problem, from what was chosen before it.

    The search ends within the limits' gap, or `near` enough. Raises NotCarried.
    """
    arrays = arrays_of(problem)
    model = arrays.named.model
    start = _Start(before.point(model), np.zeros(len(model.rows)), None, near)
    return _resolved(arrays, start, limits, watch or Watch(Event()))


def changed_standing(
    before: Standing, problem: Problem, limits: Limits, watch: Watch | None = None
) -> Standing:
    """The standing of a changed problem, from that of the problem before.

    The search ends within the limits' gap, or when the plan is as near to its bound as the plan before.
    Raises NotCarried.
    """
    step = incremented(before.arrays, problem) or matched(before.arrays, arrays_of(problem))
    basis = Basis(
        step.carried(before.basis.columns, step.columns, AT_LOWER).astype(np.int8),
        step.carried(before.basis.rows, step.rows, BASIC).astype(np.int8),
    )
    start = _Start(
        step.carried(before.x, step.columns),
        step.carried(before.row_dual, step.rows),
        basis,
        before.near,
    )
    return _resolved(step.arrays, start, limits, watch or Watch(Event()))


@dataclass(frozen=True)
class _Start:
    """What a search goes on from: a point, multipliers of rows, a basis, and the gap that is enough."""

    point: Floats
    row_dual: Floats
    basis: Basis | None
    near: float


def _resolved(arrays: Arrays, start: _Start, limits: Limits, watch: Watch) -> Standing:
    """Relaxation, a plan near the point, and better ones until the gap is near enough."""
    until = time.monotonic() + limits.time_limit
    model = arrays.named.model
    linear = replace(limits, time_limit=RELAXING * limits.time_limit, node_limit=None)
    relaxed, basis = run_from(model, linear, watch, start.basis)
    if relaxed.outcome is Outcome.INFEASIBLE:
        raise NotCarried
    row_dual, bound = _best_multipliers(model, relaxed, start.row_dual)
    aim = Aim(bound, row_dual, jobs_of(limits))
    point = _placed(model, start.point, relaxed.x)
    plan = _plan(model, point, aim, replace(limits, gap=max(limits.gap, start.near)), until, watch)
    assert plan.x is not None  # noqa: S101 - a plan has a point
    exact = exact_values(model, plan.x, replace(_left(limits, until), node_limit=None))
    x, worth = plan.x, np.full(len(model.rows), np.nan)
    if exact.x is not None and exact.row_dual is not None:
        x, worth = exact.x, exact.row_dual
    objective = model.value(x)
    return Standing(
        arrays=arrays,
        x=x,
        objective=objective,
        bound=max(min(bound, plan.bound), objective),
        row_dual=row_dual,
        worth=worth,
        basis=basis,
        near=start.near,
        stopped=plan.outcome,
    )


def _plan(
    model: CompiledModel, point: Floats, aim: Aim, limits: Limits, until: float, watch: Watch
) -> Run:
    """The best plan that is found in time. Raises NotCarried."""
    whole, left = int(model.integer.sum()), _left(limits, until)
    known = exact_values(model, point, left)
    if whole <= SMALL:
        return _proven(model, None if known.x is None else known, aim.bound, left, watch)
    if known.x is not None and is_close(known, aim.bound, limits.gap):
        return replace(known, bound=aim.bound, outcome=Outcome.OPTIMAL)
    places = places_of(model)
    half = replace(left, time_limit=max(MENDING * left.time_limit, MEND_SECONDS))
    plan = known if known.x is not None else repaired(model, places, point, half, watch, aim.jobs)
    if plan is None:
        raise NotCarried
    most = _left(limits, until)
    if whole <= LARGE:
        most = replace(most, time_limit=IMPROVING * most.time_limit)
    found = replace(improve(model, places, plan, aim, most, watch), bound=aim.bound)
    if is_close(found, aim.bound, limits.gap):
        return replace(found, outcome=Outcome.OPTIMAL)
    if whole <= LARGE and limits.time_limit >= LONG and not watch.stop.is_set():
        return _proven(model, found, aim.bound, _left(limits, until), watch)
    stopped = Outcome.INTERRUPTED if watch.stop.is_set() else Outcome.TIME_LIMIT
    return replace(found, outcome=stopped)


def _proven(
    model: CompiledModel, plan: Run | None, bound: float, limits: Limits, watch: Watch
) -> Run:
    """Branch and bound from a plan, or from none. Raises NotCarried."""
    found = run(model, limits, watch, start=None if plan is None else plan.x)
    bound = min(bound, found.bound) if np.isfinite(found.bound) else bound
    if found.x is not None and (plan is None or found.objective >= plan.objective):
        return replace(found, bound=bound)
    if plan is None:
        raise NotCarried
    return replace(plan, bound=bound, outcome=found.outcome)


def _left(limits: Limits, until: float) -> Limits:
    """The time that is left, a twentieth of all at least: each step can answer."""
    left = until - time.monotonic()
    return replace(limits, time_limit=max(left, limits.time_limit / 20))


def _best_multipliers(model: CompiledModel, relaxed: Run, before: Floats) -> tuple[Floats, float]:
    """Of the relaxation's multipliers and those before, the ones whose bound is lower."""
    candidates = [before, np.zeros(len(model.rows))]
    if relaxed.row_dual is not None and len(relaxed.row_dual):
        candidates.append(relaxed.row_dual)
    bounds = [dual_bound(model, row_dual) for row_dual in candidates]
    best = int(np.argmin(bounds))
    return candidates[best], bounds[best]


def _placed(model: CompiledModel, point: Floats, relaxed: Floats | None) -> Floats:
    """The point, its units moved where rows force them to, and placed where the relaxation likes best."""
    stints = columns_of(model, "assign")
    if relaxed is None or not stints:
        return point
    least, most = _forced(model)
    held = {(unit, window): k for (unit, _, window), k in stints.items() if point[k] > 0.5}
    best: dict[tuple[str, str], tuple[float, int, str]] = {}
    for (unit, rep, window), column in stints.items():
        place = unit, window
        kept = held.get(place)
        if least[column] > 0.5 or kept is None or most[kept] < 0.5:
            liked = float(relaxed[column]) + (least[column] > 0.5) - (most[column] < 0.5)
            best[place] = max(best.get(place, (0.0, -1, "")), (liked, column, rep))
    placed, days = point.copy(), _days(model)
    for place, (_, column, rep) in best.items():
        if column >= 0:
            placed[held.get(place, column)] = 0.0
            placed[column] = 1.0
            _fill(placed, days.get(rep, {}), place[1])
    return placed


def _forced(model: CompiledModel) -> tuple[Floats, Floats]:
    """Least and most of each column that its bounds and rows of this one column leave."""
    least, most = model.lower.copy(), model.upper.copy()
    matrix = model.matrix
    single = np.bincount(matrix.indices, minlength=len(model.rows)) == 1
    entries = np.flatnonzero(single[matrix.indices])
    column = np.repeat(np.arange(matrix.shape[1]), np.diff(matrix.indptr))[entries]
    row, size = matrix.indices[entries], matrix.data[entries]
    sides = model.row_lower[row] / size, model.row_upper[row] / size
    np.maximum.at(least, column, np.minimum(*sides))
    np.minimum.at(most, column, np.maximum(*sides))
    return least, most


def _days(model: CompiledModel) -> dict[str, dict[str, int]]:
    """By open position, the columns of the first days on which it may be filled."""
    days: dict[str, dict[str, int]] = {}
    for (rep, first), column in columns_of(model, "hire").items():
        days.setdefault(rep, {})[first] = column
    return days


def _fill(point: Floats, days: Mapping[str, int], window: str) -> None:
    """Fills an open position in time for a window, if it is one and nobody has been hired."""
    if days and not any(point[column] > 0.5 for column in days.values()):
        point[days[max(first for first in days if first <= window)]] = 1.0
