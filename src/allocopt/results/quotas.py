"""Quotas by rep, rolled up to managers and the company: the table `quotas` of a plan."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.model import Decisions
from allocopt.problem import Problem

AMOUNTS = ["quota", "expected", "baseline", "before"]


def quota_table(problem: Problem, decisions: Decisions) -> pd.DataFrame:
    """level, rep, period and amounts [currency]; probabilities and payouts are not known yet."""
    reps = _rep_quotas(problem, decisions)
    table = pd.concat([_company(reps), _managers(problem, reps), reps], ignore_index=True)
    return table.assign(attain_probability=np.nan, payout_mean=np.nan, payout_p90=np.nan)


def _rep_quotas(problem: Problem, decisions: Decisions) -> pd.DataFrame:
    expected = problem.credited(decisions.shares, decisions.sales)
    baseline = problem.by_rep(decisions.shares, problem.demand)
    is_there = problem.is_there(decisions.hired)
    there = list(is_there.index[is_there])
    expected, baseline = expected.loc[there], baseline.loc[there]
    quota = decisions.quota
    if quota is None:
        quota = expected * (1 + problem.quota.over_assignment)
    present = problem.tenures.taken(problem.tenures.presence, decisions.hired)
    before = present.loc[there].mul(problem.reps.loc[there, "quota_before"], axis=0)
    frames = {
        "quota": quota.loc[there],
        "expected": expected,
        "baseline": baseline,
        "before": before,
    }
    index = pd.MultiIndex.from_product([there, problem.periods], names=["rep", "period"])
    columns = {name: f[list(problem.periods)].to_numpy().ravel() for name, f in frames.items()}
    return pd.DataFrame(columns, index=index).reset_index().assign(level="rep")[_order()]


def _order() -> list[str]:
    return ["level", "rep", "period", *AMOUNTS]


def _managers(problem: Problem, reps: pd.DataFrame) -> pd.DataFrame:
    """A manager's quota: those of everybody below, and the manager's own."""
    manager_of = dict(zip(problem.reps.index, problem.reps["manager"], strict=True))
    rows = []
    for manager in sorted({name for name in manager_of.values() if name}):
        team = {rep for rep in manager_of if manager in (rep, *_above(manager_of, rep))}
        rows.append(_sum(reps[reps["rep"].isin(team)], "manager", manager))
    return pd.concat(rows, ignore_index=True) if rows else reps.iloc[:0]


def _above(manager_of: dict[str, str], rep: str) -> list[str]:
    """The chain of managers above a rep; a loop ends where it closes."""
    chain: list[str] = []
    while (rep := manager_of.get(rep, "")) and rep not in chain:
        chain.append(rep)
    return chain


def _company(reps: pd.DataFrame) -> pd.DataFrame:
    return _sum(reps, "company", "")


def _sum(reps: pd.DataFrame, level: str, name: str) -> pd.DataFrame:
    """Sums by period; a sum of which a part is unknown is unknown only if all of it is."""
    sums = reps.groupby("period", sort=False)[AMOUNTS].sum(min_count=1).reset_index()
    return sums.assign(level=level, rep=name)[_order()]
