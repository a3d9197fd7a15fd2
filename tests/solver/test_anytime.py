"""Anytime: the search can be watched and stopped at any moment, and done again."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Timer

import numpy as np
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from support_plan import HEAD, problem_from, problem_of
from support_scenario import write_scenario

from allocopt.audit import audit
from allocopt.errors import NoPlanInTime
from allocopt.forecasting import forecast_scenario
from allocopt.model import build
from allocopt.results import assemble_plan
from allocopt.scenario import load_scenario
from allocopt.solver import Limits, Outcome, Watch, solve
from allocopt.solver.compiled import compile_model
from allocopt.solver.highs import run

UNITS, REPS = 30, 4
RULES = """
workload: {hard: true}
balance: [{measure: potential, tolerance: 0.05, price: 3}]
pairs: {complete: true}
"""
# So much time that no machine is too slow: nodes are what runs out.
PLENTY = 600.0


def tables(random, units, reps, load):
    """Units with hours and potential that every rep values differently; `load` of all hours is work."""
    hours = random.integers(5, 40, size=units)
    room = int(np.ceil(hours.sum() / reps / load))
    value = random.integers(0, 60, size=(units, reps)) + hours[:, None]
    return {
        "units": "unit,territory,segment,hours,demand,potential,rep\n"
        + "".join(
            f"u{unit},East,Key,{hours[unit]},{random.integers(9)},{random.integers(10, 90)},"
            f"{random.choice(['', 'r0', 'r1'])}\n"
            for unit in range(units)
        ),
        "reps": "rep,hours\n" + "".join(f"r{rep},{room}\n" for rep in range(reps)),
        "pairs": "unit,rep,value\n"
        + "".join(
            f"u{unit},r{rep},{value[unit, rep]}\n" for unit in range(units) for rep in range(reps)
        ),
    }


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    """A scenario whose proof takes far longer than any test, as all reps are nearly full."""
    folder = tmp_path_factory.mktemp("anytime")
    rows = tables(np.random.default_rng(5), UNITS, REPS, 0.97)
    return load_scenario(write_scenario(folder, HEAD.format(months=1) + RULES, **rows))


@pytest.fixture(scope="module")
def problem(scenario):
    return problem_from(scenario)


@contextmanager
def busy_machine():
    """Other programs that take all the time they get."""
    spin = [sys.executable, "-c", "while True: pass"]
    with ExitStack() as programs:
        for _ in range(3):
            program = programs.enter_context(subprocess.Popen(spin))
            programs.callback(program.kill)
        yield


def holdings(solution):
    """Everything that was decided, and its worth."""
    return [column.value for column in solution.compiled.columns], solution.objective


# Two threads are the harder case; one is also what test_no_clock_decides_where_work_is_limited has.
@pytest.mark.parametrize("threads", [pytest.param(1, marks=pytest.mark.slow), 2])
def test_the_same_work_gives_the_same_plan_on_a_busy_machine(problem, threads):
    limits = Limits(PLENTY, gap=0, threads=threads, seed=3, node_limit=20)
    quiet = solve(problem, limits)
    assert quiet.stopped is Outcome.TIME_LIMIT
    with busy_machine():
        assert holdings(solve(problem, limits)) == holdings(quiet)


def test_no_clock_decides_where_work_is_limited(problem, monkeypatch):
    """Under a clock that runs 40 times as fast, which is how a slow machine looks, the plan is the same."""
    limits = Limits(40 * PLENTY, gap=0, threads=1, node_limit=20)
    expected = solve(problem, limits)
    began, right = time.monotonic(), time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: began + 40 * (right() - began))
    assert holdings(solve(problem, limits)) == holdings(expected)


def test_more_work_gives_no_worse_a_plan(problem):
    less, more = (
        solve(problem, Limits(PLENTY, gap=0, threads=1, node_limit=nodes)) for nodes in (1, 60)
    )
    assert more.objective >= less.objective
    assert more.bound <= less.bound + 1e-9 * abs(less.bound)


def is_known(value):
    """Whether a figure of a report is one; solvers tell infinities of their own."""
    return abs(value) < 1e100


def test_reports_only_ever_come_closer(problem):
    heard = []
    watch = Watch(Event(), lambda _seconds, objective, bound: heard.append((objective, bound)))
    found = solve(problem, Limits(PLENTY, gap=0, threads=1, node_limit=20), watch)
    objectives = [objective for objective, _ in heard if is_known(objective)]
    bounds = [bound for _, bound in heard if is_known(bound)]
    assert len(objectives) > 2
    assert objectives == sorted(objectives)
    assert bounds == sorted(bounds, reverse=True)
    assert all(low <= high for low, high in heard if is_known(low) and is_known(high))
    # What was told is not taken back.
    rounding = 1e-6 * abs(found.objective)
    assert found.objective >= objectives[-1] - rounding
    assert found.bound <= bounds[-1] + rounding


def test_seconds_of_reports_run_on(problem):
    heard = []
    watch = Watch(Event(), lambda seconds, _objective, _bound: heard.append(seconds))
    solve(problem, Limits(PLENTY, gap=0, threads=1, node_limit=20), watch)
    assert heard == sorted(heard)


def has_ended(solution, outcome):
    """Whether a search ended as told to, or had proven its plan the moment before."""
    proven = solution.stopped is Outcome.OPTIMAL and solution.gap <= 1e-6
    return solution.stopped is outcome or proven


def audited(scenario, problem, solution):
    """What the audit has to say about a solution."""
    forecast = forecast_scenario(scenario)
    return audit(problem, assemble_plan(scenario, forecast, problem, solution))


@pytest.mark.parametrize("seed", range(4))
def test_interrupted_at_any_moment_there_is_a_sound_plan_or_none(scenario, problem, seed):
    stop = Event()
    timer = Timer(np.random.default_rng(seed).uniform(0.0, 1.0), stop.set)
    timer.start()
    try:
        solution = solve(problem, Limits(PLENTY, gap=0, threads=1), Watch(stop))
    except KeyboardInterrupt:
        return
    finally:
        timer.cancel()
    assert has_ended(solution, Outcome.INTERRUPTED)
    assert solution.bound >= solution.objective
    assert audited(scenario, problem, solution) == ()


@pytest.mark.parametrize("reports", [1, 2, 4])
def test_stopped_by_who_watches_the_best_plan_told_is_kept(scenario, problem, reports):
    stop, told = Event(), []

    def report(_seconds, objective, _bound):
        if is_known(objective):
            told.append(objective)
            if len(told) >= reports:
                stop.set()

    solution = solve(problem, Limits(PLENTY, gap=0, threads=1), Watch(stop, report))
    assert has_ended(solution, Outcome.INTERRUPTED)
    assert solution.objective >= told[-1] - 1e-6 * abs(told[-1])
    assert audited(scenario, problem, solution) == ()


@pytest.mark.parametrize("seconds", [0.001, 0.03, 0.2, 1.0])
def test_when_time_runs_out_there_is_a_sound_plan_or_none(scenario, problem, seconds):
    try:
        solution = solve(problem, Limits(seconds, gap=0, threads=1))
    except NoPlanInTime:
        return
    assert has_ended(solution, Outcome.TIME_LIMIT)
    assert solution.bound >= solution.objective
    assert audited(scenario, problem, solution) == ()


SMALL_RULES = """
workload: {hard: true, overtime_max: 0.1, overtime_cost: 2}
balance: [{measure: potential, tolerance: 0.1, price: 0.5}, {measure: demand, tolerance: 0.2, price: 1}]
coverage: {every_unit: false}
pairs: {complete: true}
handover: {loss: 0.3}
"""


@settings(max_examples=5, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
@given(
    seed=st.integers(0, 10**6),
    units=st.integers(3, 14),
    reps=st.integers(2, 4),
    nodes=st.sampled_from([1, 5, 1000]),
)
@example(seed=1, units=14, reps=4, nodes=1)
def test_the_optimum_lies_between_the_objective_and_the_bound(seed, units, reps, nodes):
    rows = tables(np.random.default_rng(seed), units, reps, 0.95)
    with tempfile.TemporaryDirectory() as folder:
        problem = problem_of(Path(folder) / "scenario", SMALL_RULES, **rows)
    best = run(compile_model(build(problem)), Limits(PLENTY, gap=0, threads=1))
    assert best.outcome is Outcome.OPTIMAL
    found = solve(problem, Limits(PLENTY, gap=0, threads=1, node_limit=nodes))
    rounding = 1e-6 * max(abs(best.objective), 1.0)
    assert found.objective <= best.objective + rounding
    assert found.bound >= best.objective - rounding
    assert found.bound >= found.objective
