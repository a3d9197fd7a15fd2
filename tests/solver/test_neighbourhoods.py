"""Neighbourhoods: a plan only gets better, and stays a plan."""

from __future__ import annotations

from threading import Event

import numpy as np
import pytest
from support_plan import FULL_MARGIN, problem_of

from allocopt.model import build
from allocopt.solver.bound import dual_bound
from allocopt.solver.compiled import compile_model
from allocopt.solver.cut import fixed_at
from allocopt.solver.highs import Limits, Watch, run
from allocopt.solver.local.neighbourhoods import Aim, improved
from allocopt.solver.local.start import first_plan
from allocopt.solver.places import columns_of, places_of

LIMITS = Limits(time_limit=20, gap=0.0, threads=1)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """Twelve units that six reps value differently and have few hours for."""
    random = np.random.default_rng(4)
    units = "unit,territory,segment,hours,demand\n" + "".join(
        f"u{n},East,Key,{random.integers(3, 9)},{random.integers(20, 90)}\n" for n in range(12)
    )
    reps = "rep,hours\n" + "".join(f"r{n},16\n" for n in range(6))
    pairs = "unit,rep,value\n" + "".join(
        f"u{u},r{r},{random.integers(0, 60)}\n" for u in range(12) for r in range(6)
    )
    problem = problem_of(
        tmp_path_factory.mktemp("neighbourhoods"),
        "workload: {hard: true}\ncoverage: {every_unit: false}\n",
        segments=FULL_MARGIN,
        units=units,
        reps=reps,
        pairs=pairs,
    )
    return compile_model(build(problem))


def nobody(model):
    """The plan in which every unit is left open."""
    return run(fixed_at(model, np.zeros(len(model.columns))), LIMITS, relaxed=True)


def better(model, plan, bound, limits, watch, **aim):
    """What neighbourhoods make of a plan."""
    return improved(model, places_of(model), plan, Aim(bound, **aim), limits, watch)


def test_the_best_plan_is_found_from_the_worst(model):
    relaxed = run(model, LIMITS, relaxed=True)
    best = run(model, LIMITS).objective
    found = better(
        model, nobody(model), dual_bound(model, relaxed.row_dual), LIMITS, Watch(Event())
    )
    assert nobody(model).objective == pytest.approx(0)
    assert found.objective >= 0.99 * best
    activity = model.matrix @ found.x
    assert (activity <= model.row_upper + 1e-6).all()
    assert (activity >= model.row_lower - 1e-6).all()
    assert np.abs(found.x - np.round(found.x))[model.integer].max() < 1e-6


def test_the_same_seed_takes_the_same_way(model):
    bound = np.inf
    first = better(model, nobody(model), bound, LIMITS, Watch(Event()))
    again = better(model, nobody(model), bound, LIMITS, Watch(Event()))
    assert first.objective == again.objective
    assert (np.round(first.x[model.integer]) == np.round(again.x[model.integer])).all()


def test_stopping_keeps_the_plan(model):
    stop = Event()
    stop.set()
    start = nobody(model)
    assert better(model, start, np.inf, LIMITS, Watch(stop)) is start


def test_a_plan_within_the_gap_is_left_alone(model):
    start = run(model, LIMITS)
    close = start.objective * 1.0001
    loose = Limits(time_limit=20, gap=0.01)
    assert better(model, start, close, loose, Watch(Event())) is start


def test_a_first_plan_keeps_a_unit_with_one_rep_over_its_windows(tmp_path):
    # The relaxation halves u1 between the reps; the first plan may hand over nothing.
    units = (
        "unit,territory,segment,hours,demand,rep\nu1,East,Key,10,100,Ann\nu2,East,Key,10,90,Ann\n"
    )
    reps = "rep,hours,start,productivity\nAnn,20,,1\nNew,15,2026-03-01,1.5\n"
    problem = problem_of(
        tmp_path,
        "handover: {loss: 0, max_units: 1}\n",
        4,
        segments=FULL_MARGIN,
        units=units,
        reps=reps,
    )
    model = compile_model(build(problem))
    relaxed = run(model, LIMITS, relaxed=True)
    plan = first_plan(model, places_of(model), relaxed, LIMITS, Watch(Event()))
    assert plan is not None
    chosen = [
        stint for stint, column in columns_of(model, "assign").items() if plan.x[column] > 0.5
    ]
    assert {unit for unit, _, _ in chosen} == {"u1", "u2"}
