"""TSB: expected demand of intermittent series, as probability times size.

Both are smoothed: the probability p that a period has demand in every period, the size z of a
demand in periods with demand:

    p ← p + β (1{y ≠ 0} − p)        z ← z + α (y − z) where y ≠ 0        forecast p · z

Source: Teunter, Syntetos and Babai 2011, "Intermittent demand: linking forecasting to inventory
obsolescence", eq. 5.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.kernels.chunks import in_chunks
from allocopt.forecasting.kernels.known import count_known, mean_known, size_of
from allocopt.forecasting.kernels.likelihood import average, likelihood

# Gain of the size, gain of the probability. Demand that is rare asks for slow ones.
GRID: FloatArray = np.array(list(product((0.02, 0.1, 0.2), (0.02, 0.05, 0.1, 0.2)))).T[:, :, None]


def tsb(values: FloatArray, horizon: int) -> FloatArray:
    """Expected demand of each period, shape (series, horizon); the same for all of them."""
    return np.repeat(in_chunks(_expected, values)[:, None], horizon, axis=1)


def _expected(values: FloatArray) -> FloatArray:
    """Expected demand per period, shape (series,), averaged over the grid by likelihood."""
    alpha, beta = GRID
    size_unit = size_of(values)
    scaled = values / size_unit[:, None]
    demand = np.where(np.isnan(values), np.nan, values != 0)
    shape = (GRID.shape[1], len(values))
    probability = np.broadcast_to(np.nan_to_num(mean_known(demand)), shape).copy()
    size = np.broadcast_to(
        np.nan_to_num(mean_known(np.where(scaled == 0, np.nan, scaled))), shape
    ).copy()
    squares = np.zeros(shape)
    for value, happened in zip(scaled.T, demand.T, strict=True):
        known = ~np.isnan(value)
        squares += np.where(known, value - probability * size, 0.0) ** 2
        size += alpha * np.where(known & (value != 0), value - size, 0.0)
        probability += beta * np.where(known, happened - probability, 0.0)
    weight = likelihood(squares, count_known(values))
    return average(weight, probability * size) * size_unit
