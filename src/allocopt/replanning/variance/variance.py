"""Variance: actual less planned sales of every scope, item and period, by cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from allocopt.replanning.variance.cents import CENTS
from allocopt.replanning.variance.items import Floats
from allocopt.replanning.variance.scopes import CAUSES, TO_DATE, Parts, Scope
from allocopt.territory_tree import TerritoryTree

COLUMNS = ("scope", "item", "period", "cause", "amount", "known")
TOTALS = ("scope", "item", "period", "plan", "actual", "noise")
COMPANY = ""
# Shares are told in so many parts.
DIGITS = 10_000


@dataclass(frozen=True)
class Variance:
    """Causes of the difference between actual and planned sales, exact to the cent.

    `scopes` by name: company (item ""), territory (every node), segment, unit (where actual sales name
    them), rep (item "": nobody) and product (item "": not named; only where the year before names
    products). `parts` are what they add up, by the scope that divides it: "" for items, rep, product.
    `noise`: standard deviation of what the forecast allows, by scope: item × column [currency].
    """

    periods: tuple[str, ...]
    scopes: Mapping[str, Scope]
    parts: Mapping[str, Parts]
    noise: Mapping[str, Floats]
    tree: TerritoryTree
    interval: float

    @cached_property
    def table(self) -> pd.DataFrame:
        """scope, item, period, cause, amount [currency], known; period "" is all closed periods together.

        A cause that is known to have done nothing has no row; one that is not known has no amount. `known`
        is the share of planned and actual sales of which the cause is known; the amount is that of the
        known part. Amounts of an item and period add up to actual − plan.
        """
        frames = [_rows(name, scope, self.columns) for name, scope in self.scopes.items()]
        return pd.concat(frames, ignore_index=True)[list(COLUMNS)]

    @cached_property
    def totals(self) -> pd.DataFrame:
        """scope, item, period, plan, actual and noise [currency]; noise is NaN where it is not known."""
        frames = [self._totals_of(name, scope) for name, scope in self.scopes.items()]
        return pd.concat(frames, ignore_index=True)[list(TOTALS)]

    @property
    def columns(self) -> tuple[str, ...]:
        """Periods of the columns of each scope; the last is "", all of them together."""
        return (*self.periods, TO_DATE)

    def _totals_of(self, name: str, scope: Scope) -> pd.DataFrame:
        noise = self.noise.get(name)
        unknown = np.full(scope.plan.shape, np.nan)
        frame = _keys(name, scope, self.columns)
        return frame.assign(
            plan=scope.plan.ravel() / CENTS,
            actual=scope.actual.ravel() / CENTS,
            noise=(unknown if noise is None else noise).ravel(),
        )

    def place(self, scope: str, item: str, period: str = TO_DATE) -> tuple[int, int]:
        """Row and column of an item and period in its scope. Raises KeyError where there is none."""
        return self.scopes[scope].position[item], self.columns.index(period)


def _keys(name: str, scope: Scope, columns: Sequence[str]) -> pd.DataFrame:
    items, count = np.array(scope.items, dtype=object), len(columns)
    return pd.DataFrame(
        {
            "scope": pd.Series(name, index=range(len(items) * count), dtype="str"),
            "item": pd.Series(np.repeat(items, count), dtype="str"),
            "period": pd.Series(np.tile(np.array(columns, dtype=object), len(items)), dtype="str"),
        }
    )


def _rows(name: str, scope: Scope, columns: Sequence[str]) -> pd.DataFrame:
    """The causes of a scope that did something, or of which that is not known."""
    row, column, cause = np.nonzero((scope.causes != 0) | (scope.known < 1))
    amount = scope.causes[row, column, cause] / CENTS
    items, labels, causes = (
        np.array(names, dtype=object) for names in (scope.items, columns, CAUSES)
    )
    return pd.DataFrame(
        {
            "scope": pd.Series(name, index=range(len(row)), dtype="str"),
            "item": pd.Series(items[row], dtype="str"),
            "period": pd.Series(labels[column], dtype="str"),
            "cause": pd.Series(causes[cause], dtype="str"),
            "amount": np.where(amount == 0, np.nan, amount),
            # Never up to 1: what is not wholly known does not look it.
            "known": np.floor(scope.known[row, column, cause] * DIGITS) / DIGITS,
        }
    )
