"""Budget: spend within its limits."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.audit.evidence import Evidence, beyond
from allocopt.audit.objective import variable_pay


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
