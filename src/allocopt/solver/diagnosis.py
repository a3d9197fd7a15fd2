"""Diagnosis of an infeasible model: which rules clash.

Linear conflicts come as an irreducible infeasible subset of rows: the multipliers of the elastic model name
an infeasible subset (Gleeson and Ryan, 1990), a deletion filter makes it irreducible (Chinneck, 2008).
Where only whole numbers clash, rules are taken away one by one.
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


@dataclass(frozen=True)
class Clash:
    """Rows that cannot hold together; `proven` when none of their rules can be left out."""

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
    rows = np.arange(len(model.rows))
    found = run(_elastic(model, rows), Limits(time_limit=seconds / 2), relaxed=True)
    if found.row_dual is not None and found.outcome is Outcome.OPTIMAL:
        # A multiplier is worth at most 1 / size, so this is a share of the largest possible one.
        rows = np.flatnonzero(np.abs(found.row_dual) * _row_size(model) > MULTIPLIER)
    kept, proven = irreducible_rows(_only(model, rows), seconds)
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
    groups = sorted({row.rule for row in model.rows} & set(rules))
    until = time.monotonic() + seconds
    kept, proven = _deletion_filter(model, groups, until)
    violated = _least_violation(model, kept, max(until - time.monotonic(), seconds / 4))
    rows = violated or tuple(row for row in model.rows if row.rule in kept)
    return Clash(rows, proven)


def _deletion_filter(
    model: CompiledModel, groups: list[str], until: float
) -> tuple[list[str], bool]:
    """Rules that are still infeasible together and feasible without any one of them."""
    kept, proven = list(groups), True
    for rule in groups:
        rest = [name for name in kept if name != rule]
        left = until - time.monotonic()
        if left <= 0:
            return kept, False
        without = _without(model, {name for name in groups if name not in rest})
        outcome = run(without, Limits(time_limit=left / 2, gap=1.0)).outcome
        if outcome is Outcome.INFEASIBLE:
            kept = rest
        proven &= outcome in (Outcome.INFEASIBLE, Outcome.OPTIMAL)
    return kept, proven


def _without(model: CompiledModel, rules: Collection[str]) -> CompiledModel:
    free = np.array([row.rule in rules for row in model.rows])
    return replace(
        model,
        row_lower=np.where(free, -np.inf, model.row_lower),
        row_upper=np.where(free, np.inf, model.row_upper),
    )


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
