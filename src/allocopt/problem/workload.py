"""Workload: overtime and its price."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from allocopt.scenario import Scenario


@dataclass(frozen=True)
class WorkloadRule:
    """Hours beyond selling time: `overtime_max` as a share of it, at `overtime_cost` [currency/h].

    Where `hard` is false, hours beyond overtime are a shortfall at the same price.
    """

    hard: bool
    overtime_max: float
    overtime_cost: float


def workload_rule(
    scenario: Scenario,
    units: pd.DataFrame,
    demand: pd.DataFrame,
    pairs: pd.DataFrame,
    need: pd.DataFrame,
) -> WorkloadRule:
    """Overtime and its price: as given, else twice what an average hour brings."""
    section = scenario.config.workload
    cost = section.overtime_cost
    if cost is None:
        worth = float(demand.mul(units["margin"], axis=0).to_numpy().sum())
        worth += float(pairs["value"].fillna(0.0).groupby(level="unit").max().clip(lower=0).sum())
        # A pair's hours stand for the unit's; units without an eligible rep count with their own.
        needed = pairs["hours"].groupby(level="unit").mean().reindex(units.index)
        hours = float((needed.fillna(units["hours"]) * need.sum(axis=1)).sum())
        cost = 2 * worth / hours if hours > 0 and worth > 0 else 1.0
    return WorkloadRule(section.hard, section.overtime_max, cost)
