"""Blocks: parts of a model that only linking rows hold together, each a knapsack of one rep.

A rep's units fill its selling time; what ties reps together (every unit has one rep, headcount, budgets)
are linking rows. No rule is known by its name: a block is what the rows of one rep make of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd

import numpy as np
from scipy.sparse import csr_array

from allocopt.solver.compiled import CompiledModel, Floats, Mask
from allocopt.solver.knapsacks.knapsack import Whole
from allocopt.solver.places import columns_of

# A room has as many parts at most; what is finer is rounded in favour of the bound.
MOST_ROOM = 4000
# Numbers of a table have as many decimals at most.
DECIMALS = 6
# How far a row may be missed, as in the solver.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Blocks:
    """Knapsacks of a model, and which rows they keep.

    columns: column of each item, −1 where a block has fewer (blocks × items). weight, room: whole parts of
    the block's room. gate: column that is 1 when the block is open, −1 where it always is. kept: rows that
    every choice of the blocks keeps; all others need multipliers.
    """

    columns: Whole
    weight: Whole
    room: Whole
    gate: Whole
    kept: Mask


@dataclass(frozen=True)
class _Line:
    """A row as weight · x ≤ side, the columns that cannot move taken out."""

    row: int
    columns: Whole
    weight: Floats
    side: float


@dataclass(frozen=True)
class _Block:
    columns: Whole
    weight: Whole
    room: int
    gate: int
    kept: Whole


def find_blocks(model: CompiledModel, rep_of: Whole, multipliers: Floats) -> Blocks | None:
    """The knapsacks of the reps; None where no rep's rows hold one.

    `rep_of` is each column's rep (`reps_of_columns`). Of several rows of a rep that could be its knapsack,
    the one with the largest multiplier is taken.
    """
    by_rep: dict[int, list[_Line]] = {}
    for rep, line in _lines(model, rep_of):
        by_rep.setdefault(rep, []).append(line)
    found = [
        block
        for lines in by_rep.values()
        if (block := _block(lines, np.abs(multipliers))) is not None
    ]
    return _together(model, found) if found else None


def _lines(model: CompiledModel, rep_of: Whole) -> Iterator[tuple[int, _Line]]:
    """Rows with one side whose free columns are choices of one rep, and the rep's number."""
    rows, free = csr_array(model.matrix), model.upper > model.lower
    rows.eliminate_zeros()
    fixed = model.matrix @ np.where(free, 0.0, model.lower)
    lower, upper = model.row_lower - fixed, model.row_upper - fixed
    asked = free[rows.indices]
    line = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))[asked]
    least, most = np.full(rows.shape[0], len(model.columns)), np.full(rows.shape[0], -1)
    np.minimum.at(least, line, rep_of[rows.indices[asked]])
    np.maximum.at(most, line, rep_of[rows.indices[asked]])
    columns, weight = rows.indices[asked].astype(np.int64), rows.data[asked]
    first = np.searchsorted(line, np.arange(rows.shape[0] + 1))
    other = np.zeros(rows.shape[0], dtype=bool)
    other[line[~are_choices(model)[columns]]] = True
    one_sided = np.isfinite(lower) != np.isfinite(upper)
    for row in np.flatnonzero((least == most) & (most >= 0) & one_sided & ~other).tolist():
        part = slice(first[row], first[row + 1])
        if np.isfinite(upper[row]):
            yield int(most[row]), _Line(row, columns[part], weight[part], float(upper[row]))
        else:
            yield int(most[row]), _Line(row, columns[part], -weight[part], -float(lower[row]))


def are_choices(model: CompiledModel) -> Mask:
    """Columns that are 0 or 1, nothing else."""
    return np.asarray((model.lower == 0) & (model.upper == 1) & model.integer)


def reps_of_columns(model: CompiledModel) -> Whole:
    """Number of the rep that a column names, −1 where it names none or several."""
    stints = columns_of(model, "assign")
    number = {rep: k for k, rep in enumerate(dict.fromkeys(rep for _, rep, _ in stints))}
    named = np.full(len(model.columns), -1)
    for column, (_, names) in enumerate(model.names):
        reps = {number[name] for name in names if name in number}
        named[column] = reps.pop() if len(reps) == 1 else -1
    for (_, rep, _), column in stints.items():
        named[column] = number[rep]
    return named


