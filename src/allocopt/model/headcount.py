"""Headcount: which open positions are filled, from which day on, and what people cost."""

from __future__ import annotations

import pyomo.environ as pyo

from allocopt.problem import Problem
from allocopt.problem.keys import by_key


def fill_positions(m: pyo.ConcreteModel, problem: Problem) -> None:
    """hire[rep, first day], and who is there when: one tenure per position at most."""
    tenures = problem.tenures
    presence, selling_time = by_key(tenures.presence), by_key(tenures.selling_time)
    m.TENURES = pyo.Set(
        dimen=2,
        initialize=list(tenures.presence.index),
        doc="A rep and the first day of the time in which the rep may be there.",
    )
    m.FIRST_DAYS = {rep: [] for rep in m.REPS}
    for rep, first in m.TENURES:
        m.FIRST_DAYS[rep].append(first)
    hires = [(rep, first) for rep in m.OPEN_REPS for first in m.FIRST_DAYS[rep]]
    m.hire = pyo.Var(hires, domain=pyo.Binary, doc="The open position is filled on that day.")
    several = [rep for rep in m.OPEN_REPS if len(m.FIRST_DAYS[rep]) > 1]

    @m.Constraint(several, doc="A position is filled once at most.")
    def filled_once(m, rep):
        return sum(m.hire[rep, first] for first in m.FIRST_DAYS[rep]) <= 1

    @m.Expression(m.TENURES, doc="1 for a rep who is there, hire for an open position.")
    def taken(m, rep, first):
        return m.hire[rep, first] if rep in m.OPEN_REPS else 1

    @m.Expression(m.REPS, doc="1 for a rep who is there at any time of the plan.")
    def is_there(m, rep):
        return sum(m.taken[rep, first] for first in m.FIRST_DAYS[rep])

    @m.Expression(m.REPS, m.PERIODS, doc="Share of the period in which the rep is there.")
    def present(m, rep, period):
        return sum(presence[rep, day, period] * m.taken[rep, day] for day in m.FIRST_DAYS[rep])

    @m.Expression(m.REPS, m.PERIODS, doc="1 for a rep who is there on any day of the period.")
    def is_there_in(m, rep, period):
        days = (day for day in m.FIRST_DAYS[rep] if presence[rep, day, period] > 0)
        return sum(m.taken[rep, day] for day in days)

    @m.Expression(m.REPS, m.PERIODS, doc="Selling time that the rep has to give. [h]")
    def available(m, rep, period):
        return sum(selling_time[rep, day, period] * m.taken[rep, day] for day in m.FIRST_DAYS[rep])


def pay_people(m: pyo.ConcreteModel, problem: Problem) -> None:
    """people_cost, variable_pay and hire_cost over the horizon. [currency]"""
    present = problem.tenures.presence.sum(axis=1).to_dict()
    cost, variable = problem.reps["cost"].to_dict(), problem.reps["pay_at_plan"].to_dict()

    @m.Expression(doc="Fixed cost of the reps who are there. [currency]")
    def people_cost(m):
        return sum(cost[rep] * present[rep, day] * m.taken[rep, day] for rep, day in m.TENURES)

    @m.Expression(doc="Variable pay when plan is met. [currency]")
    def variable_pay(m):
        return sum(variable[rep] * present[rep, day] * m.taken[rep, day] for rep, day in m.TENURES)

    @m.Expression(doc="Cost of filling positions. [currency]")
    def hire_cost(m):
        return sum(problem.hire_cost * m.hire[key] for key in m.hire)


def limit_headcount(m: pyo.ConcreteModel, problem: Problem) -> None:
    """lower ≤ Σ hire ≤ upper, in all and by scope."""
    rules = {rule.scope: rule for rule in problem.headcount if rule.reps}
    decided = [x for x, rule in rules.items() if any(m.FIRST_DAYS[rep] for rep in rule.reps)]

    @m.Constraint(decided, doc="Enough open positions are filled, and not too many.")
    def headcount_limit(m, scope):
        rule = rules[scope]
        return rule.lower, sum(m.is_there[rep] for rep in rule.reps), rule.upper
