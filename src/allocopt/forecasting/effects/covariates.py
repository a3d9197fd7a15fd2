"""Covariates: outside figures per period, past and assumed future, as data.

A what-if is another `Covariates`: the future of a figure replaced or changed, the past as it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from allocopt.forecasting.arrays import FloatArray, IntArray


@dataclass(frozen=True)
class Covariates:
    """Figures over `past` known periods and the horizon after them.

    `values` has shape (feature, place, period), in the figures' own units, NaN where unknown;
    `place` (series,) says which place each series lies in.
    """

    names: tuple[str, ...]
    values: FloatArray
    place: IntArray
    past: int

    def features(self) -> FloatArray:
        """What a model is told, shape (feature, series, period): differences are changes.

        Log values of figures that are positive throughout, so that a difference is a relative
        change; others in units of their mean size in the past.
        """
        known = ~np.isnan(self.values)
        lowest = np.where(known, self.values, np.inf).min(axis=2, initial=np.inf, keepdims=True)
        positive = lowest > 0
        past = np.where(known, np.abs(self.values), 0.0)[:, :, : self.past]
        count = known[:, :, : self.past].sum(axis=2, keepdims=True)
        size = past.sum(axis=2, keepdims=True) / np.maximum(count, 1)
        scaled = self.values / np.where(size > 0, size, 1.0)
        logs = np.log(np.where(positive & known, scaled, 1.0))
        features = np.where(positive, logs, scaled)
        return np.where(known, features, np.nan)[:, self.place]

    def assumed(self, name: str, values: FloatArray) -> Covariates:
        """The same with another future (horizon,) of one figure, in its own unit, everywhere."""
        changed = self.values.copy()
        changed[self.names.index(name), :, self.past :] = values
        return replace(self, values=changed)

    def scaled(self, name: str, factor: float) -> Covariates:
        """The same with the future of one figure multiplied: 1.1 for a tenth more than assumed."""
        changed = self.values.copy()
        changed[self.names.index(name), :, self.past :] *= factor
        return replace(self, values=changed)
