"""Deviations: by how much sales differ from plan to date, by cause, and which of them matter."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import nan

from allocopt.documents.facts import Facts, numbers, ratio
from allocopt.documents.facts.progress import by_period, review_of
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import known_text

# A difference matters from this share of the company's plan on, and of the item's own plan.
OF_COMPANY, OF_PLAN = 0.01, 0.05
# A cause below this share of the difference is not worth its words.
OF_DIFFERENCE = 0.01
# Scopes in the order in which they are told; performance knows their plans.
SCOPES = ("territory", "segment", "rep")


@dataclass(frozen=True)
class Deviation:
    """Sales less plan of an item over the closed periods [currency].

    `causes` have the known amounts, the largest first, whatever their sign; `unknown` the causes of which
    nothing is known.
    """

    scope: str
    item: str
    plan: float
    causes: Mapping[str, float]
    unknown: tuple[str, ...] = ()

    @property
    def amount(self) -> float:
        """Sales less plan."""
        return sum(self.causes.values())

    @property
    def share(self) -> float:
        """Sales less plan as a share of the plan."""
        return ratio(self.amount, self.plan)

    @property
    def told(self) -> dict[str, float]:
        """The causes that did most."""
        least = OF_DIFFERENCE * abs(self.amount)
        return {cause: amount for cause, amount in self.causes.items() if abs(amount) > least}


def company_deviation(facts: Facts, period: str = "") -> Deviation | None:
    """The company's, or that of the whole part; None where no variance is known."""
    return next(iter(deviations(facts, "company", period)), None)


def deviations(
    facts: Facts, scope: str, period: str = "", items: Collection[str] | None = None
) -> list[Deviation]:
    """Those of a scope's items in a period, "" = to date, the largest first; all where none are named."""
    table = facts.table("variance")
    table = table[table["scope"] == scope]
    rows = table[table["period"].fillna("") == period]
    rows = rows.assign(item=rows["item"].map(known_text))
    if items is not None:
        rows = rows[rows["item"].isin(list(items))]
    plans = _plans(facts, scope, period)
    amounts: dict[str, dict[str, float]] = {item: {} for item in rows["item"]}
    ordered = rows.sort_values("amount", key=abs, ascending=False, kind="stable")
    for row in ordered[["item", "cause", "amount"]].to_dict("records"):
        amounts[row["item"]][str(row["cause"])] = float(row["amount"])
    found = [
        Deviation(scope, item, plans.get(item, nan), *_known_and_unknown(causes))
        for item, causes in amounts.items()
    ]
    return sorted(found, key=lambda deviation: -abs(deviation.amount))


def _plans(facts: Facts, scope: str, period: str) -> dict[str, float]:
    """Planned sales of the items of a scope in a period, "" = to date; units are not in `performance`."""
    if scope == "unit":
        rows = facts.course("sales").rename(columns={"unit": "item", "sales": "plan"})
        rows = rows[rows["period"].isin(list(review_of(facts).get("closed", ())))]
    else:
        rows = by_period(facts, scope)
    if period:
        rows = rows[rows["period"] == period]
    return numbers(rows.groupby(rows["item"].map(known_text))["plan"].sum(min_count=1))


def _known_and_unknown(causes: Mapping[str, float]) -> tuple[dict[str, float], tuple[str, ...]]:
    told = {cause: amount for cause, amount in causes.items() if known(amount)}
    return told, tuple(cause for cause in causes if cause not in told)


def material(facts: Facts) -> list[Deviation]:
    """Deviations that matter, by scope, the largest first: see `OF_COMPANY` and `OF_PLAN`."""
    whole = company_deviation(facts)
    if whole is None:
        return []
    return [
        deviation
        for scope in SCOPES
        for deviation in deviations(facts, scope)
        if abs(deviation.amount) > OF_COMPANY * abs(whole.plan) and abs(deviation.share) > OF_PLAN
    ]
