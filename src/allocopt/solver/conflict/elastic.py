"""Elastic model: the same rows, where what may give way does so at its price.

After the elastic filter of Chinneck and Dravnieks (1991).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.sparse import coo_array, csc_array, hstack, vstack

from allocopt.solver.activity import activity_bounds, farthest
from allocopt.solver.compiled import AddedColumn, CompiledModel, Floats, Mask, Numbers, RowKey
from allocopt.solver.conflict.concession import Concession


@dataclass(frozen=True)
class Elastic:
    """A model with one more column per concession; its objective is their price, below zero.

    One of the objective is `scale` [currency]: what HiGHS compares should be near one.
    """

    model: CompiledModel
    concessions: Sequence[Concession]
    scale: float

    @property
    def own(self) -> int:
        """How many columns are those of the model itself; the concessions stand behind them."""
        return len(self.model.columns) - len(self.concessions)

    @cached_property
    def pattern(self) -> csc_array:
        """Which of the model's own columns stand in which rows."""
        own = csc_array(self.model.matrix[:, : self.own])
        return csc_array((np.ones(own.nnz), own.indices, own.indptr), shape=own.shape)

    @cached_property
    def prices(self) -> Floats:
        """Price of one of each concession. [currency per its unit]"""
        return np.array([concession.price for concession in self.concessions], dtype=float)

    def amounts(self, point: Floats) -> Floats:
        """How far each concession gives way at a point."""
        return np.asarray(point[self.own :])

    def around(self, rows: Mask, most_in_row: int) -> Mask:
        """Own columns of some rows, and those that they share a short row with."""
        near = self.pattern.T @ rows.astype(float) > 0
        short = self.pattern.sum(axis=1) <= most_in_row
        beside = short & (self.pattern @ near.astype(float) > 0)
        return np.asarray(near | (self.pattern.T @ beside.astype(float) > 0))

    def rows_of(self, chosen: Mask) -> Mask:
        """Rows that the chosen concessions loosen."""
        rows = np.zeros(len(self.model.rows), dtype=bool)
        for place in np.flatnonzero(chosen).tolist():
            rows[[row for row, _, _ in self.concessions[place].rows]] = True
        return rows


def elastic(model: CompiledModel, concessions: Sequence[Concession]) -> Elastic:
    """The model in which each concession may give way at its price."""
    ways = _ways(model, concessions)
    price = np.array([concession.price for concession in concessions])
    scale = float(np.median(price)) if len(price) else 1.0
    soft = replace(
        model,
        cost=np.concatenate([np.zeros(len(model.columns)), -price / scale]),
        offset=0.0,
        matrix=csc_array(hstack([model.matrix, ways], format="csc")),
        lower=np.concatenate([model.lower, np.zeros(len(concessions))]),
        upper=np.concatenate([model.upper, _most(model, concessions)]),
        integer=np.concatenate([model.integer, [one.whole for one in concessions]]).astype(bool),
        columns=(*model.columns, *(_column(model, concession) for concession in concessions)),
    )
    return Elastic(soft, concessions, scale)


def _ways(model: CompiledModel, concessions: Sequence[Concession]) -> csc_array:
    """By how much each concession loosens each row: above 0 from below, below 0 from above."""
    entries = [
        (row, place, lower, upper)
        for place, concession in enumerate(concessions)
        for row, lower, upper in concession.rows
    ]
    table = np.array(entries, dtype=float).reshape(-1, 4)
    row, place = table[:, :2].astype(np.intp).T
    lower, upper = table[:, 2:].T
    # Compiling may turn an inequality around: a row with one side is loosened on that side.
    by_side = (lower + upper) * np.where(np.isfinite(model.row_lower[row]), 1.0, -1.0)
    one_sided = ~np.isfinite(model.row_lower[row]) | ~np.isfinite(model.row_upper[row])
    values = np.where(one_sided, by_side, lower - upper)
    return csc_array(coo_array((values, (row, place)), shape=(len(model.rows), len(concessions))))


def _column(model: CompiledModel, concession: Concession) -> AddedColumn:
    """The column by which a concession gives way; it concerns whom its first row concerns."""
    index = model.rows[concession.rows[0][0]].index if concession.rows else ()
    return AddedColumn(f"giving_{concession.rule}", index)


def _most(model: CompiledModel, concessions: Sequence[Concession]) -> Floats:
    """How far each concession may give way."""
    reach = farthest(model)
    most = (
        max((reach[row] for row, _, _ in concession.rows), default=0.0)
        if concession.most is None
        else concession.most
        for concession in concessions
    )
    return np.fromiter(most, dtype=float, count=len(concessions))


def count_moved(soft: Elastic, places: Sequence[int], price: float) -> CompiledModel:
    """The model that moves as few as possible of the concessions at these places, at no more than a price.

    One more whole-numbered column says of each whether it moves. `price` is in units of the objective.
    """
    model, many = soft.model, len(places)
    at = soft.own + np.array(places, dtype=int)
    moves = np.arange(many)
    ones = coo_array((np.ones(many), (moves, at)), shape=(many, len(model.columns)))
    beyond = coo_array((-model.upper[at], (moves, moves)), shape=(many, many))
    nothing = csc_array((len(model.rows), many))
    cost = csc_array(np.concatenate([-model.cost, np.zeros(many)])[None, :])
    upper = [hstack([model.matrix, nothing]), hstack([ones, beyond]), cost]
    return replace(
        model,
        cost=np.concatenate([np.zeros(len(model.columns)), -np.ones(many)]),
        matrix=csc_array(vstack(upper, format="csc")),
        row_lower=np.concatenate([model.row_lower, np.full(many + 1, -np.inf)]),
        row_upper=np.concatenate([model.row_upper, np.zeros(many), [price]]),
        rows=(*model.rows, *(RowKey("moved", (place,)) for place in places), RowKey("price", ())),
        lower=np.concatenate([model.lower, np.zeros(many)]),
        upper=np.concatenate([model.upper, np.ones(many)]),
        integer=np.concatenate([model.integer, np.ones(many, dtype=bool)]),
        columns=(*model.columns, *places),
    )


def only_rows(model: CompiledModel, rows: Numbers) -> CompiledModel:
    """The model with these rows alone, of the columns those that stand in them, and no objective."""
    columns = np.unique(model.matrix.tocsr()[rows].indices)
    return replace(model.submodel(columns, rows), cost=np.zeros(len(columns)), offset=0.0)


def breakable(model: CompiledModel) -> CompiledModel:
    """The model with only those rows that can be broken, all columns, and no objective.

    A row cannot be broken that columns of its own keep whatever the others are, as those of soft rules do:
    they cost nothing as long as any plan will do. Without it other columns stand in one row alone, and so
    on.
    """
    columns = np.arange(len(model.columns))
    while True:
        is_own = (np.diff(model.matrix.indptr) == 1) & ~model.integer
        own_least, own_most = _activity(model, is_own)
        least, most = _activity(model, ~is_own)
        is_kept = (least + own_most >= model.row_lower) & (most + own_least <= model.row_upper)
        if not is_kept.any():
            return replace(model, cost=np.zeros(len(columns)), offset=0.0)
        model = model.submodel(columns, np.flatnonzero(~is_kept))


def _activity(model: CompiledModel, chosen: Mask) -> tuple[Floats, Floats]:
    """The least and the most that the chosen columns add up to in each row."""
    return activity_bounds(model.matrix[:, chosen], model.lower[chosen], model.upper[chosen])
