"""Budget: bounds on spend, what is promised already, and what spend must bring."""

from __future__ import annotations

import math
from typing import Any

import pyomo.environ as pyo

from allocopt.problem import Problem
from allocopt.problem.budget import BudgetRule


def limit_budget(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Bounds in all, by lever and by scope over the horizon, by scope in single periods. [currency]"""
    asked = [rule for rule in problem.budget if is_decided(rule, problem)]
    rules = {(rule.rule, rule.item): rule for rule in asked if rule.rule != "period_budget"}
    single = {
        (rule.item, period): rule
        for rule in asked
        if rule.rule == "period_budget"
        for period in rule.periods
    }

    @m.Constraint(_items(rules, "budget_total"), doc="Spend stays within the total budget.")
    def budget_total(m, item):
        return _within(m, rules["budget_total", item])

    @m.Constraint(_items(rules, "lever_budget"), doc="Spend on a lever stays within its limits.")
    def lever_budget(m, item):
        return _within(m, rules["lever_budget", item])

    @m.Constraint(_items(rules, "scope_budget"), doc="Spend in a scope stays within its limits.")
    def scope_budget(m, item):
        return _within(m, rules["scope_budget", item])

    @m.Constraint(list(single), doc="Spend in a scope stays within its limits in a period.")
    def period_budget(m, item, period):
        return _within(m, single[item, period])


def is_decided(rule: BudgetRule, problem: Problem) -> bool:
    """Whether the plan can change what a bound counts: spend, or the cost of people it may hire."""
    return bool(rule.keys or (rule.with_people and problem.open_reps))


def _items(rules: dict[tuple[str, str], BudgetRule], name: str) -> list[str]:
    return [item for rule, item in rules if rule == name]


def _within(m: pyo.ConcreteModel, rule: BudgetRule) -> tuple[float | None, Any, float | None]:
    spend = sum(m.spend[(*key, period)] for key in rule.keys for period in rule.periods)
    people = m.people_cost if rule.with_people else 0
    lower = rule.lower if math.isfinite(rule.lower) else None
    upper = rule.upper if math.isfinite(rule.upper) else None
    return lower, spend + people, upper


def keep_commitments(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Spend that is promised is a floor: where the promise names a place, there."""
    promised = {(promise.item, promise.period): promise for promise in problem.committed}

    @m.Constraint(list(promised), doc="Spend that is committed is made.")
    def committed_spend(m, item, period):
        promise = promised[item, period]
        return sum(m.spend[(*key, period)] for key in promise.keys) >= promise.amount


def spend_steadily(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Levers that are committed once: one amount for all periods in which nothing has been spent yet."""
    open_periods = {
        lift.key: [period for period in problem.periods if period not in lift.made]
        for lift in problem.lifts
        if lift.steady
    }
    follows = [(*key, period) for key, periods in open_periods.items() for period in periods[1:]]

    @m.Constraint(follows, doc="Spend that is committed once is the same in every period.")
    def steady_spend(m, *key):
        return m.spend[key] == m.spend[(*key[:3], open_periods[key[:3]][0])]


def ask_for_return(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Σ margin · lift ≥ floor · Σ spend."""
    margin = problem.lift_margin
    floors = {rule.item: rule for rule in problem.returns}

    @m.Constraint(list(floors), doc="Spend brings at least its required margin.")
    def return_floor(m, item):
        rule = floors[item]
        return (
            sum(
                margin[key[1:]][period] * m.lift[(*key, period)]
                - rule.floor * m.spend[(*key, period)]
                for key in rule.keys
                for period in m.PERIODS
            )
            >= 0
        )
