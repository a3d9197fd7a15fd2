"""Budget: bounds on spend, what is promised already, and what spend must bring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from allocopt.config.rules import BudgetBound
from allocopt.config.scope import Scope
from allocopt.problem.cells import PLACE, Key, LeverCells
from allocopt.problem.lifts import LiftCurve
from allocopt.scenario import Scenario

# What `budget.by.period` says for a bound on every single period.
EACH = "each"


@dataclass(frozen=True)
class BudgetRule:
    """Spend on these (lever, territory, segment) in these periods adds up to within bounds [currency]."""

    rule: str
    item: str
    keys: tuple[Key, ...]
    periods: tuple[str, ...]
    lower: float
    upper: float
    with_people: bool = False


@dataclass(frozen=True)
class Commitment:
    """At least `amount` [currency] is spent in a period on these (lever, territory, segment)."""

    item: str
    period: str
    keys: tuple[Key, ...]
    amount: float


@dataclass(frozen=True)
class ReturnRule:
    """Margin on the lift of these curves is at least `floor` times their spend."""

    item: str
    keys: tuple[Key, ...]
    floor: float


def budget_rules(scenario: Scenario, lifts: tuple[LiftCurve, ...]) -> tuple[BudgetRule, ...]:
    """Bounds on spend: in all, by lever, by scope, by scope and period."""
    keys = tuple(lift.key for lift in lifts)
    rules = (*_total(scenario, keys), *_by_lever(scenario, keys), *_by_scope(scenario, keys))
    return _tightest(rules)


def _total(scenario: Scenario, keys: tuple[Key, ...]) -> Iterator[BudgetRule]:
    section, periods = scenario.config.budget, scenario.calendar.labels
    if section.total_max is not None:
        people = section.include_people
        yield BudgetRule(
            "budget_total", "company", keys, periods, -np.inf, section.total_max, people
        )


def _by_lever(scenario: Scenario, keys: tuple[Key, ...]) -> Iterator[BudgetRule]:
    levers, periods = scenario.table("levers"), scenario.calendar.labels
    least, most = levers["total_min"].fillna(-np.inf), levers["total_max"].fillna(np.inf)
    for lever, lower, upper in zip(levers["lever"], least, most, strict=True):
        if lower > 0 or upper < np.inf:
            chosen = tuple(key for key in keys if key[0] == lever)
            yield BudgetRule("lever_budget", lever, chosen, periods, lower, upper)


def _by_scope(scenario: Scenario, keys: tuple[Key, ...]) -> Iterator[BudgetRule]:
    for bound in scenario.config.budget.by:
        if bound.min is None and bound.max is None:
            continue
        chosen = spent_in(scenario, keys, bound.scope)
        lower = -np.inf if bound.min is None else bound.min
        upper = np.inf if bound.max is None else bound.max
        rule = "scope_budget" if bound.period is None else "period_budget"
        for periods in _periods_of(scenario, bound):
            yield BudgetRule(rule, str(bound.scope), chosen, periods, lower, upper)


def _periods_of(scenario: Scenario, bound: BudgetBound) -> Iterator[tuple[str, ...]]:
    """The periods that a bound adds up, once for each time that it holds."""
    labels = scenario.calendar.labels
    if bound.period is None:
        yield labels
    else:
        yield from ((label,) for label in labels if bound.period in (EACH, label))


def _tightest(rules: tuple[BudgetRule, ...]) -> tuple[BudgetRule, ...]:
    """One rule for each thing that is bound: of several bounds the tightest holds."""
    found: dict[tuple[str, str, tuple[str, ...]], BudgetRule] = {}
    for rule in rules:
        name = (rule.rule, rule.item, rule.periods)
        other = found.get(name, rule)
        lower, upper = max(rule.lower, other.lower), min(rule.upper, other.upper)
        found[name] = replace(rule, lower=lower, upper=upper)
    return tuple(found.values())


def spent_in(scenario: Scenario, keys: tuple[Key, ...], scope: Scope) -> tuple[Key, ...]:
    """The (lever, territory, segment) that a scope holds."""
    if scope.kind == "company":
        return keys
    position = {"territory": 1, "segment": 2}.get(scope.kind, 0)
    names = {scope.value}
    if scope.kind == "territory":
        names = {*scenario.territory_tree.within([scope.value])}
    elif scope.kind in ("channel", "group"):
        levers = scenario.table("levers")
        names = {*levers.loc[levers[scope.kind] == scope.value, "lever"]}
    return tuple(key for key in keys if key[position] in names)


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
    rows = _promised(scenario)
    places = LeverCells(tuple(lift.key for lift in lifts), scenario.territory_tree)
    made = {(lift.key, period) for lift in lifts for period in lift.made}
    sums = rows.groupby([*PLACE, "period"])["spend"].sum()
    found = []
    for (*place, period), amount in zip(list(sums.index), sums, strict=True):
        keys = places.keys_named(*place)
        # What has been spent in all of these is known; the promise is history there.
        if not keys or any((key, period) not in made for key in keys):
            item = "/".join(name for name in place if name)
            found.append(Commitment(item, period, keys, float(amount)))
    return tuple(found)


def _promised(scenario: Scenario) -> pd.DataFrame:
    """Committed spend inside the plan [lever, territory, segment, period, spend], "" = any place."""
    spend, calendar = scenario.table("spend"), scenario.calendar
    rows = spend[(spend["kind"] == "committed") & (spend["date"] >= calendar.plan_start)]
    rows = rows[rows["date"] <= calendar.plan_end]
    names = {name: rows[name].fillna("").astype("str") for name in PLACE}
    return rows.assign(**names, period=calendar.label_of(rows["date"]))