def _block(lines: list[_Line], price: Floats) -> _Block | None:
    """The knapsack among a rep's rows, open or shut as a whole where a gate says so."""
    gate, doors = _gate(lines)
    behind = np.array(sorted(doors), dtype=np.int64)
    rows = set(doors.values())
    options = [line for line in lines if line.row not in rows and _is_knapsack(line, gate, behind)]
    if options:
        line = max(options, key=lambda option: (price[option.row], -option.row))
    elif doors:
        line = _Line(-1, behind, np.zeros(len(behind)), 0.0)
    else:
        return None
    is_gate = line.columns == gate
    room = line.side - float(line.weight[is_gate].sum())
    light = behind[~np.isin(behind, line.columns)]
    columns = np.concatenate([line.columns[~is_gate], light])
    needed = np.concatenate([line.weight[~is_gate], np.zeros(len(light))])
    weight, whole_room = whole_parts(needed, room)
    kept = np.array(sorted(rows | {line.row} - {-1}), dtype=np.int64)
    return _Block(columns, weight, whole_room, gate, kept)


def _gate(lines: list[_Line]) -> tuple[int, dict[int, int]]:
    """The column that opens a block, −1 without, and the row (item ≤ gate) of each item behind it."""
    doors: dict[int, dict[int, int]] = {}
    for line in lines:
        if len(line.columns) == 2 and line.side == 0 and line.weight[0] == -line.weight[1]:
            item, gate = line.columns.tolist()[:: 1 if line.weight[0] > 0 else -1]
            doors.setdefault(gate, {})[item] = line.row
    gate = max(doors, key=lambda column: len(doors[column]), default=-1)
    return gate, doors.get(gate, {})


def _is_knapsack(line: _Line, gate: int, behind: Whole) -> bool:
    """Whether a row limits a weighed sum of items, of which none is left when the gate is shut."""
    is_gate = line.columns == gate
    items, weight = line.columns[~is_gate], line.weight[~is_gate]
    if not len(items) or (weight < 0).any() or line.side < 0:
        return False
    # Without a door of its own, an item stays out only if it does not fit into what a shut block has.
    out = (weight > line.side + TOLERANCE) | np.isin(items, behind)
    return gate < 0 or bool((line.weight[is_gate] <= 0).all() and out.all())


def whole_parts(weight: Floats, room: float) -> tuple[Whole, int]:
    """Weights and room in whole parts; what fits before fits after.

    Exact where the weights are decimal numbers and the room has few parts; otherwise both are rounded down,
    which lets more in (a sum of rounded weights is whole and no more than the room).
    """
    for decimals in range(DECIMALS + 1):
        scaled = weight * 10.0**decimals
        if np.abs(scaled - np.round(scaled)).max(initial=0.0) <= TOLERANCE * 10.0**-3:
            whole = np.round(scaled).astype(np.int64)
            part = max(1, gcd(*map(int, whole)))
            parts = int(np.floor((room + TOLERANCE) * 10.0**decimals / part))
            if parts <= MOST_ROOM or whole.sum() // part <= MOST_ROOM:
                return whole // part, min(parts, int(whole.sum() // part))
            break
    part_size = max(room, TOLERANCE) / MOST_ROOM
    coarse = np.floor(weight / part_size).astype(np.int64)
    return coarse, int(min(np.floor((room + TOLERANCE) / part_size), coarse.sum()))


def _together(model: CompiledModel, found: list[_Block]) -> Blocks:
    widest = max(len(block.columns) for block in found)
    columns, weight = np.full((len(found), widest), -1), np.zeros((len(found), widest), dtype=int)
    kept = np.zeros(len(model.rows), dtype=bool)
    for number, block in enumerate(found):
        columns[number, : len(block.columns)] = block.columns
        weight[number, : len(block.columns)] = block.weight
        kept[block.kept] = True
    room = np.array([block.room for block in found])
    return Blocks(columns, weight, room, np.array([block.gate for block in found]), kept)
