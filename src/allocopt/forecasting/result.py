"""Result: the tables that a forecast consists of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

import numpy as np
import pandas as pd

from allocopt.forecasting.evaluation import ACCURACY
from allocopt.forecasting.levels import CELL
from allocopt.forecasting.panel import KEYS, PanelReport
from allocopt.notes import Note
from allocopt.problem.demand_samples import DemandSamples

BOUNDS = ["period", "mean", "lower", "upper", "median"]
TABLE = [*KEYS, *BOUNDS]
NODES = ["node", *BOUNDS]
PAST = [*CELL, "period", "sales"]
PROVENANCE = [*KEYS, "forecaster", "why", "recipe", "weight"]
PRODUCTS = [*CELL, "product", "channel", "period", "mean"]
TESTED = ["origin", *KEYS, "period", "actual", "mean", "lower", "upper"]
SAMPLES = ["sample", "weight", *KEYS, "period", "demand"]
TEXT = {
    *KEYS,
    "sample",
    "node",
    "period",
    "origin",
    "product",
    "channel",
    "forecaster",
    "why",
    "recipe",
    "metric",
    "level",
}


def _empty(columns: Sequence[str]) -> pd.DataFrame:
    # Written to, a shallow copy becomes a frame of its own.
    return _made_empty(tuple(columns)).copy(deep=False)


@cache
def _made_empty(columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {column: pd.Series(dtype="str" if column in TEXT else "float64") for column in columns}
    )


class Drawn(Protocol):
    """What joint scenarios of demand are drawn from."""

    def draws(self, keep: int) -> DemandSamples | None:
        """Weighted joint scenarios, at most `keep`; None where too little is known for any."""


@dataclass(frozen=True)
class Forecast:
    """Expected sales [currency per plan period], their bounds, and how they were made.

    `table` [territory, segment, unit, period, mean, lower, upper, median] has a row per cell (unit
    "") and one per unit with a forecast of its own; cells are the sums of their units and of sales
    that name no unit. Where pipeline or judgement speak, columns of theirs and `statistical` stand
    beside the mean that is blended from them. `nodes` [node, period, mean, lower, upper, median]: the
    territory tree and the company (node ""). `products` [territory, segment, product, channel,
    period, mean] where history names them; sums agree with the cells. `past` [territory, segment, period,
    sales]; `accuracy` of the back-test, of the forecaster called `name` and of simple ones;
    `provenance` [territory, segment, unit, forecaster, why, recipe, weight]; `opinions` how pipeline
    and judgement were weighed; `effects` what events do; `samples` [sample, weight, …, demand]
    weighted joint scenarios; `report` what was found in the history; `tested` [origin, territory, segment,
    unit, period, actual, mean, lower, upper] the forecasts of a back-test. `estimate`: what further
    scenarios are drawn from. `notes` are sentences for people. Bounds are NaN only where demand was
    given without them.
    """

    table: pd.DataFrame
    nodes: pd.DataFrame
    past: pd.DataFrame
    accuracy: pd.DataFrame
    provenance: pd.DataFrame
    notes: tuple[Note, ...] = ()
    name: str = ""
    products: pd.DataFrame = field(default_factory=lambda: _empty(PRODUCTS))
    samples: pd.DataFrame = field(default_factory=lambda: _empty(SAMPLES))
    opinions: pd.DataFrame = field(default_factory=pd.DataFrame)
    effects: pd.DataFrame = field(default_factory=pd.DataFrame)
    report: PanelReport | None = None
    tested: pd.DataFrame = field(default_factory=lambda: _empty(TESTED))
    estimate: Drawn | None = field(default=None, repr=False, compare=False)

    def draws(self, count: int) -> DemandSamples | None:
        """Weighted joint scenarios, at most `count`; None where history is too short, or not used."""
        return None if self.estimate is None else self.estimate.draws(count)

    def error(self, level: str = "cell", metric: str = "wape") -> float | None:
        """Back-test error of the forecaster, None where nothing could be compared."""
        rows = self.accuracy
        rows = rows[(rows["level"] == level) & (rows["metric"] == metric)]
        rows = rows[rows["forecaster"] == self.name]
        return float(rows["value"].iloc[0]) if len(rows) else None


def nothing(notes: Sequence[Note]) -> Forecast:
    """A forecast of nothing at all, and why."""
    return Forecast(
        _empty(TABLE),
        _empty(NODES),
        _empty(PAST),
        _empty(ACCURACY),
        _empty(PROVENANCE),
        tuple(notes),
    )


def long_rows(keys: pd.DataFrame, labels: Sequence[str], **values: np.ndarray) -> pd.DataFrame:
    """Long rows: each key with each period, and a column per array (key, period)."""
    rows = keys.loc[keys.index.repeat(len(labels))].reset_index(drop=True)
    rows["period"] = pd.Series(list(labels) * len(keys), dtype="str")
    return rows.assign(**{name: figures.ravel() for name, figures in values.items()})
