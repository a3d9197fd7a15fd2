"""Knapsacks: many small 0/1 knapsacks at once, solved to proof by dynamic programming in arrays.

A row of every array is a knapsack; all of them take a step together (Bellman, 1957).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from allocopt.solver.compiled import Floats, Mask

Whole = npt.NDArray[np.int64]  # amounts in whole parts

# Knapsacks are tabled in groups of about this size, to bound the memory. [cells]
MOST_CELLS = 8_000_000


@dataclass(frozen=True)
class Filled:
    """The best filling of each knapsack: its value, and which items are in it (knapsacks × items)."""

    value: Floats
    chosen: Mask


@dataclass(frozen=True)
class Forced:
    """Value of each knapsack with an item put in, and kept out (knapsacks × items); −inf: impossible."""

    inside: Floats
    outside: Floats


@dataclass(frozen=True)
class _Group:
    """Knapsacks that are tabled together: their rows, and the items that may be worth having.

    rows: knapsacks. places: items, knapsacks × most items; profit −inf where a knapsack has fewer.
    """

    rows: Whole
    places: Whole
    profit: Floats
    weight: Whole
    room: Whole

    @property
    def where(self) -> tuple[Whole, Whole]:
        """The group's items in arrays of all knapsacks."""
        return self.rows[:, None], self.places

    def start(self) -> Floats:
        """A table of nothing chosen: knapsacks × (room in use, and beyond it what no item reaches)."""
        widest = _largest(self.room) + 1
        return np.full((len(self.rows), widest + _largest(self.weight)), -np.inf)


def fill(profit: Floats, weight: Whole, room: Whole) -> Filled:
    """The best filling of each knapsack with items of a profit and a whole weight ≥ 0.

    Shapes: knapsacks × items, twice, and knapsacks. A room below 0 is worth −inf.
    """
    value, chosen = np.empty(len(room)), np.zeros(profit.shape, dtype=bool)
    for group in _groups(profit, weight, room):
        value[group.rows], chosen[group.where] = _best(group)
    return Filled(np.where(room < 0, -np.inf, value), chosen)


def _best(group: _Group) -> tuple[Floats, Mask]:
    """Values, and the items that give them, traced back from the last."""
    tables = list(_forward(group))
    rows, left = np.arange(len(group.rows)), np.maximum(group.room, 0)
    taken = [better for _, better in tables]
    value = tables[-1][0][rows, left]
    chosen = np.zeros(group.places.shape, dtype=bool)
    for item in range(len(taken) - 1, -1, -1):
        chosen[:, item] = taken[item][rows, left]
        left = left - group.weight[:, item] * chosen[:, item]
    return value, chosen


def _forward(group: _Group) -> Iterator[tuple[Floats, Mask]]:
    """After each item: the most that fits into every room up to the largest, and where it is taken."""
    table = group.start()
    reach = _largest(group.weight)
    most = table[:, reach:]
    most[:] = 0.0
    cells = np.arange(table.size).reshape(table.shape)[:, reach:]
    for profit, weight in zip(group.profit.T, group.weight.T, strict=True):
        with_item = table.take(cells - weight[:, None]) + profit[:, None]
        better = with_item > most
        np.maximum(most, with_item, out=most)
        yield most, better


def force(profit: Floats, weight: Whole, room: Whole) -> Forced:
    """The value of each knapsack with each of its items forced in, and kept out.

    Tables of the items before and of the items after an item meet in it (Posta, Ferland and Michelon,
    2012), so that all items together cost as much as a few fillings.
    """
    inside = np.full(profit.shape, -np.inf)
    outside = np.empty(profit.shape)
    for group in _groups(profit, weight, room):
        tables = [table.copy() for table, _ in _forward(group)]
        rows, last = group.rows, tables[-1]
        # An item that is not worth having goes in beside the best of the others.
        rest = np.clip(room[rows, None] - weight[rows], 0, last.shape[1] - 1)
        inside[rows] = profit[rows] + np.take_along_axis(last, rest, axis=1)
        outside[rows] = last[np.arange(len(rows)), np.maximum(group.room, 0)][:, None]
        worth = np.isfinite(group.profit)
        with_item, without = _meeting(group, tables)
        inside[group.where] = np.where(worth, with_item, inside[group.where])
        outside[group.where] = np.where(worth, without, outside[group.where])
    inside[weight > room[:, None]] = -np.inf
    outside[room < 0] = -np.inf
    return Forced(inside, outside)


def _meeting(group: _Group, before: list[Floats]) -> tuple[Floats, Floats]:
    """Values with and without each item: what is chosen before it, and after it from there on."""
    table = group.start()
    widest = before[0].shape[1]
    after = table[:, :widest]
    after[:] = np.where(np.arange(widest) <= group.room[:, None], 0.0, -np.inf)
    cells = np.arange(table.size).reshape(table.shape)[:, :widest]
    nothing = np.zeros_like(before[0])
    inside, outside = np.empty(group.places.shape), np.empty(group.places.shape)
    for item in range(group.places.shape[1] - 1, -1, -1):
        profit, weight = group.profit[:, item], group.weight[:, item]
        so_far = before[item - 1] if item else nothing
        then = table.take(cells + weight[:, None]) + profit[:, None]
        inside[:, item] = (so_far + then).max(axis=1)
        outside[:, item] = (so_far + after).max(axis=1)
        np.maximum(after, then, out=after)
    return inside, outside


def _largest(numbers: Whole) -> int:
    """The largest of some numbers ≥ 0; 0 without any."""
    return int(np.max(numbers, initial=0))


def _groups(profit: Floats, weight: Whole, room: Whole) -> Iterator[_Group]:
    """Groups of knapsacks, each with the items that bring something and fit."""
    worth = (profit > 0) & (weight <= room[:, None])
    count = worth.sum(axis=1)
    order = np.argsort(~worth, axis=1, kind="stable")
    cells = (_largest(room) + 1) * max(1, _largest(count))
    size = max(1, MOST_CELLS // cells)
    for first in range(0, len(room), size):
        rows = np.arange(first, min(first + size, len(room)))
        places = order[rows, : max(1, _largest(count[rows]))]
        asked = worth[rows[:, None], places]
        yield _Group(
            rows,
            places,
            np.where(asked, profit[rows[:, None], places], -np.inf),
            np.where(asked, weight[rows[:, None], places], 0),
            room[rows],
        )
