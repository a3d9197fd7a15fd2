"""Budget: spend within its limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from allocopt.audit.evidence import Evidence, beyond, differs, rows_of
from allocopt.audit.objective import variable_pay


def budget(e: Evidence) -> Iterator[str]:
    """Totals by company, lever and scope; commitments; return floors."""
    people = float(e.plan["reps"]["cost"].sum()) - variable_pay(e)
    for rule in e.problem.budget:
        spent = _total(e.spend[list(rule.periods)], rule.keys)
        total = spent + (people if rule.with_people else 0.0)
        if beyond(total, rule.upper) or beyond(rule.lower, total):
            when = "" if len(rule.periods) > 1 else f" in {rule.periods[0]}"
            asked = f"{rule.lower:,.6g}–{rule.upper:,.6g} asked"
            yield f"{rule.rule}: {total:,.6g} on {rule.item}{when}, {asked}"
    for promise in e.problem.committed:
        spent = float(e.spend[promise.period].loc[list(promise.keys)].sum())
        if beyond(promise.amount, spent):
            yield (
                f"committed_spend: {promise.item} in {promise.period} has {spent:,.6g} "
                f"of {promise.amount:,.6g}"
            )
    yield from _steady(e)
    yield from _returns(e)


def _steady(e: Evidence) -> Iterator[str]:
    """Levers that are committed once spend the same wherever nothing had been spent before the plan."""
    spent = rows_of(e.spend)
    for lift in e.problem.lifts:
        open_periods = [period not in lift.made for period in e.periods]
        if not (lift.steady and any(open_periods)):
            continue
        decided = spent[lift.key][open_periods]
        low, high = float(decided.min()), float(decided.max())
        if differs(low, high):
            name = "/".join(lift.key)
            yield f"steady_spend: {name} spends from {low:,.6g} to {high:,.6g} in its periods"


def _returns(e: Evidence) -> Iterator[str]:
    margin, lifted = _margin_of_lift(e), rows_of(e.lift)
    for rule in e.problem.returns:
        brought = sum(float(margin[key[1:]] @ lifted[key]) for key in rule.keys)
        spent = _total(e.spend, rule.keys)
        if beyond(rule.floor * spent, brought):
            yield f"return_floor: {rule.item} brings {brought:,.6g} for {spent:,.6g}"


def _margin_of_lift(e: Evidence) -> dict[Any, np.ndarray]:
    """Margin of one more of lift by cell, per period: the units' margins weighted by their demand."""
    units = e.problem.units
    cells = [units["territory"], units["segment"]]
    total = e.problem.demand.groupby(cells).sum()
    weighted = e.problem.demand.mul(units["margin"], axis=0).groupby(cells).sum()
    even = units["margin"].groupby(cells).mean()
    found = (weighted / total.where(total > 0)).apply(lambda column: column.fillna(even))
    return rows_of(found)


def _total(frame: pd.DataFrame, keys: tuple[tuple[str, str, str], ...]) -> float:
    return float(frame.loc[list(keys)].to_numpy().sum()) if keys else 0.0
