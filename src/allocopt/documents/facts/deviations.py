"""Deviations: by how much sales differ from plan to date, by cause, and which of them matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allocopt.documents.facts import Facts, ratio
from allocopt.documents.facts.progress import by_period
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


def company_deviation(facts: Facts) -> Deviation | None:
    """The company's, or that of the whole part; None where no variance is known."""
    return next(iter(deviations(facts, "company")), None)


def deviations(facts: Facts, scope: str) -> list[Deviation]:
    """Those of all items of a scope, the largest first."""
    rows = facts.table("variance")
    to_date = rows["period"].map(known_text) == ""
    rows = rows[to_date & (rows["scope"].map(known_text) == scope)]
    plans = by_period(facts, scope).groupby("item")["plan"].sum(min_count=1)
    found = []
    for item, own in rows.groupby(rows["item"].map(known_text), sort=False):
        amounts = own.dropna(subset=["amount"]).set_index("cause")["amount"]
        ordered = amounts.sort_values(key=abs, ascending=False, kind="stable")
        causes = {str(cause): float(amount) for cause, amount in ordered.items()}
        unknown = tuple(own.loc[own["amount"].isna(), "cause"].astype(str))
        plan = float(plans.get(item, float("nan")))
        found.append(Deviation(scope, str(item), plan, causes, unknown))
    return sorted(found, key=lambda deviation: -abs(deviation.amount))


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
