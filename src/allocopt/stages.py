"""Stages: measures that are evened out in order, each before the next and all before the objective.

Lexicographic goal programming (Ijiri, 1965; Ignizio, 1976): what is best for one measure is found first and
may not be given up for the next, where weights would trade one for the other.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from allocopt.model import Decisions
from allocopt.notes import Note
from allocopt.problem import Problem
from allocopt.problem.balance import BalanceRule
from allocopt.solver import Limits, Watch, solve

# A measure may lie this much farther outside its bands than is possible [share of the measure]: a stage is
# found to a gap, and what comes after it needs some room.
TOLERANCE = 1e-3
# The change of a measure by `TOLERANCE` weighs as much as all margin together.
WEIGHT = 1 / TOLERANCE


def even_out(problem: Problem, limits: Limits, watch: Watch | None = None) -> Problem:
    """The problem with a limit on what lies outside the bands of each measure in `order`.

    Each stage gets an equal part of the time, and one more part is left for the plan itself. Raises what
    `solve` raises.
    """
    for order in stages_of(problem):
        part = replace(limits, time_limit=part_of_time(problem, limits))
        found = solve(_emphasising(problem, order), part, watch).decisions
        problem = _held(problem, order, found)
    return problem


def stages_of(problem: Problem) -> list[int]:
    """The places in the order, the first one first."""
    return sorted({rule.order for rule in problem.balance if rule.order is not None})


def part_of_time(problem: Problem, limits: Limits) -> float:
    """Seconds for each stage and for the plan itself. [s]"""
    return limits.time_limit / (len(stages_of(problem)) + 1)


def _emphasising(problem: Problem, order: int) -> Problem:
    """The problem in which measures of one place come before all else, and later ones do not count."""
    rules = [
        replace(rule, price=_decisive_price(problem, rule) if rule.order == order else 0.0)
        if rule.order is not None and rule.order >= order
        else rule
        for rule in problem.balance
    ]
    return replace(problem, balance=tuple(rules))


def _decisive_price(problem: Problem, rule: BalanceRule) -> float:
    """Price at which a small share of the measure outweighs all margin. [currency/unit of measure]"""
    margin = np.abs(problem.demand.mul(problem.units["margin"], axis=0).to_numpy()).sum()
    total = float(rule.amounts.abs().sum())
    return WEIGHT * max(float(margin), 1.0) / total if total > 0 else 0.0


def _held(problem: Problem, order: int, found: Decisions) -> Problem:
    """The problem with what was found as a limit, and a note on it."""
    rules, notes = [], []
    for rule in problem.balance:
        if rule.order != order:
            rules.append(rule)
            continue
        outside = _outside(rule, found)
        most = outside + TOLERANCE * float(rule.amounts.abs().sum())
        own = most if rule.most_outside is None else min(most, rule.most_outside)
        rules.append(replace(rule, most_outside=own))
        notes.append(
            Note(
                f"{rule.measure} is evened out as number {order}: {outside:,.6g} must lie outside its "
                f"bands, and {own:,.6g} may.",
                f"{rule.measure} 按第 {order} 顺位均衡：至少 {outside:,.6g} 在区间之外，允许 {own:,.6g}。",
            )
        )
    return replace(problem, balance=tuple(rules), notes=(*problem.notes, *notes))


def _outside(rule: BalanceRule, found: Decisions) -> float:
    """What lies outside the bands of a measure, over all reps. [measure]"""
    items = {f"{rule.measure}/{rep}" for rep in rule.reps}
    sides = (
        missed for missed in found.missed if missed.rule in ("balance_floor", "balance_ceiling")
    )
    return sum(missed.amount for missed in sides if missed.item in items)
