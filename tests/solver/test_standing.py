"""Standing: what is carried over a change gives sound plans and valid bounds, also without a proof."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from threading import Event

import numpy as np
import pytest
from support_plan import FULL_MARGIN, scenario_of

from allocopt.audit import audit
from allocopt.config import parse_settings
from allocopt.forecasting import forecast_scenario
from allocopt.planning import plan_scenario, problem_of
from allocopt.results import assemble_plan
from allocopt.scenario import change_scenario
from allocopt.solver.bound import dual_bound
from allocopt.solver.cut import fixed_at
from allocopt.solver.highs import Limits, Outcome, Watch, run
from allocopt.solver.local.neighbourhoods import Aim
from allocopt.solver.places import places_of
from allocopt.solver.search import Clock, only_whole
from allocopt.solver.warm import nearby, standing
from allocopt.solver.warm.increment import arrays_of
from allocopt.solver.warm.moved import Relaxations, liking, moved
from allocopt.solver.warm.restored import solution_of
from allocopt.whatif import Basis
from allocopt.whatif.session import open_session

REPS, UNITS = 8, 48
YAML = """
workload: {hard: true, overtime_max: 0}
balance: [{measure: potential, tolerance: 0.25, hard: true}]
handover: {loss: 0.1}
"""
LIMITS = Limits(time_limit=30, gap=0.02, threads=1)


def world_in(folder):
    """Units in a row with the reps along it: each unit may go to the four nearest."""
    random = np.random.default_rng(5)
    place = np.sort(random.uniform(0, REPS, UNITS))
    units = "unit,territory,segment,hours,demand,potential,rep\n" + "".join(
        f"u{n},East,Key,{random.integers(2, 7)},{random.integers(20, 90)},"
        f"{random.integers(40, 90)},r{int(at)}\n"
        for n, at in enumerate(place)
    )
    near = np.argsort(np.abs(place[:, None] - np.arange(REPS) - 0.5), axis=1)[:, :4]
    pairs = "unit,rep,value\n" + "".join(
        f"u{n},r{rep},{int(40 - 15 * abs(place[n] - rep - 0.5))}\n"
        for n, reps in enumerate(near)
        for rep in sorted(reps)
    )
    reps = "rep,hours\n" + "".join(f"r{n},36\n" for n in range(REPS))
    yaml = YAML + "pairs: {complete: true}\n"
    scenario = scenario_of(folder, yaml, segments=FULL_MARGIN, units=units, reps=reps, pairs=pairs)
    scenario = change_scenario(scenario, parse_settings(["solver.gap=0.02"]))
    return Basis(scenario, given=forecast_scenario(scenario))


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    return open_session(world_in(tmp_path_factory.mktemp("standing")), limits=LIMITS)


CHANGES = {
    "nothing that matters": ["tables.reps.r3.hours=40"],
    "fewer hours": ["tables.reps.r3.hours=26"],
    "a lock": ["tables.units.u20.rep=r5", "tables.units.u20.lock=promised"],
    "a lost unit": ["override.units.u7=remove"],
    "a new unit": [
        "override.add.units=[{unit: new, territory: East, segment: Key, hours: 4, potential: 60}]",
        "override.add.pairs=[{unit: new, rep: r1, value: 5}, {unit: new, rep: r2, value: 9}]",
    ],
    "a lost rep": [
        "override.reps.r4=remove",
        *(f"tables.reps.r{n}.hours=46" for n in range(REPS) if n != 4),
    ],
    "tighter balance": ["balance=[{measure: potential, tolerance: 0.12, hard: true}]"],
    "more demand": [f"tables.units.u{n}.demand=95" for n in range(10, 16)],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
@pytest.mark.parametrize("few", [0.0, 0.5], ids=["relaxed at once", "mended first"])
def test_answers_without_a_proof_are_sound(session, monkeypatch, change, few):
    # Small models go to branch and bound; here they take the way of the large ones.
    monkeypatch.setattr(standing, "SMALL", 0)
    monkeypatch.setattr(nearby, "FEW", few)
    answer = session.ask(change, limits=LIMITS)
    world = answer.after
    assert world.standing is not None
    best = plan_scenario(
        change_scenario(world.scenario, parse_settings(["solver.gap=0"])), forecast=world.forecast
    ).summary["objective"]
    assert answer.objective <= best + 1e-6 * abs(best) <= answer.bound + 2e-6 * abs(best)
    assert answer.gap <= max(LIMITS.gap, world.standing.near)
    assert world.standing.stopped is Outcome.OPTIMAL
    plan = assemble_plan(
        world.scenario, world.forecast, world.problem, solution_of(world.standing, 0.0)
    )
    assert audit(world.problem, plan) == ()


def test_new_rows_are_priced_so_that_the_bound_does_not_suffer(session):
    before = session.world.standing
    scenario = change_scenario(session.world.scenario, parse_settings(CHANGES["a new unit"]))
    problem = replace(problem_of(scenario, session.world.forecast), interchangeable=())
    step = standing.incremented(before.arrays, problem) or standing.matched(
        before.arrays, arrays_of(problem)
    )
    model = step.arrays.named.model
    plain = step.carried(before.row_dual, step.rows)
    priced = standing._carried_multipliers(before.row_dual, step, LIMITS)
    known = step.rows != standing.NOWHERE
    np.testing.assert_array_equal(priced[known], plain[known])
    best = run(model, LIMITS, relaxed=True).objective
    assert best - 1e-6 <= dual_bound(model, priced) < dual_bound(model, plain)


def test_units_move_only_where_the_relaxation_has_moved_or_who_has_them_is_gone(session):
    world = session.world.standing
    model, places, x = world.model, places_of(world.model), world.x
    same = Relaxations(world.relaxed, world.relaxed)
    np.testing.assert_array_equal(moved(model, places, x, same), x)
    # One of the units whose relaxation is with who has it gets another rep in the relaxation.
    held = np.flatnonzero((x[places.column] > 0.5) & (world.relaxed[places.column] > 0.9))[0]
    other = np.flatnonzero((places.window == places.window[held]) & (places.column != held))[0]
    after = world.relaxed.copy()
    after[places.column[held]], after[places.column[other]] = 0.0, 1.0
    found = moved(model, places, x, Relaxations(world.relaxed, after))
    assert set(np.flatnonzero(found != x)) == set(places.column[[held, other]])
    # Barred from who has it, the unit goes where multipliers say, for the relaxation says nothing.
    upper = model.upper.copy()
    upper[places.column[held]] = 0.0
    barred = replace(model, upper=upper)
    liked = liking(barred, np.zeros(len(x)), world.row_dual)
    found = moved(barred, places, x, Relaxations(liked, liked))
    window = places.column[places.window == places.window[held]]
    assert found[places.column[held]] == 0.0
    assert found[window].sum() == 1.0


@pytest.mark.parametrize("joining", [1, 2, 3])
def test_rings_grow_and_end(session, monkeypatch, joining):
    # With one that joins, two reps who are each other's nearest are a ring that does not grow.
    monkeypatch.setattr(nearby, "JOINING", joining)
    monkeypatch.setattr(nearby, "MOST", 1.0)
    world = session.world.standing
    search = nearby.Nearby(world.model, world.places, Aim(), Clock(LIMITS), Watch(Event()), world.x)
    point = world.x.copy()
    # One unit goes from one rep to another, which is all that has changed.
    held = np.flatnonzero(point[world.places.column] > 0.5)[0]
    window = world.places.window == world.places.window[held]
    other = np.flatnonzero(window & (np.arange(len(window)) != held))[0]
    point[world.places.column[[held, other]]] = 0.0, 1.0
    sizes = [int(reps.sum()) for reps in islice(search._rings(point), 20)]
    assert 1 <= len(sizes) < 20
    assert sizes == sorted(set(sizes))


@pytest.mark.parametrize("change", ["fewer hours", "a lost rep", "tighter balance"])
def test_what_rows_are_worth_belongs_to_the_plan_that_is_found(session, monkeypatch, change):
    monkeypatch.setattr(standing, "SMALL", 0)
    found = session.ask(CHANGES[change], limits=replace(LIMITS, gap=0.001)).after.standing
    only = only_whole(found.model)
    assert only.any()
    assert np.isnan(found.worth[only]).all()
    # Multipliers of the values are as good as the values (strong duality).
    values = dual_bound(fixed_at(found.model, found.x), np.nan_to_num(found.worth))
    assert values == pytest.approx(found.objective, rel=1e-6)


def test_who_stops_the_search_before_there_is_a_plan_is_not_kept_waiting(session, monkeypatch):
    monkeypatch.setattr(standing, "SMALL", 0)
    stop = Event()
    stop.set()
    before = session.world
    with pytest.raises(KeyboardInterrupt):
        session.ask(CHANGES["a lost rep"], watch=Watch(stop))
    assert session.world is before
