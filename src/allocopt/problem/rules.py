"""Rules of the problem: the sections of scenario.yaml, turned into bounds by name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from allocopt.config.scope import Scope
from allocopt.horizon import company_targets
from allocopt.problem.demand import history_of
from allocopt.problem.problem import (
    BalanceRule,
    BudgetRule,
    Commitment,
    HandoverRule,
    HeadcountRule,
    LiftCurve,
    QuotaRule,
    ReturnRule,
    WorkloadRule,
)
from allocopt.scenario import Scenario

Key = tuple[str, str, str]


def workload_rule(
    scenario: Scenario, units: pd.DataFrame, demand: pd.DataFrame, pairs: pd.DataFrame
) -> WorkloadRule:
    """Overtime and its price: as given, else twice what an average hour brings."""
    section = scenario.config.workload
    cost = section.overtime_cost
    if cost is None:
        worth = float(demand.mul(units["margin"], axis=0).to_numpy().sum())
        worth += float(pairs["value"].fillna(0.0).groupby(level="unit").max().clip(lower=0).sum())
        # A pair's hours stand for the unit's; units without an eligible rep count with their own.
        needed = pairs["hours"].groupby(level="unit").mean().reindex(units.index)
        hours = float(needed.fillna(units["hours"]).sum()) * len(demand.columns)
        cost = 2 * worth / hours if hours > 0 and worth > 0 else 1.0
    return WorkloadRule(section.hard, section.overtime_max, cost)


def balance_rules(
    scenario: Scenario, units: pd.DataFrame, reps: pd.DataFrame, demand: pd.DataFrame
) -> tuple[BalanceRule, ...]:
    """Bands of ± tolerance around each rep's share of a measure, by the rep's hours."""
    planned = reps.index[reps["status"] != "leaving"]
    hours = reps.loc[planned, "hours"]
    share = hours / hours.sum() if hours.sum() > 0 else hours * 0.0
    rules = []
    for section in scenario.config.balance:
        amounts = measure_of(scenario, section.measure, units, demand)
        fair = share * float(amounts.sum())
        rules.append(
            BalanceRule(
                measure=section.measure,
                hard=section.hard,
                price=section.price or 0.0,
                amounts=amounts,
                lower=fair - section.tolerance * fair.abs(),
                upper=fair + section.tolerance * fair.abs(),
            )
        )
    return tuple(rules)


def measure_of(
    scenario: Scenario, measure: str, units: pd.DataFrame, demand: pd.DataFrame
) -> pd.Series[float]:
    """A measure by unit over the horizon; unknown counts as nothing."""
    periods = len(demand.columns)
    if measure == "demand":
        return demand.sum(axis=1)
    if measure in ("hours", "potential"):
        return units[measure].fillna(0.0) * periods
    table = scenario.table("units").set_index("unit")
    if measure in table.columns:
        return pd.to_numeric(table[measure], errors="coerce").reindex(units.index).fillna(0.0)
    count = units.groupby("territory")["territory"].transform("size")
    return (scenario.look_up("territories", measure, units["territory"]) / count).fillna(0.0)


def handover_rule(
    scenario: Scenario, units: pd.DataFrame, reps: pd.DataFrame, demand: pd.DataFrame
) -> HandoverRule:
    """The loss of each unit's handover over its first 12 months, and the ceilings."""
    section = scenario.config.handover
    owned = units.index[units["owner"] != ""]
    rate = scenario.look_up("segments", "handover_loss", units["segment"]).fillna(section.loss)
    year = demand.iloc[:, : scenario.calendar.season].sum(axis=1)
    # Those who leave, or are gone before the plan starts, cannot keep their units.
    staying = {*reps.index[reps["status"] != "leaving"]}
    counted = tuple(unit for unit in owned if units["owner"][unit] in staying)
    share = section.max_share_of_sales
    return HandoverRule(
        loss=(rate * units["margin"] * year).loc[owned],
        similarity=section.similarity,
        counted=counted,
        sales=demand.sum(axis=1),
        max_units=section.max_units,
        max_sales=None if share is None else share * float(demand.to_numpy().sum()),
        max_reps=section.max_reps,
    )


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
        chosen = tuple(rep for rep in positions if _rep_in(scenario, reps, rep, bound.scope))
        upper = len(chosen) if bound.max is None else bound.max
        rules.append(HeadcountRule(str(bound.scope), chosen, bound.min, upper))
    tightest: dict[str, HeadcountRule] = {}
    for rule in rules:
        other = tightest.get(rule.scope, rule)
        least, most = max(rule.lower, other.lower), min(rule.upper, other.upper)
        tightest[rule.scope] = replace(rule, lower=least, upper=most)
    return tuple(tightest.values())


