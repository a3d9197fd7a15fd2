"""Moves: what one unit brings elsewhere while all else stays, part by part."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.explanation.candidates import loss_to
from allocopt.explanation.case import Case
from allocopt.explanation.obstacles import free_hours, hours_with, is_hired
from allocopt.problem import Problem

Carried = tuple[str, float]  # a rep, and how much more of the unit the rep has


def parts_of_move(case: Case, problem: Problem, unit: str, rep: str) -> dict[str, float]:
    """Change of each part of the objective when a unit alone goes to a rep. [currency]

    Sales and hours of a unit with a response are those at standard hours; soft rules on hours and bands
    count at their price; quotas, goals and risk are left out.
    """
    parts: dict[str, float] = {}
    for whose, share in _carried(case, problem, unit, rep):
        for name, amount in _brought(problem, unit, whose).items():
            parts[name] = parts.get(name, 0.0) + share * amount
        missed = _hours_missed(case, problem, unit, whose, share)
        missed += _bands_missed(case, problem, unit, whose, share)
        parts["shortfalls"] = parts.get("shortfalls", 0.0) - missed
    if not is_hired(case.plan, rep):
        parts |= _cost_of(problem, rep)
    return {name: amount for name, amount in parts.items() if abs(amount) > 0}


def _carried(case: Case, problem: Problem, unit: str, rep: str) -> Iterator[Carried]:
    """Who has more of the unit and who less than in the plan, on the average of its windows."""
    rows = case.plan["assignments"]
    mine = rows[rows["unit"] == unit]
    yield rep, 1.0
    for other, share in zip(mine["rep"], mine["share"], strict=True):
        if (unit, other) in problem.pairs.index:
            # Parts of one window add up to one, and so do windows once each counts as its part of them.
            yield other, -share / max(float(mine["share"].sum()), 1.0)


def _brought(problem: Problem, unit: str, rep: str) -> dict[str, float]:
    """What a unit brings with a rep, in every window in which the rep may have it. [currency]"""
    own = problem.by_stint.of_pair(unit, rep)
    margin = float(problem.units["margin"][unit])
    cost = 0.0 if problem.travel is None else problem.travel.cost
    return {
        "margin_on_sales": margin * float(problem.stint_sales.loc[own].to_numpy().sum()),
        "handover_loss": -loss_to(problem, unit, rep),
        "pair_value": float(problem.stint_value.loc[own].sum()),
        "travel": -cost * float(problem.stint_travel.loc[own].to_numpy().sum()),
    }


def _hours_missed(case: Case, problem: Problem, unit: str, rep: str, share: float) -> float:
    """Price of the hours beyond selling time that come with a share of the unit. [currency]

    Of hard workload only overtime is bought; what does not fit at all is an obstacle.
    """
    rule = problem.workload
    most = rule.overtime_max * problem.selling_time.T[rep] if rule.hard else None
    free, hours = free_hours(case, rep), share * hours_with(problem, unit, rep)
    if not is_hired(case.plan, rep):
        free = problem.selling_time.T[rep]
    before: pd.Series[float] = (-free).clip(lower=0.0, upper=most)
    after: pd.Series[float] = (hours - free).clip(lower=0.0, upper=most)
    return rule.overtime_cost * float((after - before).sum())


def _bands_missed(case: Case, problem: Problem, unit: str, rep: str, share: float) -> float:
    """Price of what lies outside the bands of a rep with a share of the unit more. [currency]"""
    limits = case.plan["limits"]
    price = 0.0
    for rule in problem.balance:
        own = limits[limits["item"] == f"{rule.measure}/{rep}"].set_index("rule")
        if rule.hard or not {"balance_floor", "balance_ceiling"} <= {*own.index}:
            continue
        amount = share * float(rule.amounts[rule.amounts.index.isin([unit], level="unit")].sum())
        now = float(own["activity"]["balance_ceiling"])
        band = float(own["lower"]["balance_floor"]), float(own["upper"]["balance_ceiling"])
        price += rule.price * (_outside(now + amount, *band) - _outside(now, *band))
    return price


def _outside(amount: float, lower: float, upper: float) -> float:
    return max(lower - amount, amount - upper, 0.0)


def _cost_of(problem: Problem, rep: str) -> dict[str, float]:
    """What filling a position costs. [currency]"""
    presence = float(problem.most_presence.T[rep].sum())
    return {
        "people": -float(problem.reps["cost"][rep]) * presence,
        "variable_pay": -float(problem.reps["pay_at_plan"][rep]) * presence,
        "hire_cost": -problem.hire_cost,
    }
