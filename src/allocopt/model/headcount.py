"""Headcount: how many open positions are filled, and what people cost."""

from __future__ import annotations

import pyomo.environ as pyo

from allocopt.problem import Problem


def pay_people(m: pyo.ConcreteModel, problem: Problem) -> None:
    """people_cost, variable_pay and hire_cost over the horizon. [currency]"""
    present = problem.presence.sum(axis=1)
    cost = problem.reps["cost"] * present
    variable = problem.reps["variable_pay"] * present

    @m.Expression(doc="Fixed cost of the reps who are there. [currency]")
    def people_cost(m):
        return sum(cost[rep] * m.in_place[rep] for rep in m.REPS)

    @m.Expression(doc="Variable pay when plan is met. [currency]")
    def variable_pay(m):
        return sum(variable[rep] * m.in_place[rep] for rep in m.REPS)

    @m.Expression(doc="Cost of filling positions. [currency]")
    def hire_cost(m):
        return sum(problem.hire_cost * m.hire[rep] for rep in m.OPEN_REPS)


def limit_headcount(m: pyo.ConcreteModel, problem: Problem) -> None:
    """lower ≤ Σ hire ≤ upper, in all and by scope."""
    rules = {rule.scope: rule for rule in problem.headcount if rule.reps}

    @m.Constraint(list(rules), doc="Enough open positions are filled, and not too many.")
    def headcount_limit(m, scope):
        rule = rules[scope]
        return rule.lower, sum(m.hire[rep] for rep in rule.reps), rule.upper
