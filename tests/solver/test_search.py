"""Search: limits, interruption, repeatability, and what comes back."""

from __future__ import annotations

from dataclasses import replace
from threading import Event

import numpy as np
import pytest
from support_plan import HEAD, planned, problem_from
from support_scenario import write_scenario

from allocopt.audit import audit
from allocopt.errors import NoPlanInTime
from allocopt.forecasting import forecast_scenario
from allocopt.planning import plan_scenario
from allocopt.results import assemble_plan
from allocopt.scenario import load_scenario
from allocopt.solver import Limits, Outcome, Watch, solve

UNITS, REPS = 60, 8
YAML = HEAD.format(months=1) + "workload: {hard: true}\npairs: {complete: true}\n"


@pytest.fixture(scope="module")
def hard_scenario(tmp_path_factory):
    """Assignments that are worth what they take, whose proof takes far longer than any test.

    Made as type D of the generalised assignment problem (Chu and Beasley, 1997).
    """
    random = np.random.default_rng(3)
    hours = random.integers(1, 101, size=(UNITS, REPS))
    value = hours - 111 - random.integers(-10, 11, size=hours.shape)
    pairs = "unit,rep,hours,value\n" + "".join(
        f"u{i},r{j},{hours[i, j]},{value[i, j]}\n" for i in range(UNITS) for j in range(REPS)
    )
    units = "unit,territory,segment,hours,demand\n" + "".join(
        f"u{i},East,Key,1,0\n" for i in range(UNITS)
    )
    room = int(hours.mean() * UNITS / REPS * 0.8)
    reps = "rep,hours\n" + "".join(f"r{j},{room}\n" for j in range(REPS))
    folder = tmp_path_factory.mktemp("hard")
    return load_scenario(write_scenario(folder, YAML, units=units, reps=reps, pairs=pairs))


def plan_of(scenario, limits, watch=None):
    """The audited plan of a scenario under other limits."""
    problem = problem_from(scenario)
    solution = solve(problem, limits, watch)
    plan = assemble_plan(scenario, forecast_scenario(scenario), problem, solution)
    assert audit(problem, plan) == ()
    return plan


def test_stopping_keeps_the_best_plan(hard_scenario):
    stop, seen = Event(), []

    def report(_seconds, objective, _bound):
        if np.isfinite(objective) and abs(objective) < 1e100:
            seen.append(objective)
            stop.set()

    plan = plan_of(hard_scenario, Limits(time_limit=60, gap=0), Watch(stop, report))
    assert plan.summary["stopped"] == "interrupted"
    assert plan.summary["status"] == "feasible"
    assert plan.summary["objective"] >= seen[0] - 1e-6
    assert plan.summary["bound"] > plan.summary["objective"]
    assert plan.summary["gap"] > 0


def test_stopping_before_a_plan_is_an_interruption(hard_scenario):
    stop = Event()
    stop.set()
    with pytest.raises(KeyboardInterrupt):
        plan_scenario(hard_scenario, stop=stop)


def test_time_limit_keeps_a_plan_with_its_bound(hard_scenario):
    plan = plan_of(hard_scenario, Limits(time_limit=1, gap=0))
    assert plan.summary["stopped"] == "time limit"
    assert 0 < plan.summary["gap"] < 0.2
    gap = (plan.summary["bound"] - plan.summary["objective"]) / abs(plan.summary["objective"])
    assert plan.summary["gap"] == pytest.approx(gap)


def test_no_time_gives_no_plan(hard_scenario):
    with pytest.raises(NoPlanInTime, match="within 1e-06 s"):
        solve(problem_from(hard_scenario), Limits(time_limit=1e-6, gap=0))


def test_same_seed_and_threads_give_the_same_plan(hard_scenario):
    limits = Limits(time_limit=60, gap=0.05, threads=1, seed=7)
    first, second = (plan_of(hard_scenario, limits) for _ in range(2))
    assert first["assignments"].equals(second["assignments"])
    assert first.summary["objective"] == second.summary["objective"]


def test_progress_is_told_from_start_to_end(tmp_path):
    heard = []
    scenario = load_scenario(write_scenario(tmp_path, HEAD.format(months=1)))
    plan_scenario(scenario, progress=lambda share, message: heard.append((share, message)))
    shares = [share for share, _ in heard]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert heard[-1][1] == "Done"


def test_gap_asked_decides_the_status(hard_scenario):
    problem = problem_from(hard_scenario)
    solution = solve(problem, Limits(time_limit=60, gap=0.05, threads=1))
    assert solution.gap <= 0.05
    assert solution.stopped is Outcome.OPTIMAL
    forecast = forecast_scenario(hard_scenario)
    plan = assemble_plan(hard_scenario, forecast, problem, solution)
    # Proof was asked for, so a plan within 5 % is feasible only, unless it happens to be proven.
    assert (plan.summary["status"] == "optimal") == (solution.gap <= 1e-9)


def test_nothing_to_decide_is_solved(tmp_path):
    # One unit and one rep: every gap is zero although the objective is.
    plan = planned(
        tmp_path,
        units="unit,territory,segment,hours,demand\nu1,East,Key,1,0\n",
        reps="rep,hours\nAnn,1\n",
    )
    assert (plan.summary["objective"], plan.summary["gap"]) == (0, 0)
    assert plan.summary["status"] == "optimal"


def test_bound_is_never_below_the_objective(hard_scenario):
    for limits in (Limits(time_limit=60, gap=0.1), Limits(time_limit=60, gap=0.3)):
        solution = solve(problem_from(hard_scenario), replace(limits, threads=1))
        assert solution.bound >= solution.objective
