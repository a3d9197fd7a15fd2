"""Plans of regions: audited, below a valid bound, and the same whoever solves them."""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec
from threading import Event

import numpy as np
import pytest
from support import needs
from support_map import made_map
from support_plan import problem_from
from support_tasks import solves_and_dies_once

from allocopt.decomposition import Division, Workers, plans, solve_in_regions
from allocopt.errors import Infeasible
from allocopt.planning import plan_scenario
from allocopt.scenario import load_scenario
from allocopt.solver import Limits, Watch, solve

# So long that no step ends by the clock: plans are compared with each other.
LIMITS = Limits(time_limit=900, gap=0.0, threads=1)
HERE = Workers(1, "threads")


def in_regions(scenario, workers=HERE, depth=1):
    problem = problem_from(scenario)
    return solve_in_regions(problem, Division(scenario.territory_tree, depth), LIMITS, workers)


@pytest.mark.parametrize("seed", range(4))
def test_bound_is_above_the_optimum_and_the_plan_below(tmp_path, seed):
    scenario = made_map(tmp_path, seed)
    best = solve(problem_from(scenario), LIMITS)
    found = in_regions(scenario)
    slack = 1e-6 * abs(best.objective)
    assert found.objective <= best.objective + slack <= found.bound + 2 * slack
    # Regions alone lose something at their borders; what is planned again there makes it good.
    assert found.objective >= best.objective - 0.02 * abs(best.objective)


def test_a_scenario_cut_by_its_settings_is_audited(tmp_path):
    made_map(tmp_path)
    settings = ("solver.regions=1", "solver.jobs=1", "solver.time_limit=60", "solver.gap=0.2")
    plan = plan_scenario(load_scenario(tmp_path, settings))
    assert plan.summary["bound"] >= plan.summary["objective"]
    assert plan["assignments"]["unit"].nunique() == 18


def test_a_region_without_enough_hours_is_joined_with_its_neighbour(tmp_path):
    # Both reps of West are away but for a little: its units can only go to Mid.
    scenario = made_map(tmp_path)
    text = (tmp_path / "reps.csv").read_text(encoding="utf-8").splitlines()
    scarce = ["r0,4,West,active" if x.startswith("r0") else x for x in text]
    (tmp_path / "reps.csv").write_text("\n".join(scarce), encoding="utf-8")
    scenario = load_scenario(tmp_path)
    best = solve(problem_from(scenario), LIMITS)
    found = in_regions(scenario)
    assert found.objective <= best.objective + 1e-6 <= found.bound + 2e-6


def test_what_no_region_can_keep_is_told_as_for_one_model(tmp_path):
    made_map(tmp_path)
    text = (tmp_path / "reps.csv").read_text(encoding="utf-8").splitlines()
    few = [text[0], *(f"{x.split(',')[0]},2,{x.split(',')[2]},active" for x in text[1:])]
    (tmp_path / "reps.csv").write_text("\n".join(few), encoding="utf-8")
    with pytest.raises(Infeasible, match="time"):
        in_regions(load_scenario(tmp_path))


def test_a_worker_that_is_killed_changes_nothing(tmp_path, monkeypatch):
    scenario = made_map(tmp_path)
    undisturbed = in_regions(scenario)
    mark = tmp_path / "killed"
    monkeypatch.setattr(plans, "solve_part", partial(solves_and_dies_once, mark))
    disturbed = in_regions(scenario, Workers(2, "processes"))
    assert mark.exists()
    assert disturbed.objective == undisturbed.objective
    assert disturbed.decisions.shares.equals(undisturbed.decisions.shares)


def test_a_stop_before_all_regions_have_a_plan_is_an_interruption(tmp_path):
    scenario = made_map(tmp_path)
    stop = Event()
    stop.set()
    how = Division(scenario.territory_tree, 1)
    with pytest.raises(KeyboardInterrupt):
        solve_in_regions(problem_from(scenario), how, LIMITS, HERE, Watch(stop))


def test_a_cluster_gives_the_same_plan(tmp_path):
    needs("distributed", find_spec("distributed"))
    from distributed import LocalCluster

    scenario = made_map(tmp_path)
    here = in_regions(scenario)
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        workers = Workers(kind="cluster", cluster=cluster.scheduler_address)
        there = in_regions(scenario, workers)
    assert there.decisions.shares.equals(here.decisions.shares)
    np.testing.assert_allclose(there.bound, here.bound)
