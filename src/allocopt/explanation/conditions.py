"""Conditions: what would give a unit to another rep, each found true by solving with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from allocopt.explanation.forced import part_of_horizon, worth_more
from allocopt.explanation.limits_on_people import TOLERANCE
from allocopt.explanation.loosening import Loosening
from allocopt.explanation.obstacles import Obstacle
from allocopt.explanation.trials import Trials, holds
from allocopt.explanation.words import EXACT, joined, number, rounded_up
from allocopt.explanation.worth import Change
from allocopt.explanation.worths import loosenings
from allocopt.notes import Note
from allocopt.problem import Problem

# A pair is tried with so much more than what makes both plans equal [share], or than proofs can tell apart
# [share of the objective].
MORE, APART = 1e-4, 2e-7
VALUE_DIGITS = 5
AND = (" and ", "，且")
# Part of the time that is left for one of them.
PART = 0.5


@dataclass(frozen=True)
class Condition:
    """What would have to be otherwise; `kind` is a rule or `pair_value`, `amount` [unit of the limit].

    `solved`: the best plan with it has been found, and has the unit there; else it is enough for the unit
    alone while all other units stay.
    """

    phrase: Note
    kind: str
    item: str
    amount: float
    solved: bool = True


class Elsewhere(Protocol):
    """A rep whom the unit could go to."""

    @property
    def rep(self) -> str:
        """The rep."""

    @property
    def change(self) -> Change:
        """What it brings there."""

    @property
    def obstacles(self) -> tuple[Obstacle, ...]:
        """What is in the way."""

    @property
    def impossible(self) -> str:
        """Which rules clash where no plan has it there."""


def conditions(
    problem: Problem, unit: str, other: Elsewhere, trials: Trials, scale: float
) -> Iterator[Condition]:
    """Changes after which the best plan has the unit at the other rep, each solved to see.

    `scale` is the size of the objective [currency].
    """
    proposals = [*_limits(problem, other), *_value(problem, unit, other, scale)]
    for condition, changed in proposals:
        tried = trials.one(changed(), PART)
        if tried is not None and tried.proven and holds(tried.holders[unit], other.rep):
            yield condition


def conditions_alone(problem: Problem, unit: str, other: Elsewhere) -> list[Condition]:
    """Changes after which the unit alone could go to the other rep and the plan would be no worse.

    Where hard rules are in the way their limits must move first; nothing is solved.
    """
    asked = _asked(_movable(problem), other.obstacles)
    hard = {(x.rule, x.item) for x in other.obstacles if x.hard}
    if not all(key in asked for key in hard):
        return []
    part = part_of_horizon(problem, unit, other.rep)
    found = [
        replace(_condition(limit, amount), solved=False)
        for key, (limit, amount) in asked.items()
        if key in hard
    ]
    if other.change.value < 0 < part:
        amount = rounded_up(-other.change.value / part, VALUE_DIGITS)
        found.append(replace(value_condition(unit, other.rep, amount), solved=False))
    return found


Proposal = tuple[Condition, Callable[[], Problem]]


def _limits(problem: Problem, other: Elsewhere) -> Iterator[Proposal]:
    """Each limit in the way moved by itself; all of them where there are several."""
    asked = _asked(_movable(problem), other.obstacles)
    for limit, amount in asked.values():
        yield _condition(limit, amount), partial(limit.moved, amount)
    if len(asked) > 1:
        phrases = [limit.phrase(amount) for limit, amount in asked.values()]
        all_of_them = Condition(joined(phrases, AND), "several", other.rep, float("nan"))
        amounts = {key: amount for key, (_, amount) in asked.items()}
        yield all_of_them, partial(_all_moved, problem, amounts)


Key = tuple[str, str]  # rule and item


def _movable(problem: Problem) -> dict[Key, Loosening]:
    return {(limit.rule, limit.item): limit for limit in loosenings(problem) if not limit.floor}


def _asked(
    movable: Mapping[Key, Loosening], obstacles: Sequence[Obstacle]
) -> dict[Key, tuple[Loosening, float]]:
    """The limits that obstacles ask to be moved, and how far."""
    amounts: dict[Key, float] = {}
    for obstacle in obstacles:
        key = (obstacle.rule, obstacle.item)
        amounts[key] = max(amounts.get(key, 0.0), _enough(obstacle))
    return {key: (movable[key], amount) for key, amount in amounts.items() if key in movable}


def _condition(limit: Loosening, amount: float) -> Condition:
    return Condition(limit.phrase(amount), limit.rule, limit.item, amount)


def _enough(obstacle: Obstacle) -> float:
    """What is told is what is tried: few digits, rounded up, whole where only whole numbers count."""
    if obstacle.rule in ("selling_time_limit", TOLERANCE):
        return rounded_up(obstacle.amount)
    return float(-(-obstacle.amount // 1))


def _all_moved(problem: Problem, amounts: Mapping[Key, float]) -> Problem:
    """Every limit moved, each from the problem that the one before has made."""
    for key, amount in amounts.items():
        problem = _movable(problem)[key].moved(amount)
    return problem


def _value(problem: Problem, unit: str, other: Elsewhere, scale: float) -> Iterator[Proposal]:
    """The pair's value that makes up for all that is lost; only an exact loss says how much."""
    part = part_of_horizon(problem, unit, other.rep)
    if other.impossible or other.change.method != EXACT or other.change.value >= 0 or part <= 0:
        return
    amount = rounded_up(-other.change.value / part, VALUE_DIGITS)
    tried = amount + max(MORE * amount, APART * scale)
    yield (
        value_condition(unit, other.rep, amount),
        lambda: worth_more(problem, unit, other.rep, tried),
    )


def value_condition(unit: str, rep: str, amount: float) -> Condition:
    """A pair that is worth more than it is. [currency per horizon]"""
    told = number(amount)
    phrase = Note(
        f"more than {told} more value of {rep} for {unit}",
        f"{rep} 负责 {unit} 的价值多出 {told} 以上",
    )
    return Condition(phrase, "pair_value", f"{unit}/{rep}", amount)
