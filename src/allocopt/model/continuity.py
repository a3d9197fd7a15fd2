"""Continuity: units stay with their rep unless the change is worth its cost, and only so many change."""

from __future__ import annotations

import pyomo.environ as pyo

from allocopt.problem import Problem


def count_handovers(m: pyo.ConcreteModel, problem: Problem) -> None:
    """handed_over[unit] = 1 − share of today's owner; a vacant unit is never handed over."""
    owner = problem.units["owner"].to_dict()
    owned = list(problem.handover.loss.index)

    @m.Expression(owned, doc="1 when the unit leaves today's owner.")
    def handed_over(m, unit):
        kept = m.assign[unit, owner[unit]] if (unit, owner[unit]) in m.PAIRS else 0
        return 1 - kept

    @m.Expression(doc="Margin lost because units change their rep. [currency]")
    def handover_loss(m):
        loss, fit = problem.handover.loss.to_dict(), problem.pairs["fit"].to_dict()
        alike = {
            unit: sum(
                fit[unit, rep] * m.assign[unit, rep]
                for rep in m.REPS_OF[unit]
                if rep != owner[unit] and fit[unit, rep] > 0
            )
            for unit in owned
        }
        return sum(
            loss[unit] * (m.handed_over[unit] - problem.handover.similarity * alike[unit])
            for unit in owned
        )


def limit_handovers(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Ceilings on handovers by units, by sales and by reps; units of a leaver do not count."""
    rule = problem.handover
    counted = list(rule.counted)
    asked = [("units", rule.max_units), ("sales", rule.max_sales)]

    @m.Constraint([x for x, most in asked if most is not None], doc="Few enough units change reps.")
    def handover_limit(m, what):
        weight = {unit: 1.0 if what == "units" else rule.sales[unit] for unit in counted}
        changed = sum(weight[unit] * m.handed_over[unit] for unit in counted)
        # An empty sum is no row: without owned units nothing can be handed over.
        return changed <= dict(asked)[what] if counted else pyo.Constraint.Skip


def limit_reps_touched(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Σ touched ≤ max_reps; a rep is touched who loses a unit or gets one that another rep gave."""
    owner, counted = problem.units["owner"], list(problem.handover.counted)
    m.touched = pyo.Var(m.REPS, bounds=(0, 1), doc="The rep loses or gets a unit.")
    received = [(unit, rep) for unit in counted for rep in m.REPS_OF[unit] if rep != owner[unit]]
    gave = [unit for unit in counted if owner[unit] in m.REPS]

    @m.Constraint(gave, doc="A rep who gives a unit away is touched.")
    def giver_touched(m, unit):
        return m.handed_over[unit] <= m.touched[owner[unit]]

    @m.Constraint(received, doc="A rep who receives a unit is touched.")
    def receiver_touched(m, unit, rep):
        return m.assign[unit, rep] <= m.touched[rep]

    @m.Constraint(doc="Few enough reps lose or get a unit.")
    def touched_limit(m):
        return sum(m.touched[rep] for rep in m.REPS) <= problem.handover.max_reps
