"""Hierarchies: forecasts of all levels beside published ones, and how often bounds hold.

    OMP_NUM_THREADS=1 python benchmarks/hierarchies.py [--cases DIR] [--oracle-python PYTHON] [TABLE…]

Tables: `fpp3` (Australian tourism, 304 cells, the last 8 quarters held back), `origins` (the same
at four origins, with PYTHON only), `small` (TourismSmall, 56 series, the last 4 quarters) and
`coverage` (80 % bounds on fpp3 at four origins). PYTHON is an interpreter with statsforecast and
hierarchicalforecast; AutoETS with MinT is then run beside ours. Published: notebooks and README of
hierarchicalforecast. Test windows are used for the figures only, never to choose anything.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from ours import learn
from scores import seasonal_scale

from allocopt.forecasting.arrays import FloatArray, IntArray
from allocopt.forecasting.reconciliation import Structure, build_structure, plain_structure

CASES = Path(__file__).resolve().parents[2] / "shared" / "cases"
SEASON = 4
# As in the published evaluation: both ends of 50 central intervals, the median counted twice.
PROBABILITIES = np.sort(np.concatenate([0.5 - np.arange(50) / 100, 0.5 + np.arange(50) / 100]))
# Levels of the published table and ours; it leaves states × purposes out of "Overall".
LEVELS = {
    "Total": "company",
    "Purpose": "segment",
    "State": "branch",
    "Regions": "territory",
    "Bottom": "cell",
}
# RMSE and MASE: Total, Purpose, State, Regions, Bottom, Overall. The notebook's history goes on to
# 2017, so its last 8 quarters are others than ours: compare with the run here.
PUBLISHED_FPP3 = {
    "AutoETS [to 2017]": (
        (1743.29, 534.75, 308.15, 51.66, 19.37, 41.12),
        (1.59, 1.32, 1.39, 1.12, 0.98, 1.02),
    ),
    "AutoETS + MinT [to 2017]": (
        (2112.73, 577.14, 316.82, 46.55, 17.80, 40.47),
        (2.06, 1.48, 1.40, 1.01, 0.94, 0.97),
    ),
}
# sCRPS and relative MSE of the best published baseline.
PUBLISHED_SMALL = (0.0649, 0.1002)
SIZE_OF_LEVELS = {"Country": 1, "Purpose": 4, "Purpose/State": 28, "Bottom": 56}
# Half of the horizon apart, as far as the history allows eight quarters and more before each.
COVERAGE_ORIGINS, COVERAGE_HORIZON = (8, 12, 16, 20), 8
ROW = "{:<28}" + "{:>10}" * 6

ORACLE = """
import sys
import numpy as np
import pandas as pd
from hierarchicalforecast.methods import MinTrace
from statsforecast import StatsForecast
from statsforecast.models import AutoETS

given, made, horizon = sys.argv[1], sys.argv[2], int(sys.argv[3])
tables = np.load(given)
nodes, summing = tables["nodes"], tables["summing"]
series, periods = nodes.shape
frame = pd.DataFrame({
    "unique_id": np.repeat(np.arange(series), periods),
    "ds": np.tile(np.arange(periods), series),
    "y": nodes.ravel(),
})
model = StatsForecast(models=[AutoETS(season_length=4, model="ZZA")], freq=1, n_jobs=1)
ahead = model.forecast(df=frame, h=horizon, fitted=True)["AutoETS"].to_numpy()
fitted = model.forecast_fitted_values()["AutoETS"].to_numpy()
base = ahead.reshape(series, horizon)
coherent = MinTrace("mint_shrink").fit_predict(
    S=summing, y_hat=base, y_insample=nodes, y_hat_insample=fitted.reshape(series, periods)
)["mean"]
np.savez(made, base=base, coherent=coherent)
"""


@dataclass(frozen=True)
class Panel:
    """Series (series, period), how they add up, and the published name of nodes' levels."""

    values: FloatArray
    structure: Structure
    levels: dict[str, IntArray]


