"""The scenario `regional` with one family of rules after the other: size of the model, time, gap.

    python benchmarks/whole_model.py [--time-limit SECONDS] [--gap GAP]

Each line has all families of the lines above it. Seconds of building and compiling, of the search, and the
gap to a valid bound that the search ends with.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from allocopt.forecasting import forecast_scenario
from allocopt.model import build
from allocopt.planning import plan_scenario
from allocopt.problem import build_problem
from allocopt.scenario import load_scenario
from allocopt.solver.compiled import compile_model

REGIONAL = Path(__file__).resolve().parents[1] / "scenarios" / "regional"


@dataclass(frozen=True)
class Step:
    """A family that is added: keys of scenario.yaml, whole tables, and columns of tables by row."""

    name: str
    settings: Mapping[str, object] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)


STEPS = (
    Step("as shipped"),
    Step(
        "a leaver in June, days to hire on",
        {"headcount": {"hire_dates": ["2026-06-01", "2026-09-01"]}},
        cells={"reps": {"E2": {"status": "leaving", "end": "2026-06-30"}}},
    ),
    Step(
        "absences, seasons of work",
        tables={
            "absences": "rep,start,end,share\nN1,2026-03-02,2026-03-27,1\nS1,2026-08-03,2026-08-21,1\n",
            "workload": "segment,period,factor\nenterprise,2026-11,1.3\nenterprise,2026-12,1.2\n",
        },
    ),
    Step(
        "a specialist",
        tables={"overlays": "rep,role,serves\nSM,Specialist,S1\nSM,Specialist,S2\n"},
    ),
    Step("travel", {"coverage": {"travel_speed": 70}}),
    Step(
        "two accounts shared",
        cells={"units": {"U001": {"share_max": "2"}, "U020": {"share_max": "2"}}},
    ),
    Step(
        "a second measure balanced",
        {
            "balance": [
                {"measure": "potential", "tolerance": 0.2, "price": 0.04},
                {"measure": "demand", "tolerance": 0.3, "price": 0.02},
            ]
        },
    ),
    Step(
        "a floor in the West, a priced goal",
        tables={
            "targets": "name,amount,start,end,measure,scope,kind,price\n"
            "Sales 2026,25300000,2026-01-01,2026-12-31,sales,company,goal,\n"
            "West,3500000,2026-01-01,2026-12-31,sales,territory=West,floor,\n"
            "Mid-market,9000000,2026-01-01,2026-12-31,sales,segment=midmarket,goal,0.05\n"
        },
    ),
    Step("borders at a price", {"contiguity": {"cut_price": 20}}),
    Step(
        "rounded quotas that are attainable",
        {"quota": {"round_to": 500, "attain_probability": 0.4}},
    ),
    Step("demand in 5 samples, shortfall at risk", {"risk": {"samples": 5, "weight": 0.2}}),
)


def main() -> None:
    """Print a line per step."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--time-limit", type=float, default=60.0)
    options.add_argument("--gap", type=float, default=0.01)
    asked = options.parse_args()
    row = "{:<38}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}"
    print(row.format("family", "rows", "columns", "whole", "build s", "search s", "gap"))
    solver = {"solver": {"time_limit": asked.time_limit, "gap": asked.gap}}
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "regional"
        shutil.copytree(REGIONAL, folder)
        (folder / "adjacency.csv").write_text(neighbours(), encoding="utf-8")
        change(folder, Step("solver", solver))
        for step in STEPS:
            change(folder, step)
            print(row.format(step.name, *measured(folder)), flush=True)


def change(folder: Path, step: Step) -> None:
    """Adds a family to the scenario in a folder."""
    path = folder / "scenario.yaml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    for section, values in step.settings.items():
        merged = isinstance(values, dict) and isinstance(settings.get(section), dict)
        settings[section] = settings[section] | values if merged else values
    path.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    for table, text in step.tables.items():
        (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    for table, rows in step.cells.items():
        set_cells(folder / f"{table}.csv", rows)


def set_cells(path: Path, rows: Mapping[str, Mapping[str, str]]) -> None:
    """Changes cells of a table, by the name in its first column and the header."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    for name, values in rows.items():
        for column, value in values.items():
            if column not in table:
                table[column] = ""
            table.loc[table.iloc[:, 0] == name, column] = value
    table.to_csv(path, index=False)


def neighbours() -> str:
    """adjacency.csv: each place and the three that are nearest to it."""
    table = pd.read_csv(REGIONAL / "territories.csv").dropna(subset="latitude")
    at = table[["latitude", "longitude"]].to_numpy()
    apart = np.hypot(*(at[:, None, :] - at[None, :, :]).transpose(2, 0, 1))
    names = table["territory"].tolist()
    pairs = {
        tuple(sorted((names[a], names[int(b)])))
        for a in range(len(names))
        for b in np.argsort(apart[a])[1:4]
    }
    return "a,b\n" + "".join(f"{a},{b}\n" for a, b in sorted(pairs))


def measured(folder: Path) -> tuple[int, int, int, str, str, str]:
    """Rows, columns, whole-numbered columns, seconds of building and of the search, and the gap."""
    scenario = load_scenario(folder)
    forecast = forecast_scenario(scenario)
    began = time.perf_counter()
    compiled = compile_model(build(build_problem(scenario, forecast.table)))
    built = time.perf_counter() - began
    plan = plan_scenario(scenario, forecast=forecast)
    whole = int(compiled.integer.sum())
    return (
        *compiled.shape,
        whole,
        f"{built:.1f}",
        f"{plan.summary['seconds']:.1f}",
        f"{plan.summary['gap']:.2%}",
    )


if __name__ == "__main__":
    main()
