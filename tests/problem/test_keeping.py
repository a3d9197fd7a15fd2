"""Keeping: the decisions of a plan that a problem in a changed world takes over."""

from __future__ import annotations

import pytest
from support_plan import FULL_MARGIN, problem_from, scenario_of

from allocopt.planning import plan_scenario
from allocopt.problem.keeping import decisions_of_plan, keep
from allocopt.scenario import change_scenario
from allocopt.solver import Limits, solve
from allocopt.whatif.origin import setting_maker

TABLES = {
    "units": "unit,territory,segment,hours,demand,rep\nu1,East,Key,10,100,Ann\nu2,West,Key,10,80,\n",
    "reps": "rep,hours,cost,status,territory\nAnn,10,5,active,East\nNew,10,5,open,West\n",
    "segments": FULL_MARGIN,
    "levers": "lever,channel,reactive\nads,online,no\npromo,online,yes\n",
    "responses": "lever,form,lift_max,lift_unit,half\n"
    "ads,linear,80,currency,10\npromo,linear,60,currency,10\n",
}
YAML = "workload: {hard: true}\n"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A scenario with its plan: New is hired, ads and promo are bought in both places, 20 each."""
    scenario = scenario_of(tmp_path_factory.mktemp("kept"), YAML, **TABLES)
    return scenario, plan_scenario(scenario)


def changed(scenario, *path, value):
    return change_scenario(scenario, [setting_maker("test")(path, value)])


def test_a_problem_that_keeps_a_plan_gives_the_same_plan(world):
    scenario, plan = world
    problem = problem_from(scenario)
    kept = decisions_of_plan(plan, problem)
    assert kept.shares.to_dict() == {
        ("u1", "Ann", "2026-01-01"): 1.0,
        ("u2", "New", "2026-01-01"): 1.0,
    }
    assert kept.hired == {"New": "2026-01-01"}
    found = solve(keep(problem, kept), Limits(20, gap=0))
    assert found.objective == pytest.approx(plan.summary["objective"])


def test_units_of_a_rep_who_is_gone_have_nobody(world):
    scenario, plan = world
    problem = problem_from(changed(scenario, "override", "reps", "New", value="remove"))
    kept = decisions_of_plan(plan, problem)
    assert list(kept.shares.index) == [("u1", "Ann", "2026-01-01")]
    assert kept.hired == {}
    found = solve(keep(problem, kept), Limits(20, gap=0))
    assert "u2" not in found.decisions.shares.index.get_level_values("unit")


def test_spend_is_cut_alike_where_a_budget_is_smaller(world):
    # 80 are spent and 40 may be: half of every amount.
    scenario, plan = world
    problem = problem_from(changed(scenario, "budget", "total_max", value=40.0))
    kept = decisions_of_plan(plan, problem)
    assert kept.spend["2026-01"].tolist() == pytest.approx([10, 10, 10, 10])


def test_levers_that_react_are_decided_anew(world):
    scenario, plan = world
    kept = decisions_of_plan(plan, problem_from(scenario), frozenset({"promo"}))
    assert set(kept.spend.index.get_level_values("lever")) == {"ads"}
