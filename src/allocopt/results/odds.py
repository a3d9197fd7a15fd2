"""Odds: how much of a target comes in each outcome of demand, and how likely it is reached."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.model import Decisions
from allocopt.problem import Problem
from allocopt.problem.demand_samples import DemandSamples
from allocopt.problem.targets import TargetRule
from allocopt.results.attainment import ROUNDING

Floats = npt.NDArray[np.float64]


def reached_in_outcomes(
    problem: Problem,
    decisions: Decisions,
    rules: Iterable[TargetRule],
    samples: DemandSamples,
    contribution: float,
) -> dict[str, Floats]:
    """By name of the target what comes of it in each outcome, shape (sample,) [currency].

    A unit sells its planned sales times demand over mean demand, at most what it can buy; time and money
    stay where the plan has put them. `contribution` is the plan's.
    """
    rules = tuple(rules)
    weights = {rule.name: _weights(problem, decisions, rule) for rule in rules}
    planned = decisions.sales.to_numpy()
    # Sales above the ceiling are possible where a plan sells more than demand: they stay.
    most = np.maximum(problem.ceiling.to_numpy(), planned)
    reached: dict[str, list[float]] = {rule.name: [] for rule in rules}
    for _, relative in samples.outcomes(problem.units):
        sold = np.minimum(planned * relative, most)
        for rule in rules:
            changed = sold - planned if rule.measure == "contribution" else sold
            reached[rule.name].append(float((changed * weights[rule.name]).sum()))
    plus = {rule.name: contribution * (rule.measure == "contribution") for rule in rules}
    return {name: np.array(values) + plus[name] for name, values in reached.items()}


def _weights(problem: Problem, decisions: Decisions, rule: TargetRule) -> Floats:
    """What one unit of sales counts for a target; shape (unit, period)."""
    units, periods = problem.units.index, list(problem.periods)
    if rule.rep:
        stints = problem.credited_stints(decisions.shares, decisions.sales)
        own = stints[stints.index.get_level_values("rep") == rule.rep].groupby(level="unit").sum()
        part = own.reindex(units).fillna(0.0) / decisions.sales.where(decisions.sales > 0)
        return np.asarray(part[periods].fillna(0.0) * rule.share)
    weight = problem.units["margin"] if rule.measure == "contribution" else rule.units
    of_unit = pd.Series(weight, dtype=float).reindex(units).fillna(0.0).to_numpy()
    return np.outer(of_unit, rule.share.to_numpy())


def chance(reached: Floats, amount: float, weight: Floats) -> float:
    """Weight of the outcomes in which at least the amount comes."""
    return float(weight @ (reached >= amount - ROUNDING * abs(amount)))
