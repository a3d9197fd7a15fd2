"""Options: which whole-numbered columns are one decision, and which exclude one another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from allocopt.solver.compiled import CompiledModel, Floats, Mask, Numbers
from allocopt.solver.places import Places

# A row is broken when it is missed by more than this.
CLOSED = 1e-6


@dataclass(frozen=True)
class Options:
    """A choice is a unit (or a family) in a window, an option one of its reps.

    members: option × column of the model, 1 where the option has the column. choice, rep: by option.
    by_row: row × option, the entries of the model. choosing: rows that take one of all options of a choice.
    """

    members: csr_array
    choice: Numbers
    rep: Numbers
    by_row: csr_array
    choosing: Mask

    def is_member(self) -> Mask:
        """Columns that some option has."""
        return np.asarray(self.members.sum(axis=0)) > 0

    def open_at(self, model: CompiledModel, x: Floats) -> Options | None:
        """The options that other columns at x leave open; None where there are none.

        An option is closed where a row that no other option has cannot be kept with it, as that of a
        position that is not filled.
        """
        single = np.flatnonzero(np.diff(self.by_row.indptr) == 1)
        settled = (model.matrix @ np.where(self.is_member(), 0.0, x))[single]
        entry, option = self.by_row[single].data, self.by_row[single].indices
        least = abs(model.matrix[:, ~model.integer]).sum(axis=1)[single] == 0
        over = settled + entry > model.row_upper[single] + CLOSED
        under = settled + entry < model.row_lower[single] - CLOSED
        kept = np.ones(len(self.choice), dtype=bool)
        kept[option[least & (over | under)]] = False
        return self._only(kept)

    def _only(self, kept: Mask) -> Options | None:
        """Some of the options; None for none."""
        if kept.all() or not kept.any():
            return self if kept.all() else None
        members, by_row = csr_array(self.members[kept]), csr_array(self.by_row[:, kept])
        _, choice = np.unique(self.choice[kept], return_inverse=True)
        choosing = self.choosing & (np.diff(by_row.indptr) > 0)
        return Options(members, choice, self.rep[kept], by_row, choosing)

    def optional(self, model: CompiledModel) -> Mask:
        """By choice, whether nobody may be chosen."""
        found = np.ones(int(np.max(self.choice, initial=-1)) + 1, dtype=bool)
        needed = np.flatnonzero(self.choosing & (model.row_lower == 1.0))
        found[self.choice[self.by_row[needed].indices]] = False
        return found


def options_of(model: CompiledModel, places: Places) -> Options | None:
    """The options of a model; None where there are none.

    Columns that are always equal are one option. Choices that are decided by a bound are left out, and
    so are options that are closed.
    """
    if not len(places.column):
        return None
    members, choice, rep = _joined(model, places)
    lower, upper = bounds_with_rows(model)
    decided = choice[members @ (lower > 0.5).astype(float) > 0]
    closed = members @ (upper < 0.5).astype(float) > 0
    kept = _is_whole(members, choice) & ~closed & ~np.isin(choice, decided)
    if not kept.any():
        return None
    members, rep = csr_array(members[kept]), rep[kept]
    _, choice = np.unique(choice[kept], return_inverse=True)
    by_row = csr_array(model.matrix @ members.T)
    by_row.eliminate_zeros()
    return Options(members, choice, rep, by_row, _choosing(model, by_row, choice))


def _joined(model: CompiledModel, places: Places) -> tuple[csr_array, Numbers, Numbers]:
    """Options, and the choice and the rep of each, before anything is left out."""
    count = len(places.column)
    number = np.full(len(model.columns), -1)
    number[places.column] = np.arange(count)
    pairs = _equal_pairs(model, number)
    same = coo_array((np.ones(len(pairs[0])), pairs), shape=(count, count))
    options, option = connected_components(same, directed=False)
    window = places.window
    tied = coo_array((np.ones(count), (window, option)), shape=(int(np.max(window)) + 1, options))
    # Windows that share an option are one choice.
    _, choice_of = connected_components(csr_array(tied @ tied.T), directed=False)
    entries = (np.ones(count), (option, places.column))
    members = csr_array(coo_array(entries, shape=(options, len(model.columns))))
    choice, rep = np.zeros(options, dtype=np.intp), np.zeros(options, dtype=np.intp)
    choice[option], rep[option] = choice_of[window], places.rep
    return members, choice, rep


def _is_whole(members: csr_array, choice: Numbers) -> Mask:
    """Of a family some of whose units are open to more reps, only what all may have is an option."""
    size = np.asarray(members.sum(axis=1))
    most = np.zeros(int(np.max(choice)) + 1)
    np.maximum.at(most, choice, size)
    return np.asarray(size == most[choice])


def _equal_pairs(model: CompiledModel, number: Numbers) -> tuple[Numbers, Numbers]:
    """Stints that a row holds equal: two columns with opposite entries and nothing between the sides."""
    matrix = csr_array(model.matrix)
    two = (np.diff(matrix.indptr) == 2) & (model.row_lower == 0) & (model.row_upper == 0)
    at = matrix.indptr[:-1][two]
    opposite = matrix.data[at] == -matrix.data[at + 1]
    first, second = number[matrix.indices[at]], number[matrix.indices[at + 1]]
    kept = opposite & (first >= 0) & (second >= 0)
    return first[kept], second[kept]


def bounds_with_rows(model: CompiledModel) -> tuple[Floats, Floats]:
    """Bounds of columns, rows of one column among them."""
    matrix = csr_array(model.matrix)
    alone = np.flatnonzero(np.diff(matrix.indptr) == 1)
    at = matrix.indptr[:-1][alone]
    column, entry = matrix.indices[at], matrix.data[at]
    sides = model.row_lower[alone] / entry, model.row_upper[alone] / entry
    lower, upper = model.lower.copy(), model.upper.copy()
    np.maximum.at(lower, column, np.minimum(*sides))
    np.minimum.at(upper, column, np.maximum(*sides))
    return lower, upper


def _choosing(model: CompiledModel, by_row: csr_array, choice: Numbers) -> Mask:
    """Rows that take one of all options of one choice."""
    alike, of = alone_in(by_row, choice)
    ones = np.asarray(abs(by_row - (abs(by_row) > 0)).sum(axis=1)) == 0
    all_of_one = np.diff(by_row.indptr) == np.bincount(choice)[of]
    return np.asarray(alike & all_of_one & ones & (model.row_upper == 1.0))


def alone_in(by_row: csr_array, label: Numbers) -> tuple[Mask, Numbers]:
    """Rows all of whose options have one label, and which (0 for others)."""
    count = np.diff(by_row.indptr)
    row = np.repeat(np.arange(len(count)), count)
    least, most = np.full(len(count), np.iinfo(np.intp).max), np.full(len(count), -1)
    np.minimum.at(least, row, label[by_row.indices])
    np.maximum.at(most, row, label[by_row.indices])
    same = least == most
    return same, np.where(same, least, 0)
