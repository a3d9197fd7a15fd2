"""Restriction: the problem of some units and some reps, cut out of that of all.

What a rule sums over units or reps is summed over those inside. Limits of the whole company stay as they
are: whoever solves a restriction by itself says which part of them is its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from allocopt.problem.balance import BalanceRule
from allocopt.problem.cells import Key
from allocopt.problem.headcount import HeadcountRule
from allocopt.problem.inside import among, of_money, of_units
from allocopt.problem.kept import KeptDecisions
from allocopt.problem.numbering import Mask, Numbers, numbered
from allocopt.problem.overlays import Overlay
from allocopt.problem.problem import Problem
from allocopt.problem.quota import QuotaRule
from allocopt.problem.risk import RiskRule
from allocopt.problem.tenures import Tenures
from allocopt.problem.windows import Windows, unit_and_window

# The row of a measure that stands for all units outside.
ELSEWHERE = ("", "")


@dataclass(frozen=True)
class Restrictions:
    """A problem that is cut up many times, with the places of its pairs and stints among units and reps."""

    problem: Problem

    @cached_property
    def pair_unit(self) -> Numbers:
        """Place of each pair's unit."""
        return numbered(self.problem.pairs.index, "unit", self.problem.units.index)

    @cached_property
    def pair_rep(self) -> Numbers:
        """Place of each pair's rep."""
        return numbered(self.problem.pairs.index, "rep", self.problem.reps.index)

    @cached_property
    def stint_unit(self) -> Numbers:
        """Place of each stint's unit."""
        return numbered(self.problem.stints, "unit", self.problem.units.index)

    @cached_property
    def stint_rep(self) -> Numbers:
        """Place of each stint's rep."""
        return numbered(self.problem.stints, "rep", self.problem.reps.index)

    @cached_property
    def window_unit(self) -> Numbers:
        """Place of each window's unit."""
        return numbered(self.problem.windows.days.index, "unit", self.problem.units.index)

    @cached_property
    def stint_window(self) -> Numbers:
        """Place of each stint's window."""
        problem = self.problem
        if not problem.windows.several and len(problem.windows.days) == len(problem.units):
            return self.stint_unit
        place = problem.windows.days.index.get_indexer(unit_and_window(problem.stints))
        return np.asarray(place, dtype=np.int64)

    @cached_property
    def cell(self) -> Numbers:
        """Number of each unit's (territory, segment)."""
        cells = self.problem.units.groupby(["territory", "segment"], sort=False, dropna=False)
        return np.asarray(cells.ngroup(), dtype=np.int64)

    def to_stints(self, chosen: Mask) -> Problem:
        """The problem in which only these stints may be chosen; order of reps alike is not asked."""
        problem = self.problem
        stints = problem.stints[chosen]
        pairs = problem.pairs
        # Each pair once, in the order of the pairs.
        wanted = np.isin(
            self.pair_unit * len(problem.reps) + self.pair_rep,
            self.stint_unit[chosen] * len(problem.reps) + self.stint_rep[chosen],
        )
        return replace(
            problem,
            pairs=pairs[wanted],
            windows=replace(problem.windows, stints=stints),
            interchangeable=(),
        )

    def to_reps(self, units: Mask, reps: Mask) -> Problem:
        """The problem of these units with these reps alone, and the specialists who serve them.

        Pairs with other reps are left out.
        """
        return self._cut(units, reps | self._specialists_of(reps), np.zeros(len(reps), dtype=bool))

    def with_guests(self, units: Mask, home: Mask) -> Problem:
        """The problem of these units with all their reps, of whom those not at `home` are guests.

        A guest has no hours, no cost and an empty band here, so that the rows of a rep in several such
        problems add up to the rep's row in the whole.
        """
        met = home.copy()
        met[self.pair_rep[units[self.pair_unit]]] = True
        met |= self._specialists_of(met)
        return self._cut(units, home, met & ~home)

    def _specialists_of(self, reps: Mask) -> Mask:
        """Specialists who serve any of these reps."""
        names = set(self.problem.reps.index[reps])
        serving = [x.rep for x in self.problem.overlays if not names.isdisjoint(x.serves)]
        return np.asarray(self.problem.reps.index.isin(serving))

    def _cut(self, units: Mask, home: Mask, guests: Mask) -> Problem:
        problem, reps = self.problem, home | guests
        stints = units[self.stint_unit] & reps[self.stint_rep]
        pairs = units[self.pair_unit] & reps[self.pair_rep]
        windows = units[self.window_unit]
        inside = _Inside(
            units=problem.units.index[units],
            reps=problem.reps.index[reps],
            own=frozenset(problem.reps.index[home]),
            keys=self._lifts_inside(units),
            windows=windows,
        )
        return replace(
            problem,
            units=problem.units[units],
            reps=_with_nothing(problem.reps[reps], guests[reps]),
            pairs=_pruned(problem.pairs[pairs]),
            windows=Windows(
                _pruned(problem.windows.days[windows]),
                _pruned(problem.windows.weight[windows]),
                problem.stints[stints].remove_unused_levels(),
            ),
            tenures=_tenures(problem, inside),
            interchangeable=(),
            notes=(),
            **of_units(problem, inside.units, windows),
            **_rules(problem, inside),
            **_money(problem, inside),
        )

    def _lifts_inside(self, units: Mask) -> frozenset[Key]:
        """Curves of cells of which no unit lies outside."""
        whole = units & ~np.isin(self.cell, self.cell[~units])
        cells = self.problem.units.loc[whole, ["territory", "segment"]].drop_duplicates()
        known = frozenset(cells.itertuples(index=False, name=None))
        return frozenset(lift.key for lift in self.problem.lifts if lift.key[1:] in known)


