"""Recourse: what is decided once demand has come; everything else is decided before.

Who covers what, hires, quotas, overtime and committed spend are the same in every outcome of demand.
Selling time and the spend of reactive levers follow the outcome, and so do sales (two-stage stochastic
programming with recourse: Birge and Louveaux, 2011, ch. 2). Each sample is a block with the same rules of
response, budget and sales as the plan itself, which is the outcome in which demand comes as expected.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from allocopt.model.budget import keep_commitments, limit_budget, spend_steadily
from allocopt.model.overlays import gain_by_support
from allocopt.model.response import (
    give_time,
    respond_to_time,
    spend_enough_if_any,
    spend_on_levers,
)
from allocopt.model.sales import sell
from allocopt.model.sets import declare_sets
from allocopt.model.supply import limit_supply
from allocopt.model.workload import plan_time
from allocopt.problem import Problem
from allocopt.problem.risk import RiskRule
from allocopt.problem.sampled import in_outcome

# What is decided before demand is known, and is the same in every outcome.
FIRST_STAGE = ("assign", "share", "available", "overtime", "overload", "people_cost")


def adapt_to_demand(m: pyo.ConcreteModel, problem: Problem) -> None:
    """outcome[sample]: selling time, reactive spend and sales when the demand of a sample has come."""
    rule = risk_of(problem)
    m.SAMPLES = pyo.Set(initialize=list(rule.weight.index), doc="Samples of demand.")
    m.outcome = pyo.Block(m.SAMPLES, doc="What is decided once the demand of a sample has come.")
    for sample in m.SAMPLES:
        _second_stage(m, m.outcome[sample], in_outcome(problem, sample), rule)


def risk_of(problem: Problem) -> RiskRule:
    """The rule of a problem that has one."""
    if problem.risk is None:
        raise ValueError("the problem has no outcomes of demand")
    return problem.risk


def _second_stage(plan: pyo.ConcreteModel, m: Any, problem: Problem, rule: RiskRule) -> None:
    declare_sets(m, problem)
    _take_over(plan, m)
    if problem.overlays:
        gain_by_support(m, problem)
    give_time(m, problem)
    respond_to_time(m, problem)
    _fit_hours(m, problem)
    spend_on_levers(m, problem)
    spend_enough_if_any(m, problem)
    limit_budget(m, problem)
    keep_commitments(m, problem)
    if any(lift.steady for lift in problem.lifts):
        spend_steadily(m, problem)
    _keep_committed_levers(m, plan, rule)
    sell(m, problem)
    if problem.supply:
        limit_supply(m, problem)


def _take_over(plan: pyo.ConcreteModel, m: Any) -> None:
    """Makes what is decided before demand is known a part of a sample's block."""
    support = () if plan.component("support") is None else ("support",)
    for name in (*FIRST_STAGE, *support):
        decided = plan.component(name)
        same = (
            pyo.Reference(decided, ctype=decided.ctype)
            if decided.is_indexed()
            else pyo.Expression(expr=decided)
        )
        m.add_component(name, same)


def _fit_hours(m: Any, problem: Problem) -> None:
    """Time and travel ≤ the hours of the plan: overtime is agreed before demand is known."""
    plan_time(m, problem)

    @m.Constraint(m.REPS, m.PERIODS, doc="A rep's units fit the rep's selling time.")
    def selling_time_limit(m, rep, period):
        beyond = m.overtime[rep, period] + m.overload[rep, period]
        return m.planned_time[rep, period] <= m.available[rep, period] + beyond


def _keep_committed_levers(m: Any, plan: pyo.ConcreteModel, rule: RiskRule) -> None:
    """Spend of a lever that does not react is the plan's in every outcome (nonanticipativity)."""
    committed = [key for key in plan.spend if key[0] not in rule.reactive]

    @m.Constraint(committed, doc="Spend that does not react is the same in every outcome.")
    def spend_before_demand(m, *key):
        return m.spend[key] == plan.spend[key]
