"""Objective: its parts, its sum, contribution, gap and bound."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.audit.evidence import Evidence, beyond, differs
from allocopt.audit.quota import exact_quotas, proportional_quotas
from allocopt.audit.risk import change_of_mean, outcome_totals, price_of_risk
from allocopt.audit.travel import travel_cost
from allocopt.plan import CONTRIBUTION_PARTS
from allocopt.problem.compactness import border_length


def variable_pay(e: Evidence) -> float:
    """Variable pay when plan is met. [currency]"""
    present = e.taken(e.problem.tenures.presence).sum(axis=1)
    return float((e.problem.reps["pay_at_plan"] * present).sum())


def objective_parts(e: Evidence) -> dict[str, float]:
    """The signed parts of the objective, from tables alone. [currency]"""
    problem = e.problem
    spend = float(e.spend.to_numpy().sum())
    present = e.taken(problem.tenures.presence).sum(axis=1)
    overtime = float(e.plan["reps"]["overtime"].sum())
    totals = outcome_totals(e)
    more_spend = change_of_mean(totals, "spend")
    away = float((exact_quotas(e) - proportional_quotas(e)).abs().to_numpy().sum())
    return {
        "margin_on_sales": float((e.sales.sum(axis=1) * problem.units["margin"]).sum()),
        "spend": -spend,
        "people": -float((problem.reps["cost"] * present).sum()),
        "variable_pay": -variable_pay(e),
        "hire_cost": -problem.hire_cost * len(e.hired),
        "overtime": -problem.workload.overtime_cost * overtime,
        "travel": -travel_cost(e),
        "handover_loss": -e.handovers.loss,
        "uncertainty": change_of_mean(totals, "margin") - more_spend,
        "pair_value": float((problem.stint_value.reindex(e.shares.index) * e.shares).sum()),
        "shortfalls": -_price_of_shortfalls(e),
        "fairness": -problem.quota.fairness * away if problem.quota.bounded else 0.0,
        "borders": -_price_of_borders(e),
        "price_of_money": -problem.price_of_money * (spend + more_spend),
        "risk": -price_of_risk(e, totals),
    }


def _price_of_borders(e: Evidence) -> float:
    price = e.problem.contiguity.cut_price
    return price * border_length(e.problem, e.shares) if price > 0 else 0.0


def _price_of_shortfalls(e: Evidence) -> float:
    """What is missing at the prices of the problem, whatever the plan says that it costs. [currency]"""
    prices = {
        "selling_time_limit": e.problem.workload.overtime_cost,
        "quota_target": e.problem.quota.shortfall_price,
    }
    of_target = {rule.name: rule.price for rule in e.problem.targets}
    of_measure = {rule.measure: rule.price for rule in e.problem.balance}
    table = e.plan["shortfalls"]
    total = 0.0
    for rule, item, amount in zip(table["rule"], table["item"], table["amount"], strict=True):
        if rule == "target_goal":
            total += of_target.get(item, 0.0) * float(amount)
            continue
        # The item of a band is measure/rep, and either may have a slash in it.
        measures = [name for name in of_measure if item.startswith(f"{name}/")]
        price = prices.get(rule, of_measure.get(max(measures, key=len, default=""), 0.0))
        total += price * float(amount)
    return total


def objective(e: Evidence) -> Iterator[str]:
    """Parts, objective, contribution, gap and bound of plan.json agree with the tables."""
    said, found = e.plan.summary["objective_parts"], objective_parts(e)
    scale = max(sum(abs(value) for value in found.values()), 1.0)
    for name, value in found.items():
        if differs(value, said[name], scale):
            yield f"objective: {name} is {value:,.6f}, the plan says {said[name]:,.6f}"
    total = e.plan.summary["objective"]
    if differs(sum(found.values()), total, scale):
        yield f"objective: the parts add up to {sum(found.values()):,.6f}, not {total:,.6f}"
    contribution = sum(found[name] for name in CONTRIBUTION_PARTS)
    if differs(contribution, e.plan.summary["contribution"], scale):
        yield f"objective: contribution is {contribution:,.6f}"
    bound, gap = e.plan.summary["bound"], e.plan.summary["gap"]
    if abs(total) > 1 and differs(gap * abs(total), bound - total, scale):
        yield f"objective: a gap of {gap:.6g} is not that to the bound {bound:,.6f}"
    if beyond(total, bound, scale):
        yield f"objective: {total:,.6f} is above its bound {bound:,.6f}"
