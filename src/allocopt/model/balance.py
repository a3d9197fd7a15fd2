"""Balance: a measure spread over the reps in proportion to their hours, within a band.

The band is a share of the whole and so a constant (Hess and Samuels, 1971, balance activity in this way).
"""

from __future__ import annotations

import pyomo.environ as pyo

from allocopt.model.settling import settle
from allocopt.problem import Problem


def balance_measures(m: pyo.ConcreteModel, problem: Problem) -> None:
    """lower ≤ Σ amount · assign ≤ upper per measure and rep, hard or at a price."""
    rules = {rule.measure: rule for rule in problem.balance}
    keys = [(rule.measure, rep) for rule in problem.balance for rep in rule.lower.index]
    amounts = {name: rule.amounts.to_dict() for name, rule in rules.items()}
    totals = {name: float(rule.amounts.abs().sum()) for name, rule in rules.items()}
    reach = {name: 0.0 if rule.hard else 2 * totals[name] for name, rule in rules.items()}
    m.below_band = pyo.Var(
        keys, bounds=lambda _, measure, rep: (0, reach[measure]), doc="Measure missing."
    )
    m.above_band = pyo.Var(
        keys, bounds=lambda _, measure, rep: (0, reach[measure]), doc="Measure too much."
    )

    @m.Expression(keys, doc="What a rep carries of a measure. [measure]")
    def carried(m, measure, rep):
        amount = amounts[measure]
        return sum(amount[unit] * m.assign[unit, rep] for unit in m.UNITS_OF[rep])

    @m.Constraint(keys, doc="A rep carries no less than the band of a measure.")
    def balance_floor(m, measure, rep):
        floor = rules[measure].lower[rep] * m.in_place[rep]
        return m.carried[measure, rep] + m.below_band[measure, rep] >= floor

    @m.Constraint(keys, doc="A rep carries no more than the band of a measure.")
    def balance_ceiling(m, measure, rep):
        ceiling = rules[measure].upper[rep] * m.in_place[rep]
        return m.carried[measure, rep] - m.above_band[measure, rep] <= ceiling


def settle_bands(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Gives a solved model shortfalls that are no more than what lies outside the bands."""
    for rule in problem.balance:
        for rep in rule.lower.index:
            carried = pyo.value(m.carried[rule.measure, rep])
            there = pyo.value(m.in_place[rep])
            settle(m.below_band[rule.measure, rep], rule.lower[rep] * there - carried)
            settle(m.above_band[rule.measure, rep], carried - rule.upper[rep] * there)
