"""Logarithm: positive series seen as growth rates, and their forecasts brought back.

The exponential of a trend has no bound, so a forecast never leaves the range of the history by more
than that range, or a thousandfold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocopt.forecasting.arrays import BoolArray, FloatArray
from allocopt.forecasting.kernels.known import size_of

REACH_MOST = np.log(1000.0)


@dataclass(frozen=True)
class Logarithm:
    """Natural logarithms of positive series in units of their `size`."""

    values: FloatArray  # (series, period)
    size: FloatArray  # (series,), currency

    def restore(self, forecast: FloatArray) -> FloatArray:
        """Forecast of the logarithms in currency, shape as `forecast`."""
        highest = np.where(np.isnan(self.values), -np.inf, self.values).max(axis=1, keepdims=True)
        lowest = np.where(np.isnan(self.values), np.inf, self.values).min(axis=1, keepdims=True)
        reach = np.minimum(highest - lowest, REACH_MOST)
        bounded = np.clip(forecast, lowest - reach, highest + reach)
        return np.asarray(np.exp(bounded) * self.size[:, None])


def positive(values: FloatArray) -> BoolArray:
    """Which series are positive throughout, shape (series,); not those without known values."""
    known = ~np.isnan(values)
    return np.asarray((~known | (values > 0)).all(axis=1) & known.any(axis=1))


def take_logarithm(values: FloatArray) -> Logarithm:
    """Logarithms of series that are `positive`."""
    size = size_of(values)
    return Logarithm(np.log(values / size[:, None]), size)
