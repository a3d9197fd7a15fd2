"""Audit of the map: units that do not hang together and borders that cost something else are noticed."""

from __future__ import annotations

import pytest
from support_plan import FULL_MARGIN, planned, problem_from

from allocopt.audit import audit
from allocopt.plan import Plan
from allocopt.scenario import load_scenario

UNITS = "unit,territory,segment,hours,demand\n" + "".join(
    f"u{number},East,Key,10,100\n" for number in (1, 2, 3)
)
TABLES = {
    "units": UNITS,
    "reps": "rep,hours\nAnn,40\nBob,40\n",
    "segments": FULL_MARGIN,
    "adjacency": "a,b\nu1,u2\nu2,u3\n",
}


@pytest.fixture
def honest(tmp_path):
    """All three units in a row with one rep, as a border costs more than nothing."""
    plan = planned(tmp_path, "contiguity: {hard: true, cut_price: 1}\n", **TABLES)
    return problem_from(load_scenario(tmp_path)), plan


def with_reps(plan, **reps):
    """The plan with other reps for some units."""
    rows = plan["assignments"].copy()
    for unit, rep in reps.items():
        rows.loc[rows["unit"] == unit, "rep"] = rep
    return Plan(plan.summary, {**plan.tables, "assignments": rows})


def test_the_plan_holds(honest):
    assert audit(*honest) == ()


def test_a_rep_in_two_parts_is_noticed(honest):
    problem, plan = honest
    other = {"Ann": "Bob", "Bob": "Ann"}[plan["assignments"]["rep"].iloc[0]]
    said = audit(problem, with_reps(plan, u2=other))
    assert any(text.startswith("units_connected: ") and "2 parts" in text for text in said)


def test_a_border_that_the_objective_leaves_out_is_noticed(honest):
    problem, plan = honest
    other = {"Ann": "Bob", "Bob": "Ann"}[plan["assignments"]["rep"].iloc[0]]
    said = audit(problem, with_reps(plan, u3=other))
    assert not any(text.startswith("units_connected") for text in said)
    assert any(text.startswith("objective: borders is -1.0") for text in said)
