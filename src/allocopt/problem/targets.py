"""Targets: what counts towards each, which of them are rules, and what missing one costs."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from allocopt.calendar import share_of_periods
from allocopt.config.scope import Scope, parse_scope
from allocopt.scenario import Scenario


@dataclass(frozen=True)
class TargetRule:
    """A row of `targets` that the plan has a figure for.

    measure: sales, margin or contribution [currency]. units: what one unit of sales of each unit counts
    (1 for sales, its margin for margin); empty for a rep and for contribution. rep: whose expected sales
    count, else "". share: part of each period's sales that counts, by period. inside: all of its time lies
    in the plan. A floor is `hard`; of a goal each unit missing costs `price` [currency], 0 = the goal is
    only reported.
    """

    name: str
    measure: str
    amount: float
    hard: bool
    price: float
    units: pd.Series[float]
    rep: str
    share: pd.Series[float]
    inside: bool

    @property
    def is_rule(self) -> bool:
        """Whether the plan must mind it."""
        return self.hard or self.price > 0

    def reached(self, sales: pd.DataFrame, credited: pd.DataFrame, contribution: float) -> float:
        """What a plan reaches: sales unit × period, credited rep × period [currency]."""
        if self.measure == "contribution":
            return contribution
        periods = list(self.share.index)
        if self.rep:
            own = credited.reindex([self.rep], columns=periods).fillna(0.0)
            return float((own * self.share).to_numpy().sum())
        counted = sales.loc[self.units.index, periods].mul(self.units, axis=0)
        return float((counted * self.share).to_numpy().sum())


def target_rules(scenario: Scenario, units: pd.DataFrame) -> tuple[TargetRule, ...]:
    """The targets that the plan has a figure for, in the order of the table."""
    rows = scenario.table("targets").to_dict("records")
    rules = (target_rule(scenario, units, row) for row in rows)
    return tuple(rule for rule in rules if rule is not None)


def target_rule(
    scenario: Scenario, units: pd.DataFrame, row: Mapping[Hashable, Any]
) -> TargetRule | None:
    """What a row of `targets` means; None where the plan has no figure for it."""
    calendar = scenario.calendar
    first, last = pd.Series([row["start"]]), pd.Series([row["end"]])
    inside_days = share_of_periods(first, last, calendar)[0]
    share = pd.Series(inside_days, index=list(calendar.labels), dtype=float)
    measure = row["measure"] if isinstance(row["measure"], str) else "sales"
    scope = parse_scope(row["scope"] if isinstance(row["scope"], str) else "company")
    weights = _weights(scenario, units, measure, scope)
    part_of_plan = measure == "contribution" and bool((share < 1).any())
    if weights is None or part_of_plan or not (share > 0).any():
        return None
    # What lies outside the plan cannot be decided in it, so that such a target is only reported.
    inside = bool(row["start"] >= calendar.plan_start and row["end"] <= calendar.plan_end)
    price = 0.0 if pd.isna(row["price"]) else float(row["price"])
    return TargetRule(
        name=str(row["name"]),
        measure=measure,
        amount=float(row["amount"]),
        hard=row["kind"] == "floor" and inside,
        price=price if row["kind"] != "floor" and inside else 0.0,
        units=weights,
        rep=scope.value if scope.kind == "rep" else "",
        share=share,
        inside=inside,
    )


def _weights(
    scenario: Scenario, units: pd.DataFrame, measure: str, scope: Scope
) -> pd.Series[float] | None:
    """What one unit of sales of each unit counts; None where the plan has no such figure."""
    nothing = pd.Series(dtype=float)
    if measure == "contribution":
        return nothing if scope.kind == "company" else None
    if measure not in ("sales", "margin"):
        return None
    if scope.kind == "rep":
        return nothing if measure == "sales" else None
    inside = _inside(scenario, units, scope)
    if inside is None:
        return None
    one = pd.Series(1.0, index=units.index) if measure == "sales" else units["margin"].astype(float)
    return one[inside]


def _inside(scenario: Scenario, units: pd.DataFrame, scope: Scope) -> pd.Series[bool] | None:
    """Which units lie in a scope; None for a kind of scope that units do not have."""
    if scope.kind == "company":
        return pd.Series(data=True, index=units.index)
    if scope.kind == "territory":
        return units["territory"].isin(scenario.territory_tree.within([scope.value]))
    return units["segment"] == scope.value if scope.kind == "segment" else None
