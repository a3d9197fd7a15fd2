"""Prospects: how demand may come, by place and over time, in the samples of a forecast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.problem import Problem
from allocopt.problem.demand_samples import DemandSamples

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Prospects:
    """Outcomes of demand around what is expected.

    weight (sample,) adds up to 1; factor (sample, unit, period) is demand over expected demand; `demand`
    unit × period [currency/period] is what is expected.
    """

    weight: Floats
    factor: Floats
    demand: pd.DataFrame

    def so_far(self, units: pd.Series[bool], periods: int) -> Floats:
        """Demand of some units in the first periods over what is expected of it; (sample,)."""
        expected = self.demand.to_numpy()[units.to_numpy(), :periods]
        came = self.factor[:, units.to_numpy(), :periods] * expected
        total = expected.sum()
        return came.sum(axis=(1, 2)) / total if total > 0 else np.ones(len(self.weight))

    def at_the_end(self, units: pd.Series[bool]) -> Floats:
        """Demand of some units over the horizon, over what is expected of it; (sample,)."""
        return self.so_far(units, len(self.demand.columns))

    def tail(self, units: pd.Series[bool], share: float, *, low: bool) -> Floats:
        """Mean factor in the lowest or highest share of all cases of some units; (unit, period).

        Other units stay as expected.
        """
        total = self.at_the_end(units)
        order = np.argsort(total if low else -total, kind="stable")
        before = np.cumsum(self.weight[order]) - self.weight[order]
        # Of the outcome in which the tail ends only the part inside it counts.
        inside = np.clip(share - before, 0.0, self.weight[order])
        mean = np.einsum("s,sut->ut", inside, self.factor[order]) / inside.sum()
        return np.where(units.to_numpy()[:, None], mean, 1.0)

    def quantile(self, values: Floats, probability: float) -> float:
        """The least value that is not passed with this probability."""
        order = np.argsort(values, kind="stable")
        reached = np.cumsum(self.weight[order])
        return float(values[order][np.searchsorted(reached, probability - 1e-12)])


def prospects_of(problem: Problem, samples: DemandSamples | None) -> Prospects | None:
    """Prospects of the units of a problem; None where there are no samples."""
    if samples is None:
        return None
    weights, factors = zip(*samples.outcomes(problem.units), strict=True)
    return Prospects(np.array(weights), np.stack(factors), problem.demand)


def most_uncertain_territory(problem: Problem, prospects: Prospects) -> str:
    """The territory whose demand over the horizon moves the most money. [currency]"""
    spread = {
        str(territory): _standard_deviation(prospects, problem.units["territory"] == territory)
        for territory in problem.units["territory"].unique()
    }
    return max(spread, key=lambda territory: spread[territory])


def _standard_deviation(prospects: Prospects, units: pd.Series[bool]) -> float:
    expected = float(prospects.demand[units].to_numpy().sum())
    away = prospects.at_the_end(units) - 1.0
    return expected * float(np.sqrt(prospects.weight @ away**2))
