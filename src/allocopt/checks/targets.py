"""Targets: floors and prices that the plan can mind, and time that lies in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allocopt.checks.eligibility import present_reps
from allocopt.checks.subject import Subject
from allocopt.config.scope import parse_scope
from allocopt.errors import Finding, Severity

# By what of `targets.measure` the plan can be ruled, and in which kinds of scope.
RULED = {
    "sales": ("company", "territory", "segment", "rep"),
    "margin": ("company", "territory", "segment"),
    "contribution": ("company",),
}


def check_targets(subject: Subject) -> Iterator[Finding]:
    """A floor or a price on what the plan does not decide would be ignored."""
    targets = subject.table("targets")
    floor, priced = targets["kind"] == "floor", targets["price"] > 0
    named = set(targets.loc[priced, "name"])
    for row in targets[floor | priced].itertuples(index=False):
        is_floor = row.kind == "floor"
        name = f"the {'floor' if is_floor else 'price of target'} {row.name}"
        severity = Severity.PROBLEM if is_floor else Severity.WARNING
        for column, message, more in _hindrances(subject, row):
            yield subject.say(
                severity, "targets", f"{name} {message}", column, code="target-no-rule", **more
            )
        if is_floor and row.name in named:
            message = f"{name} must be kept: its price is not used"
            mend = "make it a goal, or take the price out"
            yield subject.say(
                Severity.WARNING, "targets", message, "price", mend=mend, code="floor-with-price"
            )


def check_amounts(subject: Subject) -> Iterator[Finding]:
    """Nobody aims at sales below nothing; a contribution may well be negative."""
    targets = subject.table("targets")
    is_sales = targets["measure"].fillna("sales") == "sales"
    below = targets[is_sales & (targets["amount"] < 0)]
    for name, amount in zip(below["name"], below["amount"], strict=True):
        yield subject.say(
            Severity.PROBLEM,
            "targets",
            f"target {name} asks for sales below nothing",
            "amount",
            value=f"{amount:,.10g}",
            expected="an amount of at least 0",
            code="negative-target",
        )


def _hindrances(subject: Subject, row: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Column, message and more fields of a finding for each reason why a target cannot be a rule."""
    measure = row.measure if isinstance(row.measure, str) else "sales"
    scope = parse_scope(row.scope if isinstance(row.scope, str) else "company")
    calendar = subject.calendar
    first, last = calendar.plan_start, calendar.plan_end
    if measure not in RULED:
        expected = f"one of {', '.join(RULED)}"
        yield (
            "measure",
            "is on something that no plan decides",
            {"value": measure, "expected": expected},
        )
    elif scope.kind not in RULED[measure]:
        expected = f"a scope of {', '.join(RULED[measure])}"
        yield (
            "scope",
            f"is on {measure} by {scope.kind}",
            {"value": str(scope), "expected": expected},
        )
    elif not _has_sellers(subject, scope.kind, scope.value):
        yield "scope", "is on a scope without units or reps in the plan", {"value": str(scope)}
    if row.start < first or row.end > last:
        days = f"{row.start:%Y-%m-%d} to {row.end:%Y-%m-%d}"
        expected = f"days inside the plan, {first:%Y-%m-%d} to {last:%Y-%m-%d}"
        yield "start", "reaches beyond the plan", {"value": days, "expected": expected}
    elif measure == "contribution" and (row.start > first or row.end < last):
        days = f"{row.start:%Y-%m-%d} to {row.end:%Y-%m-%d}"
        expected = f"the whole plan, {first:%Y-%m-%d} to {last:%Y-%m-%d}"
        yield (
            "start",
            "is on the contribution of a part of the plan",
            {"value": days, "expected": expected},
        )


def _has_sellers(subject: Subject, kind: str, value: str) -> bool:
    """Whether any unit lies in the scope, or the rep works in the plan."""
    units = subject.table("units")
    if kind == "territory":
        return bool(units["territory"].isin(subject.tree.within([value])).any())
    if kind == "segment":
        return bool((units["segment"] == value).any())
    if kind == "rep":
        return bool((present_reps(subject)["rep"] == value).any())
    return not units.empty
