"""Rules about money: sales, lift, budget, quotas, and the objective itself."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from allocopt.audit.evidence import Evidence, beyond, cells_beyond, differs, rows_of
from allocopt.plan import CONTRIBUTION_PARTS


def sales(e: Evidence) -> Iterator[str]:
    """Sales are no more than coverage and lift bring, and than the unit can buy."""
    problem = e.problem
    earned = covered_sales(e) + unit_lift(e)
    scale = float(problem.demand.to_numpy().max(initial=0.0))
    yield from cells_beyond("sales_earned", e.sales, earned, scale)
    yield from cells_beyond("sales_earned", e.sales, problem.ceiling, scale)
    yield from cells_beyond("sales_earned", -e.sales, e.sales * 0.0)


def covered_sales(e: Evidence) -> pd.DataFrame:
    """What coverage brings; unit × period."""
    problem, productivity = e.problem, e.problem.reps["productivity"]
    demand, ceiling, presence = map(rows_of, (problem.demand, problem.ceiling, problem.presence))
    rep_of, share = dict(e.chosen), _effective_shares(e)
    rows = {}
    for unit in problem.units.index:
        rep = rep_of.get(unit)
        if unit in problem.responses:
            rows[unit] = demand[unit] * problem.responses[unit](share[unit])
        elif rep is not None:
            part = productivity[rep] * presence[rep]
            rows[unit] = np.minimum(demand[unit] * part, ceiling[unit])
        else:
            rows[unit] = demand[unit] * 0.0
    return pd.DataFrame.from_dict(rows, orient="index", columns=e.periods)


def _effective_shares(e: Evidence) -> dict[str, np.ndarray]:
    """Effective time over standard hours, by period, of each unit with a response."""
    problem, rate = e.problem, e.problem.share_per_hour.to_dict()
    planned, fixed = rows_of(e.hours_of_chosen), rows_of(problem.pair_hours)
    shares = {unit: np.zeros(len(e.periods)) for unit in problem.responses}
    for unit, rep in e.chosen:
        if unit in shares:
            shares[unit] = (planned[unit, rep] - fixed[unit, rep]) * rate[unit, rep]
    return shares


def unit_lift(e: Evidence) -> pd.DataFrame:
    """Lift of each unit: its cell's, shared by demand; unit × period."""
    problem = e.problem
    lifted = rows_of(e.lift.groupby(level=["territory", "segment"]).sum()) if len(e.lift) else {}
    cells = zip(problem.units["territory"], problem.units["segment"], strict=True)
    nothing = np.zeros(len(e.periods))
    rows = {
        unit: problem.lifted_units[unit].to_numpy() * lifted[cell] if cell in lifted else nothing
        for unit, cell in zip(problem.units.index, cells, strict=True)
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=e.periods)


def lift(e: Evidence) -> Iterator[str]:
    """Lift is what the curve gives for effective spend; spend keeps its own limits."""
    spent, lifts = rows_of(e.spend), rows_of(e.lift)
    for curve in e.problem.lifts:
        effective = curve.carried_in
        name = "/".join(curve.key)
        rows = zip(e.periods, spent[curve.key], lifts[curve.key], curve.curves, strict=True)
        for period, spend, lifted, shape in rows:
            effective = spend + curve.carryover * effective
            most = float(shape(effective))
            if beyond(lifted, most, shape.y[-1]):
                yield f"effective_spend: {name} in {period} lifts {lifted:,.6g} of {most:,.6g}"
            low = curve.spend_min_if_any if spend > 1e-6 * curve.spend_max else 0.0
            if beyond(spend, curve.spend_max) or beyond(low, spend, curve.spend_max):
                yield f"spend_minimum: {name} in {period} spends {spend:,.6g}"


def budget(e: Evidence) -> Iterator[str]:
    """Totals by company, lever and scope; commitments; return floors."""
    people = float(e.plan["reps"]["cost"].sum()) - variable_pay(e)
    for rule in e.problem.budget:
        total = _total(e.spend, rule.keys) + (people if rule.with_people else 0.0)
        if beyond(total, rule.upper) or beyond(rule.lower, total):
            yield f"{rule.rule}: {total:,.6g} on {rule.item}, {rule.lower:,.6g}–{rule.upper:,.6g} asked"
    for promise in e.problem.committed:
        spent = float(e.spend[promise.period].loc[list(promise.keys)].sum())
        if beyond(promise.amount, spent):
            yield (
                f"committed_spend: {promise.item} in {promise.period} has {spent:,.6g} "
                f"of {promise.amount:,.6g}"
            )
    yield from _returns(e)


def _returns(e: Evidence) -> Iterator[str]:
    units = e.problem.units
    margin = units.groupby(["territory", "segment"])["margin"].first()
    lifted = e.lift.sum(axis=1)
    for rule in e.problem.returns:
        brought = sum(margin[key[1:]] * lifted[key] for key in rule.keys)
        spent = _total(e.spend, rule.keys)
        if beyond(rule.floor * spent, brought):
            yield f"return_floor: {rule.item} brings {brought:,.6g} for {spent:,.6g}"


