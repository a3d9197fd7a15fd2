"""Residuals: how local forecasts erred at past origins, and how much of the year forecast they need.

The share of the year forecast with the lowest error at those origins is drawn to nothing, because
neighbouring origins overlap and few of them are independent. Measured on rolling origins (MASE of
the local forecast alone and with the share): tourism_small 0.915 and 0.884, tourism_fpp3 0.822 and
0.811; M3 quarterly and monthly get a share of nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from allocopt.forecasting.arrays import FloatArray, IntArray
from allocopt.forecasting.engine.task import Task
from allocopt.forecasting.kernels.year import year_forecast
from allocopt.forecasting.uncertainty import FEW_BLOCKS, Blocks, residual_blocks, sampled_rows
from allocopt.forecasting.uncertainty.blocks import rolling_scale

STEPS: FloatArray = np.linspace(0.0, 1.0, 21)
# Independent errors that the prior, no share at all, counts for.
STRENGTH = 1.0
# Scaled errors beyond this are accidents that say nothing about the share.
ERROR_MAX = 10.0
# Overlapping errors of n origins over h periods are worth 1.5 n / h independent ones.
WORTH_OF_OVERLAPPING = 1.5
# Past errors are measured at as many origins as this many forecasts allow, within these bounds.
FORECASTS, ORIGINS_LEAST, ORIGINS_MOST = 60_000, 12, 36


@dataclass(frozen=True)
class Residuals:
    """Errors of the local and of the year forecast at the same past origins."""

    local: Blocks
    year: Blocks

    def share(self, periods_ago: int = 0) -> float:
        """Share of the year forecast, by the errors that were known so many periods ago."""
        local, year = (
            blocks.until(periods_ago, blocks.scale).scaled for blocks in (self.local, self.year)
        )
        return choose_share(local, year)

    def blended(self, share: float) -> Blocks:
        """Errors of the blend of both: they blend as forecasts do."""
        mixed = self.local.scaled + share * (self.year.scaled - self.local.scaled)
        return replace(self.local, scaled=mixed)


def measure_residuals(task: Task) -> Residuals:
    """Errors of the nodes, of a sample of them in large panels."""
    rows = sampled_rows(task.structure, task.nodes, FORECASTS // ORIGINS_LEAST)
    possible = int(np.clip(FORECASTS // max(len(rows), 1), ORIGINS_LEAST, ORIGINS_MOST))
    steps = max(min(possible, task.periods - _oldest(task)), 1)
    local = residual_blocks(task.nodes, task.season, steps, task.horizon, rows)
    errors = _year_errors(task, local, rows)
    return Residuals(local, replace(local, scaled=errors))


def _oldest(task: Task) -> int:
    """Periods known at the oldest origin: two seasons where enough origins are left after them."""
    wanted = min(2 * task.season, task.periods - task.horizon - FEW_BLOCKS)
    return max(wanted, task.periods // 3, 1)


def _year_errors(task: Task, blocks: Blocks, rows: IntArray) -> FloatArray:
    """Scaled errors of the year forecast where the blocks have those of the local one."""
    known = task.nodes[rows]
    errors = np.full_like(blocks.scaled, np.nan)
    for number in range(blocks.origins):
        origin = task.periods - blocks.origins + number
        if origin < 1:
            continue
        actual = known[:, origin : origin + blocks.horizon]
        forecast = year_forecast(known[:, :origin], task.season, actual.shape[1])
        errors[number, :, : actual.shape[1]] = actual - forecast
    return errors / rolling_scale(known, task.season, blocks.origins)[:, :, None]


def choose_share(local: FloatArray, year: FloatArray) -> float:
    """Share of the year forecast, by scaled errors (origin, row, horizon) of both."""
    both = ~np.isnan(local) & ~np.isnan(year)
    # Origins that know the whole horizon, so that no distance counts more than another.
    origins = np.asarray(both.any(axis=1)).all(axis=1)
    if not origins.any():
        return 0.0
    first, second, known = local[origins], year[origins], both[origins]
    means = [
        np.minimum(np.abs(first + share * (second - first)), ERROR_MAX)[known].mean()
        for share in STEPS
    ]
    best = float(STEPS[int(np.argmin(means))])
    worth = WORTH_OF_OVERLAPPING * int(origins.sum()) / local.shape[2]
    return float(best * worth / (worth + STRENGTH))
