"""Audit: every rule and the objective, recomputed from the problem and the plan's tables."""

from __future__ import annotations

from allocopt.audit import (
    balance,
    budget,
    contiguity,
    continuity,
    coverage,
    headcount,
    objective,
    overlays,
    quota,
    renewals,
    risk,
    sales,
    supply,
    targets,
    travel,
    workload,
)
from allocopt.audit.evidence import Evidence
from allocopt.plan import Plan
from allocopt.problem import Problem

CHECKS = (
    coverage.coverage,
    workload.workload,
    overlays.overlays,
    balance.balance,
    travel.travel,
    continuity.continuity,
    renewals.renewals,
    contiguity.contiguity,
    headcount.headcount,
    sales.sales,
    sales.lift,
    supply.supply,
    budget.budget,
    quota.quotas,
    quota.rounding,
    quota.cuts,
    quota.tree,
    quota.attainment,
    targets.targets,
    risk.risk,
    objective.objective,
)


def audit(problem: Problem, plan: Plan) -> tuple[str, ...]:
    """Everything in which a plan breaks its rules, as sentences that begin with the rule's name.

    Uses neither the model nor the solver; an empty answer means that the plan holds.
    """
    evidence = Evidence(problem, plan)
    return tuple(violation for check in CHECKS for violation in check(evidence))
