"""Promotions injected into the M3 monthly series: how much of what they cost accuracy is won back.

    python benchmarks/promotions.py [CASES]

CASES is the folder of published cases, by default ../shared/cases beside the repository. Each series
gets promotions of several kinds in random months, past and future (seeded); the future ones are known.
Three forecasts by the same local method: told nothing of promotions, with the layer of events, and the
oracle that forecasts the series as published, without promotions. MASE is scaled by published history.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scores import mase, seasonal_scale

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.effects import Occurrences, fit_uplift
from allocopt.forecasting.kernels.local import local_forecast

CASES = Path(__file__).resolve().parents[2] / "shared" / "cases"
SEASON, HORIZON = 12, 18
# Mean log uplift of each promotion; how far a series' own uplift and a single month's are off it.
LOG_UPLIFTS = np.array([0.12, 0.18, 0.26, 0.34])
OF_SERIES, OF_MONTH = 0.05, 0.02
CHANCE = 0.02  # of each promotion in each month
GOAL = 0.85
ROW = "{:<28}{:>8}"


@dataclass(frozen=True)
class Promoted:
    """Series with promotions: `past` and `future` as sold, and which promotion ran when."""

    past: FloatArray
    future: FloatArray
    occurrences: Occurrences


def main(arguments: list[str]) -> None:
    """Print the three accuracies and the share of the oracle's gain."""
    folder = Path(arguments[0]) if arguments else CASES
    past, future = read_m3_monthly(folder / "forecast" / "m3")
    scale = seasonal_scale(past, SEASON)
    gains = [_compare(past, future, scale, seed) for seed in range(3)]
    print(f"mean share of the oracle's gain: {np.mean(gains):.1%} (to reach: {GOAL:.0%})")


def read_m3_monthly(folder: Path) -> tuple[FloatArray, FloatArray]:
    """Monthly series of the M3 competition: history padded on the left, and the 18 months after."""
    monthly = [row.split(",")[0] for row in _lines(folder / "m3_series.csv") if ",MONTHLY," in row]
    train = _numbers(folder / "m3_train.csv", set(monthly))
    test = _numbers(folder / "m3_test.csv", set(monthly))
    longest = max(len(values) for values in train.values())
    past = np.full((len(monthly), longest), np.nan)
    for row, name in enumerate(monthly):
        past[row, longest - len(train[name]) :] = train[name]
    return past, np.array([test[name] for name in monthly])


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _numbers(path: Path, names: set[str]) -> dict[str, list[float]]:
    rows = (line.split(",") for line in _lines(path))
    return {row[0]: [float(cell) for cell in row[1:] if cell] for row in rows if row[0] in names}


def promote(past: FloatArray, future: FloatArray, seed: int) -> Promoted:
    """The series with promotions in past and future."""
    random = np.random.default_rng(seed)
    series, periods = len(past), past.shape[1] + future.shape[1]
    shape = (len(LOG_UPLIFTS), series, periods)
    runs = random.random(shape) < CHANCE
    own = LOG_UPLIFTS[:, None] + random.normal(0, OF_SERIES, shape[:2])
    effect = np.where(runs, own[:, :, None] + random.normal(0, OF_MONTH, shape), 0.0).sum(axis=0)
    sold = np.column_stack([past, future]) * np.exp(effect)
    names = tuple(f"promotion {number + 1}" for number in range(len(LOG_UPLIFTS)))
    occurrences = Occurrences(
        names,
        ("promotion",) * len(names),
        runs.astype(float),
        np.zeros(shape),
        np.arange(series),
        past.shape[1],
    )
    return Promoted(sold[:, : past.shape[1]], sold[:, past.shape[1] :], occurrences)


def _compare(past: FloatArray, future: FloatArray, scale: FloatArray, seed: int) -> float:
    """Share of the oracle's gain that the layer reaches, printed with what it is made of."""
    promoted = promote(past, future, seed)
    started = time.process_time()
    # Each series is a group of its own: its uplift differs from the others'.
    each = np.arange(len(past))
    uplift = fit_uplift(promoted.past, SEASON, promoted.occurrences, each)
    stripped = uplift.strip(promoted.past)
    seconds = time.process_time() - started
    blind = mase(promoted.future, _forecast(promoted.past), scale)
    layer = mase(promoted.future, uplift.apply(_forecast(stripped)), scale)
    oracle = mase(future, _forecast(past), scale)
    gain = (blind - layer) / (blind - oracle)
    print(f"seed {seed}: {len(past)} series, layer {seconds:.2f} CPU s")
    rows = (("no information", blind), ("layer of events", layer), ("oracle", oracle))
    for name, value in rows:
        print(ROW.format(f"  MASE, {name}", f"{value:.3f}"))
    print(ROW.format("  share of the oracle's gain", f"{gain:.1%}"))
    found = np.expm1(uplift.effects.pooled)
    for number, (share, log) in enumerate(zip(found, LOG_UPLIFTS, strict=True)):
        print(f"  promotion {number + 1}: {share:+.1%} found, {np.expm1(log):+.1%} injected")
    return gain


def _forecast(values: FloatArray) -> FloatArray:
    return local_forecast(values, SEASON, HORIZON).mean


if __name__ == "__main__":
    main(sys.argv[1:])
