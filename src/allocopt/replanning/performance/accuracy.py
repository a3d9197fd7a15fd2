"""Accuracy: how far what was forecast for closed periods was from what came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.forecasting.evaluation import metrics
from allocopt.replanning.performance.amounts import COMPANY, Books

CELL = ["territory", "segment"]
FIGURES = ["mean", "lower", "upper"]


@dataclass(frozen=True)
class Forecasted:
    """What was forecast and what came at one level; each frame item × closed place [currency/period].

    `interval` is the probability between the bounds; `actual` is NaN where a territory has not reported.
    """

    level: str
    interval: float
    mean: pd.DataFrame
    lower: pd.DataFrame
    upper: pd.DataFrame
    actual: pd.DataFrame


def forecasted(books: Books) -> tuple[Forecasted, ...]:
    """Cells, territories (every node of the tree) and the company, by the forecasts then in force."""
    table, nodes = books.course.planned("forecast"), books.course.planned("forecast_nodes")
    cells = table[table["unit"].fillna("") == ""]
    nodes = nodes.assign(node=nodes["node"].fillna(""))
    actual = _cells(books)
    return (
        _level("cell", cells, CELL, actual, books),
        _level("territory", nodes[nodes["node"] != COMPANY], ["node"], _nodes(books), books),
        _level("company", nodes[nodes["node"] == COMPANY], ["node"], _whole(books), books),
    )


def accuracy_of(level: Forecasted) -> Iterator[tuple[str, float]]:
    """wape, bias (forecast − actual) and coverage, each as a share; NaN where nothing can be compared."""
    actual, mean = level.actual.to_numpy(), level.mean.to_numpy()
    actual = np.where(np.isnan(mean), np.nan, actual)
    yield "wape", metrics.wape(actual, mean).value
    yield "bias", metrics.bias(actual, mean).value
    lower, upper = level.lower.to_numpy(), level.upper.to_numpy()
    bounded = np.where(np.isnan(lower) | np.isnan(upper), np.nan, actual)
    yield "coverage", metrics.coverage(bounded, lower, upper).value


def _level(
    name: str, rows: pd.DataFrame, key: Sequence[str], actual: pd.DataFrame, books: Books
) -> Forecasted:
    """Frames of one level, items in the order of the forecast."""
    interval = books.course.scenario.config.forecast.interval
    closed = list(range(books.spans.closed))
    place = {label: k for k, label in enumerate(books.course.closed)}
    rows = rows.assign(place=rows["period"].map(place)).dropna(subset="place")
    by_item = rows.groupby([*key, "place"], sort=False)
    wide = {name: by_item[name].sum(min_count=1).unstack() for name in FIGURES}
    frames = {name: frame.reindex(columns=closed).astype(float) for name, frame in wide.items()}
    return Forecasted(name, interval, **frames, actual=actual.reindex(frames["mean"].index))


def _cells(books: Books) -> pd.DataFrame:
    """Sales, cell × closed place; 0 where the territory has reported other cells only."""
    closed = list(range(books.spans.closed))
    sums = books.rows[books.rows["place"] >= 0].groupby([*CELL, "place"])["sales"].sum().unstack()
    sold = sums.reindex(columns=closed).astype(float)
    silent = books.unreported.groupby([books.units[name] for name in CELL]).sum() > 0
    every = sold.index.union(silent.index)
    silent = silent.reindex(every, fill_value=False)
    return sold.reindex(every).fillna(0.0).where(~silent)


def _nodes(books: Books) -> pd.DataFrame:
    """Sales, node × closed place; unknown where any territory in it has not reported."""
    amounts = books.territories
    return amounts.actual[amounts.missing.columns].where(amounts.missing == 0)


def _whole(books: Books) -> pd.DataFrame:
    amounts = books.company
    return amounts.actual[amounts.missing.columns].where(amounts.missing == 0)
