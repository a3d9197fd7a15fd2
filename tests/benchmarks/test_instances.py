"""Instances of the benchmarks have the plan that they are drawn around, and bind where they say so."""

from __future__ import annotations

import instances
import known_plans
import methods
import numpy as np
import pandas as pd
import pytest
from support_plan import problem_from

from allocopt.model import build
from allocopt.scenario import load_scenario
from allocopt.solver.compiled import compile_model
from allocopt.solver.highs import Limits, run

SIZES = {"six_measures": (300, 8), "hard_workload": (400, 10), "concave_response": (30, 6)}


@pytest.fixture(params=SIZES)
def folder(request, tmp_path):
    """A small instance of each kind."""
    path = tmp_path / request.param
    instances.MAKERS[request.param](path, *SIZES[request.param], seed=1)
    return path


def model_of(folder):
    return compile_model(build(problem_from(load_scenario(folder))))


def test_the_planted_plan_keeps_all_hard_rules(folder):
    model = model_of(folder)
    planted = known_plans.worth(
        model, known_plans.point_of(model, known_plans.planted_plan(folder))
    )
    relaxed = run(model, Limits(60, threads=1), relaxed=True)
    # NaN, if a rule were broken, is no number's better.
    assert planted <= relaxed.objective


def test_the_plan_of_nearest_reps_is_no_solution(folder):
    model = model_of(folder)
    nearest = known_plans.worth_of_nearest(model, folder)
    relaxed = run(model, Limits(60, threads=1), relaxed=True)
    assert nearest < 0.99 * relaxed.objective


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_load_is_what_is_said_and_every_planted_unit_fits(seed):
    land = instances.make_field(2_000, 40, seed)
    planted = np.bincount(land.planted, land.hours, 40)
    assert (planted <= land.rep_hours + 1e-9).all()
    assert land.hours.sum() / land.rep_hours.sum() == pytest.approx(instances.LOAD, abs=2e-4)


def test_locked_units_are_those_of_the_planted_rep(tmp_path):
    instances.six_measures(tmp_path, 300, 8, seed=1)
    units = pd.read_csv(tmp_path / "units.csv")
    planted = units["unit"].map(known_plans.planted_plan(tmp_path))
    locked = units["lock"].notna()
    assert 0 < locked.sum() < len(units) / 10
    assert (units["rep"] == planted)[locked].all()
    # Others have been drifting, so that handovers are something to decide.
    assert (units["rep"] != planted).sum() > len(units) / 10


def test_the_same_seed_makes_the_same_instance(folder, tmp_path):
    again = tmp_path / "again" / folder.name
    instances.MAKERS[folder.name](again, *SIZES[folder.name], seed=1)
    for file in folder.iterdir():
        assert file.read_bytes() == (again / file.name).read_bytes()


def test_whole_numbers_mean_the_same_model(tmp_path):
    """Every point has the same objective and keeps the same rows; limits are rounded outward at most."""
    instances.hard_workload(tmp_path, 400, 10, seed=1)
    model = model_of(tmp_path)
    whole = methods.whole_numbers(model)
    point = known_plans.point_of(model, known_plans.planted_plan(tmp_path))
    scaled = point * np.where(model.integer, 1, methods.SCALE)
    assert whole.value(scaled) == pytest.approx(methods.SCALE * model.value(point), rel=1e-12)
    assert whole.matrix @ scaled == pytest.approx(methods.SCALE * (model.matrix @ point), rel=1e-12)
    assert (whole.row_upper >= methods.SCALE * model.row_upper - methods.ROUNDING).all()
    assert (whole.row_lower <= methods.SCALE * model.row_lower + methods.ROUNDING).all()


def test_what_is_not_whole_is_not_rounded_silently(tmp_path):
    instances.concave_response(tmp_path, 30, 6, seed=1)
    with pytest.raises(ValueError, match="no whole number of 1/1000"):
        methods.whole_numbers(model_of(tmp_path))
