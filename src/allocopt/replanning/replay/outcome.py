"""Outcome: what a plan would have brought under the demand that came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

import pandas as pd

from allocopt.audit.evidence import Evidence
from allocopt.config import Config
from allocopt.plan import FROZEN_TABLES, Plan
from allocopt.problem import Problem, build_problem
from allocopt.problem.continuity import handover_rule
from allocopt.problem.renewals import renewal_steps
from allocopt.problem.windows import make_windows
from allocopt.replanning.course import Course
from allocopt.replanning.replay.walk import Standing, Walk
from allocopt.replanning.unchanged import Unchanged
from allocopt.scenario import Scenario
from allocopt.tables import empty_table

CELL = ["territory", "segment"]
DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class Outcome:
    """The first plan never changed and the plans that were carried out, under the demand that came.

    Both stand in one problem: the scenario of the origin over the periods played, its demand what was
    sold, with a window from each turn on, so that what a change of rep costs is counted alike.
    """

    walk: Walk

    @cached_property
    def problem(self) -> Problem:
        """The periods played, with demand as it came."""
        first, span = self.walk.first, self.walk.span
        scenario = _played(first.scenario, span.number, self._hire_days)
        demand = demand_that_came(self.walk.course(first))
        problem = build_problem(scenario, demand)
        turned = [span.calendar.starts[made.closed] for made in self.walk.standings[1:-1]]
        return with_windows(problem, scenario, turned)

    @cached_property
    def unchanged(self) -> Unchanged:
        """The first plan, never changed."""
        return self._carried_out((self.walk.first,))

    @cached_property
    def loop(self) -> Unchanged:
        """Each plan as long as it stood."""
        return self._carried_out(self.walk.standings)

    def misplaced(self, of: Unchanged) -> int:
        """Assignments that the problem of the origin has no place for: nothing is counted of them."""
        return len(Evidence(self.problem, of.plan).misplaced)

    def _carried_out(self, standings: tuple[Standing, ...]) -> Unchanged:
        last = standings[-1].plan
        tables = {name: last.whole(name) for name in FROZEN_TABLES if name in last.tables}
        tables["reps"] = self._positions(standings)
        return Unchanged(self.problem, Plan(last.summary, {**last.tables, **tables}))

    def _positions(self, standings: tuple[Standing, ...]) -> pd.DataFrame:
        """Rows of people as the last plan has them, and of positions as the plan that filled them."""
        ends = [*(made.closed for made in standings[1:]), self.walk.span.number]
        filled = pd.concat(
            [self._filled(made, end) for made, end in zip(standings, ends, strict=True)]
        )
        rows = standings[-1].plan["reps"]
        others = rows[~rows["rep"].isin(filled["rep"]) & (rows["hired"] != "yes")]
        return pd.concat([others, filled.drop_duplicates("rep")], ignore_index=True)

    def _filled(self, standing: Standing, end: int) -> pd.DataFrame:
        """Positions that a plan filled before so many periods were over."""
        rows = standing.plan["reps"]
        begun = pd.to_datetime(rows["start"]) <= self.walk.span.calendar.ends[end - 1]
        return rows[(rows["hired"] == "yes") & begun]

    @cached_property
    def _hire_days(self) -> tuple[pd.Timestamp, ...]:
        """All days on which any plan filled a position."""
        rows = pd.concat([made.plan["reps"] for made in self.walk.standings])
        days = pd.to_datetime(rows.loc[rows["hired"] == "yes", "start"])
        return tuple(sorted(days.unique()))


def worth_table(outcome: Outcome) -> pd.DataFrame:
    """part, period, loop, unchanged, difference [currency]: what the loop brought.

    Sales, margin on sales and spend by period; over all periods ("") every part of the contribution.
    """
    sides = {"loop": outcome.loop, "unchanged": outcome.unchanged}
    by_period = {name: _by_period(outcome.problem, side) for name, side in sides.items()}
    over_all = {name: _over_all(side) for name, side in sides.items()}
    tables = [
        pd.DataFrame(parts).rename_axis(["part", "period"]) for parts in (by_period, over_all)
    ]
    table = pd.concat(tables).reset_index()
    # A cost of nothing is not a negative zero.
    table[["loop", "unchanged"]] += 0.0
    return table.assign(difference=table["loop"] - table["unchanged"])


def _over_all(side: Unchanged) -> pd.Series[float]:
    parts = {"sales": float(side.sales.to_numpy().sum()), **side.parts}
    parts["contribution"] = side.contribution
    return pd.Series({(part, ""): amount for part, amount in parts.items()})


def _by_period(problem: Problem, side: Unchanged) -> pd.Series[float]:
    margin = side.sales.mul(problem.units["margin"], axis=0)
    spend = Evidence(problem, side.plan).spend
    frames = {"sales": side.sales, "margin_on_sales": margin, "spend": -spend}
    return pd.Series(
        {
            (part, period): float(amount)
            for part, frame in frames.items()
            for period, amount in frame.sum().items()
        }
    )


def demand_that_came(course: Course) -> pd.DataFrame:
    """territory, segment, unit, period, mean: actual sales as demand at standard coverage.

    Of each unit where all rows of its cell name their units, else of the cell.
    """
    sold, units = course.sold, course.units
    cells = pd.MultiIndex.from_frame(sold[CELL])
    whole = cells.isin(cells[sold["unit"].isna()])
    of_cells = _every(sold[whole], CELL, _index_of(sold[whole], CELL), course.closed)
    own = units[~pd.MultiIndex.from_frame(units[CELL]).isin(cells[whole])]
    keys = pd.MultiIndex.from_arrays(
        [own["territory"], own["segment"], own.index], names=[*CELL, "unit"]
    )
    of_units = _every(sold[~whole], [*CELL, "unit"], keys, course.closed)
    return pd.concat([of_cells.assign(unit=""), of_units], ignore_index=True)


def _index_of(rows: pd.DataFrame, keys: list[str]) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[keys].drop_duplicates())


def _every(
    rows: pd.DataFrame, keys: list[str], index: pd.MultiIndex, periods: tuple[str, ...]
) -> pd.DataFrame:
    """Sums for every key and period, 0 where nothing was sold or more came back."""
    sums = rows.groupby([*keys, "period"])["sales"].sum().unstack()
    table = sums.reindex(index=index, columns=list(periods)).fillna(0.0).clip(lower=0.0)
    return pd.DataFrame({"mean": table.rename_axis(columns="period").stack()}).reset_index()


def with_windows(problem: Problem, scenario: Scenario, days: list[pd.Timestamp]) -> Problem:
    """The problem with a window of every unit from each of the days on."""
    reps = problem.tenures.days.index
    cuts = pd.Series(
        pd.to_datetime([day for day in days for _ in reps]),
        index=pd.Index([rep for _ in days for rep in reps], name="rep"),
    )
    starts = pd.concat([problem.tenures.hire_days, cuts])
    windows = make_windows(
        problem.units, problem.pairs.index, problem.tenures.days, starts, problem.calendar
    )
    handover = handover_rule(scenario, problem.units, problem.reps, problem.demand, windows)
    renewals = renewal_steps(problem.units, windows)
    return replace(problem, windows=windows, handover=handover, renewals=renewals)


def _played(then: Scenario, periods: int, hires: tuple[pd.Timestamp, ...]) -> Scenario:
    """The scenario of the origin over the periods played, with room for all that plans decided."""
    tables: Mapping[str, pd.DataFrame] = {
        **then.tables,
        "units": then.table("units").assign(demand=float("nan")),
        "reps": then.table("reps").assign(lead_time=float("nan")),
        "demand": empty_table("demand"),
    }
    return replace(
        then, config=_room(then.config, periods, hires), tables=MappingProxyType(dict(tables))
    )


def _room(config: Config, periods: int, hires: tuple[pd.Timestamp, ...]) -> Config:
    """No pairs are left out, and positions may be filled on the days on which they were."""
    days = tuple(day.date() for day in hires)
    headcount = config.headcount.model_copy(update={"hire_dates": days})
    return config.model_copy(
        update={
            "calendar": config.calendar.model_copy(update={"plan_periods": periods}),
            "coverage": config.coverage.model_copy(update={"candidates": None}),
            "headcount": headcount,
        }
    )
