"""Who covers what, from when to when: the table `assignments` of a plan."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from allocopt.model import Decisions
from allocopt.problem import Problem
from allocopt.problem.windows import DAY

# Shares that differ by less are one share.
SAME = 1e-9
ORDER = ["order", "start", "less", "rep"]


def assignment_table(problem: Problem, decisions: Decisions) -> pd.DataFrame:
    """One row per unit and rep as long as nothing changes; without a rep its share is 0."""
    rows = _joined(_by_window(problem, decisions))
    before = _before(problem, rows)
    units = problem.units.loc[rows["unit"]]
    owned = rows["unit"].isin(problem.handover.owned)
    moved = [
        is_owned and bool(held) and rep not in held
        for is_owned, rep, held in zip(owned, rows["rep"], before, strict=True)
    ]
    return rows[["unit", "rep", "start", "end", "share"]].assign(
        before=[";".join(held) for held in before],
        handover=np.where(moved, "yes", "no"),
        reason=list(_reasons(problem, rows, before)),
        territory=units["territory"].to_numpy(),
        segment=units["segment"].to_numpy(),
        name=units["name"].to_numpy(),
    )


def _by_window(problem: Problem, decisions: Decisions) -> pd.DataFrame:
    """A row per window and rep; unit, window, start, end, rep and share, and by what rows are ordered."""
    shares = decisions.shares.rename("share").reset_index()
    table = problem.windows.days.reset_index().merge(shares, on=["unit", "window"], how="left")
    table["rep"] = table["rep"].fillna("").astype("str")
    table["share"] = table["share"].fillna(0.0)
    order = problem.units.index.get_indexer(pd.Index(table["unit"]))
    return table.assign(order=order, less=-table["share"]).sort_values(ORDER, kind="stable")


def _joined(table: pd.DataFrame) -> pd.DataFrame:
    """Rows that follow each other with the same unit, rep and share become one."""
    key = [table["unit"], table["rep"]]
    by_key = table.groupby(key, sort=False)
    follows = by_key["end"].shift() + DAY == table["start"]
    same = (by_key["share"].diff().abs() <= SAME) & follows
    run = (~same).groupby(key, sort=False).cumsum()
    joined = table.assign(run=run).groupby(["unit", "rep", "run"], sort=False, as_index=False)
    first = {name: (name, "first") for name in ("start", "share", "order", "less")}
    rows = joined.agg(**first, end=("end", "max"))
    return rows.sort_values(ORDER, kind="stable", ignore_index=True)


def _before(problem: Problem, rows: pd.DataFrame) -> list[list[str]]:
    """Who had the unit until the day before each row starts: today's owner, or reps of the plan."""
    owner, first = problem.units["owner"].to_dict(), problem.calendar.plan_start
    spans: dict[object, list[tuple[pd.Timestamp, pd.Timestamp, str]]] = {
        unit: [(first - DAY, first - DAY, name)] for unit, name in owner.items() if name
    }
    columns = (rows[name] for name in ("unit", "rep", "start", "end"))
    for unit, rep, start, end in zip(*columns, strict=True):
        if rep:
            spans.setdefault(unit, []).append((start, end, rep))
    return [
        [rep for begin, end, rep in spans.get(unit, []) if begin < start <= end + DAY]
        for unit, start in zip(rows["unit"], rows["start"], strict=True)
    ]


def _reasons(problem: Problem, rows: pd.DataFrame, before: list[list[str]]) -> Iterator[str]:
    """Why each unit is where it is, in a few words."""
    locked = set(problem.locked_stints)
    keys = zip(rows["unit"], rows["rep"], rows["start"], before, strict=True)
    for unit, rep, start, held in keys:
        if (unit, rep, f"{start:%Y-%m-%d}") in locked:
            yield f"locked: {problem.units['lock'][unit]}"
        elif not rep:
            yield "left open"
        elif not held:
            yield "was vacant"
        elif rep in held:
            yield "stays"
        else:
            yield _reason_to_move(problem, unit, start, held[0])


def _reason_to_move(problem: Problem, unit: str, start: pd.Timestamp, before: str) -> str:
    who = "today's rep" if start == problem.calendar.plan_start else "the rep before"
    if before not in problem.reps.index:
        return f"{who} does not work in the plan"
    if (unit, before) not in problem.pairs.index:
        return f"{who} may not cover it"
    gone = problem.tenures.days["end"][before] < start
    if gone or problem.reps["status"][before] == "leaving":
        return f"{who} leaves"
    return "better for the whole plan"
