"""Annealing: divisions are exact, rooms are read from the matrix, and the best positions are found."""

from __future__ import annotations

from itertools import product
from threading import Event

import numpy as np
import pytest
from support_plan import FULL_MARGIN, problem_of

from allocopt.model import build
from allocopt.solver.compiled import compile_model
from allocopt.solver.highs import Limits, Watch, run
from allocopt.solver.local.annealing import annealed
from allocopt.solver.local.division import divided
from allocopt.solver.local.rooms import rooms_of
from allocopt.solver.places import columns_of, places_of

LIMITS = Limits(time_limit=60, gap=0.0, threads=1)
# One room of 20 hours at each of eight places on a line; three are opened.
MEDIAN = "workload: {hard: true}\nheadcount: {min: 3, max: 3}\npairs: {complete: true}\n"


def median_model(folder, yaml: str = MEDIAN, extra_hours: int = 0):
    """Units at places on a line, each place a position; a pair is worth minus the distance."""
    random = np.random.default_rng(5)
    place, hours = random.integers(0, 100, 12), random.integers(3, 6, 12)
    units = "unit,territory,segment,hours,demand\n" + "".join(
        f"u{n},East,Key,{size},0\n" for n, size in enumerate(hours)
    )
    reps = "rep,status,hours\n" + "".join(f"r{n},open,20\n" for n in range(8))
    pairs = "unit,rep,value,hours\n" + "".join(
        f"u{u},r{r},{-abs(place[u] - place[r])},{hours[u] + extra_hours * (r == 0)}\n"
        for u, r in product(range(12), range(8))
    )
    problem = problem_of(folder, yaml, segments=FULL_MARGIN, units=units, reps=reps, pairs=pairs)
    return compile_model(build(problem))


def beginning(model):
    """The point of the relaxation."""
    return run(model, LIMITS, relaxed=True).x


def best_by_enumeration(first, second, size, rooms, price):
    """The worth of the best of all divisions of a few units between two reps."""
    worths = []
    for has in product((False, True), repeat=len(size)):
        mine = np.array(has)
        loads = int(size[mine].sum()), int(size[~mine].sum())
        over = sum(max(load - room, 0) for load, room in zip(loads, rooms, strict=True))
        worths.append(float(np.where(mine, first, second).sum()) - price * over)
    return max(worths)


@pytest.mark.parametrize("seed", range(6))
def test_a_division_is_the_best_of_all(seed):
    random = np.random.default_rng(seed)
    size = random.integers(0, 6, 7)
    first, second = random.normal(size=(2, 7, 4))
    rooms = random.integers(12, 18, (2, 4))
    found = divided(first, second, size, (rooms[0], rooms[1]), 0.7)
    for pair in range(4):
        expected = best_by_enumeration(
            first[:, pair], second[:, pair], size, rooms[:, pair].tolist(), 0.7
        )
        has = found.first_has(pair)
        worth = np.where(has, first[:, pair], second[:, pair]).sum()
        loads = np.array([size[has].sum(), size[~has].sum()])
        assert found.value[pair] == pytest.approx(expected)
        assert worth - 0.7 * np.maximum(loads - rooms[:, pair], 0).sum() == pytest.approx(expected)


def test_a_division_gives_a_unit_to_nobody_who_may_not_have_it():
    # The first rep may have only the first unit, the second everything: 5 hours each, rooms of 5.
    never = -np.inf
    first, second = np.array([[9.0], [never]]), np.array([[1.0], [2.0]])
    size, room = np.array([5, 5]), np.array([5])
    assert divided(first, second, size, (room, room), 1.0).first_has(0).tolist() == [True, False]


def test_rooms_say_what_the_matrix_says(tmp_path):
    model = median_model(tmp_path)
    rooms = rooms_of(model, places_of(model))
    owner, filled = rooms.layout_of(beginning(model))
    x = rooms.point(owner, filled, np.zeros(len(model.columns)))
    overfull = (model.matrix @ x > model.row_upper + 1e-6).any()
    assert model.value(x) == pytest.approx(rooms.value(owner, filled))
    assert overfull == (rooms.over(owner) > 0)
    assert x[list(columns_of(model, "hire").values())].sum() == 3


@pytest.mark.parametrize(
    "yaml",
    [
        MEDIAN + "balance: [{measure: hours, tolerance: 0.3, hard: true}]\n",
        "workload: {hard: true, overtime_max: 0.2, overtime_cost: 4}\n" + MEDIAN.split("\n", 1)[1],
        MEDIAN.replace("pairs", "coverage: {every_unit: false}\npairs"),
    ],
    ids=["balance", "overtime", "units left open"],
)
def test_models_with_other_rules_have_no_rooms(tmp_path, yaml):
    model = median_model(tmp_path, yaml)
    assert rooms_of(model, places_of(model)) is None


def test_units_that_take_more_with_some_reps_have_no_rooms(tmp_path):
    model = median_model(tmp_path, extra_hours=1)
    assert rooms_of(model, places_of(model)) is None


def test_annealing_finds_the_best_positions(tmp_path):
    model = median_model(tmp_path)
    best = run(model, LIMITS).objective
    found = annealed(model, places_of(model), beginning(model), LIMITS, Watch(Event()))
    assert found.objective == pytest.approx(best)
    assert (model.matrix @ found.x <= model.row_upper + 1e-6).all()
    assert (model.matrix @ found.x >= model.row_lower - 1e-6).all()


def test_the_same_seed_and_work_give_the_same_positions(tmp_path):
    model = median_model(tmp_path)
    # A clock that has run out decides nothing.
    limits = Limits(time_limit=60, gap=0.0, threads=1, node_limit=3, seed=7)
    runs = [
        annealed(model, places_of(model), beginning(model), limits, Watch(Event()))
        for _ in range(2)
    ]
    assert (runs[0].x == runs[1].x).all()


def test_a_stopped_search_gives_no_worse_than_it_had(tmp_path):
    model = median_model(tmp_path)
    plan = annealed(model, places_of(model), beginning(model), LIMITS, Watch(Event()))
    stop = Event()
    stop.set()
    again = annealed(model, places_of(model), plan.x, LIMITS, Watch(stop))
    assert again is None or again.objective == plan.objective
