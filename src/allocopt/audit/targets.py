"""Targets: floors are reached, goals are reached or what is missing is listed."""

from __future__ import annotations

import math
from collections.abc import Iterator

from allocopt.audit.evidence import Evidence, beyond, differs
from allocopt.audit.objective import objective_parts
from allocopt.plan import CONTRIBUTION_PARTS
from allocopt.problem.targets import TargetRule


def targets(e: Evidence) -> Iterator[str]:
    """What is planned towards each target is said right, and what the rules miss is a shortfall."""
    contribution = _contribution(e)
    credited = e.credited
    planned = e.plan["targets"].set_index("name")["planned"]
    for rule in e.problem.targets:
        reached = rule.reached(e.sales, credited, contribution)
        scale = _scale(e, rule)
        said = float(planned.get(rule.name, math.nan))
        if math.isnan(said) or differs(reached, said, scale):
            yield f"targets: {rule.name} is {reached:,.6g}, the plan says {said:,.6g}"
        missing = float(e.shortfall("target_goal").get((rule.name, ""), 0.0))
        if rule.is_rule and beyond(rule.amount, reached + missing, scale):
            name = "target_floor" if rule.hard else "target_goal"
            yield f"{name}: {rule.name} is {reached:,.6g} of {rule.amount:,.6g}"
        if rule.hard and missing > 0:
            yield f"target_floor: {missing:,.6g} of {rule.name} are missing although it is a floor"


def _contribution(e: Evidence) -> float:
    if not any(rule.measure == "contribution" for rule in e.problem.targets):
        return 0.0
    parts = objective_parts(e)
    return sum(parts[name] for name in CONTRIBUTION_PARTS)


def _scale(e: Evidence, rule: TargetRule) -> float:
    """The size of what is added up: sales of the scope, or all the parts of a contribution."""
    if rule.measure == "contribution":
        parts = e.plan.summary["objective_parts"]
        return sum(abs(float(parts[name])) for name in CONTRIBUTION_PARTS)
    return float(e.sales.to_numpy().sum())
