"""A limit that is moved changes the model where it says, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from support_plan import EVERYTHING, EVERYTHING_TABLES, problem_of

from allocopt.explanation.limits_on_people import TOLERANCE
from allocopt.explanation.worths import loosenings
from allocopt.model import build
from allocopt.solver.compiled import compile_model

# Rules in which the selling time of open positions stands as well.
FOLLOWS = {"overtime_of_filled_positions"}


@pytest.fixture(scope="module")
def problem(tmp_path_factory):
    folder = tmp_path_factory.mktemp("everything")
    return problem_of(folder, EVERYTHING, months=2, **EVERYTHING_TABLES)


def rows_of(problem):
    """Coefficients by column and bounds of each row, by rule, index and sample."""
    compiled = compile_model(build(problem))
    names = [column.name for column in compiled.columns]
    rows = compiled.matrix.tocsr()
    found = {}
    for k, key in enumerate(compiled.rows):
        part = slice(rows.indptr[k], rows.indptr[k + 1])
        terms = {
            names[column]: value
            for column, value in zip(rows.indices[part], rows.data[part], strict=True)
        }
        side = -1 if np.isfinite(compiled.row_lower[k]) else 1
        bounds = (compiled.row_lower[k], compiled.row_upper[k])
        found[key.rule, key.index, key.sample, side] = (terms, bounds)
    return found


def test_every_limit_that_is_asked_for_can_be_moved(problem):
    rules = {limit.rule for limit in loosenings(problem)}
    assert rules == {
        *("selling_time_limit", "budget_total", "lever_budget", "period_budget", "scope_budget"),
        *("return_floor", "committed_spend", "headcount_limit", "handover_limit", "touched_limit"),
        *("outside_limit", "supply_limit", "travel_limit", "quota_floor", "quota_ceiling"),
        *("target_floor", TOLERANCE),
    }


def test_moving_a_limit_changes_its_own_rows_alone(problem):
    before = rows_of(problem)
    for limit in loosenings(problem):
        after = rows_of(limit.moved(limit.step))
        changed = {key for key, row in after.items() if row != before.get(key)}
        named = {(rule, index) for rule, index, _ in limit.rows}
        if limit.rule == "return_floor":
            named = {("return_floor", (limit.item,))}
        strays = {key for key in changed if (key[0], key[1]) not in named}
        assert {key[0] for key in strays} <= FOLLOWS, limit.phrase(1)
        assert changed - strays, limit.phrase(1)


def test_a_row_moves_by_its_factor_and_looser(problem):
    before = rows_of(problem)
    budget = next(x for x in loosenings(problem) if x.rule == "budget_total")
    after = rows_of(budget.moved(3.0))
    key = ("budget_total", ("company",), "", 1)
    assert after[key][1][1] == pytest.approx(before[key][1][1] + 3)
    least = next(x for x in loosenings(problem) if x.rule == "lever_budget" and x.floor)
    key = ("lever_budget", ("ads",), "", -1)
    assert rows_of(least.moved(3.0))[key][1][0] == pytest.approx(before[key][1][0] - 3)
