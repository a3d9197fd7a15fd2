"""Touched: the units, pairs and lift curves of which two problems say something different.

What is said of a rep alone, of the company or of money changes few numbers of the model and touches no
unit. Where the change may concern all units, or where the model numbers things through, nothing is
told apart: the two problems have to be modelled each by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.problem.cells import Key
from allocopt.problem.part import Part, numbered, part_of
from allocopt.problem.problem import Problem
from allocopt.problem.table_differences import (
    among,
    either,
    pairs_that_differ,
    rows_that_differ,
    units_that_differ,
)
from allocopt.problem.targets import TargetRule

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

# Above this share of all pairs two parts take longer than the whole.
MOST = 0.25
# What is said of a rep and of none of the rep's units.
OF_REP_ALONE = frozenset(
    {
        *("hours", "cost", "variable_pay", "pay_at_plan"),
        *("quota_before", "quota_min", "quota_max"),
        *("name", "person", "employee_id", "email", "manager", "role"),
    }
)


@dataclass(frozen=True)
class Touched:
    """Units of which all pairs may be different, single pairs (unit, rep), and lift curves."""

    units: frozenset[str] = frozenset()
    pairs: frozenset[tuple[str, str]] = frozenset()
    keys: frozenset[Key] = frozenset()


def parts_that_differ(
    before: Problem, after: Problem, most: float = MOST
) -> tuple[Part, Part] | None:
    """The two problems, restricted to what is different in them; None where that is not told apart.

    Nor is it where a part has more than the share `most` of all pairs.
    """
    if not _told_apart(before, after):
        return None
    touched = _Comparison(before, after).touched()
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


@dataclass(frozen=True)
class _Comparison:
    """Two problems, table by table."""

    before: Problem
    after: Problem

    def touched(self) -> Touched | None:
        """What differs; None where specialists' times do, which all units share."""
        frames = self._differing_frames()
        if self.before.overlays and (self.reps or self._presence_differs):
            return None
        units = frozenset(chain(frames, self._named_units(), self._units_of_rules()))
        return Touched(units, frozenset(self._pairs()), frozenset(self._keys()))

    @property
    def _presence_differs(self) -> bool:
        return not self.before.tenures.presence.equals(self.after.tenures.presence)

    def _differing_frames(self) -> set[str]:
        """Units of which some table says something else."""
        found: set[str] = set()
        for one, other in zip(_frames(self.before), _frames(self.after), strict=True):
            found |= units_that_differ(one, other)
        return found

    def _named_units(self) -> Iterator[str]:
        """Units that a tuple or mapping of the problem names differently."""
        for one, other in zip(_named(self.before), _named(self.after), strict=True):
            if one != other:
                keys = dict.fromkeys((*one, *other))
                yield from (key for key in keys if one.get(key) != other.get(key))
        for mine, others in zip(_sets(self.before), _sets(self.after), strict=True):
            yield from (item if isinstance(item, str) else item[0] for item in mine ^ others)

    def _units_of_rules(self) -> Iterator[str]:
        """Units of targets and ceilings that are new, or that are gone."""
        old, new = (_targets(problem) for problem in (self.before, self.after))
        for name in old.keys() | new.keys():
            if name not in old or name not in new or not _same_target(old[name], new[name]):
                for rule in (old.get(name), new.get(name)):
                    yield from () if rule is None or rule.rep else rule.units.index
        one, other = self.before.handover, self.after.handover
        for limit in ("max_units", "max_sales"):
            if (getattr(one, limit) is None) != (getattr(other, limit) is None):
                yield from self._of_several_windows({*one.owned, *other.owned})

    def _of_several_windows(self, units: Iterable[str]) -> Iterator[str]:
        for problem in (self.before, self.after):
            names = problem.windows.days.index.get_level_values("unit")
            several = set(names[names.duplicated()])
            yield from (unit for unit in units if unit in several)

    @cached_property
    def reps(self) -> set[str]:
        """Reps of whom something is said that counts for each of their pairs."""
        one, other = (
            problem.reps.drop(columns=[c for c in problem.reps if c in OF_REP_ALONE])
            for problem in (self.before, self.after)
        )
        found = rows_that_differ(one, other)
        quotas = self.before.quota, self.after.quota
        if quotas[0].target is not None and quotas[0].bounded:
            found |= rows_that_differ(quotas[0].relief, quotas[1].relief)
        if quotas[0].attainable is not None and quotas[1].attainable is not None:
            found |= rows_that_differ(quotas[0].attainable, quotas[1].attainable)
        old, new = (_targets(problem) for problem in (self.before, self.after))
        for name in old.keys() | new.keys():
            if name not in old or name not in new or not _same_target(old[name], new[name]):
                found |= {rule.rep for rule in (old.get(name), new.get(name)) if rule and rule.rep}
        return found

    def _pairs(self) -> Iterator[tuple[str, str]]:
        """Pairs that differ, all of reps that do, and owners' where handovers come to be counted."""
        for one, other in (
            (self.before.pairs, self.after.pairs),
            (_no_values(self.before.stints), _no_values(self.after.stints)),
        ):
            yield from pairs_that_differ(one, other)
        for problem in (self.before, self.after):
            if self.reps:
                index = problem.pairs.index
                known = numbered(index, "rep", pd.Index(sorted(self.reps))) >= 0
                yield from index[known]
        limits = [
            (p.handover.max_units is None, p.handover.max_sales is None)
            for p in (self.before, self.after)
        ]
        if limits[0] != limits[1]:
            for problem in (self.before, self.after):
                owner = problem.units["owner"]
                yield from ((unit, owner[unit]) for unit in problem.handover.owned)

    def _keys(self) -> Iterator[Key]:
        """Lift curves that differ, and those that a rule on money has come to count or does no more."""
        one, other = ({lift.key: lift for lift in p.lifts} for p in (self.before, self.after))
        yield from (key for key in one.keys() | other.keys() if one.get(key) != other.get(key))
        rules = [_money(problem) for problem in (self.before, self.after)]
        for name in rules[0].keys() | rules[1].keys():
            yield from rules[0].get(name, frozenset()) ^ rules[1].get(name, frozenset())


