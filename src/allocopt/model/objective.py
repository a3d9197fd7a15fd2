"""Objective: contribution, the value of chosen pairs, and the price of what is missed."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from allocopt.model.sums import weighted
from allocopt.problem import Problem
from allocopt.problem.keys import by_index


def contribution_parts(m: pyo.ConcreteModel, problem: Problem) -> dict[str, Any]:
    """The signed parts of the contribution, by their names in `CONTRIBUTION_PARTS`. [currency]"""
    margin = by_index(problem.units["margin"])
    sales = sum(margin[u] * m.planned_sales[u, t] for u in m.UNITS for t in m.PERIODS if margin[u])
    spend = sum(m.spend[key] for key in m.spend)
    overtime = sum(m.overtime[key] for key in m.overtime)
    return {
        "margin_on_sales": sales,
        "spend": -spend,
        "people": -m.people_cost,
        "variable_pay": -m.variable_pay,
        "hire_cost": -m.hire_cost,
        "overtime": -problem.workload.overtime_cost * overtime,
        "travel": -_travel_cost(m),
        "handover_loss": -m.handover_loss,
        "uncertainty": _change(m, "margin_change") - _change(m, "spend_change"),
    }


def add_up_contribution(m: pyo.ConcreteModel, problem: Problem) -> None:
    """objective_part[name]: signed terms, those of the contribution first."""
    value = by_index(problem.stint_value)
    spend = sum(m.spend[key] for key in m.spend)
    parts = {
        **contribution_parts(m, problem),
        "pair_value": weighted((value[stint], m.share[stint]) for stint in m.STINTS),
        "shortfalls": -_shortfalls(m, problem),
        "fairness": -_unfairness(m, problem),
        "borders": -_price_of_borders(m, problem),
        "price_of_money": -problem.price_of_money * (spend + _change(m, "spend_change")),
        "risk": -_price_of_risk(m, problem),
    }
    m.objective_part = pyo.Expression(
        list(parts), initialize=parts, doc="A signed part of the objective. [currency]"
    )
    m.objective = pyo.Objective(
        expr=sum(m.objective_part[name] for name in parts),
        sense=pyo.maximize,
        doc="Contribution and value of pairs, less prices.",
    )


def _change(m: pyo.ConcreteModel, name: str) -> Any:
    """The mean over all outcomes of demand less the plan's; nothing where there is one outcome."""
    change = m.component(name)
    return 0 if change is None else change


def _travel_cost(m: pyo.ConcreteModel) -> Any:
    cost = m.component("travel_cost")
    return 0 if cost is None else cost


def _price_of_risk(m: pyo.ConcreteModel, problem: Problem) -> Any:
    if problem.risk is None or m.component("shortfall_cvar") is None:
        return 0
    return problem.risk.price * m.shortfall_cvar


def _price_of_borders(m: pyo.ConcreteModel, problem: Problem) -> Any:
    if m.component("border_length") is None:
        return 0
    return problem.contiguity.cut_price * m.border_length


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
    if m.component("target_missing") is not None:
        price = {rule.name: rule.price for rule in problem.targets}
        missed += sum(price[target] * m.target_missing[target] for target in m.target_missing)
    return missed


def _unfairness(m: pyo.ConcreteModel, problem: Problem) -> Any:
    if m.component("quota") is None:
        return 0
    away = sum(m.above_share[key] + m.below_share[key] for key in m.above_share)
    return problem.quota.fairness * away
