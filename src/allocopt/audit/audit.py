"""Audit: every rule and the objective, recomputed from the problem and the plan's tables."""

from __future__ import annotations

from allocopt.audit import money, people
from allocopt.audit.evidence import Evidence
from allocopt.plan import Plan
from allocopt.problem import Problem

CHECKS = (
    people.coverage,
    people.workload,
    people.balance,
    people.continuity,
    people.headcount,
    money.sales,
    money.lift,
    money.budget,
    money.quotas,
    money.objective,
)


def audit(problem: Problem, plan: Plan) -> tuple[str, ...]:
    """Everything in which a plan breaks its rules, as sentences that begin with the rule's name.

    Uses neither the model nor the solver; an empty answer means that the plan holds.
    """
    evidence = Evidence(problem, plan)
    return tuple(violation for check in CHECKS for violation in check(evidence))
