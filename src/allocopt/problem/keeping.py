"""Keeping: which decisions of a plan a problem takes over, and the problem that has taken them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from allocopt.plan import Plan
from allocopt.problem.kept import KeptDecisions
from allocopt.problem.problem import Problem

LIFT = ["lever", "territory", "segment"]


def keep(problem: Problem, kept: KeptDecisions) -> Problem:
    """The problem with these decisions taken; units that then have nobody are left open."""
    return replace(problem, kept=kept, every_unit=False)


def decisions_of_plan(
    plan: Plan, problem: Problem, reactive: frozenset[str] = frozenset()
) -> KeptDecisions:
    """What a plan decided, as far as it can be done in a problem whose world has changed.

    Units of a rep who is not there any more have nobody. Spend beyond a smaller budget is cut in the same
    proportion everywhere; levers that are `reactive` are decided anew.
    """
    return KeptDecisions(
        _shares(plan, problem), _hired(plan, problem), _spend(plan, problem, reactive)
    )


def _shares(plan: Plan, problem: Problem) -> pd.Series[float]:
    """Share of each stint: of the rep who has the unit on the first day of its window."""
    rows = plan["assignments"]
    rows = rows[(rows["rep"] != "") & (rows["share"] > 0)]
    stints = problem.stints.to_frame(index=False)
    both = stints.merge(rows[["unit", "rep", "start", "end", "share"]], on=["unit", "rep"])
    # Days are ISO texts, which sort as days do.
    held = (both["start"].astype("str") <= both["window"]) & (
        both["window"] <= both["end"].astype("str")
    )
    return both[held].set_index(["unit", "rep", "window"])["share"].astype(float)


def _hired(plan: Plan, problem: Problem) -> dict[str, str]:
    """Positions that the plan fills and the problem still has, on the first day that is left for them."""
    rows = plan["reps"]
    rows = rows[(rows["hired"] == "yes") & rows["rep"].isin(problem.open_reps)]
    days = problem.tenures.hire_days.dt.strftime("%Y-%m-%d")
    found = {}
    for rep, start in zip(rows["rep"], rows["start"].astype("str"), strict=True):
        possible = days[days.index == rep]
        later = possible[possible >= start]
        if len(possible):
            found[rep] = str(later.min() if len(later) else possible.max())
    return found


def _spend(plan: Plan, problem: Problem, reactive: frozenset[str]) -> pd.DataFrame:
    rows = plan["budget"]
    wide = rows.pivot_table(index=LIFT, columns="period", values="spend", aggfunc="sum")
    keys = [lift.key for lift in problem.lifts if lift.lever not in reactive]
    index = pd.MultiIndex.from_tuples(keys, names=LIFT)
    spend = wide.reindex(index=index, columns=list(problem.periods)).fillna(0.0)
    return spend * _affordable(spend, problem)


def _affordable(spend: pd.DataFrame, problem: Problem) -> pd.DataFrame:
    """Part of each amount that the tightest of its budgets leaves; shape of `spend`."""
    amounts, part = spend.to_numpy(), np.ones(spend.shape)
    for rule in problem.budget:
        counted = np.outer(spend.index.isin(list(rule.keys)), spend.columns.isin(rule.periods))
        total = float(amounts[counted].sum())
        if not rule.with_people and np.isfinite(rule.upper) and total > rule.upper:
            part[counted] = np.minimum(part[counted], rule.upper / total)
    return pd.DataFrame(part, index=spend.index, columns=spend.columns)
