"""Relaxation: the cheapest way to let limits give way until there is a plan.

The linear elastic model says what nobody can undercut. Its point is rounded: the units that it splits, and
then those around what gives way, are solved as whole-number models that are small. At last as few limits as
possible move at the same price.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from threading import Event

import numpy as np

from allocopt.solver.bound import dual_bound
from allocopt.solver.compiled import CompiledModel, Floats, Mask
from allocopt.solver.conflict.elastic import Elastic, count_moved
from allocopt.solver.cut import fixed_at
from allocopt.solver.highs import Limits, Outcome, Run, Watch, run
from allocopt.solver.local.neighbourhoods import Aim, improved
from allocopt.solver.places import places_of

# What gives way by less than this is rounding of the solver.
NOTHING = 1e-6
# A price within this share of the least one is the least.
GAP = 1e-4
# One of a large model that is this near is not looked at any more.
CLOSE = 1e-3
# A first point need not be nearer to the best of its kind.
ROUGH = 0.02
# Rows with so many columns tie a unit to its reps; longer ones are those of a rep or of the company.
SHORT_ROW = 64
# Models with no more whole numbers than this are solved as a whole.
SMALL = 3_000
# Of more limits than this that move, the fewest are not looked for.
MOST_COUNTED = 100


@dataclass(frozen=True)
class LeastPrice:
    """The linear elastic model, solved.

    `price` [currency] is undercut by no relaxation. `multipliers` of the rows prove it; where the price is
    above nothing, the rows that have one clash.
    """

    point: Floats
    price: float
    multipliers: Floats


@dataclass(frozen=True)
class Relaxed:
    """A whole-numbered point of the model, and by how much each concession gives way for it.

    `price` [currency] of that; no relaxation costs less than `least`.
    """

    point: Floats
    amounts: Floats
    price: float
    least: float


def least_price(soft: Elastic, seconds: float) -> LeastPrice | None:
    """What giving way costs at least; None where time runs out, or nothing that may give way helps."""
    found = run(soft.model, Limits(time_limit=seconds), relaxed=True)
    if found.outcome is not Outcome.OPTIMAL or found.x is None or found.row_dual is None:
        return None
    price = max(-dual_bound(soft.model, found.row_dual), 0.0) * soft.scale
    return LeastPrice(found.x, price, found.row_dual)


def relax(soft: Elastic, linear: LeastPrice, seconds: float) -> Relaxed | None:
    """The cheapest relaxation that is found in time; None where there is none."""
    until = time.monotonic() + seconds
    best = _first(soft, linear, until)
    if best is None or best.x is None:
        return None
    best = _with_fewest(soft, _improved(soft, linear, best, until), until)
    assert best.x is not None  # noqa: S101 - each step keeps a point
    amounts = soft.amounts(best.x)
    amounts = np.where(amounts > NOTHING, amounts, 0.0)
    price = float(amounts @ soft.prices)
    bound = max(-best.bound * soft.scale, linear.price)
    return Relaxed(best.x[: soft.own], amounts, price, min(bound, price))


def _first(soft: Elastic, linear: LeastPrice, until: float) -> Run | None:
    """A first whole-numbered point: only what the linear one splits is open, or all of a small model."""
    model = soft.model
    split = np.abs(linear.point - np.round(linear.point)) > NOTHING
    gives = np.arange(len(model.columns)) >= soft.own
    small = int(model.integer.sum()) <= SMALL
    for free in (gives | split, np.ones(len(model.columns), dtype=bool)):
        if small and not free.all():
            continue
        limits = _limits(until, 1.5) if free.all() else replace(_limits(until, 3), gap=ROUGH)
        found = run(fixed_at(model, linear.point, free), limits)
        if found.x is not None:
            known = found.bound if free.all() else -linear.price / soft.scale
            return replace(found, bound=known)
    return None


def _improved(soft: Elastic, linear: LeastPrice, best: Run, until: float) -> Run:
    """The same or a cheaper point: neighbourhoods of a few reps at a time, the dearest first."""
    bound = min(best.bound, -linear.price / soft.scale)
    left = until - time.monotonic()
    if -best.objective <= -bound * (1 + CLOSE) + NOTHING or left <= 1:
        return best
    aim = Aim(bound=bound, row_dual=linear.multipliers, jobs=os.cpu_count() or 1)
    found = improved(
        model=soft.model,
        places=places_of(soft.model),
        plan=best,
        aim=aim,
        limits=replace(_limits(until, 1.3), gap=CLOSE),
        watch=Watch(Event()),
    )
    return replace(found, bound=bound)


def _near(soft: Elastic, point: Floats) -> Mask:
    """Columns around the concessions that give way; the concessions are always open."""
    near = soft.around(soft.rows_of(soft.amounts(point) > NOTHING), SHORT_ROW)
    return np.concatenate([near, np.ones(len(soft.concessions), dtype=bool)])


def _with_fewest(soft: Elastic, best: Run, until: float) -> Run:
    """A point at the same price with as few concessions as possible; others near by may be made instead."""
    assert best.x is not None  # noqa: S101 - called with a point
    moved = soft.amounts(best.x) > NOTHING
    if not 1 < moved.sum() <= MOST_COUNTED or until - time.monotonic() <= 0:
        return best
    free = _near(soft, best.x)
    rows = soft.pattern @ free[: soft.own].astype(float) > 0
    places = [
        place
        for place, concession in enumerate(soft.concessions)
        if moved[place] or any(rows[row] for row, _, _ in concession.rows)
    ]
    model = count_moved(soft, places, -best.objective * (1 + GAP / 100) + NOTHING)
    extra = np.ones(len(places), dtype=bool)
    start = np.concatenate([best.x, moved[places].astype(float)])
    fixed = _closed(fixed_at(model, start, np.concatenate([free, extra])), soft, places)
    found = run(fixed, _limits(until, 1), start=start)
    if found.x is None:
        return best
    point = found.x[: len(soft.model.columns)]
    return replace(best, x=point, objective=soft.model.value(point))


def _closed(model: CompiledModel, soft: Elastic, places: list[int]) -> CompiledModel:
    """The model in which concessions at other places do not move."""
    upper = model.upper.copy()
    others = np.setdiff1d(np.arange(len(soft.concessions)), places)
    upper[soft.own + others] = 0.0
    return replace(model, upper=upper)


def _limits(until: float, parts: float) -> Limits:
    """A part of the time that is left."""
    return Limits(time_limit=max((until - time.monotonic()) / parts, 0.1), gap=GAP)
