"""Wording: a diagnosis in sentences, with the people, places and numbers that it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from allocopt.errors import Conflict, Infeasible
from allocopt.problem import Problem
from allocopt.solver.compiled import RowKey
from allocopt.solver.conflict.advice import advise
from allocopt.solver.conflict.conflicts import TIES, count_of, territories_of
from allocopt.solver.conflict.diagnosis import Diagnosis

ByRule = Mapping[str, list[RowKey]]

# How a hard rule becomes one that may be broken at a price, or that does not ask.
SOFTER = {
    "selling_time_limit": "workload.hard=false makes hours beyond it cost workload.overtime_cost each",
    "unit_covered": "coverage.every_unit=false lets units stay open",
    "balance_floor": "`hard: false` and a `price` in balance make the band soft",
    "balance_ceiling": "`hard: false` and a `price` in balance make the band soft",
    "target_floor": "`kind` goal with a `price` in targets makes it soft",
    "units_connected": "contiguity.cut_price in place of contiguity.hard makes it soft",
    "quota_attainable": "quota.attain_probability left blank does not ask",
    "unit_locked": "a lock holds until it is taken away, or to its last day",
}
# Facts and promises, which advice does not move.
FIXED = frozenset(
    {
        "committed_spend",
        "supply_limit",
        "steady_spend",
        "spend_minimum",
        "filled_once",
        "only_filled_positions",
        "quota_of_filled_positions",
        "share_limit",
        "part_worth_having",
        "kept_before_renewal",
        "quota_decided",
    }
)
UNIT_RULES = ("unit_covered", "unit_locked", "unit_covered_once")


def describe(problem: Problem, rules: Mapping[str, str], found: Diagnosis) -> Infeasible:
    """The diagnosis as an error: one conflict per rule, and the way out in settings."""
    by_rule: dict[str, list[RowKey]] = {}
    for row in found.clash.rows:
        if row.rule not in TIES:
            by_rule.setdefault(row.rule, []).append(row)
    priced = priced_rules(problem)
    conflicts = [
        Conflict(
            rule,
            rules[rule],
            items_of(problem, rows),
            _detail(problem, rule, by_rule),
            kind="priced" if rule in priced else "fixed" if rule in FIXED else "hard",
            softer=SOFTER.get(rule, ""),
        )
        for rule, rows in by_rule.items()
    ]
    return Infeasible(
        _summary(problem, by_rule),
        conflicts,
        proven=found.clash.proven,
        way_out=None if found.relaxed is None else advise(found.concessions, found.relaxed),
        priced=priced,
    )


def priced_rules(problem: Problem) -> tuple[str, ...]:
    """Soft rules of the problem: they give way by themselves, at their price."""
    bands = bool(problem.balance) and not any(rule.hard for rule in problem.balance)
    goals = any(rule.is_rule and not rule.hard for rule in problem.targets)
    asked = {
        "selling_time_limit": not problem.workload.hard,
        "balance_floor": bands,
        "balance_ceiling": bands,
        "target_goal": goals,
        "quota_target": problem.quota.bounded,
        "border_between_reps": problem.contiguity.cut_price > 0,
    }
    return tuple(rule for rule, is_soft in asked.items() if is_soft)


def items_of(problem: Problem, rows: Iterable[RowKey]) -> tuple[str, ...]:
    """What the rows are about, each once, without their times."""
    names = ("/".join(str(part) for part in row.index if part not in problem.times) for row in rows)
    return tuple(dict.fromkeys(name or "company" for name in names))


def _detail(problem: Problem, rule: str, by_rule: ByRule) -> str:
    """The rule's limits and what is held against them, in numbers."""
    tellers: dict[str, Callable[[Problem, tuple[str, ...], ByRule], str]] = {
        "selling_time_limit": _hours,
        "unit_locked": _locks,
        "target_floor": _floors,
        "handover_limit": _handovers,
        "headcount_limit": _headcount,
        "balance_floor": _bands,
        "balance_ceiling": _bands,
        "quota_floor": _quota_bounds,
        "quota_ceiling": _quota_bounds,
        **dict.fromkeys(
            ("budget_total", "lever_budget", "scope_budget", "period_budget"), _budgets
        ),
        "committed_spend": _promises,
    }
    items = items_of(problem, by_rule[rule])
    if rule in tellers:
        return tellers[rule](problem, items, by_rule)
    if rule in UNIT_RULES:
        return f"{count_of(len(items), 'unit')} in {territories_of(problem, items)}"
    return ""


