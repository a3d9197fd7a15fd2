"""Members: the forecasters that a panel's forecast is blended from.

Every node has a local forecast made from its own history, and one of a global model that learns
over all nodes how local forecasts err. Nodes with sales in most periods and intermittent ones have
a global model each: one is trained to the median in raw and log space, the other to the mean by a
Poisson loss, because the median of intermittent demand is biased to zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from allocopt.forecasting.arrays import BoolArray, FloatArray, IntArray
from allocopt.forecasting.engine.task import Task
from allocopt.forecasting.kernels import local_forecast, tsb
from allocopt.forecasting.kernels.year import year_forecast
from allocopt.forecasting.options import Options
from allocopt.forecasting.stack import Stack, StackOptions, train_stack

# A global model of fewer nodes than this has nothing to learn that the local forecast misses.
FEW_NODES = 30
# Rows of history that are forecast at once; bounds memory.
CHUNK = 4_000


@dataclass(frozen=True)
class Base:
    """Forecasts of every node before they are made to agree, arrays (node, horizon).

    `stack` equals `local` where there is no global model; `quantiles` are conditional quantiles of
    the global model, keyed by probability.
    """

    local: FloatArray
    stack: FloatArray
    quantiles: Mapping[float, FloatArray]


@dataclass(frozen=True)
class Members:
    """Trained global models, one for each class of nodes that has enough of them.

    `year` is the share of the year forecast in the local one of nodes with sales in most periods.
    """

    smooth: Stack | None
    intermittent: Stack | None
    year: float = 0.0

    def forecast(self, task: Task, rows: IntArray | None = None) -> Base:
        """Both forecasts of the given nodes (all by default)."""
        rows = np.arange(len(task.nodes)) if rows is None else rows
        parts = [
            self._part(task, rows[start : start + CHUNK]) for start in range(0, len(rows), CHUNK)
        ]
        quantiles = {
            q: np.vstack([part.quantiles[q] for part in parts]) for q in parts[0].quantiles
        }
        local = np.vstack([part.local for part in parts])
        return Base(local, np.vstack([part.stack for part in parts]), quantiles)

    def _part(self, task: Task, rows: IntArray) -> Base:
        odd = task.intermittent[rows]
        local = np.zeros((len(rows), task.horizon))
        stack, quantiles = (
            np.zeros_like(local),
            {q: np.full_like(local, np.nan) for q in self._asked()},
        )
        for own, model, year in ((~odd, self.smooth, self.year), (odd, self.intermittent, 0.0)):
            if not own.any():
                continue
            made = _ask(model, task, rows[own], year)
            local[own], stack[own] = made.local, made.stack
            for q, values in made.quantiles.items():
                quantiles[q][own] = values
        return Base(local, stack, quantiles)

    def _asked(self) -> set[float]:
        models = (self.smooth, self.intermittent)
        return {q for model in models if model for q in model.options.quantiles}


def _ask(model: Stack | None, task: Task, rows: IntArray, year: float) -> Base:
    """Forecasts of nodes of one class, the local one with a share of the year forecast."""
    values, season, horizon = task.nodes[rows], task.season, task.horizon
    if model is None:
        sparse = bool(task.intermittent[rows[0]])
        local = tsb(values, horizon) if sparse else local_forecast(values, season, horizon).mean
        local = _with_year(local, task, rows, year)
        return Base(local, local, {})
    covariates = None if task.covariates is None else task.covariates[:, rows]
    made = model.forecast(values, season, horizon, covariates)
    local = _with_year(made.local, task, rows, year)
    return Base(local, made.center, made.quantiles)


def _with_year(local: FloatArray, task: Task, rows: IntArray, share: float) -> FloatArray:
    """Local forecasts with a share of the year forecast."""
    if share == 0:
        return local
    year = year_forecast(task.nodes[rows], task.season, task.horizon)
    return np.asarray(local + share * (year - local))


def train_members(task: Task, year: float, options: Options, rows_most: int) -> Members:
    """Global models of the classes that have enough nodes; none at all in the recipe `fast`.

    Each learns from `rows_most` rows (series × origin × horizon) at most.
    """
    if options.recipe == "fast":
        return Members(None, None, year)
    return Members(
        _train(task, ~task.intermittent, "absolute", options, rows_most),
        _train(task, task.intermittent, "poisson", options, rows_most),
        year,
    )


def _train(
    task: Task,
    own: BoolArray,
    loss: Literal["absolute", "poisson"],
    options: Options,
    rows_most: int,
) -> Stack | None:
    rows = np.flatnonzero(own & (~np.isnan(task.nodes)).any(axis=1))
    if len(rows) < FEW_NODES:
        return None
    settings = StackOptions(
        seed=options.seed,
        loss=loss,
        booster=options.booster,
        rows_max=rows_most,
        quantiles=options.quantiles if loss == "absolute" else (),
    )
    covariates = None
    if task.covariates is not None:
        covariates = task.covariates[:, rows, : task.periods]
    return train_stack(task.nodes[rows], task.season, task.horizon, settings, covariates)
