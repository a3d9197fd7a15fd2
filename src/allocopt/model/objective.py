"""Objective: contribution, the value of chosen pairs, and the price of what is missed."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from allocopt.problem import Problem


def add_up_contribution(m: pyo.ConcreteModel, problem: Problem) -> None:
    """objective_part[name]: signed terms; those of `CONTRIBUTION_PARTS` make the contribution."""
    margin, value = problem.units["margin"].to_dict(), problem.stint_value.to_dict()
    sales = sum(margin[u] * m.planned_sales[u, t] for u in m.UNITS for t in m.PERIODS if margin[u])
    spend = sum(m.spend[key] for key in m.spend)
    overtime = sum(m.overtime[key] for key in m.overtime)
    parts = {
        "margin_on_sales": sales,
        "spend": -spend,
        "people": -m.people_cost,
        "variable_pay": -m.variable_pay,
        "hire_cost": -m.hire_cost,
        "overtime": -problem.workload.overtime_cost * overtime,
        "handover_loss": -m.handover_loss,
        "pair_value": sum(value[stint] * m.share[stint] for stint in m.STINTS if value[stint]),
        "shortfalls": -_shortfalls(m, problem),
        "fairness": -_unfairness(m, problem),
        "price_of_money": -problem.price_of_money * spend,
    }
    m.objective_part = pyo.Expression(
        list(parts), initialize=parts, doc="A signed part of the objective. [currency]"
    )
    m.objective = pyo.Objective(
        expr=sum(m.objective_part[name] for name in parts),
        sense=pyo.maximize,
        doc="Contribution and value of pairs, less prices.",
    )


def _shortfalls(m: pyo.ConcreteModel, problem: Problem) -> Any:
    """Price of soft rules that are not kept; a family that is left out has none."""
    missed = problem.workload.overtime_cost * sum(m.overload[key] for key in m.overload)
    prices = {rule.measure: rule.price for rule in problem.balance}
    if m.component("below_band") is not None:
        missed += sum(
            prices[measure] * (m.below_band[measure, rep] + m.above_band[measure, rep])
            for measure, rep in m.below_band
        )
    if m.component("quota") is not None:
        missed += problem.quota.shortfall_price * (m.target_missed + m.target_passed)
    return missed


def _unfairness(m: pyo.ConcreteModel, problem: Problem) -> Any:
    if m.component("quota") is None:
        return 0
    away = sum(m.above_share[key] + m.below_share[key] for key in m.above_share)
    return problem.quota.fairness * away
