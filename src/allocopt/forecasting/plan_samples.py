"""Samples of a plan: the few weighted demand scenarios that it is made for beside the expected one.

From history they are chosen among the joint scenarios of the forecast by fast forward selection. Given
demand has bounds and no word on what moves together: then all cells are low together and high together,
which of all joint distributions with these bounds gives sums the largest conditional value at risk
(Dhaene, Denuit, Goovaerts, Kaas and Vyncke, 2002, "The concept of comonotonicity in actuarial science
and finance: theory").
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.panel import KEYS
from allocopt.forecasting.result import SAMPLES, Forecast
from allocopt.forecasting.uncertainty.reduction import (
    distances,
    forward_selection,
    weights_of_kept,
)
from allocopt.problem.demand_samples import DemandSamples

if TYPE_CHECKING:
    from allocopt.scenario import Scenario


def plan_samples(scenario: Scenario, forecast: Forecast) -> pd.DataFrame:
    """Rows of `Forecast.samples`: as many scenarios as `risk.samples` asks for beside the expected one."""
    keep = scenario.config.risk.samples - 1
    if keep < 1:
        return forecast.samples.iloc[:0]
    if len(forecast.samples):
        return reduce_samples(forecast.samples, keep)
    return samples_of_bounds(forecast.table, keep, scenario.config.forecast.interval)


def reduce_samples(samples: pd.DataFrame, keep: int) -> pd.DataFrame:
    """The scenarios that stand best for all, by what each territory sells in each period.

    A scenario that is dropped gives its weight to the nearest kept one (Heitsch and Römisch, 2003,
    algorithm 2.4 and theorem 2.1).
    """
    weight = samples.groupby("sample", sort=False)["weight"].first()
    if len(weight) <= keep:
        return samples
    distance = distances(_totals(samples).loc[weight.index].to_numpy())
    before = weight.to_numpy()
    kept = forward_selection(distance, keep, before)
    after = pd.Series(weights_of_kept(distance, kept, before), index=weight.index[kept])
    rows = samples[samples["sample"].isin(after.index)]
    return rows.assign(weight=rows["sample"].map(after)).reset_index(drop=True)


def _totals(samples: pd.DataFrame) -> pd.DataFrame:
    """Demand of each territory and of all in each period; sample × (territory, period)."""
    cells = samples[samples["unit"].fillna("") == ""]
    sums = cells.groupby(["sample", "territory", "period"])["demand"].sum()
    by_place = sums.unstack(["territory", "period"]).fillna(0.0)
    return pd.concat([by_place, by_place.T.groupby(level="period").sum().T], axis=1)


def samples_of_bounds(table: pd.DataFrame, count: int, coverage: float) -> pd.DataFrame:
    """Equally likely scenarios in which every row of a forecast is at the same quantile.

    Each side of the mean is half a normal distribution through the bound, which is passed in (1 −
    coverage) / 2 of all cases. Rows without bounds are certain; nothing is drawn where no row has any.
    """
    demand = _quantiles(table, count, coverage)
    if not len(demand):
        return pd.DataFrame(columns=SAMPLES)
    draws = [
        table[[*KEYS, "period"]].assign(sample=str(number + 1), weight=1.0 / count, demand=row)
        for number, row in enumerate(demand)
    ]
    return pd.concat(draws, ignore_index=True)[SAMPLES]


def draws_of_bounds(
    table: pd.DataFrame, count: int, coverage: float, periods: Sequence[str]
) -> DemandSamples | None:
    """The same scenarios in arrays, of these periods; None where nothing is drawn."""
    drawn = _quantiles(table, count, coverage)
    if not len(drawn):
        return None
    keys = table[KEYS].drop_duplicates(ignore_index=True)
    key = pd.MultiIndex.from_frame(keys).get_indexer(pd.MultiIndex.from_frame(table[KEYS]))
    period = pd.Index(periods).get_indexer(pd.Index(table["period"]))
    inside = period >= 0
    place = key[inside] * len(periods) + period[inside]
    demand = np.full((count, len(keys) * len(periods)), np.nan)
    demand[:, place] = 0.0
    np.add.at(demand.T, place, drawn[:, inside].T)
    weight = np.full(count, 1.0 / count)
    return DemandSamples(keys, tuple(periods), weight, demand.reshape(count, len(keys), -1))


def _quantiles(table: pd.DataFrame, count: int, coverage: float) -> FloatArray:
    """Demand of each row at evenly spread quantiles, shape (count, row); none where no row has bounds."""
    known = table["lower"].notna() & table["upper"].notna()
    if not known.any():
        return np.empty((0, len(table)))
    reach = NormalDist().inv_cdf((1 + coverage) / 2)
    ways = [NormalDist().inv_cdf((number + 0.5) / count) / reach for number in range(count)]
    return np.array([_at(table, way) for way in ways])


def _at(table: pd.DataFrame, way: float) -> FloatArray:
    """Demand so far on the way to a bound: −1 is the lower one, 0 the mean, 1 the upper one."""
    bound = table["lower"] if way < 0 else table["upper"]
    away = (bound - table["mean"]).fillna(0.0).to_numpy(dtype=float)
    return np.asarray(np.maximum(table["mean"].to_numpy(dtype=float) + abs(way) * away, 0.0))
