"""Travel: all reps together stay within what is allowed."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.audit.evidence import Evidence, beyond


def travel(e: Evidence) -> Iterator[str]:
    """Travel is no more than the limit."""
    rule = e.problem.travel
    if rule is None or rule.most is None:
        return
    hours = rule.hours(e.problem.stint_travel, e.shares)
    if beyond(hours, rule.most):
        yield f"travel_limit: {hours:,.6g} h of travel, at most {rule.most:,.6g} are allowed"


def travel_cost(e: Evidence) -> float:
    """Cost of travel. [currency]"""
    rule = e.problem.travel
    return 0.0 if rule is None else rule.cost * rule.hours(e.problem.stint_travel, e.shares)
