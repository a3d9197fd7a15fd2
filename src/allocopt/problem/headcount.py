"""Headcount: how many open positions are filled."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from allocopt.config.scope import Scope
from allocopt.scenario import Scenario


@dataclass(frozen=True)
class HeadcountRule:
    """Between `lower` and `upper` of these open positions are hired."""

    scope: str
    reps: tuple[str, ...]
    lower: int
    upper: int


def headcount_rules(scenario: Scenario, reps: pd.DataFrame) -> tuple[HeadcountRule, ...]:
    """Bounds on hired positions: in all, and by scope."""
    section = scenario.config.headcount
    positions = reps.index[reps["status"] == "open"]
    most = len(positions)
    rules = []
    if section.min > 0 or (section.max is not None and section.max < most):
        upper = most if section.max is None else section.max
        rules.append(HeadcountRule("company", tuple(positions), section.min, upper))
    for bound in section.by:
        chosen = tuple(rep for rep in positions if rep_in(scenario, reps, rep, bound.scope))
        upper = len(chosen) if bound.max is None else bound.max
        rules.append(HeadcountRule(str(bound.scope), chosen, bound.min, upper))
    tightest: dict[str, HeadcountRule] = {}
    for rule in rules:
        other = tightest.get(rule.scope, rule)
        least, most = max(rule.lower, other.lower), min(rule.upper, other.upper)
        tightest[rule.scope] = replace(rule, lower=least, upper=most)
    return tuple(tightest.values())


def rep_in(scenario: Scenario, reps: pd.DataFrame, rep: str, scope: Scope) -> bool:
    """Whether a rep is one of a scope: the company, the rep itself, a territory with its home.

    `reps` is indexed by rep.
    """
    if scope.kind == "company":
        return True
    if scope.kind == "rep":
        return rep == scope.value
    home = reps["territory"][rep]
    return isinstance(home, str) and scenario.territory_tree.contains(scope.value, home)
