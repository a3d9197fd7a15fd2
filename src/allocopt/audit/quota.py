"""Quota: bounds, sums and what misses the target."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from allocopt.audit.evidence import Evidence, cells_beyond, differs


def proportional_quotas(e: Evidence) -> pd.DataFrame:
    """The proportional share of the target of each rep; rep × period."""
    rule, problem = e.problem.quota, e.problem
    raised = 1 + rule.over_assignment
    if rule.target is None:
        return raised * problem.credited(e.shares, e.sales)
    return raised * rule.target * problem.by_rep(e.shares, rule.index)


def quotas(e: Evidence) -> Iterator[str]:
    """Quotas keep their bounds, add up, and what misses the target is listed."""
    rule, problem = e.problem.quota, e.problem
    given = e.quotas("rep").reindex(problem.reps.index).fillna(0.0)
    share = proportional_quotas(e)
    # A target that is given is asked for whole, whether or not every unit has a rep.
    target = float(share.to_numpy().sum())
    if rule.target is not None:
        target = rule.target * (1 + rule.over_assignment)
    missing = float(e.shortfall("quota_target").sum())
    if differs(abs(target - float(given.to_numpy().sum())), missing, target):
        yield f"quota_target: quotas add up to {given.to_numpy().sum():,.6g}, {target:,.6g} asked"
    if not rule.bounded:
        yield from cells_beyond("quota_share", (given - share).abs(), share * 0.0, target)
    yield from _quota_bounds(e, given, target)
    total = e.quotas("company").sum()
    if any(differs(total[period], given[period].sum(), target) for period in e.periods):
        yield "quotas: the company's quota is not the sum of the reps'"


def _quota_bounds(e: Evidence, given: pd.DataFrame, target: float) -> Iterator[str]:
    rule, present = e.problem.quota, e.taken(e.problem.tenures.presence)
    lower = present.mul(rule.lower, axis=0)
    yield from cells_beyond("quota_floor", lower, given, target)
    bounded = (rule.upper < math.inf) | ~e.there
    upper = present.mul(rule.upper.where(rule.upper < math.inf, 0.0), axis=0)
    yield from cells_beyond("quota_ceiling", given[bounded], upper[bounded], target)
