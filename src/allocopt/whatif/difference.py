"""Difference: what one plan has otherwise than another, by unit, by quota, by money and by part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

import pandas as pd

from allocopt.comparison import compare_plans
from allocopt.plan import CONTRIBUTION_PARTS, Plan

# A change of less than this share of a figure is arithmetic and no difference.
ROUNDING = 1e-9
NOBODY = "nobody"


@dataclass(frozen=True)
class Difference:
    """Two plans beside each other; every table has `before`, `after` and, for amounts, `change`.

    figures: figure. parts: part, contributes (yes/no) [currency]. moves: unit, demand [currency over the
    horizon], who covers it. quotas: rep [currency over the horizon]. money: lever [currency over the
    horizon]. Tables of moves, quotas and money have only what differs.
    """

    figures: pd.DataFrame
    parts: pd.DataFrame
    moves: pd.DataFrame
    quotas: pd.DataFrame
    money: pd.DataFrame


def difference_of(before: Plan, after: Plan) -> Difference:
    """What changes from one plan to another.

    Raises DataError for plans in different currencies or periods.
    """
    return Difference(
        figures=compare_plans([before, after], ["before", "after"]),
        parts=_parts(before, after),
        moves=moves_of(before, after),
        quotas=_changed(_quotas(before), _quotas(after), "rep"),
        money=_changed(_spend(before), _spend(after), "lever"),
    )


def moves_of(before: Plan, after: Plan) -> pd.DataFrame:
    """Units that somebody else covers: unit, before, after, demand [currency]; the largest first."""
    earlier, later = holders_of(before), holders_of(after)
    demand = after["sales"].groupby("unit")["demand"].sum()
    both = pd.DataFrame({"before": earlier, "after": later}).fillna(NOBODY)
    moved = both[both["before"] != both["after"]].rename_axis("unit").reset_index()
    moved["demand"] = demand.reindex(moved["unit"]).fillna(0.0).to_numpy()
    return moved.sort_values("demand", ascending=False, kind="stable", ignore_index=True)


def holders_of(plan: Plan) -> pd.Series[str]:
    """Who covers each unit, in words: `Ann`, `Ann + Ben`, or `Ann → Ben` where it changes hands."""
    rows = plan["assignments"]
    columns = (rows["unit"], rows["start"].astype(str), rows["rep"].fillna(""))
    held: dict[str, dict[str, set[str]]] = {}
    for unit, start, rep in zip(*(column.tolist() for column in columns), strict=True):
        held.setdefault(unit, {}).setdefault(start, set()).add(rep or NOBODY)
    told = {unit: _in_turn(held[unit]) for unit in sorted(held)}
    return pd.Series(told, dtype="str", name="rep").rename_axis("unit")


def _in_turn(holders: Mapping[str, set[str]]) -> str:
    """Holders one after another, each named once while it stays; by the day on which they start."""
    names = (" + ".join(sorted(holders[start])) for start in sorted(holders))
    return " → ".join(name for name, _ in groupby(names))


def uncovered_in(plan: Plan) -> int:
    """Units that nobody covers for some of the time."""
    return int(holders_of(plan).str.contains(NOBODY, regex=False).sum())


def _parts(before: Plan, after: Plan) -> pd.DataFrame:
    """Parts of the objective: those of the contribution first, as a statement of account."""
    earlier, later = before.summary["objective_parts"], after.summary["objective_parts"]
    names = dict.fromkeys([*(p for p in CONTRIBUTION_PARTS if p in later), *later, *earlier])
    rows = [
        (name, "yes" if name in CONTRIBUTION_PARTS else "no", earlier.get(name), later.get(name))
        for name in names
    ]
    table = pd.DataFrame(rows, columns=["part", "contributes", "before", "after"])
    table = table.astype({"before": float, "after": float}).fillna({"before": 0.0, "after": 0.0})
    return table.assign(change=table["after"] - table["before"])


def _quotas(plan: Plan) -> pd.Series[float]:
    quotas = plan["quotas"]
    return quotas[quotas["level"] == "rep"].groupby("rep", sort=False)["quota"].sum()


def _spend(plan: Plan) -> pd.Series[float]:
    return plan["budget"].groupby("lever", sort=False)["spend"].sum()


def _changed(before: pd.Series[float], after: pd.Series[float], key: str) -> pd.DataFrame:
    """Amounts that differ, the largest change first."""
    both = pd.DataFrame({"before": before, "after": after}).astype(float).fillna(0.0)
    both["change"] = both["after"] - both["before"]
    differs = both["change"].abs() > ROUNDING * both[["before", "after"]].abs().max(axis=1)
    ordered = both[differs].sort_values("change", key=abs, ascending=False, kind="stable")
    return ordered.rename_axis(key).reset_index()
