"""Limits on money: budgets, returns, commitments, supply, quotas and targets, each as a loosening."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from allocopt.explanation.loosening import Loosening, money_step, phrased, with_rule
from allocopt.explanation.words import grain
from allocopt.model.budget import is_decided
from allocopt.notes import Note
from allocopt.problem import Problem
from allocopt.problem.budget import BudgetRule

# What is one step of a return. [margin per currency spent]
CENT = 0.01


def limits_on_money(problem: Problem) -> Iterator[Loosening]:
    """Every limit on money that can be moved."""
    for place, rule in enumerate(problem.budget):
        if is_decided(rule, problem):
            yield from _budget(problem, place, rule)
    yield from _returns(problem)
    yield from _commitments(problem)
    yield from _supply(problem)
    if problem.quota.bounded:
        yield from _quotas(problem)
    yield from _floors(problem)


def _budget(problem: Problem, place: int, rule: BudgetRule) -> Iterator[Loosening]:
    single = rule.rule == "period_budget"
    period = rule.periods[0] if single else ""
    index = (rule.item, period) if single else (rule.item,)
    rows = ((rule.rule, index, 1.0),)
    english, chinese = _budget_name(rule, period)
    if np.isfinite(rule.upper):
        yield Loosening(
            *(rule.rule, rule.item, period, money_step(rule.upper)),
            phrased(f"{{n}} more in {english}", f"{chinese}多 {{n}}"),
            lambda n: with_rule(problem, "budget", place, upper=rule.upper + n),
            rows,
        )
    if np.isfinite(rule.lower) and rule.lower > 0:
        yield Loosening(
            *(rule.rule, rule.item, period, money_step(rule.lower)),
            phrased(f"{{n}} less that must be spent of {english}", f"{chinese}的下限少 {{n}}"),
            lambda n: with_rule(problem, "budget", place, lower=rule.lower - n),
            rows,
            floor=True,
        )


def _budget_name(rule: BudgetRule, period: str) -> tuple[str, str]:
    if rule.rule == "budget_total":
        return "the total budget", "总预算"
    when = (f" in {period}", f"（{period}）") if period else ("", "")
    return f"the budget of {rule.item}{when[0]}", f"{rule.item}{when[1]} 的预算"


def _returns(problem: Problem) -> Iterator[Loosening]:
    """No row moves with a return: it is a factor, whose worth only solving again can tell."""
    for place, rule in enumerate(problem.returns):
        yield Loosening(
            *("return_floor", rule.item, "", CENT),
            phrased(f"{{n}} less return asked of {rule.item}", f"{rule.item} 的回报要求低 {{n}}"),
            _lowered(problem, "returns", place, "floor", rule.floor),
            floor=True,
        )


def _lowered(
    problem: Problem, family: str, place: int, field: str, value: float
) -> Callable[[float], Problem]:
    return lambda n: with_rule(problem, family, place, **{field: max(value - n, 0.0)})


def _commitments(problem: Problem) -> Iterator[Loosening]:
    for place, rule in enumerate(problem.committed):
        if rule.amount > 0:
            yield Loosening(
                *("committed_spend", rule.item, rule.period),
                min(money_step(rule.amount), rule.amount),
                phrased(
                    f"{{n}} less committed to {rule.item} in {rule.period}",
                    f"{rule.item} 在 {rule.period} 的承诺支出少 {{n}}",
                ),
                _lowered(problem, "committed", place, "amount", rule.amount),
                (("committed_spend", (rule.item, rule.period), 1.0),),
                floor=True,
            )


def _supply(problem: Problem) -> Iterator[Loosening]:
    for place, rule in enumerate(problem.supply):
        for period, most in rule.most.items():
            yield Loosening(
                *("supply_limit", rule.item, period, money_step(most)),
                phrased(
                    f"{{n}} more of {rule.item} delivered in {period}",
                    f"{period} 多供应 {{n}} 的 {rule.item}",
                ),
                _delivered(problem, place, period, most),
                (("supply_limit", (rule.item, period), 1.0),),
            )


def _delivered(
    problem: Problem, place: int, period: str, most: float
) -> Callable[[float], Problem]:
    limits = problem.supply[place].most
    return lambda n: with_rule(problem, "supply", place, most={**limits, period: most + n})


def _quotas(problem: Problem) -> Iterator[Loosening]:
    """Least and largest quota of each rep, in every period. [currency/period]"""
    english, chinese = grain(problem.calendar.period)
    for rep in problem.reps.index:
        least, most = (float(side[rep]) for side in (problem.quota.lower, problem.quota.upper))
        if least > 0:
            phrase = phrased(
                f"{{n}} less in the least quota of {rep} per {english}",
                f"{rep} 每{chinese}的最低指标少 {{n}}",
            )
            yield _quota(problem, rep, least, phrase, floor=True)
        if np.isfinite(most):
            phrase = phrased(
                f"{{n}} more in the largest quota of {rep} per {english}",
                f"{rep} 每{chinese}的最高指标多 {{n}}",
            )
            yield _quota(problem, rep, most, phrase, floor=False)


def _quota(
    problem: Problem, rep: str, limit: float, phrase: Callable[[float], Note], *, floor: bool
) -> Loosening:
    rule, side = ("quota_floor", "lower") if floor else ("quota_ceiling", "upper")
    present = problem.most_presence.T[rep]

    def moved(amount: float) -> Problem:
        bounds = getattr(problem.quota, side).copy()
        bounds[rep] = max(limit - amount, 0.0) if floor else limit + amount
        return replace(problem, quota=replace(problem.quota, **{side: bounds}))

    rows = tuple((rule, (rep, period), float(present[period])) for period in problem.periods)
    return Loosening(rule, rep, "", money_step(limit), phrase, moved, rows, floor)


def _floors(problem: Problem) -> Iterator[Loosening]:
    """Targets that must be reached."""
    for place, rule in enumerate(problem.targets):
        if rule.hard:
            yield Loosening(
                *("target_floor", rule.name, "", money_step(rule.amount)),
                phrased(
                    f"{{n}} less asked by the target {rule.name}",
                    f"目标 {rule.name} 的要求少 {{n}}",
                ),
                _lowered(problem, "targets", place, "amount", rule.amount),
                (("target_floor", (rule.name,), 1.0),),
                floor=True,
            )
