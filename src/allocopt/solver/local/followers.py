"""Followers: amounts that only a chosen option may have, and what they bring at a price.

Such an amount y ≤ most · option takes of one row of its rep (its time) and feeds one row of its choice (the
unit's effective time). What the choice makes of it, φ(fed), is found by linear runs of the model's own
rows for a few amounts, all choices at once. At a price λ of the rep's row the option is then worth
max φ(y) − λ · taken(y): its conjugate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import block_array, csc_array, csr_array
from scipy.sparse.csgraph import connected_components

from allocopt.solver.compiled import CompiledModel, Floats, Mask, Numbers
from allocopt.solver.cut import cut_out
from allocopt.solver.highs import Limits, Outcome, run
from allocopt.solver.local.options import Options
from allocopt.solver.places import Places

# Amounts at which φ is found, as shares of the most: the points of a response are among them.
STEPS = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0])
# Longest linear run for one amount. [s]
SECONDS = 20.0


@dataclass(frozen=True)
class Followers:
    """By follower: its column, its option, the row it takes of, and at each step what it takes and brings.

    bounding: rows that tie followers to options. fed: rows that they feed. inner: columns that only serve
    what is fed.
    """

    column: Numbers
    option: Numbers
    row: Numbers
    taken: Floats
    brought: Floats
    bounding: Mask
    inner: Mask

    def slopes(self) -> Floats:
        """What each further step brings per unit taken; follower × step."""
        taken = np.maximum(np.diff(self.taken, axis=1), 1e-300)
        return np.asarray(np.diff(self.brought, axis=1) / taken)

    def worth(self, price: Floats) -> Floats:
        """Conjugates: what each follower is worth at prices of its row; follower × price, at least 0."""
        net = self.brought[:, None, :] - price[:, :, None] * self.taken[:, None, :]
        return np.asarray(net.max(axis=-1))


def followers_of(
    model: CompiledModel, places: Places, options: Options, x: Floats
) -> Followers | None:
    """The followers of options, other columns at x; None where they cannot be told apart."""
    found = _bounded(model, options)
    count = len(found.column)
    nothing = np.zeros((count, len(STEPS)))
    if not count:
        inner = np.zeros(len(model.columns), dtype=bool)
        return Followers(
            found.column, found.option, found.column, nothing, nothing, found.rows, inner
        )
    ends = _ends(model, found)
    if ends is None:
        return None
    fed = np.unique(ends.fed_row[ends.fed_row >= 0])
    serves = _serves(model, places, options, found, fed)
    if serves is None:
        return None
    most = found.most * np.abs(ends.fed_entry)
    reach = np.zeros(len(model.rows))
    np.maximum.at(reach, ends.fed_row[ends.fed_row >= 0], most[ends.fed_row >= 0])
    value = _values(model, found, serves, fed, reach[fed], x)
    if value is None:
        return None
    where = np.searchsorted(fed, np.maximum(ends.fed_row, fed[0]))
    feeds = ends.fed_row >= 0
    entry = np.where(feeds, np.abs(ends.fed_entry), 1.0)
    amount = np.where(feeds, reach[ends.fed_row], 0.0)[:, None] * STEPS / entry[:, None]
    allowed = amount <= found.most[:, None] * (1 + 1e-9)
    amount = np.where(allowed, amount, 0.0)
    brought = np.where(feeds[:, None] & allowed, value[where], 0.0)
    return Followers(
        column=found.column,
        option=found.option,
        row=ends.row,
        taken=amount * ends.entry[:, None],
        brought=brought + amount * model.cost[found.column][:, None],
        bounding=found.rows,
        inner=serves >= 0,
    )


@dataclass(frozen=True)
class _Bounded:
    """Amounts that an option bounds: by amount its column, its option and the most; and the rows."""

    column: Numbers
    option: Numbers
    most: Floats
    rows: Mask


def _bounded(model: CompiledModel, options: Options) -> _Bounded:
    """Amounts y with a row y ≤ most · option."""
    matrix = csr_array(model.matrix)
    two = np.flatnonzero(
        (np.diff(matrix.indptr) == 2) & (model.row_upper == 0) & np.isinf(model.row_lower)
    )
    option_of = np.full(len(model.columns), -1)
    entries = options.members.tocoo()
    option_of[entries.coords[1]] = entries.coords[0]
    at = np.stack([matrix.indptr[:-1][two], matrix.indptr[:-1][two] + 1])
    column, entry = matrix.indices[at], matrix.data[at]
    # The option first.
    turned = option_of[column[1]] >= 0
    column = np.where(turned, column[::-1], column)
    entry = np.where(turned, entry[::-1], entry)
    right = (
        (option_of[column[0]] >= 0) & ~model.integer[column[1]] & (entry[0] < 0) & (entry[1] > 0)
    )
    rows = np.zeros(len(model.rows), dtype=bool)
    rows[two[right]] = True
    return _Bounded(
        column=column[1][right],
        option=option_of[column[0][right]],
        most=-entry[0][right] / entry[1][right],
        rows=rows,
    )


@dataclass(frozen=True)
class _Ends:
    """By follower the row it takes of and the row it feeds (−1 for none), with its entries."""

    row: Numbers
    entry: Floats
    fed_row: Numbers
    fed_entry: Floats


def _ends(model: CompiledModel, found: _Bounded) -> _Ends | None:
    """What each follower takes of and feeds; None unless it is one row each."""
    matrix = csc_array(model.matrix[:, found.column])
    follower = np.repeat(np.arange(len(found.column)), np.diff(matrix.indptr))
    other = ~found.rows[matrix.indices] & (matrix.data != 0)
    row, entry, follower = matrix.indices[other], matrix.data[other], follower[other]
    plain = np.isinf(model.row_lower[row]) & np.isfinite(model.row_upper[row])
    if not plain.all():
        return None
    takes, feeds = entry > 0, entry < 0
    count = len(found.column)
    if (np.bincount(follower[takes], minlength=count) != 1).any():
        return None
    if (np.bincount(follower[feeds], minlength=count) > 1).any():
        return None
    ends = _Ends(np.full(count, -1), np.zeros(count), np.full(count, -1), np.zeros(count))
    ends.row[follower[takes]], ends.entry[follower[takes]] = row[takes], entry[takes]
    ends.fed_row[follower[feeds]], ends.fed_entry[follower[feeds]] = row[feeds], entry[feeds]
    return ends


def _serves(
    model: CompiledModel, places: Places, options: Options, found: _Bounded, fed: Numbers
) -> Numbers | None:
    """By column the number of the fed row that it serves, −1 for none.

    None where two fed rows are served by the same columns, or an option has a say in them.
    """
    candidate = ~model.integer & ~places.common
    candidate[found.column] = False
    columns = np.flatnonzero(candidate)
    walls = np.zeros(len(model.rows), dtype=bool)
    walls[np.unique(model.matrix[:, found.column].indices)] = True
    walls[fed] = False
    inside = np.flatnonzero(~walls)
    pattern = csr_array(csr_array(model.matrix[:, columns])[inside] != 0)
    parts, part = connected_components(
        block_array([[None, pattern], [pattern.T, None]]), directed=False
    )
    of_row = np.full(len(model.rows), -1)
    of_row[inside] = part[: len(inside)]
    label = np.full(parts + 1, -1)
    label[of_row[fed]] = np.arange(len(fed))
    tied = np.diff(options.by_row.indptr) > 0
    if len(np.unique(of_row[fed])) < len(fed) or (label[of_row[tied]] >= 0).any():
        return None
    serves = np.full(len(model.columns), -1)
    serves[columns] = label[part[len(inside) :]]
    return serves


def _values(
    model: CompiledModel, found: _Bounded, serves: Numbers, fed: Numbers, reach: Floats, x: Floats
) -> Floats | None:
    """φ at each step less φ at nothing; fed row × step."""
    unfed = x.copy()
    unfed[found.column] = 0.0
    cut = cut_out(model, serves >= 0, unfed)
    rows = np.searchsorted(np.unique(model.matrix[:, cut.columns].indices), fed)
    values = []
    for step in STEPS:
        upper = cut.part.row_upper.copy()
        upper[rows] += step * reach
        done = run(replace(cut.part, row_upper=upper), Limits(SECONDS), relaxed=True)
        if done.outcome is not Outcome.OPTIMAL or done.x is None:
            return None
        values.append(np.bincount(serves[cut.columns], cut.part.cost * done.x, len(fed)))
    return np.asarray(np.stack(values, axis=1) - values[0][:, None])
