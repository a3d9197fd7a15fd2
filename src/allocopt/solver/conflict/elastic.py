"""Elastic model: the same rows, where what may give way does so at its price.

After the elastic filter of Chinneck and Dravnieks (1991).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csc_array, hstack, vstack

from allocopt.solver.compiled import CompiledModel, Floats, RowKey
from allocopt.solver.conflict.concession import Concession, reach_of

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Giving:
    """The column by which an offer gives way; it concerns whom its first row concerns."""

    offer: Concession
    row: RowKey

    def index(self) -> tuple[Any, ...]:
        """Whom it concerns."""
        return self.row.index

    def parent_component(self) -> Giving:
        """What it belongs to: itself."""
        return self

    @property
    def local_name(self) -> str:
        """Its name in messages."""
        return f"giving_{self.offer.rule}"


@dataclass(frozen=True)
class Elastic:
    """A model with one more column per offer; its objective is the price of what gives way, below zero.

    One of the objective is `scale` [currency]: what HiGHS compares should be near one.
    """

    model: CompiledModel
    offers: Sequence[Concession]
    scale: float

    @property
    def own(self) -> int:
        """How many columns are those of the model itself; the offers stand behind them."""
        return len(self.model.columns) - len(self.offers)

    @cached_property
    def pattern(self) -> csc_array:
        """Which of the model's own columns stand in which rows."""
        own = csc_array(self.model.matrix[:, : self.own])
        return csc_array((np.ones(own.nnz), own.indices, own.indptr), shape=own.shape)

    def amounts(self, point: Floats) -> Floats:
        """How far each offer gives way at a point."""
        return np.asarray(point[self.own :])

    def around(self, rows: Flags, most_in_row: int) -> Flags:
        """Own columns of some rows, and those that they share a short row with."""
        near = self.pattern.T @ rows.astype(float) > 0
        short = self.pattern.sum(axis=1) <= most_in_row
        beside = short & (self.pattern @ near.astype(float) > 0)
        return np.asarray(near | (self.pattern.T @ beside.astype(float) > 0))

    def rows_of(self, chosen: Flags) -> Flags:
        """Rows that the chosen offers loosen."""
        rows = np.zeros(len(self.model.rows), dtype=bool)
        for place in np.flatnonzero(chosen).tolist():
            rows[[row for row, _, _ in self.offers[place].rows]] = True
        return rows


def elastic(model: CompiledModel, offers: Sequence[Concession]) -> Elastic:
    """The model in which each offer may give way at its price."""
    ways = _ways(model, offers)
    price = np.array([offer.price for offer in offers])
    scale = float(np.median(price)) if len(price) else 1.0
    soft = replace(
        model,
        cost=np.concatenate([np.zeros(len(model.columns)), -price / scale]),
        offset=0.0,
        matrix=csc_array(hstack([model.matrix, ways], format="csc")),
        lower=np.concatenate([model.lower, np.zeros(len(offers))]),
        upper=np.concatenate([model.upper, _most(model, offers)]),
        integer=np.concatenate([model.integer, np.array([o.whole for o in offers], dtype=bool)]),
        columns=(*model.columns, *(Giving(offer, _first_row(model, offer)) for offer in offers)),
    )
    return Elastic(soft, offers, scale)


def _ways(model: CompiledModel, offers: Sequence[Concession]) -> csc_array:
    """By how much each offer loosens each row: above 0 from below, below 0 from above."""
    entries = [
        (row, place, lower, upper)
        for place, offer in enumerate(offers)
        for row, lower, upper in offer.rows
    ]
    table = np.array(entries, dtype=float).reshape(-1, 4)
    row, place = table[:, :2].astype(np.intp).T
    lower, upper = table[:, 2:].T
    # Compiling may turn an inequality around: a row with one side is loosened on that side.
    by_side = (lower + upper) * np.where(np.isfinite(model.row_lower[row]), 1.0, -1.0)
    one_sided = ~np.isfinite(model.row_lower[row]) | ~np.isfinite(model.row_upper[row])
    values = np.where(one_sided, by_side, lower - upper)
    return csc_array(coo_array((values, (row, place)), shape=(len(model.rows), len(offers))))


def _first_row(model: CompiledModel, offer: Concession) -> RowKey:
    return model.rows[offer.rows[0][0]] if offer.rows else RowKey(offer.rule, ())


def _most(model: CompiledModel, offers: Sequence[Concession]) -> Floats:
    reach = reach_of(model)
    farthest = (max((reach[row] for row, _, _ in offer.rows), default=0.0) for offer in offers)
    most = (
        far if offer.most is None else offer.most
        for offer, far in zip(offers, farthest, strict=True)
    )
    return np.array(list(most), dtype=float)


def count_moved(soft: Elastic, places: Sequence[int], price: float) -> CompiledModel:
    """The model that moves as few as possible of the offers at these places, at no more than a price.

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


def only_rows(model: CompiledModel, rows: npt.NDArray[np.int64]) -> CompiledModel:
    """The model with these rows alone, of the columns those that stand in them, and no objective."""
    part = csc_array(model.matrix.tocsr()[rows])
    columns = np.flatnonzero(np.diff(part.indptr))
    return replace(
        model,
        cost=np.zeros(len(columns)),
        offset=0.0,
        matrix=csc_array(part[:, columns]),
        row_lower=model.row_lower[rows],
        row_upper=model.row_upper[rows],
        lower=model.lower[columns],
        upper=model.upper[columns],
        integer=model.integer[columns],
        rows=tuple(model.rows[row] for row in rows),
        columns=tuple(model.columns[column] for column in columns),
    )


def breakable(model: CompiledModel) -> CompiledModel:
    """The model with only those rows that can be broken, all columns, and no objective.

    A row cannot be broken that columns of its own keep whatever the others are, as those of soft rules do:
    they cost nothing as long as any plan will do. Without it other columns stand in one row alone, and so
    on.
    """
    while True:
        is_own = (np.diff(model.matrix.indptr) == 1) & ~model.integer
        own_least, own_most = _range(model, is_own)
        least, most = _range(model, ~is_own)
        is_kept = (least + own_most >= model.row_lower) & (most + own_least <= model.row_upper)
        if not is_kept.any():
            return replace(model, cost=np.zeros(len(model.columns)), offset=0.0)
        rows = np.flatnonzero(~is_kept)
        model = replace(
            model,
            matrix=csc_array(model.matrix.tocsr()[rows]),
            row_lower=model.row_lower[rows],
            row_upper=model.row_upper[rows],
            rows=tuple(model.rows[row] for row in rows),
        )


def _range(model: CompiledModel, chosen: Flags) -> tuple[Floats, Floats]:
    """The least and the most that the chosen columns add up to in each row."""
    part = csc_array(model.matrix[:, chosen])
    up, down = part.maximum(0), part.minimum(0)
    lower, upper = model.lower[chosen], model.upper[chosen]
    return np.asarray(up @ lower + down @ upper), np.asarray(up @ upper + down @ lower)