def main() -> None:
    """Prints the tables that are asked for, all by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=Path, default=CASES)
    parser.add_argument("--oracle-python", type=Path)
    parser.add_argument("tables", nargs="*", default=["fpp3", "origins", "small", "coverage"])
    arguments = parser.parse_args()
    folder = arguments.cases / "forecast"
    if "fpp3" in arguments.tables:
        print_fpp3(read_fpp3(folder / "tourism_fpp3"), arguments.oracle_python)
    if "origins" in arguments.tables and arguments.oracle_python:
        print_origins(read_fpp3(folder / "tourism_fpp3"), arguments.oracle_python)
    if "small" in arguments.tables:
        print_small(read_small(folder / "tourism_small"))
    if "coverage" in arguments.tables:
        print_coverage(read_fpp3(folder / "tourism_fpp3"))


def read_fpp3(folder: Path) -> Panel:
    """Cells of region and purpose under the tree of states."""
    history = pd.read_csv(folder / "history.csv")
    table = history.pivot_table(
        index=["territory", "segment"], columns="date", values="sales", aggfunc="sum"
    )
    territories = pd.read_csv(folder / "territories.csv")
    structure = build_structure(table.index.to_frame(index=False), territories)
    names = structure.names
    levels = {
        name: names.loc[names["level"] == ours, "node"].to_numpy() for name, ours in LEVELS.items()
    }
    return Panel(table.to_numpy(dtype=float), structure, levels)


def read_small(folder: Path) -> Panel:
    """TourismSmall by its own summing matrix, whose rows go level by level."""
    summing = pd.read_csv(folder / "agg_mat.csv", index_col=0)
    table = pd.read_csv(folder / "data.csv", index_col=0)
    stops = np.cumsum([0, *SIZE_OF_LEVELS.values()])
    levels = {
        name: np.arange(start, stop)
        for name, start, stop in zip(SIZE_OF_LEVELS, stops[:-1], stops[1:], strict=True)
    }
    series = table[summing.columns].to_numpy(dtype=float).T
    return Panel(series, plain_structure(summing.to_numpy()), levels)


def print_fpp3(panel: Panel, oracle_python: Path | None) -> None:
    """RMSE and MASE of each level, as the mean over its nodes."""
    horizon = 8
    known, nodes = panel.values[:, :-horizon], panel.structure.sum(panel.values)
    start = time.process_time()
    learnt, _ = learn(known, SEASON, horizon, panel.structure)
    ours = panel.structure.sum(learnt.forecast())
    print(
        f"\nfpp3 tourism, 8 quarters held back; ours took {time.process_time() - start:.0f} CPU s"
    )
    made = {"ours": ours}
    if oracle_python is not None:
        base, coherent = run_oracle(oracle_python, panel.structure, known, horizon)
        made |= {"AutoETS [run here]": base, "AutoETS + MinT [run here]": coherent}
    scale = seasonal_scale(nodes[:, :-horizon], SEASON)[:, None]
    for place, (metric, unit) in enumerate((("RMSE", None), ("MASE", scale))):
        print("\n" + ROW.format(metric, *panel.levels, "Overall"))
        for name, published in PUBLISHED_FPP3.items():
            print(ROW.format(name, *published[place]))
        for name, mean in made.items():
            errors = mean - nodes[:, -horizon:]
            per_node = np.abs(errors / unit).mean(1) if unit is not None else _root_mean(errors)
            print(ROW.format(name, *(f"{value:.3f}" for value in _by_level(per_node, panel))))


def print_origins(panel: Panel, oracle_python: Path) -> None:
    """Overall MASE at four origins beside AutoETS with MinT: one window says little."""
    nodes = panel.structure.sum(panel.values)
    print("\nfpp3 tourism, overall MASE, 8 quarters ahead\n")
    print(ROW.format("quarters known", "ours", "AutoETS", "+ MinT", "ours/MinT", "", ""))
    table = []
    for back in COVERAGE_ORIGINS:
        known = panel.values.shape[1] - back
        past = panel.values[:, :known]
        learnt, _ = learn(past, SEASON, COVERAGE_HORIZON, panel.structure)
        base, coherent = run_oracle(oracle_python, panel.structure, past, COVERAGE_HORIZON)
        scale = seasonal_scale(nodes[:, :known], SEASON)[:, None]
        came = nodes[:, known : known + COVERAGE_HORIZON]
        ours = panel.structure.sum(learnt.forecast())
        errors = [np.abs((mean - came) / scale).mean(axis=1) for mean in (ours, base, coherent)]
        table.append([_by_level(error, panel)[-1] for error in errors])
        _print_origin(str(known), table[-1])
    _print_origin("mean", [float(mean) for mean in np.mean(table, axis=0)])


def _print_origin(name: str, errors: list[float]) -> None:
    ratio = f"{errors[0] / errors[2] - 1:+.1%}"
    print(ROW.format(name, *(f"{error:.3f}" for error in errors), ratio, "", ""), flush=True)


def print_small(panel: Panel) -> None:
    """Scaled CRPS of each level and the mean squared error relative to the naive forecast's."""
    horizon = 4
    actual = panel.structure.sum(panel.values)[:, -horizon:]
    last = panel.structure.sum(panel.values)[:, -horizon - 1, None]
    _, paths = learn(panel.values[:, :-horizon], SEASON, horizon, panel.structure)
    quantiles = paths.quantiles(np.arange(len(panel.structure)), PROBABILITIES)
    mean = panel.structure.sum(paths.mean())
    relative = ((mean - actual) ** 2).mean() / ((last - actual) ** 2).mean()
    scores = [scaled_crps(actual[rows], quantiles[:, rows]) for rows in panel.levels.values()]
    overall = scaled_crps(actual, quantiles)
    print("\nTourismSmall, 4 quarters held back\n")
    print(ROW.format("sCRPS", *panel.levels, "Overall", "relMSE"))
    print(ROW.format("best published", *[""] * 4, *PUBLISHED_SMALL))
    print(ROW.format("ours", *(f"{score:.4f}" for score in (*scores, overall, relative))))


