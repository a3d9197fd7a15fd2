"""How long do 100,000 series take? Cold: learn and forecast; warm: forecast with what was learnt.

Run from the project's root, with one thread to compare processor seconds:

    OMP_NUM_THREADS=1 python benchmarks/forecast_scale.py [--series 100000] [--periods 60]

The series are made by a seeded script: trend, seasonality, noise, and one in ten intermittent.
Target: cold at most 150 CPU seconds and 1.5 GB, warm at most 80 CPU seconds; AutoETS of statsforecast
2.1.1 takes about 1.9 hours for the same number of series.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from ours import learn

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.kernels import (
    fit_damped_trend,
    fit_holt_winters,
    fit_theta,
    local_forecast,
)
from allocopt.forecasting.stack import StackOptions, train_stack

SEASON, HORIZON = 12, 12
INTERMITTENT_SHARE = 0.1
DEMAND_SHARE = 0.3

Result = TypeVar("Result")


def main() -> None:
    """Prints one line per step: CPU seconds and the highest memory so far."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=100_000)
    parser.add_argument("--periods", type=int, default=60)
    parser.add_argument("--parts", action="store_true", help="time each kernel as well")
    arguments = parser.parse_args()
    values = make_series(arguments.series, arguments.periods)
    print(f"{arguments.series} series x {arguments.periods} months, {HORIZON} ahead")
    if arguments.parts:
        print_parts(values)
    learnt, _ = _timed("cold: everything, with paths", lambda: learn(values, SEASON, HORIZON))[1]
    _timed("warm: forecast again", learnt.forecast)


def print_parts(values: FloatArray) -> None:
    """Each kernel by itself, and the global model without hold-outs and reconciliation."""
    _timed("Theta", lambda: fit_theta(values, SEASON, HORIZON))
    _timed("Holt-Winters", lambda: fit_holt_winters(values, SEASON, HORIZON))
    _timed("damped trend", lambda: fit_damped_trend(values, SEASON, HORIZON))
    _timed("local forecast", lambda: local_forecast(values, SEASON, HORIZON))
    _, stack = _timed(
        "global model: learn", lambda: train_stack(values, SEASON, HORIZON, StackOptions())
    )
    _timed("global model: forecast", lambda: stack.forecast(values, SEASON, HORIZON))


def make_series(series: int, periods: int, seed: int = 7) -> FloatArray:
    """Monthly series of many sizes, shape (series, period)."""
    random = np.random.default_rng(seed)
    time_axis = np.arange(periods)
    level = random.lognormal(5, 1.5, (series, 1))
    growth = 1 + random.normal(0.002, 0.004, (series, 1)) * time_axis
    swing = random.normal(0, 0.2, (series, SEASON))[:, time_axis % SEASON]
    noise = random.normal(0, 1, (series, periods)) * random.uniform(0.03, 0.3, (series, 1))
    values = level * np.maximum(growth, 0.1) * np.exp(swing + noise)
    intermittent = slice(0, int(series * INTERMITTENT_SHARE))
    demand = random.random((series, periods)) < DEMAND_SHARE
    values[intermittent] = np.where(demand, np.ceil(values), 0.0)[intermittent]
    return values


def _timed(name: str, work: Callable[[], Result]) -> tuple[float, Result]:
    start = time.process_time()
    result = work()
    seconds = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:26}{seconds:8.1f} CPU s{memory:8.0f} MB", flush=True)
    return seconds, result


if __name__ == "__main__":
    main()
