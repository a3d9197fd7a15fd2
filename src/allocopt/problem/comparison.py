"""Comparison: of which units, pairs and lift curves two problems say something different."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import pandas as pd

from allocopt.problem.cells import Key
from allocopt.problem.numbering import numbered
from allocopt.problem.problem import Problem
from allocopt.problem.table_differences import (
    pairs_that_differ,
    rows_that_differ,
    units_that_differ,
)
from allocopt.problem.targets import TargetRule

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


@dataclass(frozen=True)
class Comparison:
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
        for rule in self._changed_targets:
            yield from () if rule.rep else rule.units.index
        one, other = self.before.handover, self.after.handover
        for limit in ("max_units", "max_sales"):
            if (getattr(one, limit) is None) != (getattr(other, limit) is None):
                yield from self._of_several_windows({*one.owned, *other.owned})

    @cached_property
    def _changed_targets(self) -> list[TargetRule]:
        """Targets that are new, gone, or count otherwise, before and after."""
        old, new = (_targets(problem) for problem in (self.before, self.after))
        changed = [
            name
            for name in old.keys() | new.keys()
            if name not in old or name not in new or not _same_target(old[name], new[name])
        ]
        return [side[name] for name in changed for side in (old, new) if name in side]

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
        return found | {rule.rep for rule in self._changed_targets if rule.rep}

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
        rules = [keys_by_rule(problem) for problem in (self.before, self.after)]
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


def keys_by_rule(problem: Problem) -> dict[tuple[Any, ...], frozenset[Key]]:
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
