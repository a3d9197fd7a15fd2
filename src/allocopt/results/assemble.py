"""From a Solution to a Plan: every table of the plan folder, and plan.json."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from allocopt.errors import Severity
from allocopt.forecasting import Forecast
from allocopt.forecasting.outcome_draws import outcome_draws
from allocopt.notes import CHINESE, Note
from allocopt.plan import Plan, named_id
from allocopt.problem import Problem
from allocopt.results.assignments import assignment_table
from allocopt.results.goals import goal_table
from allocopt.results.kpis import contribution, kpi_table
from allocopt.results.limits import limit_table, shortfall_table
from allocopt.results.money import budget_table, sales_table
from allocopt.results.people import rep_table, support_table, time_table
from allocopt.results.quotas import quota_tables
from allocopt.results.risk import outcome_tables
from allocopt.results.targets import target_table
from allocopt.scenario import Scenario
from allocopt.solver import Solution

LIBRARIES = ("allocopt", "highspy", "pyomo", "pandas", "scikit-learn")


def assemble_plan(
    scenario: Scenario, forecast: Forecast, problem: Problem, solution: Solution
) -> Plan:
    """The plan of a solved problem."""
    decisions = solution.decisions
    samples = outcome_draws(scenario, forecast)
    tables = {
        "assignments": assignment_table(problem, decisions),
        "reps": rep_table(problem, decisions),
        "time": time_table(problem, decisions),
        "sales": sales_table(problem, decisions),
        "budget": budget_table(decisions),
        **quota_tables(scenario, forecast.products, problem, decisions, samples),
        "forecast": forecast.table,
        "forecast_nodes": forecast.nodes,
        "past": forecast.past,
        "limits": limit_table(problem, solution),
        "shortfalls": shortfall_table(decisions),
        "targets": target_table(scenario, problem, decisions, samples),
    }
    tables |= outcome_tables(problem, decisions)
    if problem.overlays:
        tables["support"] = support_table(problem, decisions)
    tables["kpis"] = kpi_table(problem, tables, decisions, forecast.error())
    goals, remarks = goal_table(scenario, problem, decisions, tables["kpis"], samples)
    if len(goals):
        tables["goals"] = goals
    if len(forecast.samples):
        tables["samples"] = forecast.samples
    return Plan(_summary(scenario, forecast, problem, solution, remarks), tables)


def _summary(
    scenario: Scenario,
    forecast: Forecast,
    problem: Problem,
    solution: Solution,
    remarks: Sequence[Note],
) -> dict[str, Any]:
    parts = {name: value + 0.0 for name, value in solution.decisions.parts.items()}
    config, calendar = scenario.config, scenario.calendar
    versions = {name: version(name) for name in LIBRARIES} | {"python": platform.python_version()}
    return {
        "id": plan_id(scenario, versions),
        "status": "optimal" if solution.gap <= config.solver.gap + 1e-9 else "feasible",
        "stopped": solution.stopped.value,
        "objective": solution.objective,
        "bound": solution.bound,
        "gap": solution.gap,
        "gap_asked": config.solver.gap,
        "seconds": round(solution.seconds, 3),
        "contribution": contribution(parts),
        "objective_parts": parts,
        "curve_error": curve_error(problem),
        "model": dict(zip(("rows", "columns"), solution.compiled.shape, strict=True)),
        "scenario": {
            "name": scenario.name,
            "title": config.scenario.title or scenario.name,
            "currency": config.scenario.currency,
            "language": config.scenario.language,
        },
        "calendar": {
            "period": calendar.period,
            "labels": list(calendar.labels),
            "plan_start": calendar.plan_start.date().isoformat(),
            "plan_end": calendar.plan_end.date().isoformat(),
        },
        "forecast": _forecast(scenario, forecast),
        "hashes": dict(scenario.hashes),
        "versions": versions,
        "seed": config.solver.seed,
        "parent": None,
        "assumptions": list(scenario.assumptions),
        "findings": _findings(scenario),
        "warnings": _warnings(scenario, forecast, problem),
        "translations": {
            CHINESE: {str(note): note.zh for note in (*forecast.notes, *problem.notes, *remarks)}
        },
        "rules": solution.rules,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _forecast(scenario: Scenario, forecast: Forecast) -> dict[str, Any]:
    """How demand was forecast, and how much each source counted."""
    asked, made = scenario.config.forecast, forecast.provenance
    opinions = [
        {key: row[key] for key in ("source", "scope", "horizon", "weight")}
        for row in forecast.opinions.to_dict("records")
    ]
    return {
        "recipe": asked.recipe,
        "name": forecast.name,
        "interval": asked.interval,
        "wape": forecast.error(),
        "weights": {
            "global_model": float(made["weight"].mean()) if len(made) else 0.0,
            "opinions": opinions,
        },
    }


def _findings(scenario: Scenario) -> list[dict[str, object]]:
    """What is behind the sentences on assumptions and warnings, for other languages."""
    kinds = (Severity.ASSUMPTION, Severity.WARNING)
    chosen = [finding for finding in scenario.findings if finding.severity in kinds]
    return [{"sentence": f.sentence(), **f.as_dict()} for f in chosen]


def _warnings(scenario: Scenario, forecast: Forecast, problem: Problem) -> list[str]:
    found = [f.sentence() for f in scenario.findings if f.severity is Severity.WARNING]
    return [*found, *forecast.notes, *problem.notes]


def plan_id(scenario: Scenario, versions: Mapping[str, str]) -> str:
    """Name of the plan: the scenario's, and a hash of all that decides the result."""
    content = json.dumps([dict(scenario.hashes), dict(versions)], sort_keys=True)
    return named_id(scenario.name, hashlib.sha256(content.encode()).hexdigest()[:8])


def curve_error(problem: Problem) -> float:
    """Most that straight pieces can misstate the contribution by. [currency]"""
    margin = problem.lift_margin
    return float(
        sum(
            worth * curve.error
            for lift in problem.lifts
            for worth, curve in zip(margin[lift.key[1:]], lift.curves, strict=True)
        )
    )
