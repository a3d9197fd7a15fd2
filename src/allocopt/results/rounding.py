"""Rounding: amounts become multiples of a step, and their sums stay those of the exact ones."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp
from scipy.optimize import linprog

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

# What is given up first: an amount next to the exact one, then the sum of a row or column, then the total.
# The choice between the two multiples around an amount costs at most 1. [per step]
COST_OF_STEP = 5.0
COST_OF_SUM = 50.0
COST_OF_TOTAL = 5000.0
# An amount moves by no more steps than this.
MOST_STEPS = 1000.0
# Remainders below this share of a step are none.
NONE = 1e-7


class Cells(NamedTuple):
    """What rounding starts from, in steps.

    `whole` is the multiple below, or the least that the bounds allow, and `rest` what the exact amount has
    beyond it. A cell may go up by one where it `is_free`, and where sums need it by `room_up` or
    `room_down` more steps. One that `is_kept` has no multiple within its bounds.
    """

    whole: Floats
    rest: Floats
    is_free: Flags
    is_kept: Flags
    room_up: Floats
    room_down: Floats


def round_matrix(
    exact: pd.DataFrame, step: float, lower: pd.DataFrame, upper: pd.DataFrame
) -> pd.DataFrame:
    """Multiples of `step` for each amount, within the bounds; shapes and index alike [currency].

    The total becomes the multiple nearest to the exact one, the sum of each row and column one of the
    two multiples around it, each amount one of the two around it, and among these the cells with the
    larger remainders go up. Where bounds leave no such choice, first amounts, then sums and last the total
    move by further steps. An amount whose bounds have no multiple between them stays as it is, and one of
    nothing stays nothing. Controlled rounding in two dimensions: Cox and Ernst (1982); its matrix is that
    of a network, so that the linear programme has whole corners.
    """
    cells = _cells(exact.to_numpy() / step, lower.to_numpy() / step, upper.to_numpy() / step)
    steps = np.where(cells.is_kept, cells.whole + cells.rest, cells.whole + _choose(cells))
    return pd.DataFrame(steps * step, exact.index, exact.columns)


def _cells(amount: Floats, lower: Floats, upper: Floats) -> Cells:
    least, most = np.ceil(lower - NONE), np.floor(upper + NONE)
    is_kept = least > most
    whole = np.clip(np.floor(amount + NONE), least, np.maximum(most, least))
    whole = np.where(is_kept, np.floor(amount), whole)
    rest = np.where(np.abs(amount - whole) > NONE, amount - whole, 0.0)
    moves = ~is_kept & (amount > 0)
    is_free = moves & (rest > 0) & (rest < 1) & (whole + 1 <= most)
    room_up = np.where(moves, np.minimum(most - whole - is_free, MOST_STEPS), 0.0)
    room_down = np.where(moves, np.minimum(whole - least, MOST_STEPS), 0.0)
    return Cells(whole, rest, is_free, is_kept, room_up, room_down)


def _choose(cells: Cells) -> Floats:
    """By how many steps each cell is rounded away from its whole part."""
    kinds = (
        (cells.is_free, 1.0, 1 - 2 * cells.rest, np.ones_like(cells.rest)),
        (cells.room_up > 0, 1.0, COST_OF_STEP - cells.rest, cells.room_up),
        (cells.room_down > 0, -1.0, COST_OF_STEP + cells.rest, cells.room_down),
    )
    places = [np.nonzero(where) for where, *_ in kinds]
    rows, columns = (np.concatenate([place[side] for place in places]) for side in (0, 1))
    sign = np.concatenate(
        [np.full(len(p[0]), kind[1]) for p, kind in zip(places, kinds, strict=True)]
    )
    cost = np.concatenate([kind[2][p] for p, kind in zip(places, kinds, strict=True)])
    most = np.concatenate([kind[3][p] for p, kind in zip(places, kinds, strict=True)])
    chosen = _solve(np.where(cells.is_kept, 0.0, cells.rest), rows, columns, sign, cost, most)
    steps = np.zeros_like(cells.rest)
    np.add.at(steps, (rows, columns), chosen * sign)
    return steps


def _solve(
    rest: Floats, rows: Ints, columns: Ints, sign: Floats, cost: Floats, most: Floats
) -> Floats:
    """Cheapest steps of the moves (row, column, sign) that keep the sums of `rest`; whole numbers."""
    sums = [(rows, rest.sum(axis=1)), (columns, rest.sum(axis=0))]
    total = np.rint([rest.sum()])
    lower = np.concatenate([*(np.floor(s + NONE) for _, s in sums), total])
    upper = np.concatenate([*(np.ceil(s - NONE) for _, s in sums), total])
    every = (np.zeros_like(rows), total)
    incidence = sp.vstack([_incidence(of, len(s), sign) for of, s in (*sums, every)])
    count = incidence.shape[0]
    price = np.append(np.full(count - 1, COST_OF_SUM), COST_OF_TOTAL)
    slack, none = sp.identity(count), sp.csr_array((count, count))
    found = linprog(
        np.concatenate([cost, price, price]),
        A_ub=sp.vstack(
            [sp.hstack([incidence, -slack, none]), sp.hstack([-incidence, none, -slack])]
        ),
        b_ub=np.concatenate([upper, -lower]),
        bounds=[*((0, high) for high in most), *[(0, None)] * (2 * count)],
        method="highs-ds",
    )
    return np.asarray(np.rint(found.x[: len(rows)]))


def _incidence(of: Ints, count: int, sign: Floats) -> sp.csr_array:
    """The sign of a move (column) in the sums (rows) that it counts in."""
    return sp.csr_array((sign, (of, np.arange(len(of)))), shape=(count, len(of)))


def largest_remainder(amounts: Floats, total: float, step: float) -> Floats:
    """Multiples of `step` that add up to the multiple `total`, by the largest remainders (Hamilton, 1792).

    The amounts add up to `total`. Of equal remainders the first goes up.
    """
    steps = amounts / step
    whole = np.floor(steps + NONE)
    missing = round(total / step - float(whole.sum()))
    order = np.argsort(-(steps - whole), kind="stable")
    whole[order[: max(missing, 0)]] += 1
    return whole * step
