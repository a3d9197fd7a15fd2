"""Settings that name something in the tables: scopes, measures, levels, the company's target."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.checks.subject import Subject
from allocopt.config import Scope
from allocopt.errors import Finding, Severity
from allocopt.horizon import company_targets
from allocopt.tables.text import nearest

MEASURES = ("demand", "hours", "potential")
HEADCOUNT_KINDS = ("company", "territory", "rep")
DEMAND_KINDS = ("company", "territory", "segment")
BUDGET_KINDS = ("company", "territory", "segment", "channel", "group", "lever")
LEVER_KINDS = ("channel", "group", "lever")


def check_scopes(subject: Subject) -> Iterator[Finding]:
    """Every scope names something that is there, of a kind that the rule can bound."""
    headcount = [bound.scope for bound in subject.config.headcount.by]
    budget = [bound.scope for bound in subject.config.budget.by]
    demand = [change.scope for change in subject.config.forecast.changes]
    rules = (
        ("headcount", "by", headcount, HEADCOUNT_KINDS),
        ("budget", "by", budget, BUDGET_KINDS),
        ("forecast", "changes", demand, DEMAND_KINDS),
    )
    for section, name, scopes, kinds in rules:
        for number, scope in enumerate(scopes):
            place = subject.place(section, name, number, "scope")
            if scope.kind not in kinds:
                yield place.problem(
                    f"{section} has no bound by {scope.kind}",
                    value=str(scope),
                    expected=f"one of {', '.join(kinds)}",
                    code="scope-kind",
                )
            elif _is_missing(subject, scope):
                yield place.problem(
                    f"there is no {scope}",
                    nearest=nearest(scope.value, sorted(names_in(subject, scope))),
                    code="unknown-reference",
                )


def check_demand_changes(subject: Subject) -> Iterator[Finding]:
    """Changes of demand that name units name those that there are."""
    known = set(subject.table("units")["unit"].dropna())
    for number, change in enumerate(subject.config.forecast.changes):
        for unit in change.units:
            if unit not in known:
                place = subject.place("forecast", "changes", number, "units")
                near = nearest(unit, sorted(known))
                yield place.problem(
                    f"there is no unit {unit!r}", nearest=near, code="unknown-reference"
                )


def _is_missing(subject: Subject, scope: Scope) -> bool:
    """Whether the tables list such names, and not this one; levers name all their groups and channels."""
    known = names_in(subject, scope)
    of_levers = scope.kind in LEVER_KINDS and not subject.table("levers").empty
    return scope.value not in known and (bool(known) or of_levers)


def names_in(subject: Subject, scope: Scope) -> set[str]:
    """The names that a kind of scope has; none where the tables do not list them."""
    if scope.kind == "territory":
        return set(subject.tree.nodes)
    sources = {
        "segment": [("segments", "segment"), ("units", "segment")],
        "rep": [("reps", "rep")],
        "lever": [("levers", "lever")],
        "group": [("levers", "group")],
        "channel": [("levers", "channel")],
    }
    columns = [subject.table(table)[column] for table, column in sources.get(scope.kind, [])]
    return {name for column in columns for name in column.dropna()}


def check_measures(subject: Subject) -> Iterator[Finding]:
    """A balanced measure is demand, hours, potential or a numeric column."""
    units, territories = subject.table("units"), subject.table("territories")
    numeric = [
        str(column)
        for frame in (units, territories)
        for column in frame.columns
        if pd.api.types.is_numeric_dtype(frame[column])
    ]
    known = list(dict.fromkeys((*MEASURES, *numeric)))
    for number, balance in enumerate(subject.config.balance):
        if balance.measure not in known:
            yield subject.place("balance", number, "measure").problem(
                f"there is no measure {balance.measure!r}",
                expected="demand, hours, potential or a numeric column of units or territories",
                nearest=nearest(balance.measure, known),
                code="unknown-measure",
            )


def check_level(subject: Subject) -> Iterator[Finding]:
    """`coverage.within` is a level by its name, or by its number from the top (0)."""
    within, levels = subject.config.coverage.within, subject.config.levels
    if within is None or within in levels or within.isdecimal():
        return
    yield subject.place("coverage", "within").problem(
        f"there is no level {within!r}",
        expected="a name in `levels`, or a number counted from the top (0)",
        nearest=nearest(within, list(levels)),
        code="unknown-level",
    )


def check_target(subject: Subject) -> Iterator[Finding]:
    """The company's sales target stands in one place only."""
    targets = company_targets(subject.table("targets"), subject.calendar)
    if targets["amount"].nunique() > 1:
        yield subject.say(
            Severity.PROBLEM,
            "targets",
            "two sales targets of the company for the same time disagree",
            "amount",
            value=", ".join(f"{amount:g}" for amount in targets["amount"]),
            expected="one amount",
            mend="take all but one of them out, or give each its own scope",
            code="two-targets",
        )
    given = subject.config.quota.target
    # Quotas that are carried into the rest of a horizon need not add up to what is left of its goal.
    if given is None or subject.config.calendar.horizon_start is not None:
        return
    differs = (targets["amount"] - given).abs() > 1e-6 * max(1.0, abs(given))
    for row in targets[differs].itertuples(index=False):
        yield subject.say(
            Severity.PROBLEM,
            "targets",
            f"target {row.name} and quota.target {given:g} disagree",
            "amount",
            value=f"{row.amount:g}",
            mend="take one of them out",
            code="two-targets",
        )
