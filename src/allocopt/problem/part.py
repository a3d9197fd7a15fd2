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
import numpy.typing as npt
import pandas as pd

from allocopt.borders import Borders
from allocopt.problem.cells import Key
from allocopt.problem.problem import Problem
from allocopt.problem.quota import QuotaRule
from allocopt.problem.risk import RiskRule
from allocopt.problem.targets import TargetRule
from allocopt.problem.windows import Windows

Mask = npt.NDArray[np.bool_]


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

    @cached_property
    def names(self) -> frozenset[str]:
        """Its units."""
        return frozenset(self.units)

    def of_units(self, index: pd.Index) -> Mask:
        """Which rows of a table are of its units; the level `unit` of an index, or all of it."""
        if not isinstance(index, pd.MultiIndex):
            return np.asarray(index.isin(self.units))
        return _level_mask(index, "unit", self.units)

    def frames(self) -> dict[str, Any]:
        """What is said of single units and pairs."""
        problem, windows = self.problem, self.problem.windows
        days = self.of_units(windows.days.index)
        return {
            "units": problem.units[self.chosen],
            "pairs": problem.pairs[self.pairs],
            "windows": Windows(windows.days[days], windows.weight[days], self._stints()),
            "need": problem.need.loc[self.units],
            "demand": problem.demand.loc[self.units],
            "ceiling": problem.ceiling.loc[self.units],
            "responses": {u: x for u, x in problem.responses.items() if u in self.names},
            "renewals": tuple(x for x in problem.renewals if x[0] in self.names),
            "interchangeable": (),
            "notes": (),
        }

    def _stints(self) -> pd.MultiIndex:
        """The stints of its pairs."""
        index, stints = self.problem.pairs.index[self.pairs], self.problem.stints
        unit, rep = (self.problem.units.index, self.problem.reps.index)
        own, all_of = (
            len(rep) * numbered(rows, "unit", unit) + numbered(rows, "rep", rep)
            for rows in (index, stints)
        )
        return stints[np.isin(all_of, own, kind="table")].remove_unused_levels()

    def rules(self) -> dict[str, Any]:
        """Rules that name units."""
        problem, handover = self.problem, self.problem.handover
        rows = self.of_units(handover.loss.index)
        borders = problem.contiguity.borders.length
        ends = (borders.index.get_level_values(side).isin(self.units) for side in (0, 1))
        return {
            "handover": replace(
                handover,
                loss=handover.loss[rows],
                sales=handover.sales[rows],
                owned=tuple(unit for unit in handover.owned if unit in self.names),
                counted=tuple(unit for unit in handover.counted if unit in self.names),
            ),
            "balance": tuple(
                replace(rule, amounts=rule.amounts[self.of_units(rule.amounts.index)])
                for rule in problem.balance
            ),
            "contiguity": replace(
                problem.contiguity, borders=Borders(borders[np.logical_and(*ends)])
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

        def among(named: tuple[Key, ...]) -> tuple[Key, ...]:
            return tuple(key for key in named if key in keys)

        return {
            "lifts": tuple(lift for lift in problem.lifts if lift.key in keys),
            "committed": tuple(
                replace(rule, keys=among(rule.keys))
                for rule in problem.committed
                if among(rule.keys)
            ),
            "budget": tuple(replace(rule, keys=among(rule.keys)) for rule in problem.budget),
            "returns": tuple(
                replace(rule, keys=among(rule.keys)) for rule in problem.returns if among(rule.keys)
            ),
            "supply": tuple(
                replace(rule, shares=shares)
                for rule in problem.supply
                if (shares := {u: x for u, x in rule.shares.items() if u in self.names})
            ),
        }


def numbered(index: pd.Index, level: str, names: pd.Index) -> npt.NDArray[np.int64]:
    """By row of an index, the number of its name of a level among `names`; −1 where it is none of them."""
    if not isinstance(index, pd.MultiIndex):
        raise TypeError("an index of one level has no levels to number")
    number = index.names.index(level)
    places = np.append(names.get_indexer(index.levels[number]), -1)
    return np.asarray(places[index.codes[number]], dtype=np.int64)


def _level_mask(index: pd.Index, level: str, names: pd.Index) -> Mask:
    return np.asarray(numbered(index, level, names) >= 0)
