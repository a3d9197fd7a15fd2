"""Part: some pairs of a problem and their units, as they are in the whole.

All reps and all rules stay. What is said of a unit is said of it alone, so that the model of a part has
the same rows and columns for its units as the model of the whole; what a rule sums over units it sums
over those of the part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from allocopt.problem.cells import Key
from allocopt.problem.inside import among, of_money, of_units
from allocopt.problem.numbering import Mask, is_among, numbered, numbered_pairs
from allocopt.problem.problem import Problem
from allocopt.problem.quota import QuotaRule
from allocopt.problem.risk import RiskRule
from allocopt.problem.targets import TargetRule
from allocopt.problem.windows import Windows


@dataclass(frozen=True)
class Part(Problem):
    """A problem of some pairs of another; what depends on all units is taken from `of`."""

    of: Problem | None = None

    @property
    def whole(self) -> Problem:
        """What it is a part of."""
        return self if self.of is None else self.of

    @cached_property
    def lifted_units(self) -> Mapping[str, pd.Series[float]]:
        """The shares of its units, which their whole cells divide."""
        shares = self.whole.lifted_units
        return {unit: shares[unit] for unit in self.units.index if unit in shares}

    @cached_property
    def lift_margin(self) -> Mapping[tuple[str, str], pd.Series[float]]:
        """Margin of one more of lift by cell, of all units of the cell."""
        return self.whole.lift_margin


def part_of(problem: Problem, units: Mask, pairs: Mask, keys: frozenset[Key]) -> Part:
    """The part of these units, pairs and lift curves; `pairs` are pairs of these units."""
    inside = _Inside(problem, units, pairs, keys)
    same = {field.name: getattr(problem, field.name) for field in fields(Problem)}
    own = {**inside.frames(), **inside.rules(), **inside.money()}
    return Part(**{**same, **own, "of": problem})


@dataclass(frozen=True)
class _Inside:
    """What lies inside a part."""

    problem: Problem
    chosen: Mask
    pairs: Mask
    keys: frozenset[Key]

    @cached_property
    def units(self) -> pd.Index:
        """Its units, in their order."""
        return self.problem.units.index[self.chosen]

    def of_units(self, index: pd.Index) -> Mask:
        """Which rows of a table are of its units; the level `unit` of an index, or all of it."""
        if not isinstance(index, pd.MultiIndex):
            return np.asarray(index.isin(self.units))
        return np.asarray(numbered(index, "unit", self.units) >= 0)

    def frames(self) -> dict[str, Any]:
        """What is said of single units and pairs."""
        problem, windows = self.problem, self.problem.windows
        days = self.of_units(windows.days.index)
        return {
            **of_units(problem, self.units, days),
            "units": problem.units[self.chosen],
            "pairs": problem.pairs[self.pairs],
            "windows": Windows(windows.days[days], windows.weight[days], self._stints()),
            "interchangeable": (),
            "notes": (),
        }

    def _stints(self) -> pd.MultiIndex:
        """The stints of its pairs."""
        index, stints = self.problem.pairs.index[self.pairs], self.problem.stints
        own, all_of = (
            numbered_pairs(rows, self.problem.units.index, self.problem.reps.index)
            for rows in (index, stints)
        )
        return stints[is_among(all_of, own)].remove_unused_levels()

    def rules(self) -> dict[str, Any]:
        """Rules that sum over units."""
        problem = self.problem
        return {
            "balance": tuple(
                replace(rule, amounts=rule.amounts[self.of_units(rule.amounts.index)])
                for rule in problem.balance
            ),
            "quota": self._quota(problem.quota),
            "targets": tuple(self._target(rule) for rule in problem.targets),
            "risk": self._risk(problem.risk),
        }

    def _quota(self, rule: QuotaRule) -> QuotaRule:
        return replace(rule, index=rule.index.loc[self.units])

    def _target(self, rule: TargetRule) -> TargetRule:
        return replace(rule, units=rule.units[self.of_units(rule.units.index)])

    def _risk(self, rule: RiskRule | None) -> RiskRule | None:
        if rule is None:
            return None
        return replace(rule, factor=rule.factor[self.of_units(rule.factor.index)])

    def money(self) -> dict[str, Any]:
        """Spend on its lift curves, and what can be delivered to its units."""
        problem, keys = self.problem, self.keys
        return {
            **of_money(problem, self.units, keys),
            "committed": tuple(
                replace(rule, keys=among(rule.keys, keys))
                for rule in problem.committed
                if not keys.isdisjoint(rule.keys)
            ),
            "budget": tuple(replace(rule, keys=among(rule.keys, keys)) for rule in problem.budget),
        }
