"""Value of the stochastic solution and of perfect information, on a newsvendor solved by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support_plan import scenario_of
from support_risk import REACTIVE, uncertain

from allocopt.contingency import keep_value, value_of_information
from allocopt.contingency.value import Range
from allocopt.forecasting import forecast_scenario
from allocopt.plan import load_plan, save_plan
from allocopt.planning import plan_scenario, problem_of
from allocopt.solver import Limits

PROOF = Limits(30, gap=0)


def problem(folder, risk="{samples: 3}", **tables):
    scenario = uncertain(folder, risk, **tables)
    return problem_of(scenario, forecast_scenario(scenario))


def test_a_newsvendor_has_the_values_of_the_textbook(tmp_path):
    # Here and now: 24 of money, sales of 60, 90 and 120: 90 − 24. The plan for 120 spends 48 and
    # sells 60, 120 and 150: 110 − 48. Known in advance 0.6 · D is left of each D: 72.
    value = value_of_information(problem(tmp_path), PROOF)
    assert value is not None
    assert value.here_and_now.value == pytest.approx(66)
    assert value.expected_only.value == pytest.approx(62)
    assert value.wait_and_see.value == pytest.approx(72)
    for figure, amount in ((value.stochastic_solution, 4), (value.perfect_information, 6)):
        assert figure.value == pytest.approx(amount)
        assert figure.lower == pytest.approx(amount)
        assert figure.upper == pytest.approx(amount)


def test_money_that_reacts_makes_information_worthless(tmp_path):
    value = value_of_information(problem(tmp_path, levers=REACTIVE), PROOF)
    assert value is not None
    assert value.stochastic_solution.value == pytest.approx(0, abs=1e-6)
    assert value.perfect_information.value == pytest.approx(0, abs=1e-6)


# Selling all of a unit takes 20 hours, of which Ann has 10; an hour of overtime costs 3.5. No more than
# 90 can be delivered. Demand is 50, 100 or 150.
OVERTIME = {
    "units": "unit,territory,segment,hours\nu1,East,Key,20\n",
    "reps": "rep,hours\nAnn,10\n",
    "segments": "segment,response_0,response_50,response_100,response_150,response_max\nKey,0,0.5,1,1,1\n",
    "demand": "unit,period,mean,lower,upper,product\nu1,2026-01,100,50,150,pump\n",
    "products": "product\npump\n",
    "supply": "product,max\npump,90\n",
}


@pytest.mark.parametrize("hard", ["true", "false"])
def test_overtime_is_agreed_before_demand_is_known(tmp_path, hard):
    # For 100 alone 8 hours sell up to 90. Met by all: 45, 90 and 90, less 28. Here and now 2 hours: 30,
    # 60 and 90, less 7. Known in advance: 25 without any, 90 − 28 and 90 − 7.
    rules = f"workload: {{hard: {hard}, overtime_max: 1, overtime_cost: 3.5}}\n"
    scenario = scenario_of(
        tmp_path, f"forecast: {{interval: 0.5}}\nrisk: {{samples: 3}}\n{rules}", **OVERTIME
    )
    value = value_of_information(problem_of(scenario, forecast_scenario(scenario)), PROOF)
    assert value is not None
    assert value.here_and_now.value == pytest.approx(53)
    assert value.expected_only.value == pytest.approx(47)
    assert value.wait_and_see.value == pytest.approx(170 / 3)


def test_the_price_of_risk_does_not_change_either_value(tmp_path):
    risk = "{samples: 3, cvar_level: 0.5, weight: 1}"
    value = value_of_information(problem(tmp_path, risk), PROOF)
    assert value is not None
    assert value.stochastic_solution.value == pytest.approx(4)


def test_one_outcome_has_no_such_values(tmp_path):
    assert value_of_information(problem(tmp_path / "a", "{samples: 1}"), PROOF) is None
    assert value_of_information(problem(tmp_path / "b", "{}"), PROOF) is None


def test_bounds_stay_when_a_solve_is_not_proven():
    found = Range(10, 10, 12).less(Range(9, 9, 11))
    # At least nothing, at most the best of the one less the worst of the other.
    assert found == Range(1, 0, 3)
    assert Range(9, 9, 11).less(Range(10, 10, 12)) == Range(0, 0, 1)


def test_values_are_kept_among_the_figures_of_a_plan_once(tmp_path):
    scenario = uncertain(tmp_path / "s")
    plan = plan_scenario(scenario)
    folder = save_plan(plan, scenario, tmp_path / "plan")
    value = value_of_information(problem(tmp_path / "p"), PROOF)
    assert value is not None
    keep_value(folder, value)
    keep_value(folder, replace(value, expected_only=Range(60, 60, 60)))
    kpis = load_plan(folder)["kpis"]
    rows = kpis[kpis["kpi"] == "stochastic_solution"]
    assert rows["value"].tolist() == pytest.approx([6])
    assert len(kpis) == len(plan["kpis"]) + 4
