"""Travel: an hour on the way costs money beside time, and there may be a ceiling on all of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support_plan import FULL_MARGIN, planned, problem_of, reps_of
from support_scenario import coded, findings_of, write_scenario

from allocopt.audit import audit
from allocopt.errors import Severity
from allocopt.problem.travel import TravelRule

# Ben sells 120 to the unit that Ann sells 100 to, and lives 50 km away: two hours there and back.
TABLES = {
    "units": "unit,territory,segment,hours,visits,demand\nu1,East,Key,10,1,100\n",
    "reps": "rep,hours,productivity\nAnn,40,1\nBen,40,1.2\n",
    "pairs": "unit,rep,distance\nu1,Ann,0\nu1,Ben,50\n",
    "segments": FULL_MARGIN,
}


def travelling(folder, coverage, months=1):
    return planned(folder, f"coverage: {{travel_speed: 50{coverage}}}\n", months, **TABLES)


def hours_on_the_way(plan):
    kpis = plan["kpis"]
    return kpis.loc[kpis["kpi"] == "travel", "value"].tolist()


def test_without_a_cost_the_way_takes_time_only(tmp_path):
    plan = travelling(tmp_path, "")
    assert reps_of(plan) == {"u1": "Ben"}
    assert plan.summary["contribution"] == pytest.approx(120)
    assert hours_on_the_way(plan) == pytest.approx([2])


@pytest.mark.parametrize(("cost", "rep", "travel"), [(9, "Ben", -18), (11, "Ann", 0)])
def test_who_is_far_away_must_be_worth_the_way(tmp_path, cost, rep, travel):
    # Ben brings 20 more: two hours on the way may cost 18, but not 22.
    plan = travelling(tmp_path, f", travel_cost: {cost}")
    assert reps_of(plan) == {"u1": rep}
    assert plan.summary["objective_parts"]["travel"] == pytest.approx(travel)
    assert plan.summary["contribution"] == pytest.approx(102 if rep == "Ben" else 100)


@pytest.mark.parametrize(("most", "rep"), [(4, "Ben"), (3.9, "Ann")])
def test_all_travel_of_the_horizon_stays_within_its_limit(tmp_path, most, rep):
    plan = travelling(tmp_path, f", travel_max: {most}", months=2)
    assert reps_of(plan) == {"u1": rep}


def test_audit_adds_up_the_hours(tmp_path):
    plan = travelling(tmp_path / "a", "")
    problem = problem_of(tmp_path / "b", "coverage: {travel_speed: 50}\n", **TABLES)
    limited = replace(problem, travel=TravelRule(0.0, 1.0))
    paid = replace(problem, travel=TravelRule(1.0, None))
    assert not audit(problem, plan)
    assert [text.partition(":")[0] for text in audit(limited, plan)] == ["travel_limit"]
    assert "objective" in {text.partition(":")[0] for text in audit(paid, plan)}


@pytest.mark.parametrize(
    ("key", "severity"), [("travel_cost", Severity.WARNING), ("travel_max", Severity.PROBLEM)]
)
def test_a_cost_or_limit_without_a_speed_is_told(tmp_path, key, severity):
    yaml = f"calendar: {{plan_start: 2026-01-01}}\ncoverage: {{{key}: 5}}\n"
    (found,) = coded(findings_of(write_scenario(tmp_path, yaml, **TABLES)), "travel-without-speed")
    assert found.severity is severity
    assert found.line == 2
