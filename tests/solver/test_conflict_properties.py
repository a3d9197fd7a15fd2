"""Random small scenarios that ask for too much: conflicts are irreducible, and advice leads to a plan."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from solver.test_conflicts import assert_irreducible, clash_of
from solver.test_way_out import taken
from support_plan import problem_from, scenario_of

from allocopt.errors import DataError, Infeasible
from allocopt.planning import plan_scenario
from allocopt.solver.conflict.conflicts import unreachable

MANY = settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
UNITS = ("u1", "u2", "u3", "u4")
REPS = ("Ann", "Bob", "New")


@st.composite
def asked_too_much(draw):
    """yaml and tables of a scenario with few hours and any of the hard rules."""
    hours = st.integers(1, 12)
    rows = []
    for unit in UNITS:
        owner = draw(st.sampled_from(["", "Ann", "Bob"]))
        lock = draw(st.sampled_from(["", "promised"])) if owner else ""
        family = draw(st.sampled_from(["", "", "shops"]))
        need, demand = draw(hours), draw(st.integers(1, 90))
        rows.append(f"{unit},East,Key,{need},{demand},{owner},{lock},{family}")
    units = "unit,territory,segment,hours,demand,rep,lock,family\n" + "\n".join(rows) + "\n"
    status = {"New": "open"}
    people = [
        f"{rep},{draw(hours)},{draw(st.integers(0, 9))},{status.get(rep, '')}" for rep in REPS
    ]
    reps = "rep,hours,cost,status\n" + "\n".join(people) + "\n"
    rules = {
        f"workload: {{hard: true, overtime_cost: {draw(st.integers(1, 20))}}}",
        draw(st.sampled_from(["", "balance: [{measure: demand, tolerance: 0.2, hard: true}]"])),
        draw(st.sampled_from(["", "handover: {max_units: 0}", "handover: {max_reps: 1}"])),
        draw(st.sampled_from(["", "headcount: {min: 1}", "headcount: {max: 0}"])),
        draw(st.sampled_from(["", "budget: {total_max: 9, include_people: true}"])),
    }
    return "\n".join(sorted(rules)) + "\n", {"units": units, "reps": reps}


def too_tight(folder, asked):
    """The scenario, where only the search can tell that it has no plan."""
    yaml, tables = asked
    try:
        scenario = scenario_of(Path(folder), yaml, **tables)
        problem = problem_from(scenario)
    except DataError:
        assume(condition=False)
    assume(not unreachable(problem))
    return scenario, problem


def refused(scenario):
    """Why the scenario has no plan; None where it has one."""
    try:
        plan_scenario(scenario)
    except Infeasible as error:
        return error
    return None


@MANY
@given(asked_too_much())
def test_taken_as_advised_random_scenarios_have_a_plan(asked):
    with tempfile.TemporaryDirectory() as folder:
        scenario, _ = too_tight(folder, asked)
        if error := refused(scenario):
            assert error.way_out is not None
            assert error.way_out.price > 0
            assert error.way_out.least <= error.way_out.price * (1 + 1e-9)
            taken(scenario, error.way_out)


@MANY
@given(asked_too_much())
def test_random_conflicts_are_irreducible(asked):
    with tempfile.TemporaryDirectory() as folder:
        scenario, problem = too_tight(folder, asked)
        if refused(scenario):
            assert_irreducible(*clash_of(problem))
