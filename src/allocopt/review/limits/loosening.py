"""Loosening: the what-ifs that move a limit by one step, or by a tenth of what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.overrides import key_texts
from allocopt.tables import CONTRACT

TENTH = 0.1
# A hundredth of the fair share. [share]
POINT = 0.01
# Rules with two sides, of which what-ifs move the upper one.
CEILINGS = frozenset({"lever_budget", "scope_budget"})


@dataclass(frozen=True)
class Loosening:
    """A change for a what-if: its kind with what is entered, and by how much it moves the limit.

    `unit` says what `step` is: `hours`, `money`, `count`, `points`, or `tenth` for 10 %, or `free`.
    """

    kind: str
    values: Mapping[str, str]
    unit: str
    step: float = 0.0


def loosenings(rule: str, item: str, facts: Facts, *, floored: bool = False) -> list[Loosening]:
    """How one limit can be moved; nothing where no change of a what-if does.

    `floored` says that the plan stands at the lower side of the limit.
    """
    make = MAKERS.get(rule)
    if make is None or (floored and rule in CEILINGS):
        return []
    return list(make(rule, item, facts))


def _hours(_rule: str, item: str, facts: Facts) -> Iterator[Loosening]:
    rows = facts.scenario.table("reps")
    hours = rows.loc[rows["rep"] == item, "hours"]
    if len(hours) and hours.iloc[0] > 0:
        now = float(hours.iloc[0])
        for unit, step in (("hours", 1.0), ("tenth", now * TENTH)):
            yield Loosening("hours", {"rep": item, "hours": _typed(now + step)}, unit, step)


def _total(_rule: str, _item: str, facts: Facts) -> Iterator[Loosening]:
    most = facts.scenario.config.budget.total_max
    if most:
        for unit, value, step in _more_money(most):
            yield Loosening("budget_total", {"value": _typed(value)}, unit, step)


def _lever(_rule: str, item: str, facts: Facts) -> Iterator[Loosening]:
    rows = facts.scenario.table("levers")
    row = rows[rows["lever"] == item]
    if row.empty or not row["total_max"].iloc[0] > 0:
        return
    least, most = (row[name].iloc[0] for name in ("total_min", "total_max"))
    kept = {"lever": item, "least": "" if pd.isna(least) else _typed(float(least))}
    for unit, value, step in _more_money(float(most)):
        yield Loosening("lever", {**kept, "most": _typed(value)}, unit, step)


def _scope(_rule: str, item: str, facts: Facts) -> Iterator[Loosening]:
    bounds = facts.scenario.config.budget.by
    own = [one.max for one in bounds if str(one.scope) == item and one.period is None and one.max]
    for unit, value, step in _more_money(own[0]) if own else ():
        yield Loosening("spend", {"scope": item, "most": _typed(value)}, unit, step)


def _balance(_rule: str, item: str, facts: Facts) -> Iterator[Loosening]:
    measure = item.partition("/")[0]
    for band in facts.scenario.config.balance:
        if band.measure == measure:
            for unit, step in (("points", POINT), ("tenth", band.tolerance * TENTH)):
                value = _typed((band.tolerance + step) * 100)
                yield Loosening("balance", {"measure": measure, "value": value}, unit, step * 100)


def _handovers(rule: str, item: str, facts: Facts) -> Iterator[Loosening]:
    rules = facts.scenario.config.handover
    if item == "sales" and rules.max_share_of_sales is not None:
        for unit, step in (("points", POINT), ("tenth", rules.max_share_of_sales * TENTH)):
            value = _typed((rules.max_share_of_sales + step) * 100)
            yield Loosening("handover_share", {"value": value}, unit, step * 100)
        return
    named = {"handover_limit": "handover_units", "touched_limit": "handover_reps"}[rule]
    most = rules.max_units if rule == "handover_limit" else rules.max_reps
    yield from _more_of(named, most)


def _positions(_rule: str, item: str, facts: Facts) -> Iterator[Loosening]:
    if item == "company":
        yield from _more_of("hires_most", facts.scenario.config.headcount.max)


def _more_of(kind: str, most: int | None) -> Iterator[Loosening]:
    """One more, and a tenth more where that is more than one."""
    if most is not None:
        yield Loosening(kind, {"value": str(most + 1)}, "count", 1.0)
        if (tenth := ceil(most * TENTH)) > 1:
            yield Loosening(kind, {"value": str(most + tenth)}, "tenth", float(tenth))


def _goal(_rule: str, item: str, facts: Facts) -> Iterator[Loosening]:
    rows = facts.scenario.table("targets")
    keys = key_texts(CONTRACT["targets"], rows)
    own: list[dict[Any, Any]] = rows.assign(key=list(keys))[rows["name"] == item].to_dict("records")
    for row in own[:1]:
        value = _typed(float(row["amount"]) * (1 - TENTH))
        yield Loosening("goal", {"goal": str(row["key"]), "amount": value}, "tenth")


def _quota(rule: str, item: str, facts: Facts) -> Iterator[Loosening]:
    """The bounds that hold in a period become the rep's own; where they differ by period, none does."""
    calendar = facts.scenario.calendar
    rows = facts.table("limits")
    rows = rows[(rows["item"] == item) & rows["rule"].isin(["quota_floor", "quota_ceiling"])]
    bounds = [rows[side].dropna().unique() for side in ("lower", "upper")]
    if calendar.input_period != calendar.period or any(len(one) != 1 for one in bounds):
        return
    least, most = (float(one[0]) for one in bounds)
    if rule == "quota_floor":
        least *= 1 - TENTH
    else:
        most *= 1 + TENTH
    values = {"rep": item, "least": _typed(least), "most": _typed(most)}
    yield Loosening("rep_quota", values, "tenth")


def _lock(_rule: str, item: str, _facts: Facts) -> Iterator[Loosening]:
    yield Loosening("unlock", {"unit": item}, "free")


def _more_money(limit: float) -> Iterator[tuple[str, float, float]]:
    """Unit, new limit and step: a round amount near a hundredth, and a tenth. [currency]"""
    step = 10.0 ** floor(log10(limit) - 2)
    for unit, more in (("money", max(step, 1.0)), ("tenth", limit * TENTH)):
        yield unit, limit + more, more


def _typed(value: float) -> str:
    """A number as people type it."""
    return f"{value:.10g}"


MAKERS = {
    "selling_time_limit": _hours,
    "budget_total": _total,
    "lever_budget": _lever,
    "scope_budget": _scope,
    "balance_floor": _balance,
    "balance_ceiling": _balance,
    "handover_limit": _handovers,
    "touched_limit": _handovers,
    "headcount_limit": _positions,
    "target_floor": _goal,
    "target_goal": _goal,
    "quota_floor": _quota,
    "quota_ceiling": _quota,
    "unit_locked": _lock,
}
