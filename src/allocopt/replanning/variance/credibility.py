"""Credibility: how much of a deviation is told from noise, by its neighbours and by other periods.

Deviations are looked at from the whole to the parts: first that of the company in all periods together,
then of the company in each period, of each territory, and so on down to the cell. At each level a group's
deviation from what the levels above explain counts with the share Z = τ² / (τ² + v), where v is the
variance that the forecast itself allows the group and τ² that by which the groups of the level differ
beyond it, estimated from all of them: τ² = max(0, Σ W (y² − v) / Σ W), with planned sales W as weights.
The credible part is the empirical Bayes estimate of Bühlmann and Straub (1970), one level on top of
another as in Jewell (1975, The use of collateral data in credibility theory).

Where few groups of many deviate, τ² says nothing of them. A group that stands out by itself counts with
at least Z = 1 − 4 v / y², which is nothing within two standard deviations (the non-negative garrote:
Breiman, 1995, Technometrics 37).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Squared distance from what is expected, in variances, from which a group stands out.
OUTSTANDING = 4.0


def credible(deviation: Floats, weight: Floats, levels: Sequence[tuple[Ints, Floats]]) -> Floats:
    """The credible deviation of each item in each period, as a share of its plan; item × period.

    `deviation` and `weight` [currency] are item × period, and so is each level: the number of the group
    that item and period belong to, and the variance [currency²] of the group's forecast, the same all
    over the group. No two levels have the same groups: they would believe the same figures twice.
    """
    told = np.zeros(deviation.shape)
    for group, variance in levels:
        told = told + _step(deviation - told * weight, weight, group, variance)
    return told


def _step(left: Floats, weight: Floats, group: Ints, variance: Floats) -> Floats:
    """The credible part of what is left of a deviation; item × period, as a share of the plan."""
    flat = group.ravel()
    size, off = (np.asarray(np.bincount(flat, a.ravel()), float) for a in (weight, left))
    noise = np.zeros(len(size))
    noise[flat] = variance.ravel()
    planned = size > 0
    y, v = (_over(part, whole, planned) for part, whole in ((off, size), (noise, size**2)))
    shared = _spread(y, v, size)
    pooled = _over(np.full(len(v), shared), shared + v, shared + v > 0)
    alone = np.where(y != 0, 1.0 - OUTSTANDING * _over(v, y**2, y != 0), 0.0)
    return (y * np.maximum(pooled, alone))[group]


def _spread(y: Floats, v: Floats, weight: Floats) -> float:
    """τ²: by how much groups differ beyond the variance of their forecasts."""
    total = weight.clip(min=0.0).sum()
    return max(0.0, float((weight * (y**2 - v)).sum() / total)) if total > 0 else 0.0


def _over(part: Floats, whole: Floats, where: npt.NDArray[np.bool_]) -> Floats:
    return np.divide(part, whole, out=np.zeros(len(part)), where=where)
