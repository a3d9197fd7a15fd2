"""Targets: floors are reached, and what is missing of a goal is paid for.

The one-sided deviations of goal programming (Charnes and Cooper, 1961): a floor has none, a goal has one
at its price.
"""

from __future__ import annotations

import pyomo.environ as pyo
from pyomo.contrib.fbbt.fbbt import compute_bounds_on_expr

from allocopt.model.credit import credit_sales
from allocopt.model.objective import contribution_parts
from allocopt.plan import CONTRIBUTION_PARTS
from allocopt.problem import Problem
from allocopt.problem.targets import TargetRule


def reach_targets(m: pyo.ConcreteModel, problem: Problem) -> None:
    """reached[target] ≥ amount of a floor; reached[target] + missing[target] ≥ amount of a goal."""
    rules = {rule.name: rule for rule in problem.targets if rule.is_rule}
    if any(rule.rep for rule in rules.values()) and m.component("expected") is None:
        credit_sales(m, problem)

    @m.Expression(list(rules), doc="What the plan reaches of a target. [unit of the measure]")
    def reached(m, target):
        rule = rules[target]
        if rule.measure == "contribution":
            parts = contribution_parts(m, problem)
            return sum(parts[name] for name in CONTRIBUTION_PARTS)
        share = {period: part for period, part in rule.share.items() if part > 0}
        if rule.rep:
            there = rule.rep in m.REPS
            return sum(part * m.expected[rule.rep, t] for t, part in share.items()) if there else 0
        return sum(
            weight * part * m.planned_sales[unit, period]
            for unit, weight in rule.units.items()
            for period, part in share.items()
        )

    m.target_missing = pyo.Var(
        list(rules),
        bounds=lambda m, target: (0, _most_missing(m, rules[target])),
        doc="What is missing of a goal. [unit of the measure]",
    )
    floors = [target for target, rule in rules.items() if rule.hard]
    goals = [target for target, rule in rules.items() if not rule.hard]

    @m.Constraint(floors, doc="A floor is reached.")
    def target_floor(m, target):
        # Nothing may be missing, but with its variable the row stands even where nobody may sell.
        return m.reached[target] + m.target_missing[target] >= rules[target].amount

    @m.Constraint(goals, doc="A goal with a price is reached, or what is missing is paid for.")
    def target_goal(m, target):
        return m.reached[target] + m.target_missing[target] >= rules[target].amount


def _most_missing(m: pyo.ConcreteModel, rule: TargetRule) -> float:
    """A finite bound on what is missing: of a floor nothing, of a goal all down to the least."""
    least, _ = compute_bounds_on_expr(m.reached[rule.name])
    return 0.0 if rule.hard else max(rule.amount - least, 0.0)
