"""Rooms: models in which reps have room for what their units take, and no other rule sees who has a unit.

Which positions are filled is then a choice of which only the number matters, as in the capacitated p-median
problem. Whether a model is of this kind is read from its rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, diags_array

from allocopt.solver.compiled import CompiledModel, Floats, Mask, Numbers
from allocopt.solver.knapsacks.blocks import whole_parts
from allocopt.solver.knapsacks.knapsack import Whole
from allocopt.solver.local.options import Options, alone_in, bounds_with_rows, options_of
from allocopt.solver.places import Places, columns_of

# The largest room has as many parts at most, and there are as many choices × reps.
MOST_PARTS, MOST_NUMBERS = 1_000, 20_000_000
# Sizes are the same when they differ by no more. [share]
SAME = 1e-9
# What a point leaves of a whole number by rounding.
SHARED = 1e-6


@dataclass(frozen=True)
class Rooms:
    """Choices that take the same with every rep, and the reps' rooms.

    worth: choice × rep [objective], −∞ where that is no option. size: by choice, and room: by rep [parts];
    what fits in parts fits. hire: by rep its column `hire`, −1 for staff. cost: of filling a position.
    """

    options: Options
    worth: Floats
    size: Whole
    room: Whole
    hire: Numbers
    cost: Floats

    @property
    def staff(self) -> Mask:
        """Reps who are always there."""
        return self.hire < 0

    def point(self, owner: Numbers, filled: Numbers, around: Floats) -> Floats:
        """A point in which choices have these owners and these positions are filled."""
        taken = owner[self.options.choice] == self.options.rep
        x = np.where(self.options.is_member(), 0.0, around) + self.options.members.T @ taken
        x[self.hire[~self.staff]] = 0.0
        positions = filled[~self.staff[filled]]
        x[self.hire[positions]] = 1.0
        return np.asarray(x)

    def layout_of(self, x: Floats) -> tuple[Numbers, Numbers]:
        """Owners of choices in a point, and who is there: as many positions as it fills, the likeliest.

        Choices that are shared go to the best rep who is there.
        """
        filled = np.where(self.staff, 0.0, x[self.hire])
        likely = np.argsort(-filled, kind="stable")[: int(np.ceil(filled.sum() - SHARED))]
        there = np.concatenate([np.flatnonzero(self.staff), likely])
        if not len(there):
            return np.full(len(self.size), -1), there
        owner = there[np.argmax(self.worth[:, there], axis=1)]
        given = np.isin(self.options.rep, there) & (self.options.members @ x > 1 - SHARED)
        owner[self.options.choice[given]] = self.options.rep[given]
        return owner, there

    def over(self, owner: Numbers) -> int:
        """What is beyond the rooms. [parts]"""
        load = np.bincount(owner, self.size, minlength=len(self.room))
        return int(np.maximum(load - self.room, 0).sum())

    def value(self, owner: Numbers, filled: Numbers) -> float:
        """What units are worth with their owners, and the positions."""
        return float(self.worth[np.arange(len(owner)), owner].sum() + self.cost[filled].sum())


def rooms_of(model: CompiledModel, places: Places) -> Rooms | None:
    """The rooms of a model; None where it has other rules, or no position is to be chosen."""
    hire = positions_of(model, places)
    options = None if hire is None else options_of(model, places)
    if options is None or hire is None or options.optional(model).any():
        return None
    shape = int(np.max(options.choice)) + 1, len(places.reps)
    if shape[0] * shape[1] > MOST_NUMBERS:
        return None
    found = _sizes(model, options, hire)
    if found is None:
        return None
    worth = np.full(shape, -np.inf)
    worth[options.choice, options.rep] = options.members @ model.cost
    cost = np.where(hire >= 0, model.cost[hire], 0.0)
    return Rooms(options, worth, *_in_parts(*found), hire, cost)


def positions_of(model: CompiledModel, places: Places) -> Numbers | None:
    """By rep the column of its position, −1 for staff; None without positions, or with several days."""
    hires = columns_of(model, "hire")
    number = {rep: n for n, rep in enumerate(places.reps)}
    reps = [number[rep] for rep, _ in hires if rep in number]
    if not reps or len(set(reps)) < len(hires):
        return None
    hire = np.full(len(number), -1)
    hire[reps] = list(hires.values())
    return hire


def _sizes(model: CompiledModel, options: Options, hire: Numbers) -> tuple[Floats, Floats] | None:
    """What each choice takes, and the room of each rep once there; None where other rules matter."""
    lower, upper = bounds_with_rows(model)
    moves = lower < upper
    rows = csr_array(csr_array(model.matrix) @ diags_array(moves.astype(float)))
    rows.eliminate_zeros()
    settled = model.matrix @ np.where(moves, 0.0, lower)
    tied = np.diff(options.by_row.indptr) > 0
    positions = np.flatnonzero(hire >= 0)
    opening = csr_array(rows[:, hire[positions]])
    if not _only_number_counts(opening[~tied], rows[~tied]):
        return None
    limited = np.flatnonzero(tied & ~options.choosing & ~_doors(model, options, rows, opening))
    alone, rep = alone_in(csr_array(options.by_row[limited]), options.rep)
    own = opening[limited].tocoo()
    apart = csr_array(rows[limited][:, ~options.is_member()]).nnz
    plain = np.isinf(model.row_lower[limited]) & np.isfinite(model.row_upper[limited])
    is_own = (rep[own.coords[0]] == positions[own.coords[1]]).all()
    if not (alone & plain).all() or len(set(rep.tolist())) < len(hire) or not is_own:
        return None
    if len(rep) > len(hire) or apart != own.nnz:
        return None
    room = np.zeros(len(hire))
    room[rep] = (model.row_upper - settled)[limited]
    room[rep[own.coords[0]]] -= own.data
    size = _same_for_all(options, csr_array(options.by_row[limited]))
    return None if size is None or (room < 0).any() else (size, room)


def _doors(model: CompiledModel, options: Options, rows: csr_array, opening: csr_array) -> Mask:
    """Rows that let a rep have one choice only where its position is filled: option ≤ hire."""
    single = (np.diff(options.by_row.indptr) == 1) & (np.diff(opening.indptr) == 1)
    both = (np.diff(rows.indptr) == 2) & (rows.sum(axis=1) == 0)
    return np.asarray(single & both & (model.row_upper == 0) & np.isinf(model.row_lower))


def _only_number_counts(opening: csr_array, rows: csr_array) -> bool:
    """Whether rows without options see how many positions are filled, and not which.

    Rows of a position alone are its bounds, as those of an option that is closed.
    """
    seeing = (np.diff(opening.indptr) > 0) & (np.diff(rows.indptr) > 1)
    entries = opening[seeing].toarray()
    return bool((entries == entries[:, :1]).all())


def _same_for_all(options: Options, use: csr_array) -> Floats | None:
    """By choice what it takes of the room of any rep; None where reps differ."""
    taken = np.asarray(use.sum(axis=0))
    size = np.zeros(int(np.max(options.choice)) + 1)
    np.maximum.at(size, options.choice, taken)
    same = np.abs(taken - size[options.choice]) <= SAME * np.maximum(size[options.choice], 1.0)
    return size if same.all() and (taken >= 0).all() else None


def _in_parts(size: Floats, room: Floats) -> tuple[Whole, Whole]:
    """Sizes and rooms in whole parts: exact where that takes few, else sizes rounded up."""
    largest = float(np.max(room))
    parts, _ = whole_parts(size, largest)
    part = float(size.sum()) / max(int(parts.sum()), 1)
    if (
        float(np.max(np.abs(parts * part - size))) > SAME * max(largest, 1.0)
        or largest > MOST_PARTS * part
    ):
        part = largest / MOST_PARTS
        parts = np.ceil(size / part - SAME).astype(np.int64)
    return parts, np.floor(room / max(part, SAME) + SAME).astype(np.int64)
