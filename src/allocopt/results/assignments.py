"""Who covers what, from when to when: the table `assignments` of a plan."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.model import Decisions
from allocopt.problem import Problem
from allocopt.problem.windows import DAY
from allocopt.tables import among

Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

# Shares that differ by less are one share.
SAME = 1e-9
ORDER = ["order", "start", "less", "rep"]
ISO_DAY = "%Y-%m-%d"


def assignment_table(problem: Problem, decisions: Decisions) -> pd.DataFrame:
    """One row per unit and rep as long as nothing changes; without a rep its share is 0."""
    rows = _joined(_by_window(problem, decisions))
    before = _before(problem, rows)
    units = problem.units.loc[rows["unit"]]
    owned = among(rows["unit"], problem.handover.owned)
    stays = _stays(rows, before)
    moved = owned & ~stays & np.array([bool(held) for held in before], dtype=bool)
    return rows[["unit", "rep", "start", "end", "share"]].assign(
        before=[";".join(held) for held in before],
        handover=np.where(moved, "yes", "no"),
        reason=_reasons(problem, rows, before).tolist(),
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
    owner, plan_start = problem.units["owner"], problem.calendar.plan_start
    # Each span as the first and the last start of those who follow it directly.
    spans: dict[object, list[tuple[pd.Timestamp, pd.Timestamp, str]]] = {
        unit: [(plan_start, plan_start, name)] for unit, name in owner.items() if name
    }
    ends = rows["end"] + DAY
    columns = [x.tolist() for x in (rows["unit"], rows["rep"], rows["start"], ends)]
    for unit, rep, start, end in zip(*columns, strict=True):
        if rep:
            spans.setdefault(unit, []).append((start + DAY, end, rep))
    return [
        [rep for begin, end, rep in spans.get(unit, []) if begin <= start <= end]
        for unit, start in zip(rows["unit"], rows["start"], strict=True)
    ]


def _stays(rows: pd.DataFrame, before: list[list[str]]) -> Flags:
    """Which rows go on with a rep who had the unit before."""
    pairs = zip(rows["rep"].tolist(), before, strict=True)
    return np.array([rep in held for rep, held in pairs], dtype=bool)


def _reasons(problem: Problem, rows: pd.DataFrame, before: list[list[str]]) -> Texts:
    """Why each unit is where it is, in a few words."""
    stints = zip(rows["unit"], rows["rep"], rows["start"].dt.strftime(ISO_DAY), strict=True)
    locked_stints = set(problem.locked_stints)
    locked = np.array([stint in locked_stints for stint in stints], dtype=bool)
    why = problem.units["lock"].reindex(rows["unit"]).to_numpy(dtype=object)
    first = pd.Series([held[0] if held else "" for held in before], rows.index, dtype="str")
    vacant, open_now = (first == "").to_numpy(), (rows["rep"] == "").to_numpy()
    return np.select(
        [locked, open_now, vacant, _stays(rows, before)],
        ["locked: " + why, "left open", "was vacant", "stays"],
        default=_reasons_to_move(problem, rows.assign(before=first)),
    )


def _reasons_to_move(problem: Problem, rows: pd.DataFrame) -> Texts:
    """Why a unit does not stay with the rep before, were it to leave that rep."""
    start, before = rows["start"], rows["before"]
    known = among(before, problem.reps.index)
    pairs = pd.MultiIndex.from_arrays([rows["unit"], before])
    eligible = problem.pairs.index.get_indexer(pairs) >= 0
    gone = problem.tenures.days["end"].reindex(before).to_numpy() < start.to_numpy()
    leaves = gone | (problem.reps["status"].reindex(before) == "leaving").to_numpy()
    today = (start == problem.calendar.plan_start).to_numpy()
    who = np.where(today, "today's rep", "the rep before").astype(object)
    return np.select(
        [~known, ~eligible, leaves],
        [who + " does not work in the plan", who + " may not cover it", who + " leaves"],
        default="better for the whole plan",
    )
