"""Risk: one plan for many outcomes of demand, recourse in time and spend, and the worst of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pyomo.environ as pyo
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support_plan import scenario_of, total
from support_risk import REACTIVE, uncertain

from allocopt.audit import audit
from allocopt.forecasting import forecast_scenario
from allocopt.model import build
from allocopt.plan import Plan
from allocopt.planning import plan_scenario, problem_of
from allocopt.problem import Problem
from allocopt.problem.risk import shortfall_at_risk
from allocopt.solver import Limits, solve

# Sales of the three outcomes [60, 120, 180] once 24 or 48 of money are spent before demand is known:
# half of demand and 30 or 60 of lift, at most all of demand.
SALES_OF_24 = {"expected": 90, "1": 60, "2": 120}
SALES_OF_48 = {"expected": 120, "1": 60, "2": 150}


def outcome_sales(plan: Plan) -> dict[str, float]:
    return dict(zip(plan["outcomes"]["sample"], plan["outcomes"]["sales"], strict=True))


def test_a_plan_for_the_expected_outcome_spends_what_that_outcome_wants(tmp_path):
    # 0.4 · 120, and 120 − 48 are left.
    plan = plan_scenario(uncertain(tmp_path, "{}"))
    assert total(plan, "budget", "spend") == pytest.approx(48)
    assert plan.summary["objective"] == pytest.approx(72)
    assert "outcomes" not in plan.tables


def test_a_plan_for_all_outcomes_spends_only_what_pays_on_average(tmp_path):
    # Money beyond 24 adds 1.25 in two cases of three, which is 0.83: less than it costs.
    plan = plan_scenario(uncertain(tmp_path))
    assert total(plan, "budget", "spend") == pytest.approx(24)
    assert plan.summary["objective"] == pytest.approx((90 + 60 + 120) / 3 - 24)
    assert outcome_sales(plan) == pytest.approx(SALES_OF_24)
    assert plan["outcomes"]["weight"].tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3])


def test_mean_demand_over_the_outcomes_is_what_is_expected(tmp_path):
    # A wide upper side would otherwise raise the mean.
    demand = "territory,segment,period,mean,lower,upper\nEast,Key,2026-01,120,60,400\n"
    scenario = uncertain(tmp_path, "{samples: 8}", demand=demand)
    problem = problem_of(scenario, forecast_scenario(scenario))
    assert problem.risk is not None
    factors = problem.risk.factor.loc[(slice(None), "u1"), "2026-01"].droplevel("unit")
    assert (factors * problem.risk.weight).sum() == pytest.approx(problem.risk.weight.sum())
    assert sum(problem.risk.weights.values()) == pytest.approx(1)


def test_spend_that_reacts_follows_every_outcome(tmp_path):
    # 0.4 · D in each outcome, and 0.6 · D are left: 72 on average.
    plan = plan_scenario(uncertain(tmp_path, levers=REACTIVE))
    spend = dict(zip(plan["outcomes"]["sample"], plan["outcomes"]["spend"], strict=True))
    assert spend == pytest.approx({"expected": 48, "1": 24, "2": 72})
    assert plan.summary["objective"] == pytest.approx(0.6 * 120)
    # What the plan itself shows is the outcome that is expected.
    assert total(plan, "budget", "spend") == pytest.approx(48)


def test_time_that_is_short_goes_where_demand_has_come(tmp_path):
    # Ann has time for one of two units; sales follow time. Both expect 100; u1 is certain and u2
    # sells 40 or 160. Known in time: 100, 100, 160; decided before: 100 in every outcome.
    tables = {
        "units": "unit,territory,segment,hours\nu1,East,Key,10\nu2,West,Key,10\n",
        "reps": "rep,hours\nAnn,10\n",
        "segments": "segment,margin,response_0,response_50,response_100,response_150,response_max\n"
        "Key,1,0,0.5,1,1,1\n",
        "demand": "territory,segment,period,mean,lower,upper\n"
        "East,Key,2026-01,100,100,100\nWest,Key,2026-01,100,40,160\n",
    }
    yaml = "forecast: {interval: 0.5}\nworkload: {hard: true}\nrisk: {samples: 3}\n"
    plan = plan_scenario(scenario_of(tmp_path, yaml, **tables))
    assert plan.summary["objective"] == pytest.approx((100 + 100 + 160) / 3)
    hours = plan["outcome_time"].set_index(["sample", "unit"])["hours"]
    assert hours[("1", "u1")] == pytest.approx(10)
    assert hours[("2", "u2")] == pytest.approx(10)


def test_overtime_is_agreed_for_the_outcome_that_needs_most_of_it(tmp_path):
    # An hour of overtime costs 2 and is agreed before demand is known. It sells a tenth of demand
    # in every outcome: 6, 12 or 18, so that all 10 hours of it are worth it.
    tables = {
        "units": "unit,territory,segment,hours\nu1,East,Key,20\n",
        "reps": "rep,hours\nAnn,10\n",
        "segments": "segment,margin,response_0,response_50,response_100,response_150,response_max\n"
        "Key,1,0,0.5,1,1,1\n",
        "demand": "territory,segment,period,mean,lower,upper\nEast,Key,2026-01,120,60,180\n",
    }
    yaml = (
        "forecast: {interval: 0.5}\nrisk: {samples: 3}\n"
        "workload: {hard: true, overtime_max: 1, overtime_cost: 2}\n"
    )
    plan = plan_scenario(scenario_of(tmp_path, yaml, **tables))
    assert total(plan, "reps", "overtime") == pytest.approx(10)
    assert plan.summary["objective"] == pytest.approx(120 - 20)


# The worst half of all cases is the lowest outcome and half of the middle one: 60 and 30 are missing
# of 120, or 60 and nothing once 48 are spent.
def test_mean_shortfall_of_the_worst_half_has_its_price(tmp_path):
    # 24 of money: 66 and (60/3 + 30/6) / ½ = 50 missing. 48: 62 and (60/3) / ½ = 40 missing.
    cheap = plan_scenario(uncertain(tmp_path / "a", "{samples: 3, cvar_level: 0.5, weight: 0.2}"))
    assert outcome_sales(cheap) == pytest.approx(SALES_OF_24)
    assert cheap.summary["objective"] == pytest.approx(66 - 0.2 * 50)
    dear = plan_scenario(uncertain(tmp_path / "b", "{samples: 3, cvar_level: 0.5, weight: 1}"))
    assert outcome_sales(dear) == pytest.approx(SALES_OF_48)
    assert dear.summary["objective"] == pytest.approx(62 - 40)
    parts = dear.summary["objective_parts"]
    assert parts["risk"] == pytest.approx(-40)
    # 120 − 48 if all comes as expected, of which uncertainty takes 10.
    assert parts["uncertainty"] == pytest.approx(62 - 72)
    assert dear.summary["contribution"] == pytest.approx(62)


def test_shortfall_is_measured_against_the_target_that_is_given(tmp_path):
    risk = "{samples: 3, cvar_level: 0.5, weight: 0.2}"
    plan = plan_scenario(uncertain(tmp_path, risk, "quota: {target: 90}\n"))
    missing = dict(zip(plan["outcomes"]["sample"], plan["outcomes"]["shortfall"], strict=True))
    assert missing == pytest.approx({"expected": 0, "1": 30, "2": 0})
    kpis = plan["kpis"].set_index("kpi")["value"]
    assert kpis["expected_shortfall"] == pytest.approx(10)
    assert kpis["shortfall_cvar"] == pytest.approx(30 / 3 / 0.5)
    assert kpis["target_probability"] == pytest.approx(2 / 3)


def test_one_outcome_without_a_price_is_the_plan_without_risk(tmp_path):
    plain = plan_scenario(uncertain(tmp_path / "a", "{}"))
    one = plan_scenario(uncertain(tmp_path / "b", "{samples: 1}"))
    assert one.summary["objective"] == pytest.approx(plain.summary["objective"])
    assert one["budget"].equals(plain["budget"])
    assert one["sales"].equals(plain["sales"])


def test_lift_that_is_a_share_of_demand_grows_with_it(tmp_path):
    # The fair adds a quarter of demand for 10: 15, 30 and 45 on sales of half of demand.
    responses = "lever,form,lift_max,lift_unit,half\nfair,linear,0.25,share,5\n"
    plan = plan_scenario(uncertain(tmp_path, responses=responses))
    assert outcome_sales(plan) == pytest.approx({"expected": 90, "1": 45, "2": 135})


def test_money_is_committed_within_its_budget_in_every_outcome(tmp_path):
    # 0.4 · 180 = 72 is wanted of a lever that reacts, 60 may be spent: 90 + 75 of sales.
    yaml = "budget: {total_max: 60}\n"
    plan = plan_scenario(uncertain(tmp_path, yaml=yaml, levers=REACTIVE))
    assert plan["outcomes"]["spend"].max() == pytest.approx(60)
    assert outcome_sales(plan)["2"] == pytest.approx(165)


def test_a_limit_that_binds_is_worth_what_it_brings_over_all_outcomes(tmp_path):
    # One more of a budget of 10 brings 1.25 less itself in every outcome.
    plan = plan_scenario(uncertain(tmp_path, yaml="budget: {total_max: 10}\n"))
    rows = plan["limits"].set_index("rule")
    assert rows.index.tolist().count("budget_total") == 1
    assert rows.loc["budget_total", "value_of_one_more"] == pytest.approx(0.25)


# What a plan says of its outcomes: table, column, and what it is changed by.
LIES = [
    ("outcomes", "sales", 5.0),
    ("outcomes", "weight", 0.1),
    ("outcomes", "shortfall", 5.0),
    ("outcome_sales", "sales", 5.0),
    ("outcome_budget", "spend", 5.0),
    ("outcome_budget", "lift", 5.0),
    ("outcome_time", "hours", 40.0),
]


@pytest.fixture(scope="module")
def audited(tmp_path_factory) -> tuple[Problem, Plan]:
    scenario = uncertain(
        tmp_path_factory.mktemp("audited"), "{samples: 3, cvar_level: 0.5, weight: 1}"
    )
    forecast = forecast_scenario(scenario)
    return problem_of(scenario, forecast), plan_scenario(scenario, forecast=forecast)


@pytest.mark.parametrize(("table", "column", "more"), LIES)
def test_audit_finds_what_does_not_add_up(audited, table, column, more):
    problem, plan = audited
    rows = plan[table].copy()
    rows.loc[rows.index[-1], column] += more
    assert audit(problem, plan) == ()
    assert audit(problem, Plan(plan.summary, {**plan.tables, table: rows}))


def test_audit_finds_a_price_of_risk_that_is_not_that_of_its_outcomes(audited):
    problem, plan = audited
    parts = {**plan.summary["objective_parts"], "risk": -30.0}
    found = audit(problem, Plan({**plan.summary, "objective_parts": parts}, plan.tables))
    assert any("risk is -40" in violation for violation in found)


outcomes = st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 1)), min_size=1, max_size=8)


@given(outcomes, st.floats(0.05, 0.95))
def test_value_at_risk_is_that_of_the_linear_programme(cases, level):
    missing = {str(k): amount for k, (amount, _) in enumerate(cases)}
    weight = sum(share for _, share in cases)
    weights = {str(k): share / weight for k, (_, share) in enumerate(cases)}
    _, tail = shortfall_at_risk(missing, weights, level)
    # Rockafellar and Uryasev: the least over η of η + mean excess / (1 − level), at one of the amounts.
    least = min(
        eta + sum(weights[k] * max(missing[k] - eta, 0) for k in missing) / (1 - level)
        for eta in missing.values()
    )
    assert tail == pytest.approx(least, abs=1e-6)
    assert tail >= sum(weights[k] * missing[k] for k in missing) - 1e-9


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.floats(0, 2), st.floats(0.3, 0.9), st.integers(2, 6))
def test_bound_is_not_below_and_the_price_never_helps(tmp_path_factory, weight, level, samples):
    folder = tmp_path_factory.mktemp("bound")
    scenario = uncertain(folder, f"{{samples: {samples}, cvar_level: {level}, weight: {weight}}}")
    problem = problem_of(scenario, forecast_scenario(scenario))
    assert problem.risk is not None
    found = solve(problem, Limits(20, gap=0))
    free = solve(replace(problem, risk=replace(problem.risk, price=0.0)), Limits(20, gap=0))
    assert found.bound >= found.objective
    assert found.objective <= free.objective + 1e-6


def test_columns_have_finite_bounds_and_samples_cost_as_many_columns_each(tmp_path):
    sizes = []
    for samples in (2, 3):
        scenario = uncertain(tmp_path / str(samples), f"{{samples: {samples}}}")
        model = build(problem_of(scenario, forecast_scenario(scenario)))
        bounds = [(x.lb, x.ub) for x in model.component_data_objects(ctype=pyo.Var)]
        assert np.isfinite(np.array(bounds, dtype=float)).all()
        sizes.append(len(bounds))
    # Of the fair: money and two pieces at most; of the unit: sales.
    assert 0 < sizes[1] - sizes[0] <= 4


def test_samples_change_nothing_where_demand_is_certain(tmp_path):
    demand = "territory,segment,period,mean,lower,upper\nEast,Key,2026-01,120,120,120\n"
    plan = plan_scenario(uncertain(tmp_path, "{samples: 5}", demand=demand))
    assert plan.summary["objective"] == pytest.approx(72)
    assert plan["outcomes"]["sales"].tolist() == pytest.approx([120] * 5)
    assert isinstance(plan["outcome_sales"], pd.DataFrame)
