"""What-ifs: how long a changed plan takes, and how good it is, beside the same change solved from nothing.

    python benchmarks/what_ifs.py FOLDER [--count N] [--seed S] [--cold K] [--plan PLAN]

FOLDER is a scenario, such as one of `instances.py`. Changes are drawn at random: hours of a rep, a lock, a
tolerance, demand of a part, a budget, a rep who leaves or joins, units that go or come, and a new rule.
Each starts from the same plan. With --cold K
the first K are solved for 60 s from nothing as well, and the gaps
of both are told against the cold bound. `ask` is until the answer with its own bound; `plan` is until the
audited plan with all tables.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from allocopt.errors import Infeasible
from allocopt.forecasting import forecast_scenario
from allocopt.plan import load_plan
from allocopt.planning import limits_of, plan_scenario
from allocopt.scenario import Scenario, load_scenario
from allocopt.solver import solve
from allocopt.whatif import Basis
from allocopt.whatif.session import Answer, Session, open_session

COLD_SECONDS = 60.0
Random = np.random.Generator


Change = tuple[str, ...] | Scenario


def hours_of_a_rep(scenario: Scenario, random: Random) -> tuple[str, ...]:
    """A rep has 2 % less to 20 % more hours."""
    rep = _row(scenario, "reps", random)
    return (_cell("reps", rep["rep"], "hours", rep["hours"] * random.uniform(0.98, 1.2)),)


def lock_of_a_unit(scenario: Scenario, random: Random) -> tuple[str, ...]:
    """A unit is locked to one of its reps."""
    pair = _row(scenario, "pairs", random)
    unit = pair["unit"]
    return (
        _cell("units", unit, "rep", pair["rep"]),
        _cell("units", unit, "lock", "promised"),
    )


def tolerance_of_a_measure(scenario: Scenario, random: Random) -> tuple[str, ...]:
    """A balance measure becomes tighter or looser."""
    rules = [rule.model_dump(exclude_unset=True) for rule in scenario.config.balance]
    if not rules:
        return ()
    rule = rules[random.integers(len(rules))]
    rule["tolerance"] = round(float(rule["tolerance"] * random.uniform(0.7, 1.4)), 4)
    return (f"balance={yaml.safe_dump(rules, default_flow_style=True, width=10**6).strip()}",)


def demand_of_a_part(scenario: Scenario, random: Random) -> tuple[str, ...]:
    """1 % of the units have up to 30 % more or less potential and demand."""
    units = scenario.table("units")
    chosen = random.choice(len(units), max(len(units) // 100, 1), replace=False)
    factor = random.uniform(0.7, 1.3)
    rows = units.iloc[chosen]
    return tuple(
        _cell("units", unit, column, value * factor)
        for column in ("potential", "demand")
        for unit, value in zip(rows["unit"], rows[column], strict=True)
        if pd.notna(value) and value > 0
    )


def budget(scenario: Scenario, random: Random) -> tuple[str, ...]:
    """The budget changes by up to a fifth."""
    total = scenario.config.budget.total_max
    return () if total is None else (f"budget.total_max={total * random.uniform(0.8, 1.2):.2f}",)


def lost_units(scenario: Scenario, random: Random) -> Scenario:
    """Three accounts are lost."""
    units = scenario.table("units")["unit"]
    gone = units.iloc[random.choice(len(units), 3, replace=False)]
    return _with_tables(
        scenario,
        units=lambda table: table[~table["unit"].isin(gone)],
        pairs=lambda table: table[~table["unit"].isin(gone)],
    )


def added_units(scenario: Scenario, random: Random) -> Scenario:
    """Three accounts join that are as accounts which are there, smaller by half."""
    units = scenario.table("units")
    beside = units.iloc[random.choice(len(units), 3, replace=False)]["unit"]
    names = dict(zip(beside, (f"new{number}" for number in range(3)), strict=True))

    def joined(table: pd.DataFrame) -> pd.DataFrame:
        rows = table[table["unit"].isin(beside)].copy()
        rows["unit"] = rows["unit"].map(names).astype(table["unit"].dtype)
        for column in ("hours", "demand", "potential"):
            if column in rows:
                rows[column] = rows[column] / 2
        for column in ("rep", "lock"):
            if column in rows and table is units:
                rows[column] = None
        return pd.concat([table, rows], ignore_index=True)

    return _with_tables(scenario, units=joined, pairs=joined)


def lost_rep(scenario: Scenario, random: Random) -> Scenario:
    """A rep leaves; the reps who could have the most of what the rep could have get the hours."""
    rep = _row(scenario, "reps", random)
    heirs = _nearest(scenario, rep["rep"])

    def shared(table: pd.DataFrame) -> pd.DataFrame:
        table = table[table["rep"] != rep["rep"]].copy()
        table.loc[table["rep"].isin(heirs), "hours"] += 1.05 * rep["hours"] / len(heirs)
        return table

    def freed(table: pd.DataFrame) -> pd.DataFrame:
        own = table["rep"] == rep["rep"]
        table = table.copy()
        table.loc[own, ["rep", "lock"]] = None
        return table

    pairs = lambda table: table[table["rep"] != rep["rep"]]  # noqa: E731
    return _with_tables(scenario, reps=shared, units=freed, pairs=pairs)


def added_rep(scenario: Scenario, random: Random) -> Scenario:
    """A rep joins beside another one, and may have what that one may have."""
    rep = _row(scenario, "reps", random)["rep"]

    def joined(table: pd.DataFrame) -> pd.DataFrame:
        rows = table[table["rep"] == rep].assign(rep="newcomer")
        rows["rep"] = rows["rep"].astype(table["rep"].dtype)
        return pd.concat([table, rows], ignore_index=True)

    return _with_tables(scenario, reps=joined, pairs=joined)


def new_rule(scenario: Scenario, random: Random) -> tuple[str, ...]:
    """A ceiling on handovers where units have owners, else a limit on what lies outside a band."""
    owned = int(scenario.table("units")["rep"].notna().sum())
    if owned:
        return (f"handover.max_units={int(owned * random.uniform(0.3, 0.5))}",)
    return ("workload.overtime_max=0.02", "workload.overtime_cost=50")


KINDS: dict[str, Callable[[Scenario, Random], Change]] = {
    "hours of a rep": hours_of_a_rep,
    "lock": lock_of_a_unit,
    "tolerance": tolerance_of_a_measure,
    "demand of 1 % of units": demand_of_a_part,
    "budget": budget,
    "lost rep": lost_rep,
    "added rep": added_rep,
    "lost units": lost_units,
    "added units": added_units,
    "new rule": new_rule,
}


def _row(scenario: Scenario, name: str, random: Random) -> pd.Series:
    table = scenario.table(name)
    return table.iloc[int(random.integers(len(table)))]


def _cell(table: str, key: str, column: str, value: float | str) -> str:
    told = f"{value:.4f}" if isinstance(value, float) else value
    return f'tables.{table}."{key}".{column}={told}'


def _with_tables(scenario: Scenario, **changes: Callable[[pd.DataFrame], pd.DataFrame]) -> Scenario:
    tables = {name: change(scenario.table(name)) for name, change in changes.items()}
    indexed = {name: table.reset_index(drop=True) for name, table in tables.items()}
    return replace(scenario, tables={**scenario.tables, **indexed})


def _nearest(scenario: Scenario, rep: str) -> list[str]:
    """The four reps who may have most of the units that a rep may have."""
    pairs = scenario.table("pairs")
    own = pairs.loc[pairs["rep"] == rep, "unit"]
    others = pairs[pairs["unit"].isin(own) & (pairs["rep"] != rep)]
    return list(others["rep"].value_counts().index[:4])


def questions(scenario: Scenario, count: int, seed: int) -> Iterator[tuple[str, Change]]:
    """Kinds in turn, each drawn by itself; kinds that a scenario has nothing for are left out."""
    random = np.random.default_rng(seed)
    asked = 0
    while asked < count:
        for kind, draw in KINDS.items():
            change = draw(scenario, random)
            if change == () or asked == count:
                continue
            asked += 1
            yield kind, change


def ask(session: Session, kind: str, change: Change) -> dict[str, object]:
    """One row of the table: seconds by the clock and of the processor, own gap."""
    began, worked = time.monotonic(), time.process_time()
    row: dict[str, object] = {"kind": kind}
    try:
        answer = session.ask(change)
    except Infeasible:
        answer = None
    row["seconds"], row["processor"] = time.monotonic() - began, time.process_time() - worked
    if answer is not None:
        row |= {"gap": answer.gap, "warm": answer.after.standing is not None, "answer": answer}
    return row


def cold(answer: Answer) -> tuple[float, float]:
    """Gap of the answer and of a cold solve, both to the cold bound."""
    limits = replace(limits_of(answer.after.scenario), time_limit=COLD_SECONDS)
    found = solve(answer.after.problem, limits)
    return tuple(
        (found.bound - objective) / abs(objective)
        for objective in (answer.objective, found.objective)
    )


def table_of(rows: list[dict[str, object]]) -> pd.DataFrame:
    """By kind and in all: how many, seconds, own gap, and how many have no plan or a cold one."""
    told = pd.DataFrame(rows).reindex(columns=["kind", "seconds", "processor", "gap", "warm"])
    groups = [*told.groupby("kind", sort=False), ("all", told)]
    return pd.DataFrame(
        {
            "kind": kind,
            "asked": len(own),
            "no plan": int(own["gap"].isna().sum()),
            "from nothing": int((own["warm"] == False).sum()),  # noqa: E712 - unknown is not false
            "median s": own["seconds"].median(),
            "95 % s": own["seconds"].quantile(0.95),
            "median processor s": own["processor"].median(),
            "95 % processor s": own["processor"].quantile(0.95),
            "median gap %": 100 * own["gap"].median(),
            "worst gap %": 100 * own["gap"].max(),
        }
        for kind, own in groups
    )


def base(folder: Path, plan: Path | None, seconds: float) -> Basis:
    """The plan that all questions start from: a saved one, or one solved here."""
    scenario = load_scenario(folder, [f"solver.time_limit={seconds}"])
    forecast = forecast_scenario(scenario)
    known = plan_scenario(scenario, forecast=forecast) if plan is None else load_plan(plan)
    return Basis(scenario, known, forecast)


def main() -> None:
    """Ask and tell."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cold", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--plan", type=Path)
    asked = parser.parse_args()
    basis = base(asked.folder, asked.plan, asked.seconds)
    session = open_session(basis)
    print(f"before: objective {session.world.objective:,.0f}, gap {session.world.gap:.3%}")
    rows = []
    for kind, change in questions(basis.scenario, asked.count, asked.seed):
        row = ask(session, kind, change)
        answer = row.pop("answer", None)
        rows.append(row)
        if answer is not None and len(rows) <= asked.cold:
            warm, found = cold(answer)
            print(f"{kind}: gap to the cold bound {warm:.3%}, of the cold solve {found:.3%}")
    print(table_of(rows).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
