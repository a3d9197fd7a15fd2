"""Shrinkage: effects of events from log ratios, pooled from kinds to events to groups of series.

Three ridge regressions, each on what the one before leaves over: of kinds of event toward no effect,
of events toward their kind, of groups of series toward their event. Regressing all events of a stage
jointly keeps those apart that overlap. The ridge is the shrinkage: n full periods of own evidence
weigh n / (n + ridge) against what is pooled (Efron and Morris 1975, "Data analysis using Stein's
estimator and its generalizations"; Hoerl and Kennard 1970, eq. 2.1). Kinds are not pooled with one
another: a promotion tells nothing about a holiday.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from allocopt.forecasting.arrays import BoolArray, FloatArray, IntArray
from allocopt.forecasting.effects.baseline import MOST, Residuals

# Share of the usual variance: below it the event itself differs more from one time to the next.
LEAST_VARIANCE = 0.25
LEAST_RIDGE = 1e-9


@dataclass(frozen=True)
class Evidence:
    """Weighted sums of log ratios over cells, the series of one place and one group.

    `intensity` has shape (event, cell, period); `weight` and `total` = Σ weight · log ratio have
    shape (cell, period); `group` (cell,) numbers each cell's group. A weight of 1 is one series of
    usual noise that is independent of the others.
    """

    intensity: FloatArray
    weight: FloatArray
    total: FloatArray
    group: IntArray

    def less(self, effect: FloatArray) -> Evidence:
        """What effects (event,) leave over."""
        explained = np.einsum("ect,e->ct", self.intensity, effect)
        return replace(self, total=self.total - self.weight * explained)

    def pooled(self, pools: FloatArray) -> Evidence:
        """Events added up to pools; `pools` has shape (pool, event)."""
        return replace(self, intensity=np.einsum("pe,ect->pct", pools, self.intensity))

    def equations(self) -> tuple[FloatArray, FloatArray]:
        """Left and right side of the normal equations: (event, event) and (event,)."""
        flat = self.intensity.reshape(len(self.intensity), -1)
        return (flat * self.weight.ravel()) @ flat.T, flat @ self.total.ravel()

    def equations_of_groups(self, groups: int) -> tuple[FloatArray, FloatArray]:
        """The same per group: (group, event, event) and (group, event)."""
        by_cell = self.intensity.transpose(1, 0, 2)
        matrix = (by_cell * self.weight[:, None, :]) @ by_cell.transpose(0, 2, 1)
        side = np.einsum("cet,ct->ce", by_cell, self.total)
        events = len(self.intensity)
        left, right = np.zeros((groups, events, events)), np.zeros((groups, events))
        np.add.at(left, self.group, matrix)
        np.add.at(right, self.group, side)
        return left, right


@dataclass(frozen=True)
class Effects:
    """Log factors at full intensity, and what they rest on.

    `pooled` (event,) for all series, `own` (event, group) where groups differ; `count` and
    `measured` are the evidence [full periods] and its plain mean, of shape (event, 1 + group) with
    all series first; `error` likewise is the standard error of what is used.
    """

    pooled: FloatArray
    own: FloatArray
    count: FloatArray
    measured: FloatArray
    error: FloatArray


def gather(
    residuals: Residuals, intensity: FloatArray, place: IntArray, group: IntArray
) -> Evidence:
    """Evidence of series (series,) in places and groups; `intensity` (event, place, past period)."""
    (places, groups), cell = np.unique(np.stack([place, group]), axis=1, return_inverse=True)
    cell = np.asarray(cell).reshape(-1)
    acting = (intensity != 0).any(axis=0)[place]
    weight = weigh(residuals, acting)
    total = weight * np.nan_to_num(residuals.ratio)
    order = np.argsort(cell, kind="stable")
    first = np.flatnonzero(np.diff(cell[order], prepend=-1))
    return Evidence(
        intensity[:, places],
        np.add.reduceat(weight[order], first, axis=0),
        np.add.reduceat(total[order], first, axis=0),
        groups,
    )


def weigh(residuals: Residuals, acting: BoolArray) -> FloatArray:
    """Weight of each cell (series, period): 1 for an independent series of usual noise.

    Others count by the inverse of their variance, up to four times. In a period in which n series have
    events, each counts 1 / (1 + (n − 1) ρ), with ρ the correlation between series: a thousand
    series in one national promotion are not a thousand trials of it (Kish 1965, §5.4).
    """
    known = ~np.isnan(residuals.ratio)
    usual = usual_variance(residuals)
    variance = np.maximum(residuals.noise**2, LEAST_VARIANCE * usual)
    precision = np.where(variance > 0, usual / np.where(variance > 0, variance, 1.0), 1.0)
    count = (known & acting).sum(axis=0)
    shared = 1 + np.maximum(count - 1, 0) * common_share(residuals, known & ~acting)
    return np.where(known, precision[:, None] / shared, 0.0)


def usual_variance(residuals: Residuals) -> float:
    """Variance of the log ratios of a usual series in a quiet period."""
    noisy = residuals.noise[residuals.noise > 0]
    return float(np.median(noisy) ** 2) if len(noisy) else 0.0


def common_share(residuals: Residuals, quiet: BoolArray) -> float:
    """Mean correlation between series in the same quiet period, at least 0."""
    noise = residuals.noise[:, None]
    usable = quiet & (noise > 0)
    deviation = np.where(usable, residuals.ratio / np.where(noise > 0, noise, 1.0), 0.0)
    squares = (deviation**2).sum(axis=0)
    count = usable.sum(axis=0)
    pairs = (count * (count - 1.0)).sum()
    if pairs == 0 or squares.sum() == 0:
        return 0.0
    covariance = (deviation.sum(axis=0) ** 2 - squares).sum() / pairs
    mean_square = float(squares.sum()) / float(count.sum())
    return float(np.clip(covariance / mean_square, 0.0, 1.0))


def shrunk_effects(
    evidence: Evidence, pools: FloatArray, groups: int, ridge: float, variance: float
) -> Effects:
    """Effects by kind, event and group; `pools` (kind, event) tells each event's kind.

    `variance` is that of a log ratio of weight 1.
    """
    of_kind = _solve(*evidence.pooled(pools).equations(), ridge)
    left, right = evidence.equations()
    rest = evidence.less(of_kind @ pools)
    pooled = of_kind @ pools + _solve(*rest.equations(), ridge)
    group_left, group_right = evidence.equations_of_groups(groups)
    own = np.repeat(pooled[:, None], groups, axis=1)
    if groups > 1:
        own = own + _solve(*evidence.less(pooled).equations_of_groups(groups), ridge).T
    every_left = np.concatenate([left[None], group_left])
    every_right = np.concatenate([right[None], group_right])
    count = np.einsum("gee->eg", every_left)
    measured = np.where(count > 0, every_right.T / np.where(count > 0, count, 1.0), 0.0)
    spread = np.einsum("gee->eg", np.linalg.inv(_regular(every_left, ridge)))
    error = np.sqrt(variance * spread)
    return Effects(_plausible(pooled), _plausible(own), count, measured, error)


def _plausible(effect: FloatArray) -> FloatArray:
    """Faint intensities must not promise more at full intensity than any event has shown."""
    return np.clip(effect, -np.log(MOST), np.log(MOST))


def _solve(left: FloatArray, right: FloatArray, ridge: float) -> FloatArray:
    """Ridge regressions: one, or a stack of them."""
    return np.asarray(np.linalg.solve(_regular(left, ridge), right[..., None])[..., 0])


def _regular(left: FloatArray, ridge: float) -> FloatArray:
    """With the ridge, at least so much that an event without evidence has no effect."""
    return np.asarray(left + max(ridge, LEAST_RIDGE) * np.eye(left.shape[-1]))
