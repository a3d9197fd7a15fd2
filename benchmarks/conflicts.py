"""Scenarios of full size that have no plan: which rules clash, what gives way at which price, how soon.

    python benchmarks/conflicts.py [NAME …] [--seconds S] [--solve S]

Each case is an instance of `instances.py` with one thing too many. `seconds` is all that follows once
the search has found out, of S at most; `things` counts what the conflict is about, `proven` says that none
of it can be left out; `price` is that of the advised settings, `least` a price that no others undercut.
`then` solves the scenario again with these settings, in at most S seconds.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from instances import concave_response, hard_workload, six_measures

from allocopt.config import parse_settings
from allocopt.errors import AllocoptError, Infeasible
from allocopt.forecasting import forecast_scenario
from allocopt.model import build, sentences
from allocopt.planning import problem_of
from allocopt.problem import Problem
from allocopt.scenario import Scenario, change_scenario, load_scenario
from allocopt.solver import Limits, Outcome, solve
from allocopt.solver.compiled import compile_model
from allocopt.solver.conflict.conflicts import TIES
from allocopt.solver.conflict.diagnosis import diagnose
from allocopt.solver.conflict.wording import describe
from allocopt.solver.highs import run

Tables = dict[str, pd.DataFrame]
Config = dict[str, Any]
ROW = "{:<18}{:>8}{:>8}{:>8}{:>13}{:>13}{:>6}  {:<12}{}"


def short_region(tables: Tables, config: Config) -> None:
    """Thirty reps have a region for themselves, and half an hour too little for it."""
    reps, pairs, units = tables["reps"], tables["pairs"], tables["units"]
    region = _neighbours(pairs, 30)
    inside = pairs["rep"].isin(region)
    mostly = inside.groupby(pairs["unit"]).transform("mean") >= 0.5
    tables["pairs"] = pairs[inside == mostly].reset_index(drop=True)
    own = units["unit"].isin(pairs.loc[mostly, "unit"])
    here = reps["rep"].isin(region)
    for who, which, needed in ((here, own, -0.5), (~here, ~own, None)):
        work = units.loc[which, "hours"].sum()
        enough = work / 0.91 if needed is None else work + needed
        reps.loc[who, "hours"] = (
            reps.loc[who, "hours"] * enough / reps.loc[who, "hours"].sum()
        ).round(4)


def _neighbours(pairs: pd.DataFrame, many: int) -> set[str]:
    """Reps who share most units with those who are among them already."""
    chosen = {pairs["rep"].iloc[0]}
    while len(chosen) < many:
        reached = pairs[pairs["unit"].isin(pairs[pairs["rep"].isin(chosen)]["unit"])]
        common = reached[~reached["rep"].isin(chosen)]["rep"].value_counts()
        chosen.add(common.index[0])
    return chosen


def overloaded_by_locks(tables: Tables, config: Config) -> None:
    """People have promised one rep 60 units more than fit."""
    pairs, units, rep = tables["pairs"], tables["units"], tables["reps"].iloc[0]
    able = units[units["unit"].isin(pairs[pairs["rep"] == rep["rep"]]["unit"])]
    able = able.sort_values("hours", ascending=False)
    many = int((able["hours"].cumsum() < rep["hours"]).sum()) + 60
    _lock(tables, able["unit"].iloc[:many], rep["rep"])


def few_positions(tables: Tables, config: Config) -> None:
    """The six reps who alone may cover some units are open positions, of which two may be filled."""
    reps, pairs = tables["reps"], tables["pairs"]
    chosen = list(reps["rep"].iloc[:6])
    served = pairs[pairs["rep"].isin(chosen)]["unit"].unique()[:400]
    keep = ~pairs["unit"].isin(served) | pairs["rep"].isin(chosen)
    tables["pairs"] = pairs[keep].reset_index(drop=True)
    reps["status"] = np.where(reps["rep"].isin(chosen), "open", "active")
    config["headcount"] = {"max": 2}


def unreachable_band(tables: Tables, config: Config) -> None:
    """One rep may cover fifty accounts, where a hard band asks for 141 at least."""
    pairs, rep = tables["pairs"], tables["reps"]["rep"].iloc[0]
    own = pairs.index[pairs["rep"] == rep]
    tables["pairs"] = pairs.drop(own[50:]).reset_index(drop=True)
    tables["units"]["lock"] = ""
    config["balance"][0] = {"measure": "accounts", "tolerance": 0.15, "hard": True}


def band_without_a_whole_number(tables: Tables, config: Config) -> None:
    """Every rep is to have 166⅔ accounts, give or take a sixth: no whole number."""
    config["balance"][0] = {"measure": "accounts", "tolerance": 0.001, "hard": True}


def few_handovers(tables: Tables, config: Config) -> None:
    """Forty units are promised to others than today's owners; fourteen may change."""
    pairs, units = tables["pairs"], tables["units"]
    free = units[units["lock"] == ""].iloc[:40]
    other = pairs[pairs["unit"].isin(free["unit"])].merge(free[["unit", "rep"]], on="unit")
    other = other[other["rep_x"] != other["rep_y"]].drop_duplicates("unit")
    _lock(tables, other["unit"], list(other["rep_x"]))
    config["handover"]["max_units"] = 14


