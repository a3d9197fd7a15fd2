"""The numbers that documents show, each taken from the plan's tables.

Unknown numbers are NaN and stay unknown; a sum with nothing known in it is unknown too. Facts within a
subject, such as a territory or a rep, have the part of each table that belongs to it (`views.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import isnan, nan
from typing import Any

import numpy as np
import pandas as pd

from allocopt.documents.facts.excerpt import Excerpt
from allocopt.documents.facts.subject import COMPANY
from allocopt.documents.language.text import known_text

# A rule binds when its slack is less than this part of its activity.
BINDING = 1e-6


@dataclass(frozen=True)
class Facts(Excerpt):
    """A plan and its scenario, read as a document needs them.

    `before` are the facts of the version that the plan was made from, where that is at hand, `beside` those
    of other plans: the options to choose from, or alternatives prepared for what may come; `pack` are the
    rows of the contingency pack that those are of.
    """

    before: Facts | None = None
    beside: tuple[Facts, ...] = ()
    pack: pd.DataFrame | None = None

    def kpi(self, kpi: str, scope: str = "company", period: str = "") -> float:
        """One key figure; unknown when the plan does not have it."""
        table = self.table("kpis")
        rows = table[
            (table["kpi"] == kpi)
            & (table["scope"] == scope)
            & (table["period"].map(known_text) == period)
        ]
        return float(rows["value"].iloc[0]) if len(rows) else nan

    def part(self, name: str) -> float:
        """One signed part of the objective; unknown when the plan does not have it, and of a part."""
        if self.subject != COMPANY:
            return nan
        return float(self.summary.get("objective_parts", {}).get(name, nan))

    @cached_property
    def units(self) -> pd.DataFrame:
        """Per unit: territory, segment, name, potential, demand, sales, spend [currency per horizon]."""
        sold = self.table("sales").groupby("unit")[["demand", "sales", "spend"]].sum(min_count=1)
        return self._listed_units.join(sold)

    @cached_property
    def _listed_units(self) -> pd.DataFrame:
        """Per unit: territory, segment, name, potential [currency per horizon], lock_until."""
        if self.whole is not None and self.extent is not None:
            listed = self.whole._listed_units
            places = listed.index.get_indexer(pd.Index(list(self.extent.units)))
            return listed.take(np.sort(places[places >= 0]))
        table = self.scenario.table("units").set_index("unit")
        kept = table.reindex(columns=["territory", "segment", "name", "potential", "lock_until"])
        horizon = self.scenario.calendar.input_factor * len(self.periods)
        return kept.assign(potential=kept["potential"].astype(float) * horizon)

    @cached_property
    def open_potential(self) -> pd.Series[float]:
        """Per unit: potential beyond all that is planned to be sold there, never below zero. [currency]

        What another rep sells in a unit is not open either.
        """
        units = (self.whole or self).units
        return (units["potential"] - units["sales"]).clip(lower=0.0).reindex(self.units.index)

    @cached_property
    def unit_sales(self) -> pd.DataFrame:
        """Planned sales and demand: unit, territory, segment, period, sales, demand, spend."""
        columns = ["unit", "period", "sales", "demand", "spend"]
        cells = self.units[["territory", "segment"]]
        return self.table("sales")[columns].join(cells, on="unit")

    @property
    def on_year_before(self) -> bool:
        """Whether the whole plan is compared with the same periods one year before."""
        calendar = self.scenario.calendar
        before = [
            calendar.label(calendar.shift(start, -calendar.season)) for start in calendar.starts
        ]
        return bool(before) and self.compared == (self.periods, tuple(before))

    @cached_property
    def compared(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Planned periods and the past periods they are compared with, at most a year of each.

        These are the same periods one year before; when history does not reach that far and a whole
        year is planned, the last year on record. Both are empty when nothing can be compared.
        """
        calendar = self.scenario.calendar
        recorded = sorted(set(self.past["period"]))
        planned = self.periods[: calendar.season]
        before = [
            calendar.label(calendar.shift(start, -calendar.season))
            for start in calendar.starts[: len(planned)]
        ]
        if set(before) <= set(recorded):
            return planned, tuple(before)
        if len(recorded) >= calendar.season == len(planned):
            return planned, tuple(recorded[-calendar.season :])
        return (), ()

    @cached_property
    def past(self) -> pd.DataFrame:
        """Past sales: territory, segment, period (label), sales."""
        if self.subject.kind in ("account", "rep"):
            return self._recorded
        table = self.table("past")
        return table.assign(period=table["period"].map(known_text))

    @cached_property
    def _recorded(self) -> pd.DataFrame:
        """Past sales of an account's units, where history names units; those of a rep are not kept."""
        calendar = self.scenario.calendar
        rows = self.scenario.table("history") if self.subject.kind == "account" else None
        if rows is None or "unit" not in rows or self.extent is None:
            return pd.DataFrame(columns=["territory", "segment", "period", "sales"])
        rows = rows[rows["unit"].isin(self.extent.units) & (rows["date"] < calendar.plan_start)]
        cells = rows[["unit", "sales"]].join(self.units[["territory", "segment"]], on="unit")
        cells = cells.assign(period=calendar.label_of(rows["date"]))
        keys = ["territory", "segment", "period"]
        return cells.groupby(keys, as_index=False)[["sales"]].sum(min_count=1)

    def sales(self) -> float:
        """Planned company sales over the horizon."""
        return float(self.table("sales")["sales"].sum(min_count=1))

    def contribution(self) -> float:
        """The plan's contribution over the horizon; unknown of a part, which has no account of its own."""
        if self.subject != COMPANY:
            return nan
        return float(self.summary.get("contribution", nan))

    def past_sales(self) -> float:
        """Company sales of the past periods that the plan is compared with."""
        rows = self.past[self.past["period"].isin(self.compared[1])]
        return float(rows["sales"].sum(min_count=1))

    def compared_sales(self) -> float:
        """Planned company sales of the periods that are compared with the past."""
        rows = self.unit_sales[self.unit_sales["period"].isin(self.compared[0])]
        return float(rows["sales"].sum(min_count=1))

    def growth(self) -> float:
        """Planned company sales against the past, as a relative change."""
        return ratio(self.compared_sales(), self.past_sales()) - 1

    def by(self, column: str) -> pd.DataFrame:
        """Per territory or segment: demand, sales, share, past, growth, units, potential, spend.

        Rows in descending order of planned sales; amounts are per horizon, `past` and `growth` refer
        to the compared periods.
        """
        table: pd.DataFrame = self.once(f"by {column}", lambda: self._by(column))
        return table

    def _by(self, column: str) -> pd.DataFrame:
        planned = self.unit_sales.groupby(column)[["demand", "sales"]].sum(min_count=1)
        ours = self.unit_sales[self.unit_sales["period"].isin(self.compared[0])]
        theirs = self.past[self.past["period"].isin(self.compared[1])]
        past = theirs.groupby(column)["sales"].sum(min_count=1).rename("past")
        now = ours.groupby(column)["sales"].sum(min_count=1).rename("now")
        units = self.units.groupby(column).agg(
            units=("territory", "size"),
            potential=("potential", lambda cells: cells.sum(min_count=1)),
        )
        spend = self.table("budget").groupby(column)["spend"].sum(min_count=1)
        table = units.join([planned, past, now, spend]).astype(float)
        if self.spend() == 0:
            table["spend"] = 0.0
        table["share"] = table["sales"] / table["sales"].sum(min_count=1)
        table["growth"] = table["now"] / table["past"].where(table["past"] != 0) - 1
        return table.sort_values("sales", ascending=False, kind="stable")

    @cached_property
    def reps(self) -> pd.DataFrame:
        """Per rep: name, territory, status, hired, start, hours, load, utilisation, units.

        Hours and load are the sums over the rep's rows, `hired` says that an open position is filled.
        """
        held = self.table("assignments").groupby("rep")["unit"].nunique()
        if self.whole is not None and self.extent is not None:
            own = self.whole.reps[self.whole.reps.index.isin(self.extent.reps)]
            return own.assign(units=held.reindex(own.index).fillna(0))
        rows = self.table("reps")
        sums = rows.groupby("rep", sort=False)[["hours", "load"]].sum(min_count=1)
        flags = rows.assign(hired=rows["hired"].map(is_yes)).groupby("rep", sort=False)
        first = flags.agg(hired=("hired", "any"), start=("start", "min"))
        table = sums.join(first)
        table["utilisation"] = table["load"] / table["hours"].where(table["hours"] > 0)
        table["units"] = held.reindex(table.index).fillna(0)
        known = self.scenario.table("reps").drop_duplicates("rep").set_index("rep")
        more = known.reindex(columns=["territory", "status"]).reindex(table.index)
        return table.join(more)

    @cached_property
    def active_reps(self) -> pd.DataFrame:
        """Rows of `reps` without the open positions that the plan leaves open."""
        opened = self.reps["status"].map(known_text) == "open"
        return self.reps[~opened | self.reps["hired"].astype(bool)]

    def open_positions(self) -> int:
        """How many open positions the plan could fill; unknown of a part, and 0 there."""
        if self.subject != COMPANY:
            return 0
        return int((self.scenario.table("reps")["status"] == "open").sum())

    @cached_property
    def hires(self) -> pd.DataFrame:
        """The open positions that the plan fills: rows of `reps`."""
        opened = self.reps["status"].map(known_text) == "open"
        return self.reps[self.reps["hired"].astype(bool) & opened]

    @cached_property
    def handovers(self) -> pd.DataFrame:
        """Assignments that change a unit's rep: unit, rep, before, start, reason, sales.

        Those of a rep are what the rep takes over and what the rep hands on.
        """
        if self.subject.kind == "rep" and self.whole is not None:
            rows = self.whole.handovers
            return rows[(rows["rep"] == self.subject.key) | (rows["before"] == self.subject.key)]
        rows = self.table("assignments")
        rows = rows[rows["handover"].map(is_yes).astype(bool)]
        return rows.join(self.units[["sales"]], on="unit")

    @cached_property
    def changes(self) -> pd.DataFrame:
        """Assignments by which a unit gets another rep than today's, one after none, or none any more.

        unit, rep, before (blank = nobody), start, reason, sales: what the new rep is credited with
        [currency per horizon]. In the order of their days, then of their sales. Those of a rep are what
        the rep takes over and what the rep hands on.
        """
        if self.whole is not None and self.extent is not None:
            rows, key = self.whole.changes, self.subject.key
            if self.subject.kind == "rep":
                return rows[(rows["rep"] == key) | (rows["before"] == key)]
            return rows[rows["unit"].isin(self.extent.units)]
        rows = self.table("assignments")
        rows = rows.assign(**{name: rows[name].map(known_text) for name in ("rep", "before")})
        rows = rows.loc[rows["rep"] != rows["before"], ["unit", "rep", "before", "start", "reason"]]
        sums = self.credits.groupby(["unit", "rep"])["sales"].sum(min_count=1)
        rows = rows.join(sums, on=["unit", "rep"])
        return rows.sort_values(["start", "sales"], ascending=[True, False], kind="stable")

    def handover_share(self) -> float:
        """Demand of units that change their rep, as a share of all demand: the plan's key figure."""
        if self.subject == COMPANY:
            return self.kpi("handover_share")
        demand = self.units["demand"]
        moved = demand[demand.index.isin(self.handovers["unit"])]
        return ratio(float(moved.sum()), float(demand.sum(min_count=1)))

    @cached_property
    def rep_quotas(self) -> pd.DataFrame:
        """Per rep over the horizon: quota, expected, baseline, before [currency per horizon]."""
        rows = self.table("quotas")
        rows = rows[rows["level"] == "rep"]
        columns = ["quota", "expected", "baseline", "before"]
        rows = rows.assign(before=pd.to_numeric(rows["before"], errors="coerce"))
        return rows.groupby("rep", sort=False)[columns].sum(min_count=1)

    @cached_property
    def company_quota(self) -> float:
        """The company's quota over the horizon; the sum of the reps' where the plan has no such row.

        That of a part is known only where its reps have nothing outside.
        """
        rows = self.table("quotas")
        if self.whole is not None and not self.has_own_reps():
            return nan
        company = rows.loc[rows["level"] == "company", "quota"]
        return float((company if len(company) else self.rep_quotas["quota"]).sum(min_count=1))

    def has_own_reps(self) -> bool:
        """Whether all that the reps of a part cover lies in it."""
        if self.whole is None or self.extent is None:
            return True
        rows = self.whole.table("assignments")
        return set(rows.loc[rows["rep"].isin(self.extent.reps), "unit"]) <= self.extent.units

    @cached_property
    def lever_spend(self) -> pd.DataFrame:
        """Spend and lift per lever over the horizon, largest spend first."""
        sums = self.table("budget").groupby("lever")[["spend", "lift"]].sum(min_count=1)
        return sums.sort_values("spend", ascending=False, kind="stable")

    def spend(self) -> float:
        """Money planned for levers; unknown when neither the budget nor a key figure says it."""
        budget = float(self.table("budget")["spend"].sum(min_count=1))
        if isnan(budget) and self.subject != COMPANY:
            return float(self.units["spend"].sum(min_count=1))
        return self.kpi("spend") if isnan(budget) else budget

    @cached_property
    def binding(self) -> pd.DataFrame:
        """Rule rows without slack whose loosening brings something; `limit` is the side that binds."""
        rows = self.table("limits")
        scale = rows["activity"].abs().clip(lower=1).fillna(1)
        # Selling time has less than no slack where overtime is worked.
        overdrawn = (rows["rule"] == "selling_time_limit") & (rows["slack"] < 0)
        tight = (rows["slack"].abs() <= BINDING * scale) | overdrawn
        rows = rows[tight & (rows["value_of_one_more"].abs() > 0)]
        return rows.assign(limit=rows["upper"].fillna(rows["lower"]).fillna(rows["activity"]))

    @cached_property
    def shortfalls(self) -> pd.DataFrame:
        """Soft rules that are not kept, with their cost = amount · price, dearest first."""
        rows = self.table("shortfalls")
        rows = rows[rows["amount"] > 0]
        rows = rows.assign(cost=rows["amount"] * rows["price"])
        return rows.sort_values("cost", ascending=False, kind="stable")


def records(frame: pd.DataFrame) -> Iterator[tuple[str, dict[str, Any]]]:
    """Key and cells of each row."""
    rows = frame.to_dict("records")
    for key, cells in zip(frame.index, rows, strict=True):
        yield str(key), {str(column): cell for column, cell in cells.items()}


def numbers(values: pd.Series[Any]) -> dict[str, float]:
    """The entries of a series of numbers by key."""
    return {str(key): float(value) for key, value in values.items()}


def ratio(part: float, whole: float) -> float:
    """part / whole; unknown when the whole is zero or unknown."""
    return part / whole if whole else nan


def is_yes(value: object) -> bool:
    """A flag of the plan's tables, which are read back from text."""
    return known_text(value).strip().lower() in {"yes", "true", "1", "1.0"}
