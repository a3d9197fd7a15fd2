"""Neighbourhoods: a plan is improved by solving it again for a few reps at a time.

All whole numbers that do not concern these reps and their units stay; branch and bound finds the best of
the rest (large neighbourhood search: Shaw, 1998; with mixed-integer sub-models: Danna, Rothberg and Le
Pape, 2005).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from allocopt.solver.compiled import CompiledModel, Floats
from allocopt.solver.highs import Limits, Run, Watch, run
from allocopt.solver.start import columns_of, fixed_at

# Reps of the first round; later rounds take one more while nothing is found.
FEWEST, MOST = 2, 5
# One neighbourhood may take this share of the time there is.
SHARE = 0.2


@dataclass(frozen=True)
class Places:
    """Which whole-numbered columns concern which units and reps.

    stints: column by (unit, rep, window). of_unit, of_rep: other columns that name the unit or the rep.
    common: columns that name neither.
    """

    stints: dict[tuple[str, str, str], int]
    of_unit: dict[str, list[int]]
    of_rep: dict[str, list[int]]
    common: list[int]


# The best point of a model: how a neighbourhood is solved.
Solve = Callable[[CompiledModel, np.ndarray, Floats, Limits, Watch], Run]


def solve_part(
    model: CompiledModel, free: np.ndarray, start: Floats, limits: Limits, watch: Watch
) -> Run:
    """Branch and bound over the columns that are free."""
    return run(fixed_at(model, start, free), limits, watch, start=start)


def improved(
    model: CompiledModel,
    plan: Run,
    bound: float,
    limits: Limits,
    watch: Watch,
    solve: Solve = solve_part,
) -> Run:
    """A plan at least as good: the best that rounds of neighbourhoods find within the limits."""
    places = _places(model)
    reps = list(dict.fromkeys(rep for _, rep, _ in places.stints))
    random = np.random.default_rng(limits.seed)
    until = time.monotonic() + limits.time_limit
    size = FEWEST
    while size <= min(MOST, len(reps)):
        before = plan.objective
        for group in _groups(places, reps, size, random):
            left = until - time.monotonic()
            if left <= 0 or watch.stop.is_set() or is_close(plan, bound, limits.gap):
                return plan
            part = replace(limits, time_limit=min(left, SHARE * limits.time_limit))
            free = _free(model, places, plan, group)
            if plan.x is None or not free.any():
                continue
            found = solve(model, free, plan.x, part, Watch(watch.stop))
            if found.x is not None and found.objective > plan.objective:
                plan = found
            if watch.report is not None:
                elapsed = limits.time_limit - (until - time.monotonic())
                watch.report(elapsed, plan.objective, bound)
        size += int(plan.objective <= before)
    return plan


def is_close(plan: Run, bound: float, gap: float) -> bool:
    """Whether a plan is within the relative gap of a bound."""
    return bound - plan.objective <= gap * abs(plan.objective)


def _places(model: CompiledModel) -> Places:
    stints = columns_of(model, "assign")
    units, reps = {unit for unit, _, _ in stints}, {rep for _, rep, _ in stints}
    places = Places(stints, {}, {}, [])
    taken = set(stints.values())
    for column in np.flatnonzero(model.integer).tolist():
        if column in taken:
            continue
        names = model.columns[column].index()
        names = set(names if isinstance(names, tuple) else (names,))
        for name in names & units:
            places.of_unit.setdefault(name, []).append(column)
        for name in names & reps:
            places.of_rep.setdefault(name, []).append(column)
        if not names & (units | reps):
            places.common.append(column)
    return places


def _groups(
    places: Places, reps: list[str], size: int, random: np.random.Generator
) -> Iterator[frozenset[str]]:
    """Each rep once, in random order, with those who may cover most of the same units."""
    served: dict[str, set[str]] = {rep: set() for rep in reps}
    for unit, rep, _ in places.stints:
        served[rep].add(unit)
    seen: set[frozenset[str]] = set()
    for number in random.permutation(len(reps)):
        rep = reps[number]
        common = [len(served[rep] & served[other]) * random.uniform(0.5, 1.0) for other in reps]
        common[number] = np.inf
        group = frozenset(reps[k] for k in np.argsort(common)[-size:])
        if group not in seen:
            seen.add(group)
            yield group


def _free(model: CompiledModel, places: Places, plan: Run, group: frozenset[str]) -> np.ndarray:
    """Columns of the group's reps, of the units that they or nobody have now, and common ones."""
    held: dict[str, set[str]] = {}
    for (unit, rep, _), column in places.stints.items():
        if plan.x is not None and plan.x[column] > 0.5:
            held.setdefault(unit, set()).add(rep)
    free = np.zeros(len(model.columns), dtype=bool)
    for (unit, rep, _), column in places.stints.items():
        free[column] = rep in group and held.get(unit, set()) <= group
        if free[column]:
            free[places.of_unit.get(unit, [])] = True
    for rep in group:
        free[places.of_rep.get(rep, [])] = True
    free[places.common] = True
    return free
