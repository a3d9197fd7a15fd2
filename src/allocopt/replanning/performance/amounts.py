"""Amounts: what was planned and what came, by scope, item and period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from allocopt.replanning.course import Course
from allocopt.replanning.performance.credit import Credit, credit_of, leaders, teams
from allocopt.replanning.performance.spans import Spans
from allocopt.territory_tree import TerritoryTree

COMPANY = ""
# Products and channels are what actuals name; what a plan says of them are cuts of quotas.
NAMED = ("product", "channel")
SCOPES = ("company", "territory", "segment", "rep", "manager", *NAMED)


@dataclass(frozen=True)
class Amounts:
    """What one scope planned and sold, item × place [currency/period].

    Places are counted from the first period of the horizon, those before it negative. `plan` over the
    horizon, NaN where the plan says nothing of an item. `missing`: the part of the plan in closed periods
    whose territories have not reported. `actual` of the past and of closed periods, NaN where unknown.
    `quota` where people or the company carry one.
    """

    scope: str
    plan: pd.DataFrame
    missing: pd.DataFrame
    actual: pd.DataFrame
    quota: pd.DataFrame | None = None

    @property
    def items(self) -> pd.Index:
        """All that is planned or has sold."""
        return self.plan.index


@dataclass(frozen=True, eq=False)
class Books:
    """Plan and actuals of a course in places of its horizon, from which each scope is summed."""

    course: Course

    @cached_property
    def spans(self) -> Spans:
        """The horizon's spans as far as they are over."""
        days = self.course.scenario.config.calendar.working_days
        return Spans(self.course.calendar, len(self.course.closed), days)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """All rows of sales, of the past and of closed periods, with their `place`.

        The past of a person is that of the position that the person has now.
        """
        past, sold = self.course.past, self.course.sold
        position = _positions(self.course.scenario.table("reps"))
        seller = past["person"].map(position).astype("object").fillna(past["rep"])
        parts = [part for part in (past.assign(rep=seller), sold) if len(part)]
        rows = pd.concat(parts, ignore_index=True) if parts else sold
        calendar = self.course.calendar
        first = calendar.number_of(pd.Series([calendar.plan_start])).iloc[0]
        return rows.assign(place=calendar.number_of(rows["date"]) - first)

    @cached_property
    def planned(self) -> pd.DataFrame:
        """Planned sales, unit × place of the horizon."""
        return self.wide(self.course.planned("sales"), "unit", "sales").reindex(
            self.units.index, fill_value=0.0
        )

    @cached_property
    def units(self) -> pd.DataFrame:
        """The table `units`, indexed by unit."""
        return self.course.units

    @cached_property
    def credit(self) -> Credit:
        """Whose sales each unit's are over the horizon."""
        assignments = self.course.planned("assignments")
        return credit_of(assignments, self.units.index, self.course.calendar)

    @cached_property
    def unreported(self) -> pd.DataFrame:
        """Planned sales of closed periods in territories of which no row has come; unit × closed place."""
        closed = list(range(self.spans.closed))
        territory = self.units["territory"]
        planned = self.planned[closed].groupby(territory).sum()
        sold = self.rows[self.rows["place"] >= 0]
        came = sold.groupby(["territory", "place"]).size().unstack(fill_value=0)
        came = came.reindex(index=planned.index, columns=closed, fill_value=0)
        silent = (planned > 0) & (came == 0)
        return self.planned[closed].where(silent.loc[territory].to_numpy(), 0.0)

    def wide(self, table: pd.DataFrame, key: str, column: str) -> pd.DataFrame:
        """A long table as key × place of the horizon; 0 where it has no row."""
        place = {label: k for k, label in enumerate(self.course.calendar.labels)}
        sums = table.assign(place=table["period"].map(place)).groupby([key, "place"])[column].sum()
        columns = list(range(self.course.calendar.plan_periods))
        return sums.unstack().reindex(columns=columns).fillna(0.0).astype(float)

    def __iter__(self) -> Iterator[Amounts]:
        """Every scope that has anything to tell, the company first."""
        yield self.company
        yield self.territories
        yield self.by_place("segment")
        yield self.reps
        yield from (amounts for amounts in (self.managers,) if len(amounts.items))
        for name in NAMED:
            if self.rows[name].notna().any() or len(self._cuts(name)):
                yield self._named(name)

    @cached_property
    def company(self) -> Amounts:
        """The whole company, item ""."""
        plan, missing = self._grouped(pd.Series(COMPANY, self.units.index))
        sold = self._sold(self.rows.assign(item=COMPANY), "item")
        made = self._of_sums("company", plan, missing, sold)
        quotas = self._quotas("company")
        return Amounts("company", made.plan, made.missing, made.actual, quotas.reindex(made.items))

    @cached_property
    def territories(self) -> Amounts:
        """Every node of the tree that holds a unit or has sold; a node holds all below it."""
        tree = self.course.scenario.territory_tree
        own, missing = self._grouped(self.units["territory"])
        sold = self._sold(self.rows, "territory")
        leaves = [*dict.fromkeys([*own.index, *sold.index])]
        nodes = [*dict.fromkeys([*tree.nodes, *leaves])]
        holds = holding(tree, nodes, leaves)
        holds = holds[holds.any(axis=1)]
        plan, missing = (holds @ frame.reindex(leaves).fillna(0.0) for frame in (own, missing))
        known = sold.reindex(leaves)
        total = (holds @ known.fillna(0.0)).where((holds @ known.notna().astype(float)) > 0)
        return self._of_sums("territory", plan, missing, total)

    def by_place(self, key: str) -> Amounts:
        """By a column of units that rows of sales have too."""
        plan, missing = self._grouped(self.units[key])
        return self._of_sums(key, plan, missing, self._sold(self.rows, key))

    @cached_property
    def reps(self) -> Amounts:
        """Reps against their quotas; rows that name nobody count for whom the plan assigned."""
        quota = self._quotas("rep")
        planned, missing = self.credit.of(self.planned), self.credit.of(self.unreported)
        named = self._sold(self.rows, "rep")
        items = pd.Index([*dict.fromkeys([*quota.index, *planned.index, *named.index])])
        silent = missing.reindex(items).fillna(0.0)
        credited = planned.reindex(items)[missing.columns].fillna(0.0)
        part = (silent / credited.where(credited > 0)).fillna(0.0)
        asked = quota.reindex(items)
        sold = _added(named.reindex(items), self._unsigned.reindex(items))
        actual = self._filled(sold, (part >= 1) & (silent > 0))
        missing_quota = asked[missing.columns].fillna(0.0) * part
        return Amounts("rep", asked, missing_quota, actual, asked)

    @cached_property
    def teams(self) -> Mapping[str, Sequence[str]]:
        """By manager the reps of the team."""
        return teams(leaders(self.course.scenario), list(self.reps.items))

    @cached_property
    def managers(self) -> Amounts:
        """Managers against the quotas of their teams."""
        quota = self._quotas("manager")
        missing, actual = (
            pd.DataFrame(
                {name: frame.loc[list(team)].sum(min_count=1) for name, team in self.teams.items()}
            ).T.reindex(columns=frame.columns)
            for frame in (self.reps.missing, self.reps.actual)
        )
        asked = quota.reindex(missing.index)
        return Amounts("manager", asked, missing, actual, asked)

    def _named(self, name: str) -> Amounts:
        """By product or channel; the plan of one is what quotas by it add up to, else unknown."""
        cuts, sold = self._cuts(name), self._sold(self.rows, name)
        items = pd.Index([*dict.fromkeys([*cuts.index, *sold.index])])
        silent = self.company.missing.iloc[0] > 0
        plan = cuts.reindex(items, columns=self.planned.columns)
        nothing = pd.DataFrame(0.0, index=items, columns=silent.index)
        actual = self._filled(sold.reindex(items), nothing > 0)
        return Amounts(name, plan, nothing.where(~silent, np.nan), actual)

    def _cuts(self, name: str) -> pd.DataFrame:
        quotas = self.course.planned("quotas")
        rows = quotas[quotas["level"] == name]
        if "item" not in rows or rows.empty:
            return pd.DataFrame(columns=self.planned.columns, dtype=float)
        return self.wide(rows, "item", "quota")

    def _quotas(self, level: str) -> pd.DataFrame:
        quotas = self.course.planned("quotas")
        return self.wide(quotas[quotas["level"] == level], "rep", "quota")

    def _grouped(self, key: pd.Series[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
        return self.planned.groupby(key).sum(), self.unreported.groupby(key).sum()

    def _of_sums(
        self, scope: str, plan: pd.DataFrame, missing: pd.DataFrame, sold: pd.DataFrame
    ) -> Amounts:
        items = pd.Index([*dict.fromkeys([*plan.index, *sold.index])])
        plan, missing = (frame.reindex(items).fillna(0.0) for frame in (plan, missing))
        silent = (missing > 0) & (missing >= plan[missing.columns])
        return Amounts(scope, plan, missing, self._filled(sold.reindex(items), silent))

    def _sold(self, rows: pd.DataFrame, key: str) -> pd.DataFrame:
        """Sales, item × place; NaN where there is no row."""
        sums = rows.dropna(subset=key).groupby([key, "place"])["sales"].sum().unstack()
        first = min([self.spans.earliest, *map(int, sums.columns)])
        return sums.reindex(columns=range(first, self.spans.closed)).astype(float)

    @cached_property
    def _unsigned(self) -> pd.DataFrame:
        """What rows that name no rep have sold in closed periods, credited by assignment; rep × place.

        Rows that name no unit are their cell's: spread by the planned sales of its units.
        """
        rows = self.rows[(self.rows["place"] >= 0) & self.rows["rep"].isna()]
        places = list(range(self.spans.closed))
        own = rows.groupby(["unit", "place"])["sales"].sum().unstack()
        own = own.reindex(index=self.units.index, columns=places).fillna(0.0)
        cells = rows[rows["unit"].isna()].groupby(["territory", "segment", "place"])["sales"].sum()
        keys = pd.MultiIndex.from_frame(self.units[["territory", "segment"]])
        whole = cells.unstack().reindex(index=keys, columns=places).fillna(0.0).to_numpy()
        credited = self.credit.of(own + self._part_of_cell()[places] * whole)
        return credited.where(credited != 0)

    def _part_of_cell(self) -> pd.DataFrame:
        """Planned share of each unit in its cell, evenly where nothing is planned; unit × place."""
        cell = [self.units["territory"], self.units["segment"]]
        total = self.planned.groupby(cell).transform("sum")
        count = self.units.groupby(cell)["territory"].transform("size")
        even = pd.DataFrame(
            np.repeat(1.0 / count.to_numpy()[:, None], total.shape[1], axis=1),
            self.units.index,
            total.columns,
        )
        return (self.planned / total.where(total > 0)).fillna(even)

    def _filled(self, sold: pd.DataFrame, silent: pd.DataFrame) -> pd.DataFrame:
        """Sales with 0 where an item is known and has no row.

        In the past an item is known from its first row on, in periods of which the company has any row;
        in closed periods unless all its territories are `silent`.
        """
        seen = sold.notna().cummax(axis=1)
        told = self._told.reindex(sold.columns, fill_value=False)
        over = sold.columns.to_numpy() >= 0
        known = seen.to_numpy() & told.to_numpy()[None, :] & ~over[None, :]
        known[:, over] = told.to_numpy()[over][None, :] | ~self._asked[None, :]
        known[:, over] &= ~silent.reindex(columns=sold.columns[over]).to_numpy(dtype=bool)
        filled = sold.fillna(0.0).where(known | sold.notna().to_numpy())
        return filled[list(range(self.spans.earliest, self.spans.closed))]

    @cached_property
    def _told(self) -> pd.Series[bool]:
        """Places of which the company has any row."""
        return pd.Series(True, index=pd.Index(sorted(self.rows["place"].unique())))

    @cached_property
    def _asked(self) -> np.ndarray:
        """Closed places in which anything was planned, so that no row at all means no report."""
        closed = list(range(self.spans.closed))
        return (self.planned[closed].sum() > 0).to_numpy()


def holding(tree: TerritoryTree, nodes: Sequence[str], territories: Sequence[str]) -> pd.DataFrame:
    """1 where a node is a territory or holds it, else 0; node × territory."""
    holds = np.zeros((len(nodes), len(territories)))
    row = {node: k for k, node in enumerate(nodes)}
    for column, territory in enumerate(territories):
        inside = [row[name] for name in (territory, *tree.ancestors(territory)) if name in row]
        holds[inside, column] = 1.0
    return pd.DataFrame(holds, list(nodes), list(territories))


def _positions(reps: pd.DataFrame) -> Mapping[str, str]:
    """Position of each person who is known to have one."""
    known = reps.dropna(subset="person").drop_duplicates("person")
    return dict(zip(known["person"], known["rep"], strict=True))


def _added(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    """Sums of what is known in either frame; NaN where neither knows anything."""
    both = a.fillna(0.0).add(b.reindex(columns=a.columns).fillna(0.0))
    return both.where(a.notna() | b.reindex(columns=a.columns).notna())
