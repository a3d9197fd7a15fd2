"""Exchange: what a change is worth is what the model says, and changes are found that are needed."""

from __future__ import annotations

from itertools import pairwise, product
from threading import Event

import numpy as np
import pytest
from support_plan import FULL_MARGIN, problem_of

from allocopt.model import build
from allocopt.solver.compiled import compile_model
from allocopt.solver.exact import exact_values
from allocopt.solver.highs import Limits, Watch, run
from allocopt.solver.local.choices import choices_of
from allocopt.solver.local.exchange import State, exchanged
from allocopt.solver.local.repair import repaired
from allocopt.solver.local.trading import traded
from allocopt.solver.places import places_of

LIMITS = Limits(time_limit=20, gap=0.0, threads=1)
# Potential within a tenth of an even share at 3 for each unit outside; hours and overtime at a price.
SOFT = """
coverage: {every_unit: false}
workload: {overtime_max: 0.2, overtime_cost: 4}
balance: [{measure: potential, tolerance: 0.1, price: 3}]
handover: {loss: 0.2, max_units: 3}
"""
RESPONSE = (
    "segment,margin,response_0,response_50,response_100,response_150,response_max\n"
    "Key,1,0.2,0.7,1,1.15,1.25\n"
)


def a_model(folder, seed: int, yaml: str, units: int = 7, reps: int = 3, **tables: str):
    """A compiled model of random units and reps, and its problem's model, which names the columns."""
    random = np.random.default_rng(seed)
    rows = "".join(
        f"u{n},East,Key,{random.integers(3, 9)},{random.integers(20, 90)},"
        f"{random.integers(30, 120)},r{random.integers(reps)}\n"
        for n in range(units)
    )
    pairs = "".join(
        f"u{u},r{r},{random.integers(0, 60)}\n" for u, r in product(range(units), range(reps))
    )
    given_tables = {
        "segments": FULL_MARGIN,
        "units": "unit,territory,segment,hours,demand,potential,rep\n" + rows,
        "reps": "rep,hours\n" + "".join(f"r{n},{random.integers(12, 20)}\n" for n in range(reps)),
        "pairs": "unit,rep,value\n" + pairs,
    }
    model = build(problem_of(folder, yaml, **{**given_tables, **tables}))
    return compile_model(model), model


def relaxed_choices(arrays):
    """The point of the relaxation, and the choices that are valued around it."""
    relaxed = run(arrays, LIMITS, relaxed=True).x
    return relaxed, choices_of(arrays, places_of(arrays), relaxed)


def at_random(choices, random):
    """Some options, and nobody for some choices."""
    chosen = np.full(choices.shape[0], -1)
    for option in random.permutation(len(choices.choice)):
        if random.random() < 0.9:
            chosen[choices.choice[option]] = option
    return chosen


@pytest.mark.parametrize("seed", range(6))
def test_worth_of_choices_is_the_objective_of_their_exact_values(tmp_path, seed):
    arrays, _kept = a_model(tmp_path, seed, SOFT)
    relaxed, choices = relaxed_choices(arrays)
    random, worths, objectives = np.random.default_rng(seed), [], []
    for _ in range(60):
        chosen = at_random(choices, random)
        exact = exact_values(arrays, choices.point(chosen, relaxed), LIMITS)
        if exact.x is not None:
            worths.append(State(choices, chosen, random).worth())
            objectives.append(exact.objective)
    # Up to what does not depend on the choices.
    assert len(objectives) > 3
    assert np.ptp(np.array(objectives) - worths) <= 1e-6 * max(np.abs(objectives))


@pytest.mark.parametrize("seed", range(4))
def test_worth_with_responses_is_at_least_their_exact_values_and_close(tmp_path, seed):
    arrays, _kept = a_model(tmp_path, seed, "workload: {hard: true}\n", segments=RESPONSE)
    relaxed, choices = relaxed_choices(arrays)
    random, over = np.random.default_rng(seed), []
    for _ in range(30):
        chosen = at_random(choices, random)
        if (chosen < 0).any():
            continue
        exact = exact_values(arrays, choices.point(chosen, relaxed), LIMITS)
        over.append((State(choices, chosen, random).worth() - exact.objective) / exact.objective)
    # An uncovered unit sells a constant that is not in the worth.
    assert len(over) > 5
    assert min(over) >= max(over) - 0.03