def _hours(problem: Problem, reps: tuple[str, ...], by_rule: ByRule) -> str:
    """Hours that the units need at least, against the hours that the reps have."""
    units = tuple(
        dict.fromkeys(
            unit for rule in UNIT_RULES for unit in items_of(problem, by_rule.get(rule, []))
        )
    )
    available = float(problem.selling_time.loc[list(reps)].to_numpy().sum())
    have = "has" if len(reps) == 1 else "have"
    text = f"{_listed(reps)} {have} {available:,.1f} h in all"
    if units:
        least = float(problem.least_hours.reindex(list(units)).fillna(0.0).sum())
        text += f"; the units above need at least {least:,.1f} h"
        if least <= available:
            text += ", and no division among these reps fits"
    return text


def _listed(names: tuple[str, ...], most: int = 6) -> str:
    """Ann, Bob and Cem; only the first of many."""
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _locks(problem: Problem, units: tuple[str, ...], by_rule: ByRule) -> str:
    keepers = problem.units.loc[list(units), "locked_to"].value_counts()
    each = (f"{rep} ({count})" for rep, count in keepers.items())
    return f"{count_of(len(units), 'unit')}, locked to {', '.join(each)}"


def _floors(problem: Problem, names: tuple[str, ...], by_rule: ByRule) -> str:
    floors = [floor for floor in problem.targets if floor.name in names]
    return "; ".join(f"{x.name}: at least {x.amount:,.0f} of {x.measure}" for x in floors)


def _handovers(problem: Problem, kinds: tuple[str, ...], by_rule: ByRule) -> str:
    rule = problem.handover
    most = {"units": f"{rule.max_units} units", "sales": f"{rule.max_sales or 0:,.0f} of sales"}
    return "At most " + " and ".join(most[kind] for kind in kinds) + " may change reps."


def _headcount(problem: Problem, scopes: tuple[str, ...], by_rule: ByRule) -> str:
    return "; ".join(
        f"{rule.scope}: {rule.lower} to {rule.upper} of {count_of(len(rule.reps), 'open position')}"
        for rule in problem.headcount
        if rule.scope in scopes
    )


def _bands(problem: Problem, items: tuple[str, ...], by_rule: ByRule) -> str:
    """The band of each measure and rep."""
    texts = []
    for rule in problem.balance:
        sides = rule.bands(problem.tenures.first_of(problem.tenures.earliest))
        for rep, lower, upper in sides.itertuples():
            if f"{rule.measure}/{rep}" in items:
                texts.append(f"{rep} is to have {lower:,.6g} to {upper:,.6g} of {rule.measure}")
    return _listed(tuple(texts))


def _quota_bounds(problem: Problem, reps: tuple[str, ...], by_rule: ByRule) -> str:
    rule = problem.quota
    sides = (f"{rep}: {rule.lower[rep]:,.0f} to {rule.upper[rep]:,.0f} a period" for rep in reps)
    return _listed(tuple(sides))


def _budgets(problem: Problem, items: tuple[str, ...], by_rule: ByRule) -> str:
    texts = (
        f"{rule.item}: {_range(rule.lower, rule.upper)}"
        for rule in problem.budget
        if rule.item in items and rule.rule in by_rule
    )
    return _listed(tuple(dict.fromkeys(texts)))


def _range(lower: float, upper: float) -> str:
    ends = []
    if lower > 0:
        ends.append(f"at least {lower:,.0f}")
    if upper < float("inf"):
        ends.append(f"at most {upper:,.0f}")
    return " and ".join(ends)


def _promises(problem: Problem, items: tuple[str, ...], by_rule: ByRule) -> str:
    promised = (
        f"{each.amount:,.0f} is committed to {each.item} in {each.period}"
        for each in problem.committed
        if each.item in items
    )
    return _listed(tuple(promised))


def _summary(problem: Problem, by_rule: ByRule) -> str:
    units = items_of(problem, by_rule.get("unit_covered", []))
    reps = items_of(problem, by_rule.get("selling_time_limit", []))
    if units and reps:
        return (
            f"The selling time of {_listed(reps)} is too short for "
            f"{count_of(len(units), 'unit')} in {territories_of(problem, units)}."
        )
    return f"No plan can keep these rules together: {', '.join(by_rule)}."
