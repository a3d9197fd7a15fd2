"""Risk: the outcomes of demand that a plan is made for, and the shortfall that it avoids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from allocopt.problem.demand_samples import COLUMNS as SAMPLE_COLUMNS
from allocopt.problem.demand_samples import samples_of_table
from allocopt.problem.quota import company_target
from allocopt.scenario import Scenario

# The outcome in which demand comes as expected: what the plan's own tables show.
EXPECTED = "expected"


@dataclass(frozen=True)
class RiskRule:
    """Outcomes of demand, and what sales may miss of the target in the worst of them.

    weight: probability of each sample; what they leave of 1 is that of the expected outcome. factor: demand
    of a sample as a multiple of expected demand, (sample, unit) × period; its weighted mean is 1, so that
    demand is what is expected over all outcomes. target [currency per horizon]; `price` of each unit of
    the mean shortfall in the worst 1 − `level` of all cases. reactive: levers whose spend follows demand.
    """

    weight: pd.Series[float]
    factor: pd.DataFrame
    target: float
    level: float
    price: float
    reactive: frozenset[str]

    @cached_property
    def weights(self) -> dict[str, float]:
        """Probability of every outcome, the expected one first."""
        expected = 1.0 - float(self.weight.sum())
        samples = zip(self.weight.index, self.weight, strict=True)
        return {EXPECTED: expected, **{str(name): float(weight) for name, weight in samples}}


def risk_rule(
    scenario: Scenario,
    units: pd.DataFrame,
    demand: pd.DataFrame,
    samples: pd.DataFrame | None = None,
) -> RiskRule | None:
    """The rule of a scenario that asks for samples or weighs risk; None of any other.

    `samples` [sample, weight, territory, segment, unit, period, demand] are the outcomes beside the
    expected one, which counts as one of `risk.samples` equally.
    """
    section = scenario.config.risk
    if section.samples == 0 and section.weight == 0:
        return None
    if samples is None:
        samples = pd.DataFrame(columns=SAMPLE_COLUMNS)
    weight = samples.groupby("sample", sort=False)["weight"].first().astype(float)
    rest = 1.0 - 1.0 / max(section.samples, 1)
    factor = sample_factors(samples, units, list(demand.columns))
    return RiskRule(
        weight=weight / weight.sum() * rest if len(weight) else weight,
        factor=factor,
        target=_target(scenario, demand),
        level=section.cvar_level,
        price=section.weight,
        reactive=_reactive_levers(scenario),
    )


def _target(scenario: Scenario, demand: pd.DataFrame) -> float:
    """What sales are measured against: the target that is given, else all demand. [currency]"""
    target = scenario.config.quota.target
    if target is None:
        target = company_target(scenario)
    return float(demand.to_numpy().sum()) if target is None else target


def _reactive_levers(scenario: Scenario) -> frozenset[str]:
    levers = scenario.table("levers")
    return frozenset(levers.loc[levers["reactive"].fillna(value=False), "lever"])


def sample_factors(
    samples: pd.DataFrame, units: pd.DataFrame, periods: Sequence[str]
) -> pd.DataFrame:
    """Demand of each sample over its weighted mean; (sample, unit) × period."""
    drawn = samples_of_table(samples, periods)
    if drawn is None:
        index = pd.MultiIndex.from_tuples([], names=["sample", "unit"])
        return pd.DataFrame(index=index, columns=list(periods), dtype=float)
    names = samples["sample"].drop_duplicates()
    frames = {
        name: pd.DataFrame(relative, index=units.index, columns=list(periods))
        for name, (_, relative) in zip(names, drawn.outcomes(units), strict=True)
    }
    together: pd.DataFrame = pd.concat(frames, names=["sample", "unit"])
    return together


def shortfall_at_risk(
    shortfall: Mapping[str, float], weights: Mapping[str, float], level: float
) -> tuple[float, float]:
    """Value at risk and conditional value at risk of a shortfall that is known by outcome. [currency]

    The value at risk is the least amount that is not passed with probability `level`; the conditional one
    the mean of the worst 1 − level of all cases (Rockafellar and Uryasev, 2002, proposition 8).
    """
    reached = 0.0
    at_risk = 0.0
    for name in sorted(shortfall, key=lambda name: shortfall[name]):
        reached, at_risk = reached + weights[name], shortfall[name]
        if reached >= level - 1e-12:
            break
    beyond = sum(weights[name] * max(shortfall[name] - at_risk, 0.0) for name in shortfall)
    return at_risk, at_risk + beyond / (1 - level)
