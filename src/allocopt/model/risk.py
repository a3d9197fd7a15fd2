"""Risk: what is expected over all outcomes of demand, and what the worst of them cost.

The mean shortfall in the worst 1 − level of all cases is a linear programme in the value at risk and what
lies beyond it (Rockafellar and Uryasev, 2000, "Optimization of conditional value-at-risk", theorem 1).
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from allocopt.model.outcomes import outcomes
from allocopt.model.recourse import risk_of
from allocopt.model.settling import settle
from allocopt.problem import Problem
from allocopt.problem.risk import shortfall_at_risk


def expect_outcomes(m: pyo.ConcreteModel, problem: Problem) -> None:
    """margin_change and spend_change: the mean over all outcomes less the plan's. [currency]"""
    rule, units = risk_of(problem), problem.units
    margin = dict(zip(units.index, units["margin"], strict=True))

    @m.Expression(doc="Mean margin on sales over all outcomes, less that of the plan. [currency]")
    def margin_change(m):
        return sum(
            weight * (_margin(outcome, margin) - _margin(m, margin))
            for weight, outcome in _samples(m, rule.weights)
        )

    @m.Expression(doc="Mean spend over all outcomes, less that of the plan. [currency]")
    def spend_change(m):
        return sum(
            weight * sum(outcome.spend[key] - m.spend[key] for key in m.spend)
            for weight, outcome in _samples(m, rule.weights)
        )


def _samples(m: pyo.ConcreteModel, weights: dict[str, float]) -> list[tuple[float, Any]]:
    return [(weights[sample], m.outcome[sample]) for sample in m.SAMPLES]


def _margin(m: Any, margin: dict[str, float]) -> Any:
    return sum(
        margin[unit] * m.planned_sales[unit, period]
        for unit in m.UNITS
        for period in m.PERIODS
        if margin[unit]
    )


def avoid_shortfall(m: pyo.ConcreteModel, problem: Problem) -> None:
    """shortfall_cvar = η + Σ weight · beyond / (1 − level), of what sales miss of the target."""
    rule = risk_of(problem)
    reach = max(rule.target, 0.0)
    m.value_at_risk = pyo.Var(
        bounds=(0, reach), doc="Shortfall that only the worst outcomes pass. [currency]"
    )
    m.OUTCOMES = pyo.Set(initialize=list(rule.weights), doc="Samples and the expected outcome.")
    m.beyond_risk = pyo.Var(
        m.OUTCOMES, bounds=(0, reach), doc="Shortfall beyond the value at risk. [currency]"
    )
    models = outcomes(m)

    @m.Expression(m.OUTCOMES, doc="Sales of an outcome over the horizon. [currency]")
    def outcome_sales(m, outcome):
        sold = models[outcome].planned_sales
        return sum(sold[unit, period] for unit in m.UNITS for period in m.PERIODS)

    @m.Constraint(m.OUTCOMES, doc="What sales miss of the target beyond the value at risk counts.")
    def shortfall_beyond(m, outcome):
        missed = rule.target - m.outcome_sales[outcome]
        return m.beyond_risk[outcome] >= missed - m.value_at_risk

    @m.Expression(doc="Mean shortfall in the worst outcomes. [currency]")
    def shortfall_cvar(m):
        beyond = sum(weight * m.beyond_risk[name] for name, weight in rule.weights.items())
        return m.value_at_risk + beyond / (1 - rule.level)


def settle_risk(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Gives a solved model the value at risk that its sales have."""
    rule = risk_of(problem)
    missed = {name: max(rule.target - pyo.value(m.outcome_sales[name]), 0.0) for name in m.OUTCOMES}
    at_risk, _ = shortfall_at_risk(missed, rule.weights, rule.level)
    settle(m.value_at_risk, at_risk)
    for name in m.OUTCOMES:
        settle(m.beyond_risk[name], missed[name] - at_risk)