def print_coverage(panel: Panel) -> None:
    """Share of actual values inside the 80 % bounds, at each origin and on average."""
    actual = panel.structure.sum(panel.values)
    shares = []
    print("\nfpp3 tourism, share inside the 80 % bounds, 8 quarters ahead\n")
    print(ROW.format("quarters known", *panel.levels, "Overall"))
    for back in COVERAGE_ORIGINS:
        known = panel.values.shape[1] - back
        _, paths = learn(panel.values[:, :known], SEASON, COVERAGE_HORIZON, panel.structure)
        bounds = paths.quantiles(np.arange(len(panel.structure)), np.array([0.1, 0.9]))
        came = actual[:, known : known + COVERAGE_HORIZON]
        inside = ((came >= bounds[0]) & (came <= bounds[1])).mean(axis=1)
        shares.append(_by_level(inside, panel))
        print(ROW.format(known, *(f"{share:.1%}" for share in shares[-1])), flush=True)
    print(ROW.format("mean", *(f"{share:.1%}" for share in np.mean(shares, axis=0))))


def scaled_crps(actual: FloatArray, quantiles: FloatArray) -> float:
    """Twice the mean quantile loss over the mean size of what came (Rangapuram et al. 2021).

    `quantiles` has shape (probability, node, period), by `PROBABILITIES`.
    """
    errors = actual - quantiles
    probability = PROBABILITIES[:, None, None]
    loss = np.maximum(probability * errors, (probability - 1) * errors)
    return float(2 * loss.mean() / np.abs(actual).mean())


def run_oracle(
    python: Path, structure: Structure, known: FloatArray, horizon: int
) -> tuple[FloatArray, FloatArray]:
    """AutoETS of each node, and made coherent by MinT with shrinkage, by other people's code."""
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder) / "given.npz", Path(folder) / "made.npz"
        np.savez(given, nodes=structure.sum(known), summing=structure.summing.toarray())
        subprocess.run([python, "-c", ORACLE, given, made, str(horizon)], check=True)
        with np.load(made) as tables:
            return tables["base"], tables["coherent"]


def _by_level(per_node: FloatArray, panel: Panel) -> list[float]:
    """Mean over the nodes of each level, and over all of them."""
    rows = [*panel.levels.values(), np.concatenate(list(panel.levels.values()))]
    return [float(per_node[chosen].mean()) for chosen in rows]


def _root_mean(errors: FloatArray) -> FloatArray:
    return np.asarray(np.sqrt((errors**2).mean(axis=1)))


if __name__ == "__main__":
    main()
