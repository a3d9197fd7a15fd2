"""Warm: a changed scenario solved from the plan before it, as `plan_scenario` does from nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass
from threading import Event

from allocopt.audit.evidence import Evidence
from allocopt.decomposition.solve import ONE_MODEL
from allocopt.forecasting import Forecast
from allocopt.plan import Plan
from allocopt.planning import Progress, limits_of, plan_scenario, problem_of
from allocopt.problem import Problem
from allocopt.scenario import Scenario
from allocopt.solver import Watch
from allocopt.solver.conflict.conflicts import unreachable
from allocopt.solver.warm.standing import Chosen, NotCarried, first_standing
from allocopt.whatif.session import World, held_in, stands, without_order


def plan_from(
    before: Plan,
    scenario: Scenario,
    *,
    forecast: Forecast,
    progress: Progress | None = None,
    stop: Event | None = None,
    near: float = 0.0,
) -> Plan:
    """The audited plan of a changed scenario, whose search starts from who covers what before.

    It ends within the scenario's gap, or within the gap `near`.

    A problem that is solved in rounds, stages or regions, or by a limit of work, is solved from nothing,
    and so is one that the plan before does not help with. Raises what `plan_scenario` raises.
    """
    tell, began = progress or (lambda done, message: None), time.monotonic()
    scenario.need("units", "reps")
    problem = without_order(problem_of(scenario, forecast))
    if _is_one_search(scenario, problem):
        tell(0.2, f"Solving {len(problem.units)} units × {len(problem.reps)} reps")
        evidence = Evidence(problem, before)
        chosen = Chosen(held_in(evidence), evidence.hired)
        try:
            watch = Watch(stop or Event())
            standing = first_standing(problem, chosen, limits_of(scenario), watch, near)
        except NotCarried:
            standing = None
        if standing is not None:
            tell(0.95, "Auditing the plan")
            seconds = time.monotonic() - began
            return World(scenario, forecast, problem, standing, None, seconds).audited
    return plan_scenario(scenario, forecast=forecast, progress=progress, stop=stop)


@dataclass(frozen=True)
class WarmSolve:
    """Solves changed scenarios from one plan, each until it is as near to its bound as that plan is."""

    before: Plan

    def __call__(self, scenario: Scenario, forecast: Forecast) -> Plan:
        """The audited plan of a scenario whose demand is forecast already."""
        near = float(self.before.summary["gap"])
        return plan_from(self.before, scenario, forecast=forecast, near=near)


def _is_one_search(scenario: Scenario, problem: Problem) -> bool:
    """Whether a problem is solved as one model, and a plan of it is possible at all."""
    section = scenario.config.solver
    large = len(problem.stints) * len(problem.periods) > ONE_MODEL
    whole = section.regions == "off" or (section.regions == "auto" and not large)
    return whole and section.work_limit is None and stands(problem) and not unreachable(problem)
