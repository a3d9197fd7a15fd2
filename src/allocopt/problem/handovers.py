"""Handovers of a set of shares: how much of which unit changes hands, and when.

What the model counts with variables is counted here from values, for the tables and the audit.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.problem.problem import Problem
from allocopt.problem.windows import unit_and_rep, unit_and_window

# Shares that differ by less are one share.
SAME = 1e-6


def held_before(problem: Problem, shares: pd.Series[float]) -> pd.Series[float]:
    """Share that each rep has until the day before a window starts; index (unit, rep, window).

    `shares` by stint. Before the plan's start today's owner has all of a unit. Units that are vacant today
    are left out: they are never handed over.
    """
    windows = _windows_of_owned(problem)
    shares = shares[shares.index.isin(problem.handover.owned, level="unit")]
    following = windows["window"].groupby(windows["unit"]).shift(-1)
    next_of = pd.Series(following.to_numpy(), index=pd.MultiIndex.from_frame(windows))
    rows = shares.rename("share").reset_index()
    rows["window"] = next_of.reindex(unit_and_window(shares.index)).to_numpy()
    first = windows.drop_duplicates("unit").assign(share=1.0)
    first["rep"] = problem.units["owner"].reindex(first["unit"]).to_numpy()
    both = pd.concat([first, rows.dropna(subset="window")])
    return both.set_index(["unit", "rep", "window"])["share"].astype(float)


def _windows_of_owned(problem: Problem) -> pd.DataFrame:
    """unit and window of the units that have an owner today."""
    windows = problem.windows.days.index.to_frame(index=False)
    return windows[windows["unit"].isin(problem.handover.owned)].reset_index(drop=True)


def given_up(problem: Problem, shares: pd.Series[float]) -> pd.Series[float]:
    """How much of a unit each rep gives up at the start of a window; index (unit, rep, window)."""
    before = held_before(problem, shares)
    lost = before - shares.reindex(before.index).fillna(0.0)
    return lost[lost > SAME]


def taken_up(problem: Problem, shares: pd.Series[float]) -> pd.Series[float]:
    """How much more of a unit each rep has from the start of a window on; index (unit, rep, window)."""
    shares = shares[shares.index.isin(problem.handover.owned, level="unit")]
    more = shares - held_before(problem, shares).reindex(shares.index).fillna(0.0)
    return more[more > SAME]


def by_choice(problem: Problem, lost: pd.Series[float]) -> pd.Series[float]:
    """Those of `given_up` that count against ceilings: what reps give up who could stay on.

    At the plan's start a unit counts whose owner works in the plan and does not leave.
    """
    days = problem.windows.days.index.to_frame(index=False)
    first = set(days.drop_duplicates("unit").itertuples(index=False, name=None))
    counted = set(problem.handover.counted)
    chosen = [
        unit in counted if (unit, window) in first else problem.may_stay_on(unit, rep, window)
        for unit, rep, window in lost.index
    ]
    return lost[chosen]


def counted_handovers(problem: Problem, shares: pd.Series[float]) -> pd.Series[float]:
    """How much of each unit changes hands by choice at the start of each window; (unit, window)."""
    return by_choice(problem, given_up(problem, shares)).groupby(level=["unit", "window"]).sum()


def handover_loss(problem: Problem, shares: pd.Series[float]) -> float:
    """Margin lost because units change their rep, less what like successors avoid [currency]."""
    lost = given_up(problem, shares).groupby(level=["unit", "window"]).sum()
    avoided = _avoided(problem, taken_up(problem, shares), lost)
    return float((problem.handover.loss.reindex(lost.index) * (lost - avoided)).sum())


def _avoided(problem: Problem, taken: pd.Series[float], lost: pd.Series[float]) -> pd.Series[float]:
    """How much of what is given up its takers make good by being alike; index as `lost`.

    Where a part that nobody had is taken up as well, those who are most alike take what was given up.
    """
    likeness = pd.Series(dict(problem.likeness), dtype=float)
    alike = pd.Series(likeness.reindex(unit_and_rep(taken.index)).to_numpy(), taken.index)
    alike = alike.sort_values(ascending=False, kind="stable")
    parts = taken.reindex(alike.index)
    room = lost.reindex(unit_and_window(alike.index)).fillna(0.0).to_numpy()
    by_others = parts.groupby(level=["unit", "window"]).cumsum() - parts
    counted = np.minimum(np.maximum(room - by_others.to_numpy(), 0.0), parts.to_numpy())
    return (alike * counted).groupby(level=["unit", "window"]).sum().reindex(lost.index).fillna(0.0)
