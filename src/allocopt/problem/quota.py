"""Quota: the target, how it is split, and the bounds of each quota."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.horizon import company_targets
from allocopt.problem.attainable import attainable_shares
from allocopt.problem.demand_samples import DemandSamples
from allocopt.problem.quota_bounds import decided_quotas, quota_bounds
from allocopt.problem.quota_index import quota_index
from allocopt.problem.selling_time import ramp_of, ramp_periods
from allocopt.problem.tenures import Tenures
from allocopt.scenario import Scenario


@dataclass(frozen=True)
class QuotaRule:
    """How the target becomes quotas.

    `target` [currency per horizon], None: expected sales. `index`, unit × period, says in which proportion
    a target that is given is split; its sum is not zero unless all demand is. `relief`, rep × period: the
    part of a share of the target that a newcomer bears. `lower`, `upper` by rep [currency/period], infinite
    where there is no bound. `decided`, rep × period: quotas that people have set, unknown where they have
    not [currency/period]. `attainable`, rep × period: the most of a quota as a share of expected sales,
    None where nothing is asked. `round_to` [currency], None: not rounded.
    """

    target: float | None
    over_assignment: float
    index: pd.DataFrame
    relief: pd.DataFrame
    lower: pd.Series[float]
    upper: pd.Series[float]
    decided: pd.DataFrame
    attainable: pd.DataFrame | None
    fairness: float
    shortfall_price: float
    round_to: float | None

    @property
    def bounded(self) -> bool:
        """Whether anything may keep a quota away from its proportional share."""
        return (
            self.target is not None
            or bool((self.lower > 0).any() or np.isfinite(self.upper).any())
            or bool(self.decided.notna().any(axis=None))
            or self.attainable is not None
        )

    @property
    def asked(self) -> float:
        """What the quotas add up to where a target is given, over-assignment included. [currency]"""
        return (self.target or 0.0) * (1 + self.over_assignment)


def quota_rule(
    scenario: Scenario,
    units: pd.DataFrame,
    reps: pd.DataFrame,
    demand: pd.DataFrame,
    tenures: Tenures,
    samples: DemandSamples | None = None,
) -> QuotaRule:
    """Target, split and bounds of the quotas.

    A target that is not given is expected sales; where quotas are not proportional to expected sales it
    is the sum of demand, so that the split stays linear.
    """
    section = scenario.config.quota
    target = section.target if section.target is not None else company_target(scenario)
    if target is None and section.method != "expected":
        target = float(demand.to_numpy().sum())
    lower, upper = quota_bounds(scenario, units, reps, demand)
    return QuotaRule(
        target=target,
        over_assignment=section.over_assignment,
        index=quota_index(scenario, units, demand),
        relief=_relief(scenario, reps, tenures),
        lower=lower,
        upper=upper,
        decided=_of_those_present(decided_quotas(scenario, reps), tenures),
        attainable=attainable_shares(section.attain_probability, units, reps, demand, samples),
        fairness=section.fairness,
        shortfall_price=section.shortfall_price,
        round_to=section.round_to,
    )


def company_target(scenario: Scenario) -> float | None:
    """The sales target of the company in `targets`, if there is one; checks refuse two."""
    found = company_targets(scenario.table("targets"), scenario.calendar)["amount"]
    return None if found.empty else float(found.iloc[0])


def _relief(scenario: Scenario, reps: pd.DataFrame, tenures: Tenures) -> pd.DataFrame:
    """1 less the asked part of what the ramp lacks; of an open position from its earliest day."""
    ramp = ramp_of(ramp_periods(reps), tenures.days["start"], scenario.calendar)
    return 1 - scenario.config.quota.ramp_relief * (1 - ramp)


def _of_those_present(decided: pd.DataFrame, tenures: Tenures) -> pd.DataFrame:
    """Decided quotas of periods in which the rep may be there; nobody else has a quota."""
    there = tenures.presence.groupby(level="rep").max().reindex(decided.index) > 0
    return decided.where(there)
