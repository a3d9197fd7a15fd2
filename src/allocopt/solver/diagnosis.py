"""Diagnosis of an infeasible model: which rules clash.

Linear conflicts come as an irreducible infeasible subset of rows: the multipliers of the elastic model name
an infeasible subset (Gleeson and Ryan, 1990), a deletion filter makes it irreducible (Chinneck, 2008).
Where only whole numbers clash, the same filter runs over rules, then over their rows, with a search for
any plan in place of the linear model.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csc_array, hstack, identity

from allocopt.solver.compiled import CompiledModel, Floats, RowKey
from allocopt.solver.highs import Limits, Outcome, irreducible_rows, run

# Multipliers below this are rounding.
MULTIPLIER = 1e-7
# More rows than this tell nobody anything; the least that has to give way does.
MOST_ROWS = 50


@dataclass(frozen=True)
class Clash:
    """Rows that cannot hold together; `proven` when none of them can be left out."""

    rows: tuple[RowKey, ...]
    proven: bool


def find_clash(
    model: CompiledModel, rules: Collection[str], seconds: float, *, relaxed: bool
) -> Clash:
    """Rows in conflict. `rules` names those that people set; the others only hold the model together."""
    if relaxed:
        return _linear_clash(model, seconds)
    return _whole_number_clash(model, rules, seconds)


def _linear_clash(model: CompiledModel, seconds: float) -> Clash:
    until = time.monotonic() + seconds
    rows = np.arange(len(model.rows))
    found = run(_elastic(model, rows), Limits(time_limit=seconds / 2), relaxed=True)
    if found.row_dual is not None and found.outcome is Outcome.OPTIMAL:
        # A multiplier is worth at most 1 / size, so this is a share of the largest possible one.
        rows = np.flatnonzero(np.abs(found.row_dual) * _row_size(model) > MULTIPLIER)
    kept, proven = irreducible_rows(_only(model, rows), until - time.monotonic())
    return Clash(tuple(model.rows[rows[row]] for row in kept), proven)


def _only(model: CompiledModel, rows: np.ndarray) -> CompiledModel:
    """The model with these rows alone."""
    return replace(
        model,
        matrix=csc_array(model.matrix.tocsr()[rows]),
        row_lower=model.row_lower[rows],
        row_upper=model.row_upper[rows],
        rows=tuple(model.rows[row] for row in rows),
    )


def _whole_number_clash(model: CompiledModel, rules: Collection[str], seconds: float) -> Clash:
    """First the rules that clash, then which of their rows; both by deletion."""
    until = time.monotonic() + seconds
    named = [row for row, key in enumerate(model.rows) if key.rule in rules]
    kept = _rules_in_conflict(model, named, until)
    rows = [row for row in named if model.rows[row].rule in kept]
    rows, proven = _shrunk(model, named, rows, until)
    if not proven and len(rows) > MOST_ROWS:
        found = _least_violation(model, kept, seconds / 4)
        return Clash(found or tuple(model.rows[row] for row in rows), proven=False)
    return Clash(tuple(model.rows[row] for row in rows), proven)


def _rules_in_conflict(model: CompiledModel, named: list[int], until: float) -> set[str]:
    """Rules that are still infeasible together, one after the other taken away."""
    kept = {model.rows[row].rule for row in named}
    for rule in sorted(kept):
        rows = [row for row in named if model.rows[row].rule in kept - {rule}]
        if _outcome_with(model, named, rows, until) is Outcome.INFEASIBLE:
            kept -= {rule}
    return kept


def _shrunk(
    model: CompiledModel, named: list[int], rows: list[int], until: float
) -> tuple[list[int], bool]:
    """The rows without those that can be left out while the rest still clash; halves before single rows.

    The second value is False when time ran out before each row was tried.
    """
    chunk = max(len(rows) // 2, 1)
    while True:
        position, proven = 0, True
        while position < len(rows):
            rest = rows[:position] + rows[position + chunk :]
            outcome = _outcome_with(model, named, rest, until)
            if outcome is Outcome.INFEASIBLE:
                rows = rest
            else:
                position += chunk
                proven &= outcome is Outcome.OPTIMAL
        if chunk == 1:
            return rows, proven
        chunk //= 2


def _outcome_with(model: CompiledModel, named: list[int], rows: list[int], until: float) -> Outcome:
    """Whether a plan exists when of the named rows only these must hold."""
    left = until - time.monotonic()
    if left <= 0:
        return Outcome.TIME_LIMIT
    free = np.zeros(len(model.rows), dtype=bool)
    free[named] = True
    free[rows] = False
    relaxed = replace(
        model,
        cost=np.zeros(len(model.columns)),
        row_lower=np.where(free, -np.inf, model.row_lower),
        row_upper=np.where(free, np.inf, model.row_upper),
    )
    return run(relaxed, Limits(time_limit=left / 4)).outcome


def _least_violation(
    model: CompiledModel, rules: Collection[str], seconds: float
) -> tuple[RowKey, ...]:
    """Rows that give way when the rules may be broken at the least total share of their size."""
    soft = np.flatnonzero([row.rule in rules for row in model.rows])
    elastic = _elastic(model, soft)
    found = run(elastic, Limits(time_limit=seconds, gap=0.01))
    if found.x is None:
        return ()
    slack = found.x[len(model.columns) :].reshape(2, -1).sum(axis=0)
    return tuple(model.rows[row] for row in soft[slack > 1e-6])


def _elastic(model: CompiledModel, soft: np.ndarray) -> CompiledModel:
    """The model with a priced way over and under each of the rows in `soft`."""
    rows, columns = model.shape
    select = csc_array(identity(rows, format="csc")[:, soft])
    count = len(soft)
    size = _row_size(model)[soft]
    reach = _reach(model)[soft]
    return replace(
        model,
        cost=np.concatenate([np.zeros(columns), -1 / size, -1 / size]),
        offset=0.0,
        matrix=csc_array(hstack([model.matrix, select, -select], format="csc")),
        lower=np.concatenate([model.lower, np.zeros(2 * count)]),
        upper=np.concatenate([model.upper, reach, reach]),
        integer=np.concatenate([model.integer, np.zeros(2 * count, dtype=bool)]),
    )


def _row_size(model: CompiledModel) -> Floats:
    """What a row is measured by: its limit, or 1 where that is nothing."""
    limit = np.where(np.isfinite(model.row_upper), model.row_upper, model.row_lower)
    return np.maximum(np.abs(limit), 1.0)


def _reach(model: CompiledModel) -> Floats:
    """The farthest any row can be from its limit."""
    widest = np.maximum(np.abs(model.lower), np.abs(model.upper))
    return np.asarray(abs(model.matrix) @ widest) + _row_size(model)
