"""Alternatives: what it brings to give a unit to another rep, and what would make that the better plan."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from allocopt.explanation.case import Case
from allocopt.explanation.conditions import Condition, conditions, conditions_alone
from allocopt.explanation.forced import held_by
from allocopt.explanation.moves import parts_of_move
from allocopt.explanation.obstacles import Obstacle, obstacles
from allocopt.explanation.trials import Trials, Tried
from allocopt.explanation.words import ALONE
from allocopt.explanation.worth import NAN, Change, change_between
from allocopt.explanation.worths import Ground
from allocopt.problem import Problem

# How many of the other reps are solved for, and how many of these are told.
TRIED, TOLD = 6, 2


@dataclass(frozen=True)
class Alternative:
    """A unit at another rep: what changes against the plan, `parts` of it and who else moves.

    `impossible` says which rules clash where no plan has the unit there. `reduced_cost` is what the linear
    relaxation loses by it. `moves`: other units, (unit, before, after).
    """

    rep: str
    change: Change
    parts: dict[str, float]
    moves: tuple[tuple[str, str, str], ...]
    obstacles: tuple[Obstacle, ...]
    reduced_cost: float
    impossible: str = ""
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Asked:
    """A unit that is asked about: its problem without a lock on it, and the plan solved again as it is."""

    case: Case
    problem: Problem
    unit: str
    stays: Tried | None


def alternatives(
    asked: Asked, others: Sequence[str], ground: Ground, trials: Trials
) -> list[Alternative]:
    """The next best reps of a unit, best first; solved again where `asked.stays` is."""
    estimates = sorted(
        (_alone(asked, rep, ground) for rep in others), key=lambda other: -_order(other)
    )
    if asked.stays is None:
        return [_with_conditions(asked, other, trials) for other in estimates[:TOLD]]
    tried = _solved_again(asked, estimates[:TRIED], asked.stays, trials)
    best = sorted(tried, key=lambda other: -_order(other))[:TOLD]
    return [_with_conditions(asked, other, trials) for other in best]


def _with_conditions(asked: Asked, other: Alternative, trials: Trials) -> Alternative:
    """The rep with what would give the unit to the rep: found by solving where the loss was."""
    if asked.stays is None or (other.change.method == ALONE and not other.impossible):
        found = conditions_alone(asked.problem, asked.unit, other)
    else:
        scale = abs(asked.stays.objective)
        found = [*conditions(asked.problem, asked.unit, other, trials, scale)]
    return replace(other, conditions=tuple(found))


def _order(other: Alternative) -> float:
    """What a rep is worth in comparison with others, as far as is known.

    A unit moved alone minds no room, and the relaxation splits units: the worse of both is believed.
    """
    if other.impossible:
        return -float("inf")
    if other.change.method != ALONE or math.isnan(other.reduced_cost):
        return other.change.value
    return min(other.change.value, other.reduced_cost)


def _alone(asked: Asked, rep: str, ground: Ground) -> Alternative:
    """A rep's estimate: the unit moved alone."""
    found = obstacles(asked.case, asked.problem, asked.unit, rep)
    parts = parts_of_move(asked.case, asked.problem, asked.unit, rep)
    costs = {} if ground.relaxation is None else ground.relaxation.reduced_cost
    own = [cost for (unit, other, _), cost in costs.items() if (unit, other) == (asked.unit, rep)]
    return Alternative(
        rep=rep,
        change=Change(sum(parts.values()), NAN, NAN, ALONE),
        parts=parts,
        moves=(),
        obstacles=tuple(found),
        reduced_cost=sum(own) if own else NAN,
    )


def _solved_again(
    asked: Asked, estimates: Sequence[Alternative], stays: Tried, trials: Trials
) -> Iterator[Alternative]:
    problems = [held_by(asked.problem, asked.unit, other.rep) for other in estimates]
    found = trials.each(problems, "other reps")
    for other, tried in zip(estimates, found, strict=True):
        if tried is None or (not tried.has_plan and not tried.impossible):
            yield other
        elif tried.impossible:
            yield replace(other, impossible=tried.reason)
        else:
            yield replace(
                other,
                change=change_between(stays, tried),
                parts=_differences(stays, tried),
                moves=moves_between(stays, tried, asked.unit),
            )


def _differences(before: Tried, after: Tried) -> dict[str, float]:
    """Parts of the objective that change beyond rounding."""
    scale = 1e-9 * max(abs(before.objective), 1.0)
    changes = {name: after.parts[name] - before.parts.get(name, 0.0) for name in after.parts}
    return {name: change for name, change in changes.items() if abs(change) > scale}


def moves_between(before: Tried, after: Tried, but: str = "") -> tuple[tuple[str, str, str], ...]:
    """Units that somebody else covers, but one: (unit, before, after)."""
    return tuple(
        (unit, before.holders[unit], rep)
        for unit, rep in after.holders.items()
        if rep != before.holders[unit] and unit != but
    )
