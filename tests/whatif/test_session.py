"""Session: answers from memory are those that a cold solve gives, and stay apart from each other."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support_plan import FULL_MARGIN, reps_of, scenario_of

from allocopt.config import parse_settings
from allocopt.errors import ConfigError, Infeasible
from allocopt.forecasting import forecast_scenario
from allocopt.plan import save_plan
from allocopt.planning import plan_scenario
from allocopt.scenario import change_scenario, load_scenario
from allocopt.whatif import Basis
from allocopt.whatif.session import open_session

YAML = """
workload: {hard: true, overtime_max: 0}
handover: {loss: 0.1}
balance: [{measure: demand, tolerance: 0.3, price: 0.2}]
headcount: {hire_cost: 5}
"""
TABLES = {
    "units": """
        unit,territory,segment,hours,demand,rep
        u1,East,Key,10,100,Ann
        u2,East,Key,8,80,Ann
        u3,East,Key,7,75,Bob
        u4,West,Key,6,70,Bob
        u5,West,Key,5,40,Bob
    """,
    "reps": """
        rep,hours,cost,status
        Ann,20,10,
        Bob,20,10,
        New,12,8,open
    """,
    "territories": "territory\nEast\nWest\n",
    "pairs": "unit,rep,value\nu1,Bob,7\nu3,Ann,4\nu4,New,3\n",
}


def basis_in(folder, yaml=YAML, **tables):
    scenario = scenario_of(folder, yaml, segments=FULL_MARGIN, **{**TABLES, **tables})
    return Basis(scenario, given=forecast_scenario(scenario))


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    return open_session(basis_in(tmp_path_factory.mktemp("session")))


def cold(session, *texts):
    scenario = change_scenario(session.world.scenario, parse_settings(texts))
    return plan_scenario(scenario, forecast=session.world.forecast)


CHANGES = st.lists(
    st.sampled_from(
        [
            "tables.reps.Ann.hours=16",
            "tables.reps.Bob.hours=30",
            "tables.reps.New.cost=1",
            "override.reps.New=remove",
            "tables.units.u1.demand=60",
            "tables.units.u3.hours=4",
            "tables.units.u4.lock=promised",
            "override.units.u5=remove",
            "override.add.units=[{unit: u6, territory: East, segment: Key, hours: 3, demand: 30}]",
            "tables.pairs.u1;Bob.value=40",
            "handover.max_units=1",
            "balance=[{measure: demand, tolerance: 0.1, price: 2}]",
            "headcount.max=0",
        ]
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda text: text.split("=")[0].rsplit(".", 1)[0],
)


@given(CHANGES)
@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_if_is_what_a_cold_solve_gives(session, texts):
    try:
        expected = cold(session, *texts).summary["objective"]
    except Infeasible:
        with pytest.raises(Infeasible):
            session.ask(texts)
        return
    answer = session.ask(texts)
    assert answer.objective == pytest.approx(expected)
    assert answer.bound >= expected - 1e-6
    assert answer.gap <= 1e-6


def test_a_plan_of_an_answer_is_audited_and_tells_what_changes(session):
    answer = session.ask(["tables.units.u1.demand=160", "tables.reps.Ann.hours=9"])
    assert answer.after.standing is not None
    assert answer.plan.summary["objective"] == pytest.approx(answer.objective)
    before = {row["unit"]: row["before"] for _, row in answer.moves.iterrows()}
    after = {row["unit"]: row["after"] for _, row in answer.moves.iterrows()}
    told = reps_of(answer.plan)
    known = reps_of(session.world.plan)
    assert after == {unit: told[unit] for unit in after}
    assert before == {unit: known[unit] for unit in before}
    # Ann has no longer the hours for anything but one of the smaller units.
    assert "u1" in after
    changed = answer.difference.parts.set_index("part")["change"]
    assert changed.sum() == pytest.approx(answer.change)


def test_answers_start_from_what_is_kept_and_can_be_undone(session):
    first = session.world.objective
    kept = session.ask(["tables.reps.Bob.hours=30"])
    assert session.world.objective == first
    session.keep(kept)
    again = session.ask(["tables.units.u1.demand=200"])
    both = cold(session, "tables.units.u1.demand=200")
    assert session.world.scenario.table("reps").set_index("rep")["hours"]["Bob"] == 30
    assert again.objective == pytest.approx(both.summary["objective"])
    session.undo()
    assert session.world.objective == first
    with pytest.raises(LookupError):
        session.undo()


def test_a_change_back_gives_the_plan_before(session):
    answer = session.ask(["tables.reps.Bob.hours=30"])
    session.keep(answer)
    back = session.ask(["tables.reps.Bob.hours=20"])
    session.undo()
    assert back.objective == pytest.approx(session.world.objective)
    assert back.change == pytest.approx(-answer.change)


def test_a_change_that_cannot_be_read_or_kept_leaves_the_session_as_it_is(session):
    before = session.world
    with pytest.raises(ConfigError):
        session.ask(["handover.los=0.2"])
    with pytest.raises(Infeasible) as caught:
        session.ask(["tables.reps.Ann.hours=1", "tables.reps.Bob.hours=1", "headcount.max=0"])
    assert "selling_time_limit" in {conflict.rule for conflict in caught.value.conflicts}
    assert session.world is before
    assert session.ask(["handover.loss=0.1"]).change == pytest.approx(0.0)


def test_rules_that_come_in_rounds_are_solved_by_themselves(tmp_path):
    adjacency = "a,b\nu1,u2\nu2,u3\nu3,u4\nu4,u5\n"
    basis = basis_in(tmp_path, YAML + "contiguity: {hard: true}\n", adjacency=adjacency)
    session = open_session(basis)
    assert session.world.standing is None
    answer = session.ask(["tables.units.u1.demand=120"])
    expected = cold(session, "tables.units.u1.demand=120")
    assert answer.objective == pytest.approx(expected.summary["objective"])
    assert answer.moves.columns.tolist() == ["unit", "before", "after"]


def test_questions_that_come_together_are_answered_one_after_the_other(session):
    changes = ["tables.reps.Bob.hours=30", "tables.units.u1.demand=60", "handover.loss=0.2"]
    found = {}

    def ask(text):
        found[text] = session.ask([text]).objective

    threads = [threading.Thread(target=ask, args=(text,)) for text in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {text: pytest.approx(session.ask([text]).objective) for text in changes}


def test_the_example_in_the_documentation_runs(tmp_path, monkeypatch, capsys):
    text = (Path(__file__).parents[2] / "docs" / "what-if.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    scenario = load_scenario(Path(__file__).parents[2] / "scenarios" / "regional")
    save_plan(plan_scenario(scenario), scenario, tmp_path / "PLAN")
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "what-if.md", "exec"), {})  # noqa: S102 - the page says what is run
    told = capsys.readouterr().out
    assert "at a gap of" in told
    assert "before" in told
