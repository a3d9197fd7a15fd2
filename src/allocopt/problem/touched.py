"""Touched: the units, pairs and lift curves of which two problems say something different.

What is said of a rep alone, of the company or of money changes few numbers of the model and touches no
unit. Where the change may concern all units, or where the model numbers things through, nothing is
told apart: the two problems have to be modelled each by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from allocopt.problem.cells import Key
from allocopt.problem.comparison import Comparison, Touched, keys_by_rule
from allocopt.problem.numbering import Numbers, is_among, numbered, numbered_pairs
from allocopt.problem.part import Part, part_of
from allocopt.problem.problem import Problem
from allocopt.problem.table_differences import either

# Above this share of all pairs two parts take longer than the whole.
MOST = 0.25


def parts_that_differ(
    before: Problem, after: Problem, most: float = MOST
) -> tuple[Part, Part] | None:
    """The two problems, restricted to what is different in them; None where that is not told apart.

    Nor is it where a part has more than the share `most` of all pairs.
    """
    if not _told_apart(before, after):
        return None
    touched = Comparison(before, after).touched()
    if touched is None:
        return None
    pairs = _Pairs(before, after)
    touched = _closed(_with_anchors(touched, pairs), before, after)
    parts = [_part(problem, touched, pairs) for problem in (before, after)]
    if any(len(part.pairs) > most * len(part.whole.pairs) for part in parts):
        return None
    return parts[0], parts[1]


def _told_apart(before: Problem, after: Problem) -> bool:
    """Whether what concerns all units, or is numbered through, is the same in both."""
    return all(
        value == other and value is not _NEVER
        for value, other in zip(_common(before), _common(after), strict=True)
    )


_NEVER = object()


def _common(problem: Problem) -> Iterator[Any]:
    """What every unit or pair is measured by; `_NEVER` for what is never told apart."""
    handover, quota, risk = problem.handover, problem.quota, problem.risk
    # Rows of hard contiguity are found in rounds, those of touched reps are numbered.
    yield _NEVER if problem.contiguity.hard or handover.max_reps is not None else ""
    yield _NEVER if problem.kept is not None else ""
    yield problem.calendar.labels, problem.every_unit, handover.similarity, problem.overlays
    yield problem.contiguity.cut_price > 0
    yield problem.lifts and problem.price_of_money
    yield None if problem.travel is None else (problem.travel.cost, problem.travel.most is None)
    # A hard rule takes the room of soft ones away, which all units together make.
    yield problem.workload.hard
    yield [(rule.measure, rule.hard, rule.most_outside is None) for rule in problem.balance]
    yield quota.bounded, quota.attainable is None, quota.bounded and quota.over_assignment
    yield quota.target if quota.bounded else None
    yield None if risk is None else (risk.price > 0, risk.level, risk.reactive, risk.weights)
    yield [rule.name for rule in problem.targets if rule.is_rule and rule.measure == "contribution"]


def _closed(touched: Touched, before: Problem, after: Problem) -> Touched:
    """What is touched with all that its rows and columns name."""
    units, keys = set(touched.units), set(touched.keys)
    in_pairs = {unit for unit, _ in touched.pairs}
    while True:
        size = len(units), len(keys)
        for problem in (before, after):
            # A unit that rules tie to others, or whose sales depend on all of its reps, is whole.
            tied = in_pairs & (problem.flexible_units | problem.shared_units.keys())
            units |= tied | _neighbours(problem, units | in_pairs)
            for group in ("family", "apart"):
                units |= _members(problem, group, units | in_pairs)
            cells = _cells(problem)
            named = {cells[unit] for unit in units if unit in cells}
            keys |= {lift.key for lift in problem.lifts if lift.key[1:] in named}
            of_keys = {key[1:] for key in keys}
            units |= {unit for unit, cell in cells.items() if cell in of_keys} if of_keys else set()
        if (len(units), len(keys)) == size:
            return Touched(frozenset(units), touched.pairs, frozenset(keys))


def _neighbours(problem: Problem, units: set[str]) -> set[str]:
    """Units on a border with others that has a price."""
    if problem.contiguity.cut_price <= 0:
        return set()
    near = problem.contiguity.borders.neighbours
    return {other for unit in units for other in near.get(unit, ())} | (units & near.keys())


def _members(problem: Problem, group: str, units: set[str]) -> set[str]:
    """All units of the groups that some units are in."""
    names = problem.units[group].dropna()
    if names.empty:
        return set()
    met = names[names.index.isin(list(units))].unique()
    return set(names.index[names.isin(met)])


def _cells(problem: Problem) -> dict[str, tuple[str, str]]:
    """Cell of each unit whose cell has a lift curve."""
    units = problem.units.loc[list(problem.lifted_units), ["territory", "segment"]]
    return dict(
        zip(units.index, zip(units["territory"], units["segment"], strict=True), strict=True)
    )


@dataclass(frozen=True)
class _Pairs:
    """The pairs of two problems by one numbering of all their units and reps."""

    before: Problem
    after: Problem

    @cached_property
    def units(self) -> pd.Index:
        """Units of either problem."""
        return either(self.before.units.index, self.after.units.index)

    @cached_property
    def reps(self) -> pd.Index:
        """Reps of either problem."""
        return either(self.before.reps.index, self.after.reps.index)

    def codes(self, problem: Problem) -> Numbers:
        """Number of each pair of a problem."""
        return numbered_pairs(problem.pairs.index, self.units, self.reps)

    def named(self, pairs: Iterable[tuple[str, str]]) -> Numbers:
        """Numbers of the pairs with these names."""
        names = list(pairs)
        unit = self.units.get_indexer(pd.Index([pair[0] for pair in names]))
        rep = self.reps.get_indexer(pd.Index([pair[1] for pair in names]))
        return np.asarray(len(self.reps) * unit + rep, dtype=np.int64)

    @cached_property
    def common(self) -> Numbers:
        """Pairs of both, in the order of the second problem."""
        codes = self.codes(self.after)
        return codes[is_among(codes, self.codes(self.before))]

    def names(self, codes: Numbers) -> Iterator[tuple[str, str]]:
        """Names of pairs by their numbers."""
        units, reps = self.units[codes // len(self.reps)], self.reps[codes % len(self.reps)]
        return zip(units, reps, strict=True)

    def anchors(self) -> Iterator[tuple[str, str]]:
        """A pair of both, one whose handover counts and one with travel, so that such rows are there."""
        yield from self.names(self.common[:1])
        units = list(self.after.handover.counted)
        counted = self.named(zip(units, self.after.units["owner"].reindex(units), strict=True))
        yield from self.names(counted[is_among(counted, self.common)][:1])
        if self.after.travel is not None:
            far = self.codes(self.after)[self.after.pairs["travel"].to_numpy() > 0]
            yield from self.names(far[is_among(far, self.common)][:1])

    def companions(self, pairs: frozenset[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """For each unit of some pairs another pair of both problems, so that the unit's rows are there."""
        single = self.named(pairs)
        others = self.common[~is_among(self.common, single)]
        others = others[is_among(others // len(self.reps), single // len(self.reps))]
        _, first = np.unique(others // len(self.reps), return_index=True)
        return self.names(others[first])


def _with_anchors(touched: Touched, pairs: _Pairs) -> Touched:
    """What is touched, and of each rule that sums over units one that it counts: so its row is there."""
    units, keys = set(touched.units), set(touched.keys) | _anchor_keys(pairs.before, pairs.after)
    known = frozenset(pairs.after.units.index)
    for rule in pairs.before.supply:
        units |= set([unit for unit in rule.shares if unit in known][:1])
    single = touched.pairs | set(pairs.anchors())
    return Touched(frozenset(units), single | set(pairs.companions(single)), frozenset(keys))


def _anchor_keys(before: Problem, after: Problem) -> set[Key]:
    """A lift curve of each rule on money, of the smallest cell that it counts."""
    size = pd.Series(list(_cells(after).values()), dtype=object).value_counts().to_dict()
    old, found = {lift.key for lift in before.lifts}, set[Key]()
    for counted in keys_by_rule(after).values():
        known = counted & old
        if known and not known & found:
            found.add(min(sorted(known), key=lambda key: size.get(key[1:], 0)))
    return found


def _part(problem: Problem, touched: Touched, pairs: _Pairs) -> Part:
    """The part of a problem that is touched."""
    units = problem.units.index
    unit = numbered(problem.pairs.index, "unit", units)
    chosen = np.asarray(units.isin(list(touched.units)))
    kept = chosen[unit] | is_among(pairs.codes(problem), pairs.named(touched.pairs))
    chosen |= np.asarray(units.isin([unit for unit, _ in touched.pairs]))
    return part_of(problem, chosen, kept, touched.keys)