@pytest.mark.parametrize("seed", range(4))
def test_gains_are_differences_of_worth(tmp_path, seed):
    arrays, _kept = a_model(tmp_path, seed, SOFT)
    _, choices = relaxed_choices(arrays)
    random = np.random.default_rng(seed)
    chosen = at_random(choices, random)
    state = State(choices, chosen.copy(), random)
    gains, before = state._gain_of_shifts(), state.worth()
    for option, gain in enumerate(gains):
        other = chosen.copy()
        other[choices.choice[option]] = option
        if np.isfinite(gain):
            after = State(choices, other, random).worth()
            assert after - before == pytest.approx(gain, abs=1e-6 * abs(before) + 1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_between_moves_is_what_is_worked_out_anew(tmp_path, seed):
    arrays, _kept = a_model(tmp_path, seed, SOFT, units=14, reps=5)
    _, choices = relaxed_choices(arrays)
    random = np.random.default_rng(seed)
    state = State(choices, at_random(choices, random), random)
    moves = 0
    for change in (state.shift, state.swap, state.rotate) * 4:
        moves += int(change())
        fresh = State(choices, state.chosen.copy(), random)
        np.testing.assert_allclose(state._gain_of_shifts(), fresh._gain_of_shifts(), atol=1e-6)
        state._look_for_swaps()
        fresh._look_for_swaps()
        assert {pair: swap[1:] for pair, swap in state.swaps.items()} == {
            pair: swap[1:] for pair, swap in fresh.swaps.items()
        }
    assert moves > 3


@pytest.mark.parametrize("seed", range(8))
def test_exchange_never_loses(tmp_path, seed):
    arrays, _kept = a_model(tmp_path, seed, SOFT)
    _, choices = relaxed_choices(arrays)
    random = np.random.default_rng(seed)
    chosen = at_random(choices, random)
    better = exchanged(choices, chosen, 5.0, seed, lambda: False)
    worth = [State(choices, which, random).worth() for which in (chosen, better)]
    assert worth[1] >= worth[0] - 1e-9 * abs(worth[0])


def three_reps(folder, values: dict[tuple[str, str], int]):
    """Three units of one hour and three reps with one hour each."""
    units = "unit,territory,segment,hours,demand\n" + "".join(f"u{n},East,Key,1,0\n" for n in "123")
    pairs = "unit,rep,value\n" + "".join(
        f"u{u},r{r},{values.get((u, r), -1000)}\n" for u, r in product("123", "123")
    )
    problem = problem_of(
        folder,
        "workload: {hard: true}\n",
        units=units,
        reps="rep,hours\nr1,1\nr2,1\nr3,1\n",
        pairs=pairs,
    )
    return build(problem)


def test_what_only_a_cycle_mends_is_found(tmp_path):
    # u1, u2, u3 are with r1, r2, r3 and worth 0 there; each is worth 10 with the next rep in the ring and
    # −1000 with the other one. A shift overfills a rep, a swap loses 990, the ring brings 30.
    ring = [("1", "2"), ("2", "3"), ("3", "1")]
    values = {(n, n): 0 for n in "123"} | dict.fromkeys(ring, 10)
    model = three_reps(tmp_path, values)
    arrays = compile_model(model)
    places, columns = places_of(arrays), [v.index() for v in arrays.columns]
    start = np.zeros(len(columns))
    for n in "123":
        start[[k for k, name in enumerate(columns) if name[:2] == (f"u{n}", f"r{n}")]] = 1.0
    choices = choices_of(arrays, places, start)
    state = State(choices, choices.chosen_at(start), np.random.default_rng(0))
    assert not state.shift()
    assert not state.swap()
    assert state.rotate()
    found = exact_values(arrays, choices.point(state.chosen, start), LIMITS)
    assert found.objective == pytest.approx(30)


def test_units_of_a_family_are_one_choice_and_locked_ones_none(tmp_path):
    units = (
        "unit,territory,segment,hours,demand,rep,family,lock\n"
        "u1,East,Key,1,5,r1,F,\nu2,East,Key,1,5,r1,F,\nu3,East,Key,1,5,r2,,strategic\n"
        "u4,East,Key,1,5,r2,,\n"
    )
    model = build(problem_of(tmp_path, units=units, reps="rep,hours\nr1,9\nr2,9\n"))
    arrays = compile_model(model)
    choices = choices_of(arrays, places_of(arrays), np.zeros(len(arrays.columns)))
    assert choices.shape == (2, 2)
    assert sorted(choices.options.members.sum(axis=1)) == [1, 1, 2, 2]


def test_a_point_that_overfills_a_rep_is_mended(tmp_path):
    # 3 + 3 + 4 h for reps with 6 and 4 h: only u3 alone fits r2.
    units = (
        "unit,territory,segment,hours,demand\nu1,East,Key,3,9\nu2,East,Key,3,9\nu3,East,Key,4,9\n"
    )
    model = build(
        problem_of(
            tmp_path,
            "workload: {hard: true}\n",
            segments=FULL_MARGIN,
            units=units,
            reps="rep,hours\nr1,6\nr2,4\n",
        )
    )
    arrays = compile_model(model)
    places, watch = places_of(arrays), Watch(Event())
    all_first = np.array([float(v.index()[1] == "r1") for v in arrays.columns])
    assert exact_values(arrays, all_first, LIMITS).x is None
    plan = repaired(arrays, places, all_first, LIMITS, watch)
    assert plan is not None
    assert plan.objective == pytest.approx(27)
    assert traded(arrays, places, plan.x, LIMITS, watch).objective == pytest.approx(27)


def test_a_point_near_no_plan_is_not_mended(tmp_path):
    units = "unit,territory,segment,hours,demand\n" + "".join(
        f"u{n},East,Key,4,9\n" for n in range(3)
    )
    model = build(
        problem_of(
            tmp_path, "workload: {hard: true}\n", units=units, reps="rep,hours\nr1,6\nr2,6\n"
        )
    )
    arrays = compile_model(model)
    point = np.array([float(v.index()[1] == "r1") for v in arrays.columns])
    assert repaired(arrays, places_of(arrays), point, LIMITS, Watch(Event())) is None


def test_the_same_seed_exchanges_the_same(tmp_path):
    arrays, _kept = a_model(tmp_path, 3, SOFT, units=20, reps=5)
    _, choices = relaxed_choices(arrays)
    chosen = at_random(choices, np.random.default_rng(1))
    found = [exchanged(choices, chosen, 20.0, 5, lambda: False).tolist() for _ in range(3)]
    assert all(one == other for one, other in pairwise(found))