@dataclass(frozen=True)
class _Inside:
    """What lies inside a restriction: names, `own` of the reps who are no guests, and which windows."""

    units: pd.Index
    reps: pd.Index
    own: frozenset[str]
    keys: frozenset[Key]
    windows: Mask


def _rules(problem: Problem, inside: _Inside) -> dict[str, Any]:
    """Rules on reps, of the company, and what was decided before."""
    return {
        "overlays": tuple(_overlays(problem.overlays, frozenset(inside.reps))),
        "balance": tuple(_band(rule, inside) for rule in problem.balance),
        "headcount": tuple(_headcount(problem.headcount, inside.own)),
        "quota": _no_quota(problem.quota, inside),
        "targets": (),
        "risk": _without_price(problem.risk, inside),
        "kept": None if problem.kept is None else _kept(problem.kept, inside),
    }


def _money(problem: Problem, inside: _Inside) -> dict[str, Any]:
    """Spend on the cells inside, and what can be delivered to them."""
    keys = inside.keys
    return {
        **of_money(problem, inside.units, keys),
        "committed": tuple(x for x in problem.committed if keys.issuperset(x.keys)),
        "budget": tuple(
            replace(rule, keys=among(rule.keys, keys))
            for rule in problem.budget
            if rule.with_people or not keys.isdisjoint(rule.keys)
        ),
    }


def _pruned(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame without names in its index that no row has, which would travel with it."""
    if isinstance(frame.index, pd.MultiIndex):
        return frame.set_axis(frame.index.remove_unused_levels())
    return frame


def _with_nothing(reps: pd.DataFrame, guests: Mask) -> pd.DataFrame:
    """Reps of whom guests have no hours and cost nothing."""
    reps = reps.copy()
    reps.loc[guests, ["hours", "cost", "variable_pay", "pay_at_plan"]] = 0.0
    return reps


def _tenures(problem: Problem, inside: _Inside) -> Tenures:
    tenures = problem.tenures
    rep = tenures.presence.index.get_level_values("rep")
    kept = rep.isin(inside.reps)
    here = rep[kept].isin(inside.own).astype(float)
    return Tenures(
        days=tenures.days[tenures.days.index.isin(inside.reps)],
        hire_days=tenures.hire_days[tenures.hire_days.index.isin(inside.reps)],
        presence=_pruned(tenures.presence[kept]),
        selling_time=_pruned(tenures.selling_time[kept].mul(here, axis=0)),
    )


def _overlays(overlays: Iterable[Overlay], reps: frozenset[str]) -> Iterator[Overlay]:
    for overlay in overlays:
        if overlay.rep in reps:
            yield replace(overlay, serves=among(overlay.serves, reps))


def _band(rule: BalanceRule, inside: _Inside) -> BalanceRule:
    """The bands of reps inside; what lies outside is one amount, as sizes are measured by the whole."""
    amounts = rule.amounts[inside.windows]
    rest = float(rule.amounts[~inside.windows].abs().sum())
    index = pd.MultiIndex.from_tuples([*amounts.index, ELSEWHERE], names=rule.amounts.index.names)
    rep = rule.lower.index.get_level_values("rep")
    kept = rep.isin(inside.reps)
    here = rep[kept].isin(inside.own).astype(float)
    return replace(
        rule,
        amounts=pd.Series([*amounts, rest], index=index, dtype=float),
        lower=rule.lower[kept] * here,
        upper=rule.upper[kept] * here,
    )


def _headcount(rules: Iterable[HeadcountRule], own: frozenset[str]) -> Iterator[HeadcountRule]:
    for rule in rules:
        if kept := among(rule.reps, own):
            yield replace(rule, reps=kept)


def _no_quota(rule: QuotaRule, inside: _Inside) -> QuotaRule:
    """Quotas are a matter of the whole company: here they follow their share."""
    return replace(
        rule,
        target=None,
        index=rule.index.loc[inside.units],
        relief=rule.relief.loc[inside.reps],
        lower=pd.Series(0.0, index=inside.reps),
        upper=pd.Series(np.inf, index=inside.reps),
        decided=rule.decided.loc[inside.reps].mul(np.nan),
        attainable=None,
    )


def _without_price(rule: RiskRule | None, inside: _Inside) -> RiskRule | None:
    """The outcomes of demand of units inside; what all miss together has no price here."""
    if rule is None:
        return None
    units = rule.factor.index.get_level_values("unit")
    return replace(rule, factor=_pruned(rule.factor[units.isin(inside.units)]), price=0.0)


def _kept(kept: KeptDecisions, inside: _Inside) -> KeptDecisions:
    """Decisions on what lies inside; agreed hours are the whole's, and decided anew."""
    unit, rep = (kept.shares.index.get_level_values(name) for name in ("unit", "rep"))
    return KeptDecisions(
        shares=kept.shares[unit.isin(inside.units) & rep.isin(inside.reps)],
        hired={rep: first for rep, first in kept.hired.items() if rep in inside.own},
        spend=kept.spend[[key in inside.keys for key in kept.spend.index]],
    )
