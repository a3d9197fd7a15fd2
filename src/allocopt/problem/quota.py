"""Quota: the target, how it is split, and the bounds of each quota."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.horizon import company_targets
from allocopt.problem.demand import history_of
from allocopt.scenario import Scenario


@dataclass(frozen=True)
class QuotaRule:
    """How the target becomes quotas.

    `target` [currency per horizon], None: expected sales. `index`, unit × period, says in which proportion
    a target that is given is split; its sum is not zero unless all demand is. `lower`, `upper` by rep
    [currency/period], infinite where there is no bound.
    """

    target: float | None
    over_assignment: float
    index: pd.DataFrame
    lower: pd.Series[float]
    upper: pd.Series[float]
    fairness: float
    shortfall_price: float
    bounded: bool


def quota_rule(
    scenario: Scenario, units: pd.DataFrame, reps: pd.DataFrame, demand: pd.DataFrame
) -> QuotaRule:
    """Target, split and bounds of the quotas.

    A target that is not given is expected sales; where quotas are not proportional to expected sales it
    is the sum of demand, so that the split stays linear.
    """
    section = scenario.config.quota
    target = section.target if section.target is not None else company_target(scenario)
    if target is None and section.method not in ("expected",):
        target = float(demand.to_numpy().sum())
    lower, upper = _quota_bounds(scenario, reps)
    bounded = target is not None or bool((lower > 0).any() or np.isfinite(upper).any())
    return QuotaRule(
        target=target,
        over_assignment=section.over_assignment,
        index=_quota_index(scenario, units, demand),
        lower=lower,
        upper=upper,
        fairness=section.fairness,
        shortfall_price=section.shortfall_price,
        bounded=bounded,
    )


def company_target(scenario: Scenario) -> float | None:
    """The sales target of the company in `targets`, if there is one; checks refuse two."""
    found = company_targets(scenario.table("targets"), scenario.calendar)["amount"]
    return None if found.empty else float(found.iloc[0])


def _quota_bounds(
    scenario: Scenario, reps: pd.DataFrame
) -> tuple[pd.Series[float], pd.Series[float]]:
    """Least and most quota of each rep: as given, else by the allowed change [currency/period]."""
    section, before = scenario.config.quota, reps["quota_before"]
    lower, upper = reps["quota_min"], reps["quota_max"]
    if section.change_min is not None:
        lower = lower.fillna(before * (1 + section.change_min))
    if section.change_max is not None:
        upper = upper.fillna(before * (1 + section.change_max))
    return lower.fillna(0.0), upper.fillna(np.inf)


def _quota_index(scenario: Scenario, units: pd.DataFrame, demand: pd.DataFrame) -> pd.DataFrame:
    """In which proportion units and periods share a target that is given; unit × period, sums to 1."""
    section = scenario.config.quota
    total = float(demand.to_numpy().sum())
    even = pd.Series(1.0 / len(demand.columns), index=demand.columns)
    profile = demand.sum() / total if total > 0 else even
    sources = {"history": history_of(scenario, units), "potential": units["potential"].fillna(0.0)}
    weights = {name: float(section.method == name) for name in sources}
    if section.method == "weighted":
        weights = {"history": section.weights.history, "potential": section.weights.potential}
    index = demand * 0.0
    rest = 1.0
    for name, source in sources.items():
        amount = source.clip(lower=0.0)
        if weights[name] > 0 and amount.sum() > 0:
            share = amount / amount.sum() * weights[name]
            index = index + np.outer(share, profile)
            rest -= weights[name]
    return index + (demand / total * rest if total > 0 else 0.0)
