"""Changes: from a plan or a scenario to the plan of a changed world."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Protocol

from allocopt.forecasting import Forecast, forecast_scenario
from allocopt.plan import Plan, load_plan, load_plan_scenario
from allocopt.planning import plan_scenario
from allocopt.scenario import Scenario
from allocopt.whatif.forecasts import same_forecast, stored_forecast


class Solve(Protocol):
    """How a changed scenario becomes a plan.

    Raises what `planning.plan_scenario` raises.
    """

    def __call__(self, scenario: Scenario, forecast: Forecast) -> Plan:
        """The audited plan of a scenario whose demand is forecast already."""


def solve_cold(scenario: Scenario, forecast: Forecast) -> Plan:
    """The plan of a scenario, solved from nothing."""
    return plan_scenario(scenario, forecast=forecast)


@dataclass(frozen=True)
class Basis:
    """What a what-if starts from: a scenario, and the plan that was made of it where there is one.

    `given` is the forecast where it is known already.
    """

    scenario: Scenario
    plan: Plan | None = None
    given: Forecast | None = None

    @cached_property
    def forecast(self) -> Forecast:
        """Demand as the plan has it; made once where no plan has it."""
        return self.given if self.given is not None else forecast_scenario(self.scenario)

    def forecast_for(self, scenario: Scenario) -> Forecast:
        """The forecast of a changed scenario: the same one unless what it is made from has changed."""
        if same_forecast(self.scenario, scenario):
            return self.forecast
        return forecast_scenario(scenario)

    def parent_of(self, plan: Plan) -> Plan:
        """A changed plan that names the plan of this basis as its parent."""
        parent = None if self.plan is None else self.plan.summary["id"]
        return replace(plan, summary={**plan.summary, "parent": parent})


def basis_of_plan(folder: str | Path) -> Basis:
    """The basis of a plan folder: its own inputs and forecast.

    Raises DataError when the folder is not a whole plan.
    """
    plan, scenario = load_plan(folder), load_plan_scenario(folder)
    return Basis(scenario, plan, stored_forecast(plan, scenario))


def basis_of_scenario(scenario: Scenario, solve: Solve | None = None) -> Basis:
    """The basis of a scenario; `solve` makes its plan, without it there is none."""
    basis = Basis(scenario)
    return basis if solve is None else replace(basis, plan=solve(scenario, basis.forecast))


def solve_changed(basis: Basis, scenario: Scenario, solve: Solve = solve_cold) -> Plan:
    """The plan of a changed scenario; its `parent` is the plan that the change starts from.

    Raises what `solve` raises.
    """
    return basis.parent_of(solve(scenario, basis.forecast_for(scenario)))
