"""Small tasks, structures and hold-outs for the tests of the engine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from forecasting.sales import TREE

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.engine import Holdout, Task
from allocopt.forecasting.engine.members import Base
from allocopt.forecasting.levels import structure_of
from allocopt.forecasting.reconciliation import Structure

TERRITORIES = ("North", "South", "East")


def structure(series: int) -> Structure:
    """Series numbered as units of one segment, spread over three territories."""
    keys = pd.DataFrame(
        {
            "territory": [TERRITORIES[k % 3] for k in range(series)],
            "segment": "s",
            "unit": [f"u{k:03d}" for k in range(series)],
            "product": "",
            "channel": "",
        }
    )
    return structure_of(keys, TREE)


def task(values: Sequence[Sequence[float]] | FloatArray, season: int = 4, horizon: int = 3) -> Task:
    """A task of series in rows."""
    rows = np.asarray(values, dtype=float)
    return Task(rows, season, horizon, structure(len(rows)))


def noisy(series: int = 6, periods: int = 40, seed: int = 1) -> FloatArray:
    """Seasonal series (series, period) by quarter, with noise of a tenth."""
    random = np.random.default_rng(seed)
    time, number = np.arange(periods)[None, :], 1.0 + np.arange(series)[:, None]
    swing = 1 + 0.3 * np.sin(np.pi * (time + number) / 2)
    return np.asarray(100 * number * swing * random.normal(1, 0.1, (series, periods)))


def holdout(
    local: FloatArray, stack: FloatArray, actual: FloatArray, scale: object = 1.0
) -> Holdout:
    """A hold-out of all nodes, arrays (node, horizon)."""
    rows = np.arange(len(actual))
    scales = np.broadcast_to(np.asarray(scale, dtype=float), rows.shape)
    return Holdout(10, rows, Base(local, stack, {}), actual, scales)
