"""Budget: bounds on spend, what is promised already, and what spend must bring."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from allocopt.config.scope import Scope
from allocopt.problem.lifts import LiftCurve
from allocopt.scenario import Scenario

Key = tuple[str, str, str]  # lever, territory, segment


@dataclass(frozen=True)
class BudgetRule:
    """Spend on these (lever, territory, segment) over the horizon stays within bounds [currency]."""

    rule: str
    item: str
    keys: tuple[tuple[str, str, str], ...]
    lower: float
    upper: float
    with_people: bool = False


@dataclass(frozen=True)
class Commitment:
    """At least `amount` [currency] is spent in a period on these (lever, territory, segment)."""

    item: str
    period: str
    keys: tuple[tuple[str, str, str], ...]
    amount: float


@dataclass(frozen=True)
class ReturnRule:
    """Margin on the lift of these curves is at least `floor` times their spend."""

    item: str
    keys: tuple[tuple[str, str, str], ...]
    floor: float


def budget_rules(scenario: Scenario, lifts: tuple[LiftCurve, ...]) -> tuple[BudgetRule, ...]:
    """Bounds on spend: in all, by lever, by scope."""
    section, keys = scenario.config.budget, tuple(lift.key for lift in lifts)
    rules = []
    if section.total_max is not None:
        total = BudgetRule(
            "budget_total", "company", keys, -np.inf, section.total_max, section.include_people
        )
        rules.append(total)
    levers = scenario.table("levers")
    least, most = levers["total_min"].fillna(-np.inf), levers["total_max"].fillna(np.inf)
    for lever, lower, upper in zip(levers["lever"], least, most, strict=True):
        chosen = tuple(key for key in keys if key[0] == lever)
        if lower > 0 or upper < np.inf:
            rules.append(BudgetRule("lever_budget", lever, chosen, lower, upper))
    for bound in section.by:
        if bound.min is None and bound.max is None:
            continue
        chosen = tuple(key for key in keys if _spend_in(scenario, key, bound.scope))
        lower = -np.inf if bound.min is None else bound.min
        upper = np.inf if bound.max is None else bound.max
        rules.append(BudgetRule("scope_budget", str(bound.scope), chosen, lower, upper))
    return _tightest(rules)


def _tightest(rules: list[BudgetRule]) -> tuple[BudgetRule, ...]:
    """One rule for each thing that is bound: of several bounds the tightest holds."""
    found: dict[tuple[str, str], BudgetRule] = {}
    for rule in rules:
        other = found.get((rule.rule, rule.item), rule)
        lower, upper = max(rule.lower, other.lower), min(rule.upper, other.upper)
        found[rule.rule, rule.item] = replace(rule, lower=lower, upper=upper)
    return tuple(found.values())


def _spend_in(scenario: Scenario, key: Key, scope: Scope) -> bool:
    lever, territory, segment = key
    if scope.kind == "territory":
        return scenario.territory_tree.contains(scope.value, territory)
    if scope.kind in ("channel", "group"):
        levers = scenario.table("levers").set_index("lever")[scope.kind]
        return bool(levers.get(lever) == scope.value)
    return scope.kind == "company" or scope.value in {"lever": (lever,), "segment": (segment,)}.get(
        scope.kind, ()
    )


def return_rules(scenario: Scenario, lifts: tuple[LiftCurve, ...]) -> tuple[ReturnRule, ...]:
    """Floors on what spend brings: in all, and by lever."""
    keys = tuple(lift.key for lift in lifts)
    rules = []
    if (floor := scenario.config.budget.roi_min) is not None and keys:
        rules.append(ReturnRule("company", keys, floor))
    asked = scenario.table("levers").dropna(subset="roi_min")
    for lever, floor in zip(asked["lever"], asked["roi_min"], strict=True):
        if chosen := tuple(key for key in keys if key[0] == lever):
            rules.append(ReturnRule(lever, chosen, floor))
    return tuple(rules)


def commitments(scenario: Scenario, lifts: tuple[LiftCurve, ...]) -> tuple[Commitment, ...]:
    """Spend that is promised already, by lever, place and period; a place that is not named is any."""
    spend, calendar, tree = scenario.table("spend"), scenario.calendar, scenario.territory_tree
    rows = spend[(spend["kind"] == "committed") & (spend["date"] >= calendar.plan_start)]
    rows = rows[rows["date"] <= calendar.plan_end]
    if rows.empty:
        return ()
    labels = calendar.label_of(rows["date"]).rename("period")
    names = [rows["lever"], rows["territory"].fillna(""), rows["segment"].fillna(""), labels]
    found = []
    sums = rows["spend"].groupby(names).sum()
    for (lever, territory, segment, period), amount in zip(list(sums.index), sums, strict=True):
        keys = tuple(
            lift.key
            for lift in lifts
            if lift.lever == lever
            and (not territory or tree.contains(territory, lift.territory))
            and segment in ("", lift.segment)
        )
        item = "/".join(name for name in (lever, territory, segment) if name)
        found.append(Commitment(item, period, keys, float(amount)))
    return tuple(found)
