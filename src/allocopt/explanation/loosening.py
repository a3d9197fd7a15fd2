"""Loosening: a limit that people can move, and the problem in which it is moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from allocopt.explanation.words import number
from allocopt.notes import Note
from allocopt.problem import Problem

# From this limit on, money is moved in thousands.
LARGE = 100_000.0
THOUSAND = 1_000.0

Row = tuple[str, tuple[Any, ...], float]  # rule, index, how far its limit moves for one unit


@dataclass(frozen=True)
class Loosening:
    """A limit, moved in its loosening sense.

    `rule`, `item` and `period` as in `limits` of a plan; `step` [unit of the limit] is what is told as
    one more; `moved(amount)` is the problem with the limit moved, `phrase(amount)` says so. `rows` of the
    model move with it. A `floor` is lowered, a ceiling raised.
    """

    rule: str
    item: str
    period: str
    step: float
    phrase: Callable[[float], Note]
    moved: Callable[[float], Problem]
    rows: tuple[Row, ...] = ()
    floor: bool = False


def phrased(english: str, chinese: str) -> Callable[[float], Note]:
    """A phrase with the amount in place of `{n}`; names in it stay as they are."""

    def phrase(amount: float) -> Note:
        told = number(amount)
        return Note(english.replace("{n}", told), chinese.replace("{n}", told))

    return phrase


def with_rule(problem: Problem, family: str, place: int, **values: object) -> Problem:
    """The problem with one of the rules of a family changed."""
    rules = [*getattr(problem, family)]
    rules[place] = replace(rules[place], **values)
    changed: dict[str, Any] = {family: tuple(rules)}
    return replace(problem, **changed)


def money_step(limit: float) -> float:
    """One unit of money, or a thousand where the limit is large. [currency]"""
    return THOUSAND if abs(limit) >= LARGE else 1.0
