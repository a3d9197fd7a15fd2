"""Shares: which part of the company's limits a part of the problem may use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from allocopt.problem import Problem
from allocopt.problem.budget import BudgetRule
from allocopt.problem.handovers import Handovers
from allocopt.problem.headcount import HeadcountRule

N = TypeVar("N", int, float)
R = TypeVar("R", BudgetRule, HeadcountRule)


@dataclass(frozen=True)
class _Slice:
    """From which share of something to which: the shares of all parts follow each other."""

    begin: float
    end: float

    @property
    def size(self) -> float:
        """The share of the part."""
        return self.end - self.begin

    def whole_number(self, amount: float) -> int:
        """The part's share of an amount in whole numbers; those of all parts add up."""
        return int(np.floor(amount * self.end + 1e-9) - np.floor(amount * self.begin + 1e-9))


def shared_out(problem: Problem, parts: Sequence[Problem]) -> list[Problem]:
    """The parts, each with its share of the company's limits, by the size of what they limit."""
    slices = {name: _slices([size(part) for part in parts]) for name, size in SIZES.items()}
    positions = {rule.scope: (rule, _slices(_positions(rule, parts))) for rule in problem.headcount}
    return [
        replace(
            _with_limits(problem, part, {name: known[number] for name, known in slices.items()}),
            headcount=tuple(
                _filled_by_share(one, positions[one.scope][0], positions[one.scope][1][number])
                for one in part.headcount
            ),
        )
        for number, part in enumerate(parts)
    ]


SIZES: dict[str, Any] = {
    "handovers": lambda part: len(part.handover.counted),
    "reps": lambda part: len(part.reps),
    "spend": lambda part: sum(lift.spend_max for lift in part.lifts),
    "demand": lambda part: float(part.demand.to_numpy().sum()) or len(part.units),
    "units": lambda part: len(part.units),
}


def _slices(sizes: Iterable[float]) -> list[_Slice]:
    amounts = np.array(list(sizes), dtype=float)
    total = amounts.sum()
    shares = amounts / total if total > 0 else np.full(len(amounts), 1 / len(amounts))
    ends = np.cumsum(shares)
    return [_Slice(float(end - share), float(end)) for end, share in zip(ends, shares, strict=True)]


def _with_limits(problem: Problem, part: Problem, slices: dict[str, _Slice]) -> Problem:
    rule, travel = problem.handover, part.travel
    moved, reps = slices["handovers"], slices["reps"]
    return replace(
        part,
        handover=replace(
            part.handover,
            max_units=None if rule.max_units is None else moved.whole_number(rule.max_units),
            max_sales=None if rule.max_sales is None else rule.max_sales * moved.size,
            max_reps=None if rule.max_reps is None else reps.whole_number(rule.max_reps),
        ),
        budget=tuple(_money(one, slices["spend"], reps) for one in part.budget),
        supply=tuple(
            replace(one, most={t: x * slices["demand"].size for t, x in one.most.items()})
            for one in part.supply
        ),
        balance=tuple(
            one
            if one.most_outside is None
            else replace(one, most_outside=one.most_outside * reps.size)
            for one in part.balance
        ),
        travel=travel
        if travel is None or travel.most is None
        else replace(travel, most=travel.most * slices["units"].size),
    )


def _positions(rule: HeadcountRule, parts: Iterable[Problem]) -> Iterator[int]:
    """How many of the rule's positions are in each part."""
    for part in parts:
        yield len(set(rule.reps).intersection(part.open_reps))


def _filled_by_share(part: HeadcountRule, whole: HeadcountRule, share: _Slice) -> HeadcountRule:
    return replace(
        part, lower=share.whole_number(whole.lower), upper=share.whole_number(whole.upper)
    )


def _money(rule: BudgetRule, spend: _Slice, reps: _Slice) -> BudgetRule:
    share = reps.size if rule.with_people else spend.size
    return replace(rule, lower=rule.lower * share, upper=rule.upper * share)


def added_up(part: Problem, shares: Sequence[Problem]) -> Problem:
    """The part with all that these parts may use of the company's limits; it has all that is in them."""
    return replace(
        part,
        handover=replace(
            part.handover,
            max_units=_sum(one.handover.max_units for one in shares),
            max_sales=_sum(one.handover.max_sales for one in shares),
            max_reps=_sum(one.handover.max_reps for one in shares),
        ),
        headcount=tuple(
            _sides_added(
                rule, [x for one in shares for x in one.headcount if x.scope == rule.scope]
            )
            for rule in part.headcount
        ),
        budget=tuple(
            _sides_added(rule, [x for one in shares for x in one.budget if _is_same(x, rule)])
            for rule in part.budget
        ),
        supply=tuple(
            replace(
                rule,
                most={
                    t: sum(x.most[t] for one in shares for x in one.supply if x.item == rule.item)
                    for t in rule.most
                },
            )
            for rule in part.supply
        ),
        balance=tuple(
            replace(rule, most_outside=_sum(one.balance[number].most_outside for one in shares))
            for number, rule in enumerate(part.balance)
        ),
        travel=None
        if part.travel is None
        else replace(
            part.travel, most=_sum(one.travel.most for one in shares if one.travel is not None)
        ),
    )


def _sides_added(rule: R, shares: Sequence[R]) -> R:
    """A rule with the sides of its shares added up."""
    return replace(
        rule, lower=sum(one.lower for one in shares), upper=sum(one.upper for one in shares)
    )


def _is_same(one: BudgetRule, other: BudgetRule) -> bool:
    return (one.rule, one.item, one.periods) == (other.rule, other.item, other.periods)


def _sum(amounts: Iterable[N | None]) -> N | None:
    """The sum of limits; None where there is no limit."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known[1:], start=known[0]) if known else None


def as_now(part: Problem, shares: pd.Series[float]) -> Problem:
    """The part with the limits that a plan of it uses now: nothing is taken from elsewhere.

    `shares` by stint of the part. Spend is a matter of the whole, and left out.
    """
    changed = Handovers(part, shares).counted
    rule, travel = part.handover, part.travel
    return replace(
        part,
        lifts=(),
        budget=(),
        returns=(),
        committed=(),
        supply=(),
        handover=replace(
            rule,
            max_units=None if rule.max_units is None else round(float(changed.sum())),
            max_sales=None
            if rule.max_sales is None
            else float((changed * rule.sales.reindex(changed.index)).sum()),
        ),
        headcount=tuple(_filled_as_now(one, shares) for one in part.headcount),
        travel=travel
        if travel is None or travel.most is None
        else replace(travel, most=travel.hours(part.stint_travel, shares)),
    )


def _filled_as_now(rule: HeadcountRule, shares: pd.Series[float]) -> HeadcountRule:
    working = set(shares.index.get_level_values("rep"))
    filled = sum(rep in working for rep in rule.reps)
    return replace(rule, lower=filled, upper=filled)