def three_for_two(tables: Tables, config: Config) -> None:
    """Three units of 60 h have two reps of 90 h: enough in all, but none takes two."""
    units, reps, pairs = tables["units"], tables["reps"], tables["pairs"]
    units.loc[:2, "hours"] = 60.0
    pair = list(reps["rep"].iloc[-2:])
    reps.loc[reps["rep"].isin(pair), "hours"] = 90.0
    big = list(units["unit"].iloc[:3])
    rows = [{"unit": u, "rep": r, "value": 1000.0, "distance": 1.0} for u in big for r in pair]
    others = pairs[~pairs["unit"].isin(big)]
    # The other units of the two have other reps who may cover them.
    counts = others[~others["rep"].isin(pair)].groupby("unit")["rep"].count()
    alone = others[~others["unit"].isin(counts.index)]
    tables["pairs"] = pd.concat([others.drop(alone.index), pd.DataFrame(rows)], ignore_index=True)
    tables["units"] = units[units["unit"].isin(tables["pairs"]["unit"])].reset_index(drop=True)


def poor_budget(tables: Tables, config: Config) -> None:
    """The levers are to get 1.2 million each at least, and 3 million is all there is."""
    tables["levers"]["total_min"] = 1_200_000.0


def floor_too_high(tables: Tables, config: Config) -> None:
    """One account is to sell more than time and all levers can bring."""
    unit = tables["units"].iloc[0]
    tables["targets"] = pd.DataFrame(
        {
            "name": ["stretch"],
            "amount": [4 * float(unit["demand"]) * 1.8],
            "start": ["2026-01-01"],
            "end": ["2026-12-31"],
            "measure": ["sales"],
            "scope": [f"territory={unit['territory']}"],
            "kind": ["floor"],
        }
    )


def _lock(tables: Tables, units: pd.Series, reps: str | list[str]) -> None:
    """Decisions of people that lock units to reps."""
    tables["overrides"] = pd.DataFrame(
        {"kind": "lock", "unit": list(units), "value": reps, "reason": "promised"}
    )


Change = Callable[[Tables, Config], None]
CASES: dict[str, tuple[Callable[..., None], Change]] = {
    "short-region": (hard_workload, short_region),
    "few-positions": (hard_workload, few_positions),
    "three-for-two": (hard_workload, three_for_two),
    "locks": (six_measures, overloaded_by_locks),
    "unreachable-band": (six_measures, unreachable_band),
    "no-whole-number": (six_measures, band_without_a_whole_number),
    "few-handovers": (six_measures, few_handovers),
    "poor-budget": (concave_response, poor_budget),
    "floor-too-high": (concave_response, floor_too_high),
}


def make(name: str, folder: Path) -> Scenario:
    """The scenario of a case, written out and read again."""
    maker, change = CASES[name]
    maker(folder)
    config = yaml.safe_load((folder / "scenario.yaml").read_text())
    tables = {path.stem: _read(path) for path in folder.glob("*.csv")}
    change(tables, config)
    (folder / "scenario.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    for table, frame in tables.items():
        frame.to_csv(folder / f"{table}.csv", index=False)
    return load_scenario(folder)


def _read(path: Path) -> pd.DataFrame:
    frame = pd.read_csv(path)
    text = frame.select_dtypes(exclude="number").columns
    return frame.fillna(dict.fromkeys(text, ""))


def no_plan(problem: Problem, seconds: float) -> tuple[Infeasible, float]:
    """Why a problem has no plan, and the seconds that this took."""
    model = build(problem)
    compiled, rules = compile_model(model), sentences(model)
    relaxed = run(compiled, Limits(seconds), relaxed=True).outcome is Outcome.INFEASIBLE
    began = time.monotonic()
    found = diagnose(problem, compiled, set(rules) - TIES, seconds, relaxed=relaxed)
    return describe(problem, rules, found), time.monotonic() - began


def solved_again(scenario: Scenario, settings: tuple[str, ...], seconds: float) -> str:
    """How a scenario ends that is changed as advised."""
    changed = change_scenario(scenario, parse_settings(settings))
    try:
        found = solve(problem_of(changed, forecast_scenario(changed)), Limits(seconds))
    except AllocoptError as error:
        return type(error).__name__
    return f"plan, gap {found.gap:.1%}"


def main() -> None:
    """Print a line per case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(CASES), metavar="NAME")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--solve", type=float, default=60.0)
    asked = parser.parse_args()
    head = ("case", "seconds", "things", "proven", "price", "least", "steps", "then", "rules")
    print(ROW.format(*head), flush=True)
    for name in asked.names:
        with tempfile.TemporaryDirectory() as folder:
            scenario = make(name, Path(folder) / name)
        error, seconds = no_plan(problem_of(scenario, forecast_scenario(scenario)), asked.seconds)
        way_out, cells = error.way_out, ["-", "-", "-", "-"]
        if way_out is not None:
            then = solved_again(scenario, way_out.settings, asked.solve)
            cells = [
                f"{way_out.price:,.0f}",
                f"{way_out.least:,.0f}",
                str(len(way_out.steps)),
                then,
            ]
        things = sum(len(conflict.items) for conflict in error.conflicts)
        proven = "yes" if error.proven else "no"
        rules = ", ".join(conflict.rule for conflict in error.conflicts)
        print(ROW.format(name, f"{seconds:.1f}", things, proven, *cells, rules), flush=True)


if __name__ == "__main__":
    main()
