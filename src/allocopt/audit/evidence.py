"""Evidence: the tables of a plan as matrices over the sets of its problem."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.plan import Plan
from allocopt.problem import Problem
from allocopt.problem.handovers import Handovers
from allocopt.problem.windows import unit_and_rep

# Differences below this share of the amounts compared are rounding.
TOLERANCE = 1e-6
STINT = ["unit", "rep", "window"]


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
    def shares(self) -> pd.Series[float]:
        """How much of each unit a rep has, by stint; what lies outside the stints is in `misplaced`."""
        table = self._spread[self._is_stint]
        # Two rows of one stint are one share, which then is more than one.
        return table.groupby(STINT, sort=False)["share"].sum().astype(float)

    @cached_property
    def handovers(self) -> Handovers:
        """What changes hands."""
        return Handovers(self.problem, self.shares)

    @cached_property
    def credited(self) -> pd.DataFrame:
        """Planned sales of the reps who cover the units; rep × period [currency]."""
        return self.problem.credited(self.shares, self.sales)

    @cached_property
    def misplaced(self) -> list[str]:
        """Sentences on rows that are no stints of the problem: whole windows of eligible reps."""
        table = self._spread
        rows = table[~self._is_stint][STINT].itertuples(index=False, name=None)
        found = [f"unit_covered: {rep} may not cover {unit} from {day}" for unit, rep, day in rows]
        rows_of_plan = self.plan["assignments"]
        covered = rows_of_plan[rows_of_plan["share"] > 0]
        days = (pd.to_datetime(covered["end"]) - pd.to_datetime(covered["start"])).dt.days + 1
        spread = (table["end"] - table["start"]).dt.days + 1
        if int(days.sum()) != int(spread.sum()):
            found.append("unit_covered: a row of assignments starts or ends inside a window")
        return found

    @cached_property
    def _is_stint(self) -> npt.NDArray[np.bool_]:
        """Which rows of `_spread` are stints of the problem."""
        rows = pd.MultiIndex.from_frame(self._spread[STINT])
        return np.asarray(self.problem.stints.get_indexer(rows) >= 0)

    @cached_property
    def _spread(self) -> pd.DataFrame:
        """Rows of assignments that cover something, one for each window that they last through."""
        rows = self.plan["assignments"]
        rows = rows[rows["share"] > 0][["unit", "rep", "start", "end", "share"]]
        rows = rows.assign(first=pd.to_datetime(rows["start"]), last=pd.to_datetime(rows["end"]))
        days = self.problem.windows.days.reset_index()
        table = rows.drop(columns=["start", "end"]).merge(days, on="unit")
        return table[(table["first"] <= table["start"]) & (table["end"] <= table["last"])]

    @cached_property
    def hired(self) -> dict[str, str]:
        """Open positions that are filled, with the first day."""
        rows = self.plan["reps"]
        filled = rows[rows["hired"] == "yes"]
        first = pd.to_datetime(filled["start"]).dt.strftime("%Y-%m-%d")
        return dict(zip(filled["rep"], first, strict=True))

    @cached_property
    def tenures(self) -> pd.MultiIndex:
        """The tenures that are taken."""
        return self.problem.tenures.first_of(self.hired)

    def taken(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A frame by tenure as one by rep, 0 where none is taken; rep × period."""
        return self.problem.tenures.taken(frame, self.hired)

    @cached_property
    def there(self) -> pd.Series[bool]:
        """Which reps are there: all but the open positions that are not filled."""
        return self.problem.is_there(self.hired)

    @cached_property
    def hours(self) -> pd.DataFrame:
        """Hours of each pair; (unit, rep) × period."""
        return self._wide(self.plan["time"], ["unit", "rep"], "hours")

    @cached_property
    def hours_of_chosen(self) -> pd.DataFrame:
        """Hours of the pairs that are chosen, 0 where the plan has none; (unit, rep) × period."""
        index = unit_and_rep(self.shares.index).unique()
        return self.hours.reindex(index).fillna(0.0)

    @cached_property
    def load(self) -> pd.DataFrame:
        """Hours of each rep, for own units and in support of others'; rep × period."""
        load = self.hours.groupby(level="rep").sum()
        load = load.add(self.support.groupby(level="specialist").sum(), fill_value=0.0)
        return load.reindex(self.problem.reps.index).fillna(0.0)

    @cached_property
    def support(self) -> pd.DataFrame:
        """Hours that specialists give; (specialist, unit) × period."""
        if "support" not in self.plan.tables:
            return self.problem.support.full * 0.0
        table = self.plan["support"].rename(columns={"rep": "specialist"})
        return self._wide(table, ["specialist", "unit"], "hours")

    @cached_property
    def heaviest_load(self) -> pd.DataFrame:
        """Hours of each rep in the plan, or in the sample that needs more of them; rep × period."""
        hours = self.plan.tables.get("outcome_time")
        if hours is None or hours.empty:
            return self.load
        sums = (
            hours.groupby(["sample", "rep", "period"])["hours"]
            .sum()
            .groupby(level=["rep", "period"])
        )
        most = sums.max().unstack("period").reindex(self.load.index, columns=self.periods)
        return self.load.clip(lower=most.fillna(0.0))

    @cached_property
    def available(self) -> pd.DataFrame:
        """Selling time of the reps who are there; rep × period."""
        return self.taken(self.problem.tenures.selling_time)

    def of_pairs(self, frame: pd.DataFrame, *, by_share: bool = False) -> pd.DataFrame:
        """A frame by stint as the sums of the pairs that are chosen; (unit, rep) × period."""
        chosen = frame.reindex(self.shares.index).fillna(0.0)
        if by_share:
            chosen = chosen.mul(self.shares, axis=0)
        return chosen.groupby(level=["unit", "rep"], sort=False).sum()

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

    def _wide(self, table: pd.DataFrame, keys: list[str], value: str) -> pd.DataFrame:
        if table.empty:
            index = pd.MultiIndex.from_tuples([], names=keys) if len(keys) > 1 else pd.Index([])
            return pd.DataFrame(index=index, columns=self.periods, dtype=float)
        sums = table.groupby([*keys, "period"], sort=False)[value].sum()
        return sums.unstack("period", sort=False).reindex(columns=self.periods).fillna(0.0)


def rows_of(frame: pd.DataFrame) -> dict[Any, np.ndarray]:
    """The rows of a frame as arrays, by its index."""
    return dict(zip(frame.index.tolist(), frame.to_numpy(dtype=float), strict=True))


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
    # Compared as frames first, which have to have the same labels.
    larger = (value > limit).to_numpy()
    found, most = value.to_numpy(dtype=float), limit.to_numpy(dtype=float)
    size = np.maximum(np.maximum(np.abs(most), np.abs(found)), max(scale, 1.0))
    over = larger & (found > most + TOLERANCE * np.where(np.isfinite(size), size, 0.0))
    for row, column in zip(*np.nonzero(over), strict=True):
        what, when = value.index[row], value.columns[column]
        label = "/".join(map(str, what)) if isinstance(what, tuple) else what
        yield (
            f"{name}: {label} in {when} has {found[row, column]:,.6g}, "
            f"at most {most[row, column]:,.6g} is right"
        )
