"""Irreducible rows of random linear models, held against trying each row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csc_array

from allocopt.solver.compiled import CompiledModel, RowKey
from allocopt.solver.conflict.irreducible import irreducible_rows
from allocopt.solver.highs import Limits, Outcome, run


def random_model(seed):
    """A small linear model with whole entries, empty rows and columns among them; often infeasible."""
    random = np.random.default_rng(seed)
    rows, columns = random.integers(2, 12, size=2)
    matrix = random.integers(-3, 4, (rows, columns)) * (random.random((rows, columns)) < 0.4)
    lower = random.integers(-6, 7, rows).astype(float)
    side = random.integers(3, size=rows)
    return CompiledModel(
        cost=np.zeros(columns),
        offset=0.0,
        matrix=csc_array(matrix.astype(float)),
        row_lower=np.where(side == 0, -np.inf, lower),
        row_upper=np.where(side == 1, np.inf, lower),
        lower=np.zeros(columns),
        upper=random.integers(0, 4, columns).astype(float),
        integer=np.zeros(columns, dtype=bool),
        rows=tuple(RowKey("row", (row,)) for row in range(rows)),
        columns=tuple(range(columns)),
    )


def clash(model, rows):
    """Whether these rows cannot hold together."""
    held = np.isin(np.arange(len(model.rows)), list(rows))
    part = replace(
        model,
        row_lower=np.where(held, model.row_lower, -np.inf),
        row_upper=np.where(held, model.row_upper, np.inf),
    )
    return run(part, Limits(time_limit=10), relaxed=True).outcome is Outcome.INFEASIBLE


INFEASIBLE = [seed for seed in range(60) if clash(random_model(seed), range(12))]


@pytest.mark.parametrize("seed", INFEASIBLE)
def test_rows_clash_and_without_any_one_of_them_do_not(seed):
    model = random_model(seed)
    rows, proven = irreducible_rows(model, 20.0)
    assert proven
    assert clash(model, rows)
    for row in rows:
        assert not clash(model, set(rows) - {row})


def test_without_time_nothing_is_proven():
    model = random_model(INFEASIBLE[0])
    rows, proven = irreducible_rows(model, 0.0)
    assert not proven
    assert rows == tuple(range(len(model.rows)))
