"""Checks of risk: outcomes that nothing tells of, tails of no outcome, levers that follow nothing."""

from __future__ import annotations

import pytest
from support_plan import scenario_of
from support_risk import REACTIVE, TABLES, uncertain

from allocopt.errors import DataError
from allocopt.scenario import Scenario


def codes(scenario: Scenario) -> set[str]:
    return {finding.code for finding in scenario.findings}


def test_outcomes_need_a_history_or_bounds(tmp_path):
    demand = "territory,segment,period,mean\nEast,Key,2026-01,120\n"
    with pytest.raises(DataError, match="nothing says how it may come"):
        uncertain(tmp_path / "a", demand=demand)
    flat = {**TABLES, "units": "unit,territory,segment,hours,demand\nu1,East,Key,10,60\n"}
    flat.pop("demand")
    with pytest.raises(DataError, match="nothing says how it may come"):
        scenario_of(tmp_path / "b", "risk: {samples: 3}\n", **flat)


def test_what_is_assumed_of_given_bounds_is_said(tmp_path):
    assert "assumed-samples" in codes(uncertain(tmp_path))


def test_a_price_of_risk_needs_outcomes(tmp_path):
    with pytest.raises(DataError, match="only the expected one"):
        uncertain(tmp_path, "{weight: 1}")


@pytest.mark.parametrize(("level", "thin"), [("0.5", False), ("0.6", False), ("0.9", True)])
def test_a_tail_that_is_less_than_one_outcome_is_told(tmp_path, level, thin):
    # The worst 40 % of three outcomes are more than one, the worst 10 % less.
    found = codes(uncertain(tmp_path, f"{{samples: 3, weight: 1, cvar_level: {level}}}"))
    assert ("thin-tail" in found) == thin


def test_the_target_that_risk_is_measured_against_is_said_where_none_is_given(tmp_path):
    risk = "{samples: 3, weight: 1}"
    assert "assumed-risk-target" in codes(uncertain(tmp_path / "a", risk))
    given = uncertain(tmp_path / "b", risk, "quota: {target: 100}\n")
    assert "assumed-risk-target" not in codes(given)


def test_levers_that_may_react_need_outcomes_to_react_to(tmp_path):
    assert "idle-reactive" in codes(uncertain(tmp_path / "a", "{}", levers=REACTIVE))
    assert "idle-reactive" not in codes(uncertain(tmp_path / "b", levers=REACTIVE))