def _total(frame: pd.DataFrame, keys: tuple[tuple[str, str, str], ...]) -> float:
    return float(frame.loc[list(keys)].to_numpy().sum()) if keys else 0.0


def proportional_quotas(e: Evidence) -> pd.DataFrame:
    """The proportional share of the target of each rep; rep × period."""
    rule, problem = e.problem.quota, e.problem
    source = e.sales if rule.target is None else rule.index
    covered = e.rep_of[e.rep_of != ""]
    shares = source.loc[covered.index].groupby(covered).sum()
    shares = shares.reindex(problem.reps.index).fillna(0.0) * (1 + rule.over_assignment)
    return shares if rule.target is None else shares * problem.presence * rule.target


def quotas(e: Evidence) -> Iterator[str]:
    """Quotas keep their bounds, add up, and what misses the target is listed."""
    rule, problem = e.problem.quota, e.problem
    given = e.quotas("rep").reindex(problem.reps.index).fillna(0.0)
    share = proportional_quotas(e)
    # A target that is given is asked for whole, whether or not every unit has a rep.
    target = float(share.to_numpy().sum())
    if rule.target is not None:
        target = rule.target * (1 + rule.over_assignment)
    missing = float(e.shortfall("quota_target").sum())
    if differs(abs(target - float(given.to_numpy().sum())), missing, target):
        yield f"quota_target: quotas add up to {given.to_numpy().sum():,.6g}, {target:,.6g} asked"
    if not rule.bounded:
        yield from cells_beyond("quota_share", (given - share).abs(), share * 0.0, target)
    yield from _quota_bounds(e, given, target)
    total = e.quotas("company").sum()
    if any(differs(total[period], given[period].sum(), target) for period in e.periods):
        yield "quotas: the company's quota is not the sum of the reps'"


def _quota_bounds(e: Evidence, given: pd.DataFrame, target: float) -> Iterator[str]:
    rule, there = e.problem.quota, e.there.astype(float)
    lower = e.problem.presence.mul(rule.lower * there, axis=0)
    yield from cells_beyond("quota_floor", lower, given, target)
    bounded = (rule.upper < math.inf) | ~e.there
    upper = e.problem.presence.mul(rule.upper.where(rule.upper < math.inf, 0.0) * there, axis=0)
    yield from cells_beyond("quota_ceiling", given[bounded], upper[bounded], target)


def variable_pay(e: Evidence) -> float:
    """Variable pay when plan is met. [currency]"""
    pay = e.problem.reps["variable_pay"] * e.problem.presence.sum(axis=1)
    return float(pay[e.there].sum())


def objective_parts(e: Evidence) -> dict[str, float]:
    """The signed parts of the objective, from tables alone. [currency]"""
    problem, there = e.problem, e.there
    spend = float(e.spend.to_numpy().sum())
    present = problem.presence.sum(axis=1)
    hires = int((there & (problem.reps["status"] == "open")).sum())
    overtime = float(e.plan["reps"]["overtime"].sum())
    away = float(
        (e.quotas("rep").reindex(problem.reps.index).fillna(0.0) - proportional_quotas(e))
        .abs()
        .to_numpy()
        .sum()
    )
    return {
        "margin_on_sales": float((e.sales.sum(axis=1) * problem.units["margin"]).sum()),
        "spend": -spend,
        "people": -float((problem.reps["cost"] * present)[there].sum()),
        "variable_pay": -variable_pay(e),
        "hire_cost": -problem.hire_cost * hires,
        "overtime": -problem.workload.overtime_cost * overtime,
        "handover_loss": -_handover_loss(e),
        "pair_value": float(problem.pairs["value"].loc[e.chosen].sum()) if e.chosen else 0.0,
        "shortfalls": -_price_of_shortfalls(e),
        "fairness": -problem.quota.fairness * away if problem.quota.bounded else 0.0,
        "price_of_money": -problem.price_of_money * spend,
    }


def _price_of_shortfalls(e: Evidence) -> float:
    """What is missing at the prices of the problem, whatever the plan says that it costs. [currency]"""
    prices = {
        "selling_time_limit": e.problem.workload.overtime_cost,
        "quota_target": e.problem.quota.shortfall_price,
    }
    of_measure = {rule.measure: rule.price for rule in e.problem.balance}
    table = e.plan["shortfalls"]
    total = 0.0
    for rule, item, amount in zip(table["rule"], table["item"], table["amount"], strict=True):
        # The item of a band is measure/rep, and either may have a slash in it.
        measures = [name for name in of_measure if item.startswith(f"{name}/")]
        price = prices.get(rule, of_measure.get(max(measures, key=len, default=""), 0.0))
        total += price * float(amount)
    return total


def _handover_loss(e: Evidence) -> float:
    rule, problem = e.problem.handover, e.problem
    loss = 0.0
    for unit in rule.loss.index[e.handed_over[rule.loss.index]]:
        alike = problem.pairs["fit"].get((unit, e.rep_of[unit]), 0.0)
        loss += rule.loss[unit] * (1 - rule.similarity * alike)
    return loss


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
