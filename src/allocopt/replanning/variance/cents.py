"""Cents: amounts become whole cents, and parts go on adding up to their wholes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CENTS = 100.0  # in one unit of currency


def whole_cents(amounts: Floats) -> Ints:
    """The nearest numbers of cents; same shape."""
    return np.rint(amounts * CENTS).astype(np.int64)


def shared_out(parts: Floats, group: Ints, totals: Ints) -> Ints:
    """Whole numbers for `parts` that add up to the total of each group, by largest remainders.

    `parts` [cents] and `group` are alike in length; the parts of a group differ from its total by rounding
    only. The method is Hamilton's (1792); of equal remainders the first goes up.
    """
    count = len(totals)
    below = np.floor(parts)
    missing = totals - np.rint(np.bincount(group, below, count)).astype(np.int64)
    each, more = np.divmod(missing, np.maximum(np.bincount(group, minlength=count), 1))
    result = below.astype(np.int64) + each[group]
    rounded = np.flatnonzero(more[group] > 0)
    order = rounded[np.lexsort((below[rounded] - parts[rounded], group[rounded]))]
    sorted_groups = group[order]
    starts = np.flatnonzero(np.diff(sorted_groups, prepend=-1))
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(starts, append=len(order)))
    result[order[rank < more[sorted_groups]]] += 1
    return result


def divided(amounts: Ints, owner: Ints, weight: Floats) -> Ints:
    """Cents of owners shared by weights; row × column, as `weight`, those of an owner add up to its own.

    `amounts`: owner × column; `owner` of each row. Weights of an owner add up to 1 in each column.
    """
    return to_totals(amounts[owner] * weight, owner, amounts)


def to_totals(parts: Floats, owner: Ints, totals: Ints) -> Ints:
    """Cents for parts, row × column, those of an owner adding up to its totals, owner × column."""
    columns = parts.shape[1]
    group = owner[:, None] * columns + np.arange(columns)[None, :]
    return shared_out(parts.ravel(), group.ravel(), totals.ravel()).reshape(parts.shape)
