"""Concession: one limit that gives way, by which setting, and what it costs.

A price is one that the scenario has, where it has one; else one that is scaled to what units bring, and
says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from allocopt.problem import Problem
from allocopt.solver.compiled import CompiledModel

# (row, by how much one of the concession lowers its lower side, and raises its upper side); of a row with
# one side alone the two mean the same.
Loosened = tuple[int, float, float]
# What a price is scaled from where the scenario has none.
BY_WORTH = "assumed: what units bring"


@dataclass(frozen=True)
class Way:
    """How a limit is moved: `start` moves by `step` at `path` for each one that is given way.

    A step above 0 raises the limit, to no more than `most`. Where `start` is None the rule ends for the
    item by `settings`.
    """

    start: float | None = None
    step: float = 1.0
    path: str = ""
    most: float = math.inf
    settings: tuple[str, ...] = ()
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Concession:
    """What may give way: one of it loosens `rows` and costs `price` [currency per `unit`].

    `priced_by` says where the price comes from. `whole`: it gives way by whole numbers. `most`: by so much
    at most; None: as far as the rows can reach.
    """

    rule: str
    item: str
    rows: tuple[Loosened, ...]
    unit: str
    price: float
    priced_by: str
    way: Way
    whole: bool = False
    most: float | None = None


def path(*steps: str) -> str:
    """Steps of a setting joined by dots; a name with anything but letters and digits stands in quotes."""
    return ".".join(
        step if step.replace("_", "a").isalnum() else _quoted(step) for step in map(str, steps)
    )


def _quoted(step: str) -> str:
    return f"'{step}'" if '"' in step else f'"{step}"'


@dataclass(frozen=True)
class Concessions:
    """What the concessions of one model are made from."""

    problem: Problem
    model: CompiledModel

    @cached_property
    def _rows(self) -> dict[str, dict[tuple[Any, ...], list[int]]]:
        """Rows by rule and index, those of all samples together."""
        found: dict[str, dict[tuple[Any, ...], list[int]]] = {}
        for row, key in enumerate(self.model.rows):
            found.setdefault(key.rule, {}).setdefault(key.index, []).append(row)
        return found

    def of(self, rule: str) -> dict[tuple[Any, ...], list[int]]:
        """Rows of a rule by index."""
        return self._rows.get(rule, {})

    @cached_property
    def worth(self) -> dict[str, float]:
        """What each unit brings over the horizon at standard coverage, a hundredth of the mean at least."""
        problem = self.problem
        best = problem.pairs["value"].groupby(level="unit").max().reindex(problem.units.index)
        worth = problem.demand.sum(axis=1) * problem.units["margin"]
        worth += best.fillna(0.0).clip(lower=0.0)
        least = max(float(worth.mean()), 1.0) / 100
        return {str(unit): max(float(amount), least) for unit, amount in worth.items()}

    @cached_property
    def mean_worth(self) -> float:
        """What a unit brings on average. [currency]"""
        return sum(self.worth.values()) / max(len(self.worth), 1)

    def given_up(self, rule: str, rows: tuple[Loosened, ...], way: Way) -> Concession:
        """A rule of the whole company that is asked no more."""
        return Concession(
            rule=rule,
            item="company",
            rows=rows,
            unit="rule",
            price=self.mean_worth,
            priced_by=BY_WORTH,
            way=way,
            whole=True,
            most=1.0,
        )

    @cached_property
    def worth_per_rep(self) -> float:
        """What the units of a rep bring on average. [currency]"""
        return sum(self.worth.values()) / max(len(self.problem.reps), 1)


def raised(rows: list[int]) -> tuple[Loosened, ...]:
    """The upper sides of rows, by one each."""
    return tuple((row, 0.0, 1.0) for row in rows)


def lowered(rows: list[int]) -> tuple[Loosened, ...]:
    """The lower sides of rows, by one each."""
    return tuple((row, 1.0, 0.0) for row in rows)