def _frames(problem: Problem) -> Iterator[pd.DataFrame | pd.Series[Any]]:
    """Tables whose rows are said of a unit."""
    yield problem.units
    yield problem.need
    yield problem.demand
    yield problem.ceiling
    yield problem.windows.days
    yield problem.windows.weight
    yield problem.handover.loss
    yield problem.handover.sales
    yield problem.quota.index if problem.quota.bounded else problem.quota.index.iloc[:0]
    yield from (rule.amounts for rule in problem.balance)
    if problem.risk is not None:
        yield from (problem.risk.factor.xs(name) for name in problem.risk.weight.index)


def _named(problem: Problem) -> Iterator[Mapping[str, Any]]:
    """Mappings by unit."""
    yield problem.responses
    yield {unit: tuple(share) for unit, share in problem.lifted_units.items()}
    shares: dict[str, dict[str, float]] = {}
    for rule in problem.supply:
        for unit, share in rule.shares.items():
            shares.setdefault(unit, {})[rule.item] = share
    yield shares


def _sets(problem: Problem) -> Iterator[set[Any]]:
    """Sets of units, or of tuples that start with one."""
    yield set(problem.renewals)
    yield set(problem.locked_stints)
    yield set(problem.handover.owned)
    yield set(problem.handover.counted)
    lengths = problem.contiguity.borders.lengths if problem.contiguity.cut_price > 0 else {}
    yield {(*ends, length) for ends, length in lengths.items()}


def _targets(problem: Problem) -> dict[str, TargetRule]:
    return {rule.name: rule for rule in problem.targets if rule.is_rule}


def _same_target(one: TargetRule, other: TargetRule) -> bool:
    """Whether two targets count the same in the same rows, whatever their amount and price."""
    return (
        (one.measure, one.hard, one.rep, one.inside)
        == (other.measure, other.hard, other.rep, other.inside)
        and one.share.equals(other.share)
        and one.units.equals(other.units)
    )


def _money(problem: Problem) -> dict[tuple[Any, ...], frozenset[Key]]:
    """What rules on money count, by the name of the rule."""
    counted: dict[tuple[Any, ...], frozenset[Key]] = {}
    for budget in problem.budget:
        counted["budget", budget.rule, budget.item, budget.periods] = frozenset(budget.keys)
    for floor in problem.returns:
        counted["return", floor.item, floor.floor] = frozenset(floor.keys)
    for promise in problem.committed:
        counted["promise", promise.item, promise.period] = frozenset(promise.keys)
    return counted


def _no_values(index: pd.MultiIndex) -> pd.DataFrame:
    return pd.DataFrame(index=index)


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
        index = problem.pairs.index
        rep = numbered(index, "rep", self.reps)
        return len(self.reps) * numbered(index, "unit", self.units) + rep

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
        return codes[among(codes, self.codes(self.before))]

    def names(self, codes: Numbers) -> Iterator[tuple[str, str]]:
        """Names of pairs by their numbers."""
        units, reps = self.units[codes // len(self.reps)], self.reps[codes % len(self.reps)]
        return zip(units, reps, strict=True)

    def anchors(self) -> Iterator[tuple[str, str]]:
        """A pair of both, one whose handover counts and one with travel, so that such rows are there."""
        yield from self.names(self.common[:1])
        owner = self.after.units["owner"]
        counted = self.named((unit, owner[unit]) for unit in self.after.handover.counted)
        yield from self.names(counted[among(counted, self.common)][:1])
        if self.after.travel is not None:
            far = self.codes(self.after)[self.after.pairs["travel"].to_numpy() > 0]
            yield from self.names(far[among(far, self.common)][:1])

    def companions(self, pairs: frozenset[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """For each unit of some pairs another pair of both problems, so that the unit's rows are there."""
        single = self.named(pairs)
        others = self.common[~among(self.common, single)]
        others = others[among(others // len(self.reps), single // len(self.reps))]
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
    for counted in _money(after).values():
        known = counted & old
        if known and not known & found:
            found.add(min(sorted(known), key=lambda key: size.get(key[1:], 0)))
    return found


def _part(problem: Problem, touched: Touched, pairs: _Pairs) -> Part:
    """The part of a problem that is touched."""
    units = problem.units.index
    unit = numbered(problem.pairs.index, "unit", units)
    chosen = np.asarray(units.isin(list(touched.units)))
    kept = chosen[unit] | among(pairs.codes(problem), pairs.named(touched.pairs))
    chosen |= np.asarray(units.isin([unit for unit, _ in touched.pairs]))
    return part_of(problem, chosen, kept, touched.keys)
