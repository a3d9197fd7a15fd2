"""A first plan: each unit goes to the rep that the relaxation likes best."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from allocopt.solver.compiled import CompiledModel, Floats
from allocopt.solver.exact import exact_values
from allocopt.solver.highs import Limits, Run, Watch
from allocopt.solver.local.annealing import annealed
from allocopt.solver.local.neighbourhoods import is_close, jobs_of
from allocopt.solver.local.relocation import relocated
from allocopt.solver.local.repair import repaired
from allocopt.solver.places import Places, columns_of


def first_plan(
    model: CompiledModel,
    places: Places,
    relaxed: Run,
    limits: Limits,
    watch: Watch,
    owner: Mapping[str, str] | None = None,
) -> Run | None:
    """The best plan that rounding the relaxation gives; where no rounding is a plan, one that is repaired.

    `owner` by unit is whom the unit has today. None where no plan is found.
    """
    if relaxed.x is None:
        return None
    points = list(_rounded(model, relaxed.x, owner or {}))
    runs = [exact_values(model, point, limits, watch=Watch(watch.stop)) for point in points]
    plans = [found for found in runs if found.x is not None]
    half = replace(limits, time_limit=limits.time_limit / 2)
    plan = max(plans, key=lambda found: found.objective, default=None)
    if plan is not None and is_close(plan, relaxed.objective, limits.gap):
        return plan
    start = relaxed.x if plan is None or plan.x is None else plan.x
    enough = relaxed.objective - limits.gap * abs(relaxed.objective)
    other = annealed(model, places, start, half, watch, enough) or relocated(
        model, places, relaxed.x, plan, half, watch
    )
    plans = [found for found in (plan, other) if found is not None]
    if plans:
        return max(plans, key=lambda found: found.objective)
    mended = (repaired(model, places, point, half, watch, jobs_of(limits)) for point in points)
    return next((found for found in mended if found is not None), None)


def _rounded(model: CompiledModel, relaxed: Floats, owner: Mapping[str, str]) -> Iterator[Floats]:
    """The relaxed point with whole numbers: each window by itself, each unit as a whole, as today.

    The second keeps a unit with one rep as long as that rep is there, the third with today's owner, so that
    few units change hands.
    """
    stints = columns_of(model, "assign")
    liked = {stint: float(relaxed[column]) for stint, column in stints.items()}
    yield _chosen(model, relaxed, stints, liked)
    over_plan: dict[tuple[str, str], float] = {}
    for (unit, rep, _), share in liked.items():
        over_plan[unit, rep] = over_plan.get((unit, rep), 0.0) + share
    if len(over_plan) < len(liked):
        lasting = {stint: over_plan[stint[:2]] for stint in stints}
        yield _chosen(model, relaxed, stints, lasting)
    if owner:
        # More than any share of the relaxation, added up over windows.
        most = 1.0 + max(over_plan.values(), default=0.0)
        stay = {
            stint: over_plan[stint[:2]] + most * (owner.get(stint[0]) == stint[1])
            for stint in stints
        }
        yield _chosen(model, relaxed, stints, stay)


def _chosen(
    model: CompiledModel,
    relaxed: Floats,
    stints: dict[Any, int],
    liked: dict[Any, float],
) -> Floats:
    """Of a unit's reps in a window the one that is liked most, so that no unit is lost or doubled.

    The position of a chosen rep is filled in time. A unit that the relaxation leaves open stays open.
    """
    point = relaxed.copy()
    point[model.integer] = np.round(relaxed[model.integer])
    best: dict[tuple[str, str], tuple[float, int, str]] = {}
    for (unit, rep, window), column in stints.items():
        point[column] = 0.0
        other = best.get((unit, window), (0.0, column, rep))
        best[unit, window] = max(other, (liked[unit, rep, window], column, rep))
    chosen = {key: (column, rep) for key, (share, column, rep) in best.items() if share > 0.0}
    for column, _ in chosen.values():
        point[column] = 1.0
    _fill_positions(model, point, [(rep, window) for (_, window), (_, rep) in chosen.items()])
    return point


def _fill_positions(model: CompiledModel, point: Floats, needed: list[tuple[str, str]]) -> None:
    """Fills each position once, early enough for all that its rep is to do; `needed`: (rep, window)."""
    hires = columns_of(model, "hire")
    first_need: dict[str, str] = {}
    for rep, window in needed:
        first_need[rep] = min(window, first_need.get(rep, window))
    for rep in dict.fromkeys(rep for rep, _ in hires):
        days = [first for other, first in hires if other == rep]
        for first in days:
            point[hires[rep, first]] = 0.0
        if rep in first_need:
            in_time = [first for first in days if first <= first_need[rep]]
            point[hires[rep, max(in_time)]] = 1.0
