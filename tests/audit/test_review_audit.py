"""What a plan says of its own prices is not believed."""

from __future__ import annotations

from support_plan import problem_from, scenario_of

from allocopt.audit import audit
from allocopt.plan import Plan
from allocopt.planning import plan_scenario

UNITS = "unit,territory,segment,hours,demand\nu1,East,Key,10,100\n"
REPS = "rep,hours\nAnn,5\n"


def test_price_of_a_shortfall_is_the_problems_own(tmp_path):
    scenario = scenario_of(tmp_path, "workload: {overtime_cost: 4}\n", units=UNITS, reps=REPS)
    plan = plan_scenario(scenario)
    assert not audit(problem_from(scenario), plan)
    cheaper = plan["shortfalls"].assign(price=1.0)
    parts = {**plan.summary["objective_parts"], "shortfalls": -5.0}
    objective = sum(parts.values())
    summary = {**plan.summary, "objective_parts": parts, "objective": objective}
    forged = Plan({**summary, "bound": objective}, {**plan.tables, "shortfalls": cheaper})
    violations = audit(problem_from(scenario), forged)
    assert any("shortfalls is -20" in violation for violation in violations)
