"""Supply: limits on products that something is known about."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.checks.subject import Subject, about, plural
from allocopt.errors import Finding, Severity


def check_supply(subject: Subject) -> Iterator[Finding]:
    """A limit holds for a product that sales name, where there are units, in a period of the plan."""
    supply = subject.table("supply")
    if supply.empty:
        return
    sold = {
        product
        for table in ("history", "demand")
        for product in subject.table(table)["product"].dropna()
    }
    unsold = [product for product in dict.fromkeys(supply["product"]) if product not in sold]
    if unsold:
        yield subject.say(
            Severity.PROBLEM,
            "supply",
            f"neither history nor demand names {plural(unsold, 'product', 'products')}, so nothing tells "
            "which units sell it",
            "product",
            expected="a product of history or demand",
            code="unsold-product",
            **about(unsold),
        )
    yield from _elsewhere(subject)
    yield from _outside(subject)


def _elsewhere(subject: Subject) -> Iterator[Finding]:
    units, tree = {*subject.table("units")["territory"].dropna()}, subject.tree
    named = dict.fromkeys(subject.table("supply")["territory"].dropna())
    empty = [name for name in named if not units & tree.within([name])]
    if empty:
        message = f"supply limits {plural(empty, 'territory', 'territories')} without a unit"
        yield subject.say(
            Severity.WARNING,
            "supply",
            message,
            "territory",
            code="supply-elsewhere",
            **about(empty),
        )


def _outside(subject: Subject) -> Iterator[Finding]:
    dates, calendar = subject.table("supply")["period"].dropna(), subject.calendar
    late = dates[(dates < calendar.plan_start) | (dates > calendar.plan_end)]
    if len(late):
        names = [f"{date:%Y-%m-%d}" for date in late.drop_duplicates()]
        message = f"{plural(names, 'period', 'periods')} of supply outside the plan: not used"
        yield subject.say(
            Severity.NOTICE, "supply", message, "period", code="supply-outside", **about(names)
        )
