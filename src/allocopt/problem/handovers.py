"""Handovers of a set of shares: how much of which unit changes hands, and when.

What the model counts with variables is counted here from values, for the tables and the audit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from allocopt.problem.problem import Problem
from allocopt.problem.windows import unit_and_rep, unit_and_window
from allocopt.tables import among

# Shares that differ by less are one share.
SAME = 1e-6
STINT = ["unit", "rep", "window"]


@dataclass(frozen=True)
class Handovers:
    """What changes hands when reps have the `shares`, by stint, of the units of a problem.

    Units that are vacant today are left out: they are never handed over.
    """

    problem: Problem
    shares: pd.Series[float]

    @cached_property
    def _owned(self) -> pd.Series[float]:
        """The shares of units that have an owner today."""
        unit = self.shares.index.get_level_values("unit")
        return self.shares[among(unit, self.problem.handover.owned)]

    @cached_property
    def held_before(self) -> pd.Series[float]:
        """Share that each rep has until the day before a window starts; index (unit, rep, window).

        Before the plan's start today's owner has all of a unit.
        """
        shares, windows = self._owned, self.problem.windows
        rows = shares.rename("share").reset_index()
        rows["window"] = windows.following.reindex(unit_and_window(shares.index)).to_numpy()
        first = windows.first.reset_index()
        first = first[among(first["unit"], self.problem.handover.owned)].assign(share=1.0)
        first["rep"] = self.problem.units["owner"].reindex(first["unit"]).to_numpy()
        both = pd.concat([first, rows.dropna(subset="window")])
        return both.set_index(STINT)["share"].astype(float)

    @cached_property
    def given_up(self) -> pd.Series[float]:
        """How much of a unit each rep gives up at the start of a window; index (unit, rep, window)."""
        before = self.held_before
        lost = before - self.shares.reindex(before.index).fillna(0.0)
        return lost[lost > SAME]

    @cached_property
    def taken_up(self) -> pd.Series[float]:
        """How much more of a unit each rep has from the start of a window on; (unit, rep, window)."""
        more = self._owned - self.held_before.reindex(self._owned.index).fillna(0.0)
        return more[more > SAME]

    @cached_property
    def by_choice(self) -> pd.Series[float]:
        """Those of `given_up` that count against ceilings: what reps give up who could stay on.

        At the plan's start a unit counts whose owner works in the plan and does not leave.
        """
        first, counted = self.problem.windows.first, set(self.problem.handover.counted)
        first_of = dict(zip(first.index.tolist(), first.tolist(), strict=True))
        chosen = [
            unit in counted
            if first_of[unit] == window
            else self.problem.may_stay_on(unit, rep, window)
            for unit, rep, window in self.given_up.index.tolist()
        ]
        return self.given_up[chosen]

    @cached_property
    def counted(self) -> pd.Series[float]:
        """How much of each unit changes hands by choice at the start of each window; (unit, window)."""
        return self.by_choice.groupby(level=["unit", "window"]).sum()

    @cached_property
    def loss(self) -> float:
        """Margin lost because units change their rep, less what like successors avoid [currency]."""
        lost = self.given_up.groupby(level=["unit", "window"]).sum()
        avoided = self._avoided(lost)
        return float((self.problem.handover.loss.reindex(lost.index) * (lost - avoided)).sum())

    def _avoided(self, lost: pd.Series[float]) -> pd.Series[float]:
        """How much of what is given up its takers make good by being alike; index as `lost`.

        Where a part that nobody had is taken up as well, those who are most alike take what was given up.
        """
        taken = self.taken_up
        likeness = self.problem.pair_likeness.reindex(unit_and_rep(taken.index))
        alike = pd.Series(likeness.to_numpy(), taken.index)
        alike = alike.sort_values(ascending=False, kind="stable")
        parts = taken.reindex(alike.index)
        room = lost.reindex(unit_and_window(alike.index)).fillna(0.0).to_numpy()
        by_others = parts.groupby(level=["unit", "window"]).cumsum() - parts
        counted = np.minimum(np.maximum(room - by_others.to_numpy(), 0.0), parts.to_numpy())
        made_good: pd.Series[float] = (alike * counted).groupby(level=["unit", "window"]).sum()
        return made_good.reindex(lost.index).fillna(0.0)
