"""Recorded: the variance that a plan holds, item by item and down the tree."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from allocopt.config.scope import Scope
from allocopt.errors import DataError, Finding, Severity
from allocopt.plan import Plan
from allocopt.replanning.variance.scopes import TO_DATE
from allocopt.replanning.variance.variance import COMPANY
from allocopt.scenario import Scenario
from allocopt.tables.text import nearest


@dataclass(frozen=True)
class Recorded:
    """The table `variance` of a plan in one period, "" = to date, and what lies below what."""

    table: pd.DataFrame
    scenario: Scenario

    def causes(self, scope: Scope) -> pd.DataFrame:
        """cause, amount [currency] and known of one item, the weightiest first; unknown ones last.

        Raises DataError for an item that the table does not have.
        """
        rows = self.table[(self.table["scope"] == scope.kind) & (self.table["item"] == scope.value)]
        if rows.empty:
            raise DataError([self._unknown(scope)])
        ordered = rows.sort_values("amount", key=abs, ascending=False, kind="stable")
        return ordered[["cause", "amount", "known"]].reset_index(drop=True)

    def parts(self, scope: Scope) -> pd.DataFrame:
        """scope, item, amount, cause and of_cause [currency] of what lies right below an item.

        Territories have the nodes below them, those without any their units; the largest difference comes
        first, with the cause that did most to it. Empty for an item that nothing lies below.
        """
        kind, names = self._below(scope)
        rows = self.table[(self.table["scope"] == kind) & self.table["item"].isin(names)]
        if rows.empty:
            return pd.DataFrame(columns=["scope", "item", "amount", "cause", "of_cause"])
        amounts = rows.groupby("item", sort=False)["amount"].sum()
        first = rows.loc[rows["amount"].abs().fillna(-1.0).groupby(rows["item"]).idxmax()]
        first = first.set_index("item").loc[amounts.index]
        table = pd.DataFrame(
            {"scope": kind, "amount": amounts, "cause": first["cause"], "of_cause": first["amount"]}
        )
        ordered = table.sort_values("amount", key=abs, ascending=False, kind="stable")
        return ordered.rename_axis("item").reset_index()[
            ["scope", "item", "amount", "cause", "of_cause"]
        ]

    def _below(self, scope: Scope) -> tuple[str, list[str]]:
        tree, units = self.scenario.territory_tree, self.scenario.table("units")
        if scope.kind == "company":
            return "territory", list(tree.roots)
        if scope.kind != "territory":
            return "", []
        if nodes := tree.children(scope.value):
            return "territory", list(nodes)
        return "unit", units.loc[units["territory"] == scope.value, "unit"].tolist()

    def _unknown(self, scope: Scope) -> Finding:
        names = self.table.loc[self.table["scope"] == scope.kind, "item"].unique().tolist()
        return Finding(
            Severity.PROBLEM,
            "there is no difference recorded for this",
            file="--scope",
            value=str(scope),
            expected="company, territory=…, segment=…, unit=…, rep=… or product=… with a difference",
            nearest=nearest(scope.value, names),
            code="unknown-scope",
        )


def recorded_variance(plan: Plan, scenario: Scenario, period: str = TO_DATE) -> Recorded:
    """The variance that a plan holds of a period, "" = all closed periods.

    Raises DataError where the plan has not been reviewed, or not in this period.
    """
    table = plan.tables.get("variance")
    periods = [] if table is None else table["period"].fillna("").unique().tolist()
    if table is None or period not in periods:
        raise DataError([_no_review(period, [label for label in periods if label])])
    own = table[table["period"].fillna("") == period]
    return Recorded(own.assign(item=own["item"].fillna(COMPANY)), scenario)


def _no_review(period: str, periods: list[str]) -> Finding:
    return Finding(
        Severity.PROBLEM,
        "the plan has no variance of this period" if periods else "the plan has not been reviewed",
        file="variance.csv",
        value=period,
        expected=", ".join(periods),
        mend="" if periods else "enter what came: allocopt replan PLAN --actuals FILE",
        code="no-variance",
    )
