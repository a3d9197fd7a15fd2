"""Properties of the optimum on small random scenarios."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from support_plan import planned, scenario_of

from allocopt.planning import plan_scenario

# An example is some solves long, so a failing one is shown as it was found.
FEW = settings(
    max_examples=3, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate]
)
YAML = """
coverage: {every_unit: false}
workload: {hard: true, overtime_max: 0.2, overtime_cost: 0.7}
budget: {total_max: %r, price_of_money: 0.1}
"""


def draw(seed):
    """Rows of a random scenario: its tables as lists of lines, without their headers."""
    random = np.random.default_rng(seed)
    cells = [(random.choice(["East", "West"]), random.choice(["Key", "Small"])) for _ in range(6)]
    units = [
        f"u{i},{place},{kind},{random.integers(2, 9)},{random.integers(20, 200)},"
        f"{random.choice(['', 'Ann', 'Bob'])}"
        for i, (place, kind) in enumerate(cells)
    ]
    reps = [
        f"{name},{random.integers(8, 20)},{random.integers(0, 9)},{random.choice([0.8, 1, 1.3])},"
        for name in ("Ann", "Bob")
    ]
    responses = [
        f"ads,East,linear,{random.integers(10, 60)},currency,{random.integers(5, 20)},1",
        f"ads,West,adbudg,{random.integers(10, 60)},currency,{random.integers(5, 20)},1.5",
    ]
    return {"units": units, "reps": reps, "responses": responses}


HEADERS = {
    "units": "unit,territory,segment,hours,demand,rep",
    "reps": "rep,hours,cost,productivity,status",
    "responses": "lever,territory,form,lift_max,lift_unit,half,shape",
}
SEGMENTS = """
segment,margin,response_0,response_50,response_100,response_150,response_max
Key,0.8,,,,,
Small,0.5,0.1,0.6,1,1.1,1.2
"""


def solved(rows, money=30.0, **rest):
    """The audited plan of random rows."""
    tables = {name: "\n".join([HEADERS[name], *lines]) for name, lines in rows.items()}
    with tempfile.TemporaryDirectory() as folder:
        return planned(
            Path(folder) / "scenario",
            YAML % money,
            **{"segments": SEGMENTS, "levers": "lever\nads\n", **tables, **rest},
        )


def objective(rows, money=30.0):
    return solved(rows, money).summary["objective"]


@FEW
@given(seed=st.integers(0, 10**6))
def test_the_bound_is_no_less_than_the_objective_and_meets_it_when_proven(seed):
    plan = solved(draw(seed))
    assert plan.summary["bound"] >= plan.summary["objective"]
    assert plan.summary["bound"] == pytest.approx(plan.summary["objective"], rel=1e-6, abs=1e-6)


@FEW
@given(seed=st.integers(0, 10**6), hours=st.integers(0, 20))
def test_another_rep_never_lowers_the_optimum(seed, hours):
    rows = draw(seed)
    more = {**rows, "reps": [*rows["reps"], f"Cem,{hours},0,1,"]}
    assert objective(more) >= objective(rows) - 1e-6


@FEW
@given(seed=st.integers(0, 10**6), cost=st.integers(0, 300))
def test_an_open_position_never_lowers_the_optimum(seed, cost):
    rows = draw(seed)
    more = {**rows, "reps": [*rows["reps"], f"New,15,{cost},1,open"]}
    assert objective(more) >= objective(rows) - 1e-6


@FEW
@given(seed=st.integers(0, 10**6))
def test_the_order_of_rows_changes_nothing(seed):
    rows = draw(seed)
    random = np.random.default_rng(seed)
    mixed = {
        name: [lines[i] for i in random.permutation(len(lines))] for name, lines in rows.items()
    }
    assert objective(mixed) == pytest.approx(objective(rows), rel=1e-7, abs=1e-7)


@FEW
@given(seed=st.integers(0, 10**6), factor=st.sampled_from([0.01, 7.0, 1000.0]))
def test_another_currency_scales_the_objective(seed, factor):
    """Every amount of money is multiplied; overtime is priced in money too."""

    def scaled(line, *places):
        cells = line.split(",")
        for place in places:
            cells[place] = repr(float(cells[place]) * factor)
        return ",".join(cells)

    rows = draw(seed)
    other = {
        "units": [scaled(line, 4) for line in rows["units"]],
        "reps": [scaled(line, 2) for line in rows["reps"]],
        "responses": [scaled(line, 3, 5) for line in rows["responses"]],
    }
    tables = {name: "\n".join([HEADERS[name], *lines]) for name, lines in other.items()}
    yaml = (YAML % (30 * factor)).replace("0.7", repr(0.7 * factor))
    with tempfile.TemporaryDirectory() as folder:
        tables |= {"segments": SEGMENTS, "levers": "lever\nads\n"}
        plan = plan_scenario(scenario_of(Path(folder) / "scenario", yaml, **tables))
    assert plan.summary["objective"] == pytest.approx(objective(rows) * factor, rel=1e-6)


@FEW
@given(seed=st.integers(0, 10**6), less=st.floats(0, 30))
def test_a_smaller_budget_never_raises_the_optimum(seed, less):
    rows = draw(seed)
    assert objective(rows, 30.0 - less) <= objective(rows) + 1e-6
