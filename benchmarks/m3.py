"""M3: 3,003 series of the 1998 competition, ours beside the published forecasts.

Run from the project's root, with one thread to compare processor seconds:

    OMP_NUM_THREADS=1 python benchmarks/m3.py [--cases ../shared/cases] [monthly quarterly yearly other]

The test windows are used for the figures only, never to choose anything. sMAPE is the mean of
200 |actual − forecast| / (|actual| + |forecast|); MASE is scaled by each series' own mean absolute
seasonal difference in the training part. Published: Makridakis and Hibon 2000, "The M3-Competition",
computed here from the competitors' forecasts.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ours import bounds, fit_table
from scores import mase, seasonal_scale

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.kernels import fit_theta, local_forecast, naive2, seasonal_naive
from allocopt.forecasting.options import Options
from allocopt.forecasting.stack import StackOptions, train_stack

ROW = "{:<24}{:>8}{:>8}{:>10}"


@dataclass(frozen=True)
class Part:
    """One frequency of the competition; published figures are (sMAPE, MASE)."""

    code: str
    season: int
    horizon: int
    published: dict[str, tuple[float, float]]


PARTS = {
    "monthly": Part("M", 12, 18, {"THETA (winner)": (13.89, 0.858), "ForecastPro": (13.90, 0.848)}),
    "quarterly": Part("Q", 4, 8, {"THETA (winner)": (8.96, 1.087), "ForecastPro": (9.82, 1.204)}),
    "yearly": Part("Y", 1, 6, {}),
    "other": Part("O", 1, 8, {}),
}

Method = Callable[[FloatArray, int, int], FloatArray]


def forecast_stack(values: FloatArray, season: int, horizon: int) -> FloatArray:
    """The stack alone, trained on the panel itself."""
    stack = train_stack(values, season, horizon, StackOptions())
    return stack.forecast(values, season, horizon).center


METHODS: dict[str, Method] = {
    "Naive2": naive2,
    "seasonal naive": seasonal_naive,
    "Theta as published": lambda values, season, horizon: (
        fit_theta(values, season, horizon, tested=True).mean
    ),
    "Theta": lambda values, season, horizon: fit_theta(values, season, horizon).mean,
    "local (3 smoothers)": lambda values, season, horizon: (
        local_forecast(values, season, horizon).mean
    ),
    "stack": forecast_stack,
}


def main() -> None:
    """Prints one table per frequency."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=Path, default=Path("../shared/cases"))
    parser.add_argument("parts", nargs="*", default=["monthly", "quarterly"])
    arguments = parser.parse_args()
    for name in arguments.parts:
        part = PARTS[name]
        known, actual = read_part(arguments.cases / "forecast" / "m3", part.code)
        print(f"\nM3 {name}: {len(known)} series, {part.horizon} periods ahead\n")
        print(ROW.format("method", "sMAPE", "MASE", "CPU s"))
        for method, forecast in METHODS.items():
            print_row(method, part, known, actual, forecast)
        print_ours(part, known, actual)
        for competitor, (symmetric, scaled) in part.published.items():
            print(ROW.format(competitor, f"{symmetric:.2f}", f"{scaled:.3f}", "published"))


def print_row(
    name: str, part: Part, known: FloatArray, actual: FloatArray, forecast: Method
) -> None:
    """Accuracy and processor time of one method."""
    start = time.process_time()
    ours = forecast(known, part.season, part.horizon)
    seconds = time.process_time() - start
    scaled = mase(actual, ours, seasonal_scale(known, part.season))
    figures = f"{smape(actual, ours):.2f}", f"{scaled:.3f}", f"{seconds:.1f}"
    print(ROW.format(name, *figures), flush=True)


def print_ours(part: Part, known: FloatArray, actual: FloatArray) -> None:
    """Accuracy of `allocopt forecast`, and the share of actual values inside its bounds."""
    start = time.process_time()
    fitted = fit_table(known, part.season, part.horizon, Options())
    mean = fitted.mean()
    seconds = time.process_time() - start
    scaled = mase(actual, mean, seasonal_scale(known, part.season))
    figures = f"{smape(actual, mean):.2f}", f"{scaled:.3f}", f"{seconds:.1f}"
    inside = []
    for coverage in (0.8, 0.95):
        lower, upper = bounds(fitted, coverage)
        inside.append(f"{np.mean((actual >= lower) & (actual <= upper)):.1%}")
    print(ROW.format("ours", *figures) + f"   80/95 % bounds hold {inside[0]} / {inside[1]}")


def smape(actual: FloatArray, forecast: FloatArray) -> float:
    """Symmetric mean absolute percentage error [%], as the competition defines it."""
    ratio = np.abs(actual - forecast) / (np.abs(actual) + np.abs(forecast))
    return float(200 * ratio.mean())


def read_part(folder: Path, code: str) -> tuple[FloatArray, FloatArray]:
    """Training part, right-aligned with NaN before each series, and test windows."""
    with (folder / "m3_series.csv").open() as file:
        wanted = {row["id"] for row in csv.DictReader(file) if row["code"].startswith(code)}
    known = _read_values(folder / "m3_train.csv", wanted)
    actual = _read_values(folder / "m3_test.csv", wanted)
    longest = max(map(len, known.values()))
    padded = [[np.nan] * (longest - len(row)) + row for row in known.values()]
    return np.array(padded), np.array([actual[name] for name in known])


def _read_values(path: Path, wanted: set[str]) -> dict[str, list[float]]:
    with path.open() as file:
        rows = {row[0]: [float(cell) for cell in row[1:]] for row in csv.reader(file)}
    return {name: row for name, row in rows.items() if name in wanted}


if __name__ == "__main__":
    main()
