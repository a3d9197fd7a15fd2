"""Reduction: many paths replaced by a few weighted ones.

Source: Heitsch and Römisch 2003, "Scenario reduction algorithms in stochastic programming",
algorithm 2.4 (fast forward selection) and theorem 2.1 (weights: every path that is dropped gives
its probability to the nearest kept one).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocopt.forecasting.arrays import FloatArray, IntArray
from allocopt.forecasting.uncertainty.paths import Paths

# What a plan depends on: sums by place. Everything below is drawn along.
TELLING = ("company", "branch", "territory")


@dataclass(frozen=True, eq=False)
class WeightedScenarios:
    """Scenarios `bottom` (scenario, series, horizon) [currency/period] and their probabilities.

    `paths` are the numbers of the paths they were made from. The weighted mean of the scenarios is
    the mean of all paths, for each series and period.
    """

    bottom: FloatArray
    weight: FloatArray
    paths: IntArray


def reduce_paths(paths: Paths, keep: int) -> WeightedScenarios:
    """Paths that stand best for all, by the distance of their territory totals.

    The kept paths are then scaled, each series and period by one factor common to all scenarios, to
    the mean of all paths: the factor is near one, keeps what is zero at zero, and cannot make a
    scenario negative or incoherent.
    """
    distance = distances(_totals(paths))
    before = np.full(len(paths), 1.0 / len(paths))
    kept = forward_selection(distance, min(keep, len(paths)), before)
    weight = weights_of_kept(distance, kept, before)
    bottom = np.stack([paths.path(int(number)) for number in kept])
    return WeightedScenarios(_with_mean(bottom, weight, paths.mean()), weight, kept)


def forward_selection(distance: FloatArray, keep: int, weight: FloatArray) -> IntArray:
    """Numbers of the kept paths, by distances (path, path): each next one brings the rest nearest.

    `weight` holds the probabilities of the paths.
    """
    nearest = np.full(len(distance), np.inf)
    kept: list[int] = []
    for _ in range(keep):
        cost = weight @ np.minimum(distance, nearest[:, None])
        cost[kept] = np.inf
        chosen = int(np.argmin(cost))
        kept.append(chosen)
        nearest = np.minimum(nearest, distance[:, chosen])
    return np.sort(np.array(kept, dtype=np.intp))


def _totals(paths: Paths) -> FloatArray:
    """What paths are told apart by, shape (path, node · horizon) [currency/period]."""
    structure = paths.structure
    nodes = np.flatnonzero(np.isin(structure.levels, TELLING))
    nodes = nodes if len(nodes) else np.arange(len(structure))
    return paths.at(nodes).reshape(len(paths), -1)


def distances(points: FloatArray) -> FloatArray:
    """Euclidean distances between points (path, feature), shape (path, path)."""
    centred = points - points.mean(axis=0)
    size = (centred**2).sum(axis=1)
    square = size[:, None] + size[None, :] - 2 * centred @ centred.T
    np.fill_diagonal(square, 0.0)
    return np.asarray(np.sqrt(np.maximum(square, 0.0)))


def weights_of_kept(distance: FloatArray, kept: IntArray, weight: FloatArray) -> FloatArray:
    """Probabilities of the kept paths, with those of the dropped ones that each is nearest to."""
    nearest = distance[:, kept].argmin(axis=1)
    return np.bincount(nearest, weights=weight, minlength=len(kept)).astype(np.float64)


def _with_mean(bottom: FloatArray, weight: FloatArray, mean: FloatArray) -> FloatArray:
    """Scenarios scaled to a mean (series, horizon); where all are zero they take the mean itself."""
    have = np.einsum("k,ksh->sh", weight, bottom)
    scaled = bottom * np.where(have > 0, mean / np.where(have > 0, have, 1.0), 0.0)
    return np.asarray(np.where(have > 0, scaled, mean))
