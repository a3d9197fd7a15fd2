"""Quota index: in which proportion units and periods share a target, by each method."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.problem.deals import expected_of_deals
from allocopt.problem.demand import history_of
from allocopt.scenario import Scenario


def quota_index(scenario: Scenario, units: pd.DataFrame, demand: pd.DataFrame) -> pd.DataFrame:
    """Share of each unit and period in a target that is given; unit × period, adds up to 1.

    The index of a method is spread over the periods as demand is. What is without any amount (no history,
    no potential) leaves its weight to demand. Weighted indices: Zoltners, Sinha and Lorimer (2006, ch. 8).
    """
    total = float(demand.to_numpy().sum())
    even = pd.Series(1.0 / len(demand.columns), index=demand.columns)
    profile = demand.sum() / total if total > 0 else even
    index, rest = demand * 0.0, 1.0
    for source, weight in _weights(scenario).items():
        amount = _amounts(source, scenario, units, demand).clip(lower=0.0)
        if weight > 0 and amount.sum() > 0:
            index = index + np.outer(amount / amount.sum() * weight, profile)
            rest -= weight
    return index + (demand / total * rest if total > 0 else 0.0)


def _weights(scenario: Scenario) -> dict[str, float]:
    """Weight of each source; demand has the rest."""
    section = scenario.config.quota
    if section.method == "weighted":
        return section.weights.model_dump()
    return {section.method: 1.0} if section.method not in ("expected", "baseline") else {}


def _amounts(
    source: str, scenario: Scenario, units: pd.DataFrame, demand: pd.DataFrame
) -> pd.Series[float]:
    """What a source says of each unit; only its proportions matter."""
    if source == "potential":
        return units["potential"].fillna(0.0)
    if source == "pipeline":
        return expected_of_deals(scenario, units, demand.sum(axis=1))
    past = history_of(scenario, units)
    return past if source == "history" else _grown(past, units, demand)


def _grown(past: pd.Series[float], units: pd.DataFrame, demand: pd.DataFrame) -> pd.Series[float]:
    """History of each unit, times demand over history of its territory.

    A territory without a past takes its demand as it is.
    """
    expected, place = demand.sum(axis=1), units["territory"]
    before = past.groupby(place).transform("sum")
    growth = expected.groupby(place).transform("sum") / before.where(before > 0)
    return (past * growth).fillna(expected)
