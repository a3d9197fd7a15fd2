"""Planning: what goes in, what is told, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support_plan import planned, scenario_of
from support_scenario import write_scenario

from allocopt.errors import DataError
from allocopt.forecasting import forecast_scenario
from allocopt.planning import limits_of, plan_scenario
from allocopt.scenario import load_scenario


def test_a_forecast_that_is_given_is_used(tmp_path):
    scenario = scenario_of(
        tmp_path,
        units="unit,territory,segment,hours\nu1,East,Key,1\n",
        reps="rep,hours\nAnn,40\n",
        demand="period,territory,segment,mean\n2026-01,East,Key,80\n",
    )
    own = forecast_scenario(scenario)
    doubled = own.table.assign(mean=own.table["mean"] * 2)
    plan = plan_scenario(scenario, forecast=replace(own, table=doubled))
    assert plan["sales"]["sales"].tolist() == pytest.approx([160])


def test_a_scenario_without_reps_is_refused_with_what_is_missing(tmp_path):
    # Reading refuses it already; planning does not trust that it did.
    scenario = scenario_of(tmp_path)
    empty = {**scenario.tables, "reps": scenario.table("reps").iloc[:0]}
    with pytest.raises(DataError) as error:
        plan_scenario(replace(scenario, tables=empty))
    assert "reps" in str(error.value)


def test_the_section_solver_sets_the_limits(tmp_path):
    yaml = (
        "calendar: {plan_start: 2026-01-01}\n"
        "solver: {time_limit: 7, gap: 0.02, threads: 1, seed: 5, work_limit: 9}\n"
    )
    limits = limits_of(load_scenario(write_scenario(tmp_path, yaml)))
    assert (limits.time_limit, limits.gap, limits.threads) == (7, 0.02, 1)
    assert (limits.seed, limits.node_limit) == (5, 9)


def test_the_same_input_makes_the_same_plan_under_the_same_name(tmp_path):
    first, second = (planned(tmp_path / "same") for _ in range(2))
    assert first.summary["id"] == second.summary["id"]
    assert first.summary["objective"] == second.summary["objective"]
    for name in ("assignments", "sales", "quotas", "limits"):
        assert first[name].equals(second[name])
    other = planned(tmp_path / "same", "handover: {loss: 0.2}\n")
    assert other.summary["id"] != first.summary["id"]
