"""Ends of a search that are told as they are: time, giving up, and what is proven."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from support_plan import EVERYTHING, EVERYTHING_TABLES, planned, problem_of

from allocopt.errors import Infeasible, SolverFailed
from allocopt.model import build
from allocopt.solver import Limits, Outcome, highs, search
from allocopt.solver.bound import dual_bound
from allocopt.solver.compiled import compile_model
from allocopt.solver.conflict.irreducible import irreducible_rows
from allocopt.solver.highs import Run

UNITS = """
unit,territory,segment,hours,demand,rep,lock,family
u1,East,Key,10,100,Ann,contract,shops
u2,West,Key,10,100,,,shops
"""


@pytest.fixture
def model(tmp_path):
    return compile_model(build(problem_of(tmp_path, EVERYTHING, **EVERYTHING_TABLES)))


def test_lock_against_family_is_told_in_words(tmp_path):
    reps = "rep,hours,territories\nAnn,40,East\nBob,40,\n"
    with pytest.raises(Infeasible) as raised:
        planned(tmp_path, units=UNITS, reps=reps)
    assert "u1 is locked to Ann" in raised.value.conflicts[0].detail


def test_bounds_of_one_thing_that_cross_are_told_in_words(tmp_path):
    yaml = "headcount: {min: 2, by: [{scope: company, max: 1}]}\n"
    reps = "rep,hours,status,territories\nAnn,40,,\nBob,40,open,\nCyd,40,open,\n"
    units = "unit,territory,segment,hours,demand\nu1,East,Key,10,100\n"
    with pytest.raises(Infeasible) as raised:
        planned(tmp_path, yaml, units=units, reps=reps)
    assert raised.value.conflicts[0].detail == "At least 2 and at most 1 are to be hired."


def test_promise_beyond_the_most_spend_is_told_in_words(tmp_path):
    with pytest.raises(Infeasible) as raised:
        planned(
            tmp_path,
            units="unit,territory,segment,hours,demand\nu1,East,Key,10,100\n",
            reps="rep,hours\nAnn,40\n",
            levers="lever\nads\n",
            responses="lever,form,lift_max,lift_unit,half,spend_max\nads,linear,10,currency,20,30\n",
            spend="date,lever,spend,kind\n2026-01-10,ads,90,committed\n",
        )
    assert "where spend_max allows 30" in raised.value.conflicts[0].detail


def test_all_runs_of_a_search_share_its_time_seed_and_threads(model, monkeypatch):
    asked = []
    real = highs._set_options

    def noted(solver, limits):
        asked.append(limits)
        real(solver, limits)

    monkeypatch.setattr(highs, "_set_options", noted)
    search.search(model, Limits(time_limit=20, seed=7, threads=1))
    assert asked
    assert {(limits.seed, limits.threads) for limits in asked} == {(7, 1)}
    # Relaxation at most a half.
    assert asked[0].time_limit == pytest.approx(10, abs=0.1)
    assert all(limits.time_limit <= 20 for limits in asked)


def test_solver_that_gives_up_is_not_called_late(model, monkeypatch):
    lost = Run(Outcome.OTHER, None, np.nan, np.inf, message="Solve error")
    monkeypatch.setattr(search, "run", lambda *args, **kwargs: lost)
    with pytest.raises(SolverFailed, match="Solve error"):
        search.search(model, Limits(time_limit=5))


def test_rows_of_a_model_that_has_a_plan_are_no_proven_conflict(model):
    rows, proven = irreducible_rows(model, 20.0)
    assert not proven
    assert len(rows) == len(model.rows)


@pytest.mark.parametrize("seed", range(5))
def test_bound_is_not_below_its_exact_value(model, seed):
    # The same sum in fractions, which do not round.
    y = np.random.default_rng(seed).normal(size=len(model.rows))
    side = np.where(y > 0, model.row_upper, model.row_lower)
    y = np.where(np.isfinite(side), y, 0.0)
    side = np.where(np.isfinite(side), side, 0.0)
    reduced = [Fraction(cost) for cost in model.cost]
    matrix = model.matrix.tocoo()
    for row, column, value in zip(*matrix.coords, matrix.data, strict=True):
        reduced[column] -= Fraction(float(value)) * Fraction(y[row])
    exact = Fraction(model.offset) + sum(map(product, y, side))
    for cost, low, high in zip(reduced, model.lower, model.upper, strict=True):
        exact += max(cost * Fraction(low), cost * Fraction(high))
    assert Fraction(dual_bound(model, y)) >= exact


def product(a, b):
    return Fraction(a) * Fraction(b)
