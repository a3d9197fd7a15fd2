"""Evidence: the tables of a plan as matrices over the sets of its problem."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from allocopt.plan import Plan
from allocopt.problem import Problem

# Differences below this share of the amounts compared are rounding.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Evidence:
    """What a plan says, ready to be held against its problem; reads tables only."""

    problem: Problem
    plan: Plan

    @property
    def periods(self) -> list[str]:
        """Labels of the periods."""
        return list(self.problem.periods)

    @cached_property
    def rep_of(self) -> pd.Series[str]:
        """Rep of each unit, "" when left open."""
        rows = self.plan["assignments"]
        covered = rows[rows["share"] > 0].drop_duplicates("unit").set_index("unit")["rep"]
        return covered.reindex(self.problem.units.index).fillna("")

    @cached_property
    def chosen(self) -> list[tuple[str, str]]:
        """Units with a rep who may cover them, and who it is; the others are reported by coverage."""
        eligible = set(self.problem.pairs.index)
        pairs = zip(self.rep_of.index, self.rep_of, strict=True)
        return [pair for pair in pairs if pair in eligible]

    @cached_property
    def there(self) -> pd.Series[bool]:
        """Which reps are there: all but the open positions that are not filled."""
        hired = self.plan["reps"].set_index("rep")["hired"].reindex(self.problem.reps.index)
        return (self.problem.reps["status"] != "open") | (hired == "yes")

    @cached_property
    def hours(self) -> pd.DataFrame:
        """Hours of each chosen pair; (unit, rep) × period."""
        table = self.plan["time"]
        return self._wide(table, ["unit", "rep"], "hours")

    @cached_property
    def hours_of_chosen(self) -> pd.DataFrame:
        """Hours of the pairs that are chosen, 0 where the plan has none; (unit, rep) × period."""
        index = pd.MultiIndex.from_tuples(self.chosen, names=["unit", "rep"])
        return self.hours.reindex(index).fillna(0.0)

    @cached_property
    def load(self) -> pd.DataFrame:
        """Hours of each rep; rep × period."""
        load = self.hours.groupby(level="rep").sum()
        return load.reindex(self.problem.reps.index).fillna(0.0)

    @cached_property
    def available(self) -> pd.DataFrame:
        """Selling time of the reps who are there; rep × period."""
        return self.problem.selling_time.mul(self.there.astype(float), axis=0)

    @cached_property
    def sales(self) -> pd.DataFrame:
        """Planned sales; unit × period."""
        table = self._wide(self.plan["sales"], ["unit"], "sales")
        return table.reindex(self.problem.units.index).fillna(0.0)

    def money(self, column: str) -> pd.DataFrame:
        """`spend` or `lift`; (lever, territory, segment) × period, all curves of the problem first."""
        names = ["lever", "territory", "segment"]
        table = self._wide(self.plan["budget"], names, column)
        curves = pd.MultiIndex.from_tuples([x.key for x in self.problem.lifts], names=names)
        others = table.index.difference(curves, sort=False)
        return table.reindex(curves.append(others)).fillna(0.0) if len(table) else table

    @cached_property
    def spend(self) -> pd.DataFrame:
        """Spend; (lever, territory, segment) × period."""
        return self.money("spend")

    @cached_property
    def lift(self) -> pd.DataFrame:
        """Lift; (lever, territory, segment) × period."""
        return self.money("lift")

    def quotas(self, level: str, column: str = "quota") -> pd.DataFrame:
        """Quotas of a level; rep × period."""
        table = self.plan["quotas"]
        return self._wide(table[table["level"] == level], ["rep"], column)

    def shortfall(self, rule: str) -> pd.Series[float]:
        """Amounts missing under a soft rule, by (item, period)."""
        table = self.plan["shortfalls"]
        chosen = table[table["rule"] == rule].set_index(["item", "period"])["amount"]
        return chosen.astype(float)

    @cached_property
    def handed_over(self) -> pd.Series[bool]:
        """Units that have an owner today and another rep, or none, in the plan."""
        owner = self.problem.units["owner"]
        return (owner != "") & (owner != self.rep_of)

    def _wide(self, table: pd.DataFrame, keys: list[str], value: str) -> pd.DataFrame:
        if table.empty:
            index = pd.MultiIndex.from_tuples([], names=keys) if len(keys) > 1 else pd.Index([])
            return pd.DataFrame(index=index, columns=self.periods, dtype=float)
        wide = table.pivot_table(
            index=keys, columns="period", values=value, aggfunc="sum", sort=False
        )
        return wide.reindex(columns=self.periods).fillna(0.0)


def rows_of(frame: pd.DataFrame) -> dict[Any, np.ndarray]:
    """The rows of a frame as arrays, by its index."""
    return dict(zip(frame.index, frame.to_numpy(dtype=float), strict=True))


def beyond(value: float, limit: float, scale: float = 1.0) -> bool:
    """Whether `value` passes `limit` by more than rounding; `scale` is the size of what is added up."""
    return value > limit + TOLERANCE * max(abs(limit), abs(value), scale, 1.0)


def differs(a: float, b: float, scale: float = 1.0) -> bool:
    """Whether two numbers are apart by more than rounding."""
    return beyond(a, b, scale) or beyond(b, a, scale)


def cells_beyond(
    name: str, value: pd.DataFrame, limit: pd.DataFrame, scale: float = 1.0
) -> Iterable[str]:
    """A sentence for each cell of `value` that passes the same cell of `limit`."""
    slack = TOLERANCE * limit.abs().clip(lower=value.abs()).clip(lower=max(scale, 1.0))
    slack = slack.where(np.isfinite(slack), 0.0)
    over = (value > limit + slack).to_numpy()
    found, most = value.to_numpy(dtype=float), limit.to_numpy(dtype=float)
    for row, column in zip(*np.nonzero(over), strict=True):
        what, when = value.index[row], value.columns[column]
        label = "/".join(map(str, what)) if isinstance(what, tuple) else what
        yield (
            f"{name}: {label} in {when} has {found[row, column]:,.6g}, "
            f"at most {most[row, column]:,.6g} is right"
        )
