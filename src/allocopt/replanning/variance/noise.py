"""Noise: how far actual sales may be from a forecast that is right, by the forecast's own interval."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import numpy as np
import pandas as pd

from allocopt.replanning.course import Course
from allocopt.replanning.variance.items import Floats, Ints
from allocopt.rolling.actuals import PLACE

CELL = list(PLACE)


@dataclass(frozen=True)
class Noise:
    """Standard deviation of forecasts as a share of their mean; by cell or node × closed period.

    NaN where a forecast has no interval. `nodes` has the company as "".
    """

    cells: pd.DataFrame
    nodes: pd.DataFrame

    @property
    def is_known(self) -> bool:
        """Whether any forecast has an interval."""
        return bool(self.cells.notna().to_numpy().any())

    @cached_property
    def usual(self) -> float:
        """The middle of what is known of cells, for cells without an interval."""
        return float(np.nanmedian(self.cells.to_numpy(dtype=float)))

    def of_cells(self, names: pd.MultiIndex) -> Floats:
        """Share of the mean for each of the cells; cell × period."""
        return self.cells.reindex(names).fillna(self.usual).to_numpy(dtype=float)

    def of_nodes(self, names: pd.Index) -> Floats:
        """Share of the mean for nodes; node × period, NaN where it is not known."""
        return self.nodes.reindex(names).to_numpy(dtype=float)


def noise(course: Course) -> Noise:
    """What the intervals of the plan's forecasts say."""
    cells, nodes = course.planned("forecast"), course.planned("forecast_nodes")
    width = 2 * NormalDist().inv_cdf(0.5 + course.plan.summary["forecast"]["interval"] / 2)
    whole = cells[cells["unit"].fillna("") == ""]
    return Noise(_relative(whole, CELL, width, course), _relative(nodes, ["node"], width, course))


def _relative(rows: pd.DataFrame, key: list[str], width: float, course: Course) -> pd.DataFrame:
    mean = rows["mean"].where(rows["mean"] > 0)
    share = (rows["upper"] - rows["lower"]) / width / mean
    table = rows.assign(share=share.astype(float)).drop_duplicates([*key, "period"], keep="last")
    wide = table.pivot(index=key[0] if len(key) == 1 else key, columns="period", values="share")
    return wide.reindex(columns=list(course.closed)).astype(float)


def spread_of_cells(deviation: Floats, weight: Floats) -> float | None:
    """Variance of a deviation per currency of plan, from how cells vary; None where one figure is all.

    Over the periods of each cell, else over cells: s² = Σ w (x − x̄)² / Σ (n − 1) with x = deviation / w,
    the estimate of Bühlmann and Straub (1970). Both arguments are cell × period [currency].
    """
    for w, d in ((weight, deviation), (weight.T, deviation.T)):
        planned = w > 0
        degrees = int(np.clip(planned.sum(axis=1) - 1, 0, None).sum())
        if degrees == 0:
            continue
        x = np.divide(d, w, out=np.zeros(w.shape), where=planned)
        whole = w.sum(axis=1)
        mean = np.divide((w * x).sum(axis=1), whole, out=np.zeros(len(w)), where=whole > 0)
        return float((w * (x - mean[:, None]) ** 2).sum() / degrees)
    return None


def by_group(group: Ints, amounts: Floats) -> Floats:
    """Amounts added up by the number of the group of each row; group × column."""
    count = len(np.bincount(group))
    result = np.zeros((count, amounts.shape[1]))
    np.add.at(result, group, amounts)
    return result
