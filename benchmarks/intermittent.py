"""Intermittent demand: 3,000 made-up series that mostly sell nothing, and what they sell in total.

    python benchmarks/intermittent.py [SERIES]

Counts are negative binomial around a mean with a level, a season and a trend of its own per series
(seeded). RMSSE is the root mean squared error in units of the naive one's (Makridakis et al. 2022,
"M5 accuracy competition", eq. 1), averaged over series; bias is that of total sales. The oracle knows
the true means.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from ours import learn
from scores import bias

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.kernels.theta import fit_theta
from allocopt.forecasting.kernels.tsb import tsb
from allocopt.forecasting.stack.options import StackOptions
from allocopt.forecasting.stack.stack import train_stack

SEASON, PERIODS, HORIZON = 12, 60, 12
GOAL = 0.05
ROW = "{:<34}{:>8}{:>12}{:>10}"


@dataclass(frozen=True)
class Demand:
    """Counts (series, period) of the past and the future, and the true means of the future."""

    past: FloatArray
    future: FloatArray
    mean: FloatArray


def main(arguments: list[str]) -> None:
    """Print RMSSE and total bias of each method."""
    demand = make_demand(int(arguments[0]) if arguments else 3000)
    zeros = (demand.past == 0).mean()
    print(f"{len(demand.past)} series x {PERIODS} months, {zeros:.0%} without demand; to reach:")
    print(f"total bias of ours within {GOAL:.0%}")
    print(ROW.format("", "RMSSE", "total bias", "CPU s"))
    methods: dict[str, Callable[[FloatArray], FloatArray]] = {
        "zero": lambda past: np.zeros((len(past), HORIZON)),
        "TSB": lambda past: tsb(past, HORIZON),
        "Theta": lambda past: fit_theta(past, SEASON, HORIZON).mean,
        "boosting, absolute error": lambda past: _boosted(past, StackOptions(loss="absolute")),
        "boosting, Poisson": lambda past: _boosted(past, StackOptions(loss="poisson")),
        "ours": _ours,
        "oracle": lambda _: demand.mean,
    }
    for name, method in methods.items():
        started = time.process_time()
        forecast = method(demand.past)
        seconds = time.process_time() - started
        off = bias(demand.future, forecast)
        error = rmsse(demand, forecast)
        print(ROW.format(name, f"{error:.4f}", f"{off:+.1%}", f"{seconds:.1f}"))


def make_demand(series: int, seed: int = 0) -> Demand:
    """Seeded series; means from one unit in five years to several a month."""
    random = np.random.default_rng(seed)
    time = np.arange(PERIODS + HORIZON) - PERIODS / 2
    level = np.exp(random.normal(-1.0, 0.9, (series, 1)))
    growth = random.normal(0.0, 0.005, (series, 1)) * time
    swing = random.uniform(0.0, 0.5, (series, 1))
    phase = random.normal(0.0, 1.0, (series, 1))
    mean = level * np.exp(growth + swing * np.sin(2 * np.pi * time / SEASON + phase))
    size = random.uniform(0.3, 2.0, (series, 1))
    counts = random.negative_binomial(size, size / (size + mean)).astype(float)
    return Demand(counts[:, :PERIODS], counts[:, PERIODS:], mean[:, PERIODS:])


def rmsse(demand: Demand, forecast: FloatArray) -> float:
    """Mean over series of root mean squared error in units of the naive one's in the past."""
    naive = np.mean(np.diff(demand.past, axis=1) ** 2, axis=1)
    moving = naive > 0
    squares = np.mean((demand.future - forecast) ** 2, axis=1)
    return float(np.mean(np.sqrt(squares[moving] / naive[moving])))


def _boosted(past: FloatArray, options: StackOptions) -> FloatArray:
    return train_stack(past, SEASON, HORIZON, options).forecast(past, SEASON, HORIZON).center


def _ours(past: FloatArray) -> FloatArray:
    """The engine of `allocopt forecast`: TSB and Poisson boosting weighed by hold-outs, reconciled."""
    return learn(past, SEASON, HORIZON)[0].forecast()


if __name__ == "__main__":
    main(sys.argv[1:])
