"""What an explanation says is what solving the changed scenario gives."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support_explanation import ESTIMATE, EXACT, HARD, solved
from support_plan import reps_of

from allocopt.explanation import explain_limits, explain_unit
from allocopt.planning import plan_scenario
from allocopt.scenario import load_scenario

REPS, UNITS = ("Ann", "Bo"), ("u1", "u2", "u3")
values = st.tuples(*[st.integers(0, 30) for _ in range(len(REPS) * len(UNITS))])
hours = st.tuples(*[st.integers(2, 6) for _ in UNITS])
times = st.tuples(*[st.integers(5, 14) for _ in REPS])
few = settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
)
YAML = HARD + "coverage: {every_unit: false}\n"


def tables(worth, needs, has):
    """A generalised assignment problem in which units may be left open."""
    pairs = [(unit, rep) for unit in UNITS for rep in REPS]
    rows = [f"{u},{r},{v}" for (u, r), v in zip(pairs, worth, strict=True)]
    return {
        "units": "unit,territory,segment,hours,demand\n"
        + "".join(f"{u},East,Key,{h},0\n" for u, h in zip(UNITS, needs, strict=True)),
        "reps": "rep,hours\n" + "".join(f"{r},{h}\n" for r, h in zip(REPS, has, strict=True)),
        "pairs": "unit,rep,value\n" + "\n".join(rows) + "\n",
    }


@few
@given(values, hours, times)
def test_exact_worth_is_the_difference_of_two_proven_plans(worth, needs, has):
    with tempfile.TemporaryDirectory() as folder:
        plan, scenario = solved(Path(folder), YAML, **tables(worth, needs, has))
        rows = explain_limits(plan, scenario, EXACT).table.set_index("item")
        for rep, time in zip(REPS, has, strict=True):
            more = load_scenario(folder, [f"override.reps.{rep}.hours={time + 1}"])
            gain = plan_scenario(more).summary["objective"] - plan.summary["objective"]
            assert rows["method"][rep] == "exact"
            assert rows["value"][rep] == pytest.approx(gain, abs=1e-6)


@few
@given(values, hours, times)
def test_what_would_change_it_does(worth, needs, has):
    with tempfile.TemporaryDirectory() as folder:
        plan, scenario = solved(Path(folder), YAML, **tables(worth, needs, has))
        pair_value = dict(zip(_pairs(), worth, strict=True))
        for row in _conditions(explain_unit(plan, scenario, "u1", EXACT)):
            rep, amount = row["rep"], row["amount"]
            if row["kind"] == "pair_value":
                value = pair_value["u1", rep] + amount + 0.01
                change = f"override.pairs.u1;{rep}.value={value}"
            else:
                time = dict(zip(REPS, has, strict=True))[rep]
                change = f"override.reps.{rep}.hours={time + amount}"
            changed = plan_scenario(load_scenario(folder, [change]))
            assert reps_of(changed)["u1"] == rep


@few
@given(values, hours, times)
def test_a_unit_moved_alone_promises_no_more_than_solving_again(worth, needs, has):
    with tempfile.TemporaryDirectory() as folder:
        plan, scenario = solved(Path(folder), YAML, **tables(worth, needs, has))
        exact = explain_unit(plan, scenario, "u1", EXACT).details["alternatives"]
        alone = explain_unit(plan, scenario, "u1", ESTIMATE).details["alternatives"]
        best = exact.set_index("rep")["change"]
        for row in alone[alone["in_the_way"] == ""].to_dict("records"):
            assert row["change"] <= best[row["rep"]] + 1e-6


def _pairs():
    return [(unit, rep) for unit in UNITS for rep in REPS]


def _conditions(found):
    return found.details["conditions"].to_dict("records")
