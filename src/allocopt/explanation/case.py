"""Case: the plan that is explained, with the problem that it answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from allocopt.forecasting import Forecast, forecast_scenario
from allocopt.plan import Plan
from allocopt.planning import limits_of, problem_of
from allocopt.problem import Problem
from allocopt.scenario import Scenario
from allocopt.solver import Limits
from allocopt.whatif.forecasts import stored_forecast


@dataclass(frozen=True)
class Case:
    """A plan, the scenario and the forecast that it was made from, and its problem."""

    plan: Plan
    scenario: Scenario
    forecast: Forecast
    problem: Problem

    @property
    def limits(self) -> Limits:
        """How its plans are solved: to proof, with the plan's seed and threads."""
        return replace(limits_of(self.scenario), gap=0.0, node_limit=None)

    def problem_for(self, scenario: Scenario) -> Problem:
        """The problem of a changed scenario with the same forecast."""
        return _comparable(problem_of(scenario, self.forecast), self.plan)


def case_of(plan: Plan, scenario: Scenario) -> Case:
    """The case of a plan; demand is as the plan has it."""
    forecast = stored_forecast(plan, scenario)
    forecast = forecast_scenario(scenario) if forecast is None else forecast
    return Case(plan, scenario, forecast, _comparable(problem_of(scenario, forecast), plan))


def _comparable(problem: Problem, plan: Plan) -> Problem:
    """The problem whose optimum can be compared after any change.

    No two reps are swapped freely, since a change may be about one of them. What was evened out before all
    else stays as even as in the plan.
    """
    held = [
        rule if rule.order is None else replace(rule, most_outside=_outside(plan, rule.measure))
        for rule in problem.balance
    ]
    return replace(problem, interchangeable=(), balance=tuple(held))


def _outside(plan: Plan, measure: str) -> float | None:
    """The most that the plan lets lie outside the bands of a measure; None where it has no limit."""
    limits = plan["limits"]
    rows = limits[(limits["rule"] == "outside_limit") & (limits["item"] == measure)]
    most: pd.Series[float] = rows["upper"].dropna()
    return float(most.iloc[0]) if len(most) else None
