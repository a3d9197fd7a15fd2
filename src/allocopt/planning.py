"""Planning: the main job from a scenario to an audited plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Event

from allocopt.audit import audit
from allocopt.decomposition import solve_as_asked
from allocopt.errors import AuditFailed
from allocopt.forecasting import Forecast, forecast_scenario
from allocopt.forecasting.outcome_draws import outcome_draws
from allocopt.forecasting.plan_samples import plan_samples
from allocopt.plan import Plan
from allocopt.problem import Problem, build_problem
from allocopt.results import assemble_plan
from allocopt.scenario import Scenario
from allocopt.solver import Limits, Watch
from allocopt.stages import even_out, part_of_time

Progress = Callable[[float, str], None]


def plan_scenario(
    scenario: Scenario,
    *,
    forecast: Forecast | None = None,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> Plan:
    """Forecasts, solves and audits a scenario.

    `progress(share done, message)` hears about each step; `stop` ends the search with the best plan so
    far. Raises DataError when units or reps are missing, Infeasible with the rules in conflict,
    NoPlanInTime, SolverFailed, AuditFailed when the plan does not survive its own recomputation.
    """
    tell = progress or (lambda done, message: None)
    scenario.need("units", "reps")
    tell(0.0, "Forecasting demand")
    if forecast is None:
        forecast = forecast_scenario(scenario)
    problem = problem_of(scenario, forecast)
    tell(0.2, f"Solving {len(problem.units)} units × {len(problem.reps)} reps")
    limits = limits_of(scenario)
    watch = Watch(stop or Event(), _reporter(tell, limits))
    problem = even_out(problem, limits, watch)
    limits = replace(limits, time_limit=part_of_time(problem, limits))
    solution = solve_as_asked(scenario, problem, limits, watch, _in_regions(tell))
    tell(0.95, "Auditing the plan")
    plan = assemble_plan(scenario, forecast, problem, solution)
    if violations := audit(problem, plan):
        raise AuditFailed(violations)
    tell(1.0, "Done")
    return plan


def problem_of(scenario: Scenario, forecast: Forecast) -> Problem:
    """The Problem of a scenario, with the outcomes of demand that it is to be planned for."""
    asked = scenario.config.quota.attain_probability is not None
    draws = outcome_draws(scenario, forecast) if asked else None
    return build_problem(scenario, forecast.table, plan_samples(scenario, forecast), draws)


def limits_of(scenario: Scenario) -> Limits:
    """Limits of the search, from the section `solver`."""
    section = scenario.config.solver
    return Limits(
        time_limit=section.time_limit,
        gap=section.gap,
        threads=section.threads,
        seed=section.seed,
        node_limit=section.work_limit,
    )


def _in_regions(tell: Progress) -> Progress:
    """What the regions of a large plan report, as a share of the whole job."""
    return lambda share, note: tell(0.2 + 0.75 * min(share, 1.0), note)


def _reporter(tell: Progress, limits: Limits) -> Callable[[float, float, float], None]:
    def report(seconds: float, objective: float, bound: float) -> None:
        share = 0.2 + 0.75 * min(seconds / limits.time_limit, 1.0)
        gap = (bound - objective) / max(abs(objective), 1e-9)
        known = abs(objective) < 1e100 and abs(bound) < 1e100
        tell(share, f"Best plan {objective:,.0f}, gap {gap:.2%}" if known else "Looking for a plan")

    return report