def _rep_in(scenario: Scenario, reps: pd.DataFrame, rep: str, scope: Scope) -> bool:
    if scope.kind == "company":
        return True
    if scope.kind == "rep":
        return rep == scope.value
    home = reps["territory"][rep]
    return isinstance(home, str) and scenario.territory_tree.contains(scope.value, home)


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


def quota_rule(
    scenario: Scenario, units: pd.DataFrame, reps: pd.DataFrame, demand: pd.DataFrame
) -> QuotaRule:
    """Target, split and bounds of the quotas.

    A target that is not given is expected sales; where quotas are not proportional to expected sales it
    is the sum of demand, so that the split stays linear.
    """
    section = scenario.config.quota
    target = section.target if section.target is not None else company_target(scenario)
    if target is None and section.method not in ("expected",):
        target = float(demand.to_numpy().sum())
    lower, upper = _quota_bounds(scenario, reps)
    bounded = target is not None or bool((lower > 0).any() or np.isfinite(upper).any())
    return QuotaRule(
        target=target,
        over_assignment=section.over_assignment,
        index=_quota_index(scenario, units, demand),
        lower=lower,
        upper=upper,
        fairness=section.fairness,
        shortfall_price=section.shortfall_price,
        bounded=bounded,
    )


def company_target(scenario: Scenario) -> float | None:
    """The sales target of the company in `targets`, if there is one; checks refuse two."""
    found = company_targets(scenario.table("targets"), scenario.calendar)["amount"]
    return None if found.empty else float(found.iloc[0])


def _quota_bounds(
    scenario: Scenario, reps: pd.DataFrame
) -> tuple[pd.Series[float], pd.Series[float]]:
    """Least and most quota of each rep: as given, else by the allowed change [currency/period]."""
    section, before = scenario.config.quota, reps["quota_before"]
    lower, upper = reps["quota_min"], reps["quota_max"]
    if section.change_min is not None:
        lower = lower.fillna(before * (1 + section.change_min))
    if section.change_max is not None:
        upper = upper.fillna(before * (1 + section.change_max))
    return lower.fillna(0.0), upper.fillna(np.inf)


def _quota_index(scenario: Scenario, units: pd.DataFrame, demand: pd.DataFrame) -> pd.DataFrame:
    """In which proportion units and periods share a target that is given; unit × period, sums to 1."""
    section = scenario.config.quota
    total = float(demand.to_numpy().sum())
    even = pd.Series(1.0 / len(demand.columns), index=demand.columns)
    profile = demand.sum() / total if total > 0 else even
    sources = {"history": history_of(scenario, units), "potential": units["potential"].fillna(0.0)}
    weights = {name: float(section.method == name) for name in sources}
    if section.method == "weighted":
        weights = {"history": section.weights.history, "potential": section.weights.potential}
    index = demand * 0.0
    rest = 1.0
    for name, source in sources.items():
        amount = source.clip(lower=0.0)
        if weights[name] > 0 and amount.sum() > 0:
            share = amount / amount.sum() * weights[name]
            index = index + np.outer(share, profile)
            rest -= weights[name]
    return index + (demand / total * rest if total > 0 else 0.0)
