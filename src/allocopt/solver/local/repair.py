"""Repair: a plan near a point that breaks rows.

Rows may be missed at a price that outweighs all else, and neighbourhoods are solved until nothing is missed
any more (the first phase of the simplex method, with a local search in place of pivots).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csc_array, hstack

from allocopt.solver.activity import farthest
from allocopt.solver.compiled import AddedColumn, CompiledModel, Floats, Mask, RowKey
from allocopt.solver.exact import exact_values
from allocopt.solver.highs import Limits, Run, Watch
from allocopt.solver.local.neighbourhoods import Aim, improved
from allocopt.solver.local.trading import traded
from allocopt.solver.places import Places, places_of

# Missing a row by all that its largest entry can move costs this share of Σ |objective coefficients|, at
# least, divided by the number of rows.
OUTWEIGHS = 10.0


def repaired(
    model: CompiledModel, places: Places, point: Floats, limits: Limits, watch: Watch, jobs: int = 1
) -> Run | None:
    """A plan made from a point of whole numbers; None where none is found within the limits.

    Exact values are tried first, then exchange between reps; where neither keeps all rows, rows are missed
    for a while.
    """
    quiet = Watch(watch.stop)
    exact = exact_values(model, point, limits, watch=quiet)
    if exact.x is not None:
        return exact
    plan = traded(model, places, point, limits, watch)
    return plan or _mended(model, point, limits, quiet, jobs)


def _mended(
    model: CompiledModel, point: Floats, limits: Limits, watch: Watch, jobs: int
) -> Run | None:
    """A plan from neighbourhoods of a model in which rows may be missed."""
    elastic, columns = _elastic(model), len(model.columns)
    start = exact_values(elastic, _extended(elastic, point), limits, watch=watch)
    if start.x is None:
        return None
    aim = Aim(jobs=jobs, missed=np.arange(len(elastic.columns)) >= columns)
    found = improved(elastic, places_of(elastic), start, aim, limits, watch)
    if found.x is None or not aim.reached(found.x):
        return None
    plan = exact_values(model, found.x[:columns], limits, watch=watch)
    return plan if plan.x is not None else None


def _extended(elastic: CompiledModel, point: Floats) -> Floats:
    """A point with nothing missed."""
    return np.concatenate([point, np.zeros(len(elastic.columns) - len(point))])


def _elastic(model: CompiledModel) -> CompiledModel:
    """The model with a way over and under each row that ties whole numbers to limits."""
    rows = np.flatnonzero(_tying(model))
    above = rows[np.isfinite(model.row_upper[rows])]
    below = rows[np.isfinite(model.row_lower[rows])]
    missed = np.concatenate([above, below])
    sign = np.concatenate([-np.ones(len(above)), np.ones(len(below))])
    size = _largest(model)[missed]
    ways = csc_array(
        (sign * size, missed, np.arange(len(missed) + 1)), shape=(len(model.rows), len(missed))
    )
    reach = farthest(model)[missed] / size
    price = OUTWEIGHS * max(model.scale, 1.0) / max(len(model.columns), 1)
    return replace(
        model,
        cost=np.concatenate([model.cost, np.full(len(missed), -price)]),
        matrix=csc_array(hstack([model.matrix, ways], format="csc")),
        lower=np.concatenate([model.lower, np.zeros(len(missed))]),
        upper=np.concatenate([model.upper, reach]),
        integer=np.concatenate([model.integer, np.zeros(len(missed), dtype=bool)]),
        columns=(*model.columns, *(_missing(model.rows[row]) for row in missed.tolist())),
    )


def _missing(row: RowKey) -> AddedColumn:
    """The column by which a row is missed; it concerns whom the row concerns."""
    return AddedColumn(f"missing_{row.rule}", row.index)


def _tying(model: CompiledModel) -> Mask:
    """Rows with a whole-numbered column that no single choice keeps: not those that choose one of a few.

    Rows in which one whole number bounds one amount are kept by that amount.
    """
    pattern = (abs(model.matrix) > 0).astype(float)
    whole = pattern @ model.integer.astype(float)
    amounts = pattern @ (~model.integer).astype(float)
    ones = (abs(model.matrix - pattern) @ np.ones(len(model.columns))) == 0
    choice = ones & (amounts == 0) & (model.row_upper == 1.0)
    bound = (whole == 1) & (amounts == 1)
    return np.asarray((whole > 0) & ~choice & ~bound)


def _largest(model: CompiledModel) -> Floats:
    """The largest entry of each row."""
    return np.asarray(abs(model.matrix).max(axis=1).toarray()).ravel()
