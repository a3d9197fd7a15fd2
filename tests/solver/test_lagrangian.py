"""Exact knapsacks bound every plan, never worse than the linear relaxation, and settle no plan away."""

from __future__ import annotations

from dataclasses import replace
from threading import Event

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_models import proven, random_model, relaxation_of

from allocopt.solver.bound import dual_bound
from allocopt.solver.highs import Limits, Outcome, Watch
from allocopt.solver.knapsacks.blocks import find_blocks, reps_of_columns
from allocopt.solver.knapsacks.lagrangian import Relaxation
from allocopt.solver.knapsacks.part import free_part, tightened
from allocopt.solver.knapsacks.probing import settled
from allocopt.solver.knapsacks.proving import prove
from allocopt.solver.knapsacks.steps import objective_step, rounded_down
from allocopt.solver.knapsacks.strengthened import strengthened

SEEDS = st.integers(0, 2**16)
SOME = settings(max_examples=40, deadline=None, derandomize=True)
LIMITS = Limits(time_limit=60, gap=0, threads=1)


def relaxation(model, multipliers):
    blocks = find_blocks(model, reps_of_columns(model), multipliers)
    return None if blocks is None else Relaxation(model, blocks)


def strong(model, best=None):
    relaxed = relaxation_of(model)
    if relaxed.outcome is not Outcome.OPTIMAL:
        return None
    return strengthened(
        model, relaxed, best, dual_bound(model, relaxed.row_dual), LIMITS, Watch(Event())
    )


@SOME
@given(seed=SEEDS, size=st.floats(0, 10))
def test_any_multipliers_bound_every_plan(seed, size):
    model = random_model(seed)
    best, priced = proven(model), relaxation(model, np.ones(len(model.rows)))
    if priced is None:
        return
    wild = np.random.default_rng(seed).normal(0, size, len(priced.rows))
    value = priced.at(priced.allowed(wild)).value + priced.rounding(wild)
    assert best.x is None or value >= best.objective


@SOME
@given(seed=SEEDS)
def test_no_worse_than_the_linear_relaxation(seed):
    model = random_model(seed)
    found, relaxed = strong(model), relaxation_of(model)
    if found is not None:
        assert found.bound <= relaxed.objective + 1e-6
        best = proven(model)
        assert best.x is None or found.bound >= best.objective - 1e-9


@pytest.mark.parametrize("seed", range(10))
def test_knapsacks_are_found_in_a_model_of_reps(seed):
    model = random_model(seed)
    overtime = np.array([name == "overtime" for name, _ in model.names])
    idle = replace(model, upper=np.where(overtime, 0.0, model.upper))
    blocks = find_blocks(idle, reps_of_columns(idle), np.zeros(len(idle.rows)))
    assert len(blocks.room) == overtime.sum()
    # Positions that may stay open have a gate.
    hires = sum(name == "hire" for name, _ in model.names)
    assert (blocks.gate >= 0).sum() == hires


@SOME
@given(seed=SEEDS)
def test_settling_leaves_every_plan_of_the_level(seed):
    model = random_model(seed)
    found, best = strong(model), proven(model)
    if best.x is None or found is None:
        return
    rest = settled(model, found.probes, best.objective - 1e-9)
    assert rest is not None
    assert (best.x >= rest.lower - 1e-6).all()
    assert (best.x <= rest.upper + 1e-6).all()


@SOME
@given(seed=SEEDS)
def test_rows_that_have_their_say_lose_no_plan(seed):
    model, best = random_model(seed), proven(random_model(seed))
    bounds = tightened(model)
    if best.x is None:
        return
    lower, upper = bounds
    assert (best.x >= lower - 1e-6).all()
    assert (best.x <= upper + 1e-6).all()
    part = free_part(model, lower, upper)
    assert part.model.value(best.x[part.columns]) == pytest.approx(best.objective)
    assert part.whole(best.x[part.columns]) == pytest.approx(best.x)


@SOME
@given(seed=SEEDS)
def test_proof_agrees_with_branch_and_bound(every_case_is_divided, seed):
    model = random_model(seed)
    found, best = strong(model), proven(model)
    if found is None or not found.points:
        return
    ours = prove(model, found, None, LIMITS, Watch(Event()))
    assert ours.bound >= (best.objective if best.x is not None else -np.inf) - 1e-6
    if ours.x is not None:
        assert ours.objective == pytest.approx(best.objective, abs=1e-6)
        assert ours.outcome is Outcome.OPTIMAL
        activity = model.matrix @ ours.x
        assert (activity >= model.row_lower - 1e-6).all()
        assert (activity <= model.row_upper + 1e-6).all()


@pytest.fixture(scope="module")
def every_case_is_divided():
    """Every case is divided, so that branching is seen at work."""
    from allocopt.solver.knapsacks import branching

    before, branching.SMALL = branching.SMALL, 2
    yield
    branching.SMALL = before


@SOME
@given(seed=SEEDS)
def test_a_plan_in_hand_is_proven_or_beaten(seed):
    model, best = random_model(seed), proven(random_model(seed))
    found = strong(model, best)
    if best.x is None or found is None or not found.points:
        return
    ours = prove(model, found, best, LIMITS, Watch(Event()))
    assert ours.outcome is Outcome.OPTIMAL
    assert ours.objective == pytest.approx(best.objective, abs=1e-6)
    assert ours.bound == pytest.approx(best.objective, abs=1e-6)


def test_steps_are_told_from_costs():
    model = random_model(3)
    cost = np.where(model.integer, 0.25 * np.arange(len(model.cost)), 0.0)
    quarters = replace(model, cost=cost, offset=0.1)
    assert objective_step(quarters) == pytest.approx(0.25)
    assert rounded_down(quarters, 7.3) == pytest.approx(7.1)
    assert rounded_down(quarters, 7.35) == pytest.approx(7.35)
    uneven = replace(model, cost=np.sqrt(np.arange(1.0, len(cost) + 1)))
    assert objective_step(uneven) == 0.0
    assert rounded_down(uneven, 7.3) == 7.3


def test_a_model_without_reps_is_left_alone():
    model = random_model(1)
    relaxed = relaxation_of(model)
    bare = replace(
        model, columns=tuple(column.parent_block().overtime["r0"] for column in model.columns)
    )
    bound = dual_bound(bare, relaxed.row_dual)
    found = strengthened(bare, relaxed, None, bound, LIMITS, Watch(Event()))
    assert found.bound == bound
    assert found.model is bare
    assert found.points == ()


def test_the_same_every_time():
    first, second = strong(random_model(4)), strong(random_model(4))
    assert first.bound == second.bound
    assert (first.multipliers == second.multipliers).all()
