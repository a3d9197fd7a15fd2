"""Why a plan is as it is."""

from __future__ import annotations

import pytest
from support_plan import planned, scenario_of

from allocopt.errors import DataError
from allocopt.explanation import explain_limits, explain_rep, explain_unit
from allocopt.plan import load_plan, save_plan
from allocopt.planning import plan_scenario

UNITS = """
unit,territory,segment,hours,demand,rep,name
u1,East,Key,10,100,Ann,First & Co
u2,East,Key,10,60,Ann,
w1,West,Key,10,50,Bob,
"""
REPS = "rep,hours,productivity,territories\nAnn,12,1,East\nBob,40,1.5,\n"
SEGMENTS = (
    "segment,margin,response_0,response_50,response_100,response_150,response_max\n"
    "Key,1,0,0.7,1,1.1,1.2\n"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A plan as people explain it: saved and loaded again."""
    folder = tmp_path_factory.mktemp("explain")
    yaml = "workload: {hard: true}\nhandover: {loss: 0.15, max_units: 1}\n"
    scenario = scenario_of(folder / "scenario", yaml, units=UNITS, reps=REPS, segments=SEGMENTS)
    plan = plan_scenario(scenario)
    return load_plan(save_plan(plan, scenario, folder / "plan")), scenario


def test_a_unit_names_its_rep_and_who_else_could(made):
    plan, scenario = made
    sentences, table = explain_unit(plan, scenario, "u1")
    rep = plan["assignments"].set_index("unit")["rep"]["u1"]
    assert sentences[0].startswith("u1 (First & Co), East / Key: covered by " + rep)
    assert "of demand 100" in sentences[1]
    assert set(table["rep"]) == {"Ann", "Bob"}
    assert table["chosen"].tolist() == ["yes", "no"]
    losses = dict(zip(table["rep"], table["handover_loss"], strict=True))
    assert losses == pytest.approx({"Ann": 0, "Bob": 15})


def test_a_unit_that_only_one_rep_may_cover_says_so(made):
    plan, scenario = made
    sentences, table = explain_unit(plan, scenario, "w1")
    assert table["rep"].tolist() == ["Bob"]
    assert any("No other rep is eligible" in sentence for sentence in sentences)


def test_a_rep_has_a_load_a_quota_and_units(made):
    plan, scenario = made
    sentences, table = explain_rep(plan, scenario, "Bob")
    mine = plan["assignments"][plan["assignments"]["rep"] == "Bob"]["unit"]
    assert set(table["unit"]) == set(mine)
    assert sentences[0].startswith(f"Bob: {len(mine)} units") or len(mine) == 1
    quota = plan["quotas"].query("rep == 'Bob'")["quota"].sum()
    assert sentences[1].startswith(f"Quota {quota:,.0f} against expected sales")
    assert table["hours"].sum() == pytest.approx(plan["time"].query("rep == 'Bob'")["hours"].sum())


def test_limits_that_bind_are_told_with_their_sentence_and_worth(made):
    plan, scenario = made
    sentences, table = explain_limits(plan, scenario)
    assert "selling_time_limit" in set(table["rule"])
    assert any("A rep's units fit the rep's selling time. Binding for Ann" in s for s in sentences)
    worth = table["value_of_one_more"].dropna().tolist()
    assert worth == sorted(worth, reverse=True)


def test_limits_of_one_rep_are_about_that_rep(made):
    plan, scenario = made
    _, table = explain_limits(plan, scenario, item="Ann")
    assert set(table["item"]) == {"Ann"}


@pytest.mark.parametrize(("explain", "name"), [(explain_unit, "u11"), (explain_rep, "Anne")])
def test_an_unknown_name_gives_the_nearest(made, explain, name):
    plan, scenario = made
    with pytest.raises(DataError) as error:
        explain(plan, scenario, name)
    assert error.value.findings[0].nearest in {"u1", "Ann"}


def test_a_plan_that_nothing_binds_says_so(tmp_path):
    plan = planned(tmp_path)
    sentences, _ = explain_limits(plan, scenario_of(tmp_path))
    assert sentences == ["No limit with a price binds: more hours or budget would bring nothing."]
