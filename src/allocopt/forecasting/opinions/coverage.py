"""Coverage: what share of sales the deals that were known at an origin stood for.

Deals that will only be found later are missing from a snapshot, the more the farther ahead, and
some places keep no deals at all. Both are learnt from earlier snapshots: the share per horizon
over the company, and each cell's part of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from allocopt.forecasting.arrays import BoolArray, FloatArray, IntArray
from allocopt.forecasting.opinions.baseline import Baseline
from allocopt.forecasting.opinions.scopes import Members

# What is known at the origin itself counts as much as this many earlier origins.
PRIOR_ORIGINS = 2.0


@dataclass(frozen=True)
class Cells:
    """Cells `names` [territory, segment], and the number of the cell of each series."""

    names: pd.DataFrame
    number: IntArray
    members: Members

    def totals(self, values: FloatArray) -> FloatArray:
        """Sums of (origin, series, target) per cell, (origin, cell, target); NaN where unknown."""
        shape = (len(values), len(self.names), values.shape[2])
        return np.array([self.members.total(some) for some in values]).reshape(shape)


@dataclass(frozen=True)
class Coverage:
    """Share of sales that known deals stand for; may pass 1 where deals promise too much.

    `horizon` (target,) is that of the company; `usage` (cell,) is how much more or less of a cell's
    sales go through the pipeline.
    """

    horizon: FloatArray
    usage: FloatArray


def find_cells(series: pd.DataFrame) -> Cells:
    """Cells of the series, sorted."""
    keys = series[["territory", "segment"]].fillna("").astype("str")
    names = keys.drop_duplicates().sort_values(["territory", "segment"], ignore_index=True)
    number = pd.MultiIndex.from_frame(names).get_indexer(pd.MultiIndex.from_frame(keys))
    return Cells(names, number, Members.of_groups(number, len(names)))


def find_coverage(known: FloatArray, baseline: Baseline, cells: Cells, origin: int) -> Coverage:
    """Coverage as it was known at an origin; `known` (origin, series, target), NaN: no snapshot."""
    so_far = known[: origin + 1]
    read = np.asarray(~np.isnan(so_far).all(axis=(1, 2)))
    means = np.stack([baseline.means(earlier) for earlier in range(origin + 1)])
    said = np.nan_to_num(so_far)
    horizon = _horizon(said, means[-1], baseline, read)
    told, expected = cells.totals(said)[read].sum(axis=2), cells.totals(means)[read].sum(axis=2)
    return Coverage(horizon, _usage(told, expected))


def _horizon(said: FloatArray, mean: FloatArray, baseline: Baseline, read: BoolArray) -> FloatArray:
    """Share per target over the company.

    The mean over earlier origins whose outcome was known by then, drawn to what the deals at the
    origin itself cover of the statistical forecast.
    """
    origin = len(said) - 1
    now = _ratio(said[origin].sum(axis=0), mean.sum(axis=0))
    actual = baseline.actual[:origin]
    there = ~np.isnan(actual)
    counted = baseline.known_at(origin)[:origin] & there.any(axis=1) & read[:origin, None]
    came = np.where(counted, np.where(there, actual, 0.0).sum(axis=1), 0.0).sum(axis=0)
    promised = np.where(counted, said[:origin].sum(axis=1), 0.0).sum(axis=0)
    count = counted.sum(axis=0)
    weight = np.where(came > 0, count / (count + PRIOR_ORIGINS), 0.0)
    return np.asarray(now + weight * (_ratio(promised, came) - now))


def _usage(told: FloatArray, expected: FloatArray) -> FloatArray:
    """Coverage of each cell by that of the company, drawn to 1; both (origin, cell) amounts."""
    company = float(_ratio(told.sum(), expected.sum()))
    if company <= 0:
        return np.ones(told.shape[1])
    own, size = told.sum(axis=0), expected.sum(axis=0)
    prior = PRIOR_ORIGINS * size / len(told)
    whole = company * (size + prior)
    return np.where(whole > 0, (own + company * prior) / np.where(whole > 0, whole, 1.0), 1.0)


def _ratio(part: ArrayLike, whole: ArrayLike) -> FloatArray:
    """Part by whole, 0 where there is no whole."""
    part, whole = np.asarray(part), np.asarray(whole)
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), 0.0)


def with_unknown_deals(
    known: FloatArray, coverage: Coverage, mean: FloatArray, cells: Cells
) -> FloatArray:
    """Known deals, and the part of usual sales that nobody has found yet, (series, target).

    Where known deals used to promise more than came, they are cut to what came.
    """
    trusted = known / np.maximum(coverage.horizon, 1.0)
    covered = coverage.usage[:, None] * coverage.horizon
    return np.asarray(trusted + np.maximum(1.0 - covered, 0.0)[cells.number] * mean)
