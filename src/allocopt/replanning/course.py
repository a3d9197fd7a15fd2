"""Course: what was planned and what came of it, and how the rest of the horizon looks now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import pandas as pd

from allocopt.calendar import Calendar
from allocopt.forecasting import Forecast
from allocopt.plan import Plan
from allocopt.rolling.actuals import placed
from allocopt.scenario import Scenario
from allocopt.tables import empty_table

DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class Course:
    """A plan in force and what came of it.

    `scenario` is the plan's own. `closed` are the labels of the periods that are over, the first of the
    whole horizon first. `came` has tables by name: `actuals`, all rows of sales since the first plan's
    start in the columns of the contract, `spend` as far as any was told, and others as they are now
    (`market`, `kpi_values`, `actions`, `pipeline`).
    """

    plan: Plan
    scenario: Scenario
    closed: tuple[str, ...]
    came: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @cached_property
    def calendar(self) -> Calendar:
        """The whole horizon: the periods that an earlier replan has frozen, and those of the plan."""
        own = self.scenario.calendar
        frozen = len(self.plan.frozen_periods)
        start = own.shift(own.plan_start, -frozen)
        return replace(own, plan_start=start, plan_periods=own.plan_periods + frozen)

    @property
    def open(self) -> tuple[str, ...]:
        """Labels of the periods that are still to come."""
        return self.calendar.labels[len(self.closed) :]

    @property
    def newly_closed(self) -> tuple[str, ...]:
        """Labels of the periods that are over since the plan in force was made."""
        return self.closed[len(self.plan.frozen_periods) :]

    @property
    def through(self) -> pd.Timestamp:
        """Last day of the last period that is over; the day before the horizon where there is none."""
        return self.calendar.shift(self.calendar.plan_start, len(self.closed)) - DAY

    @cached_property
    def units(self) -> pd.DataFrame:
        """The table `units`, indexed by unit."""
        return self.scenario.table("units").set_index("unit")

    @cached_property
    def sold(self) -> pd.DataFrame:
        """Rows of actual sales in closed periods, each with its `period`, territory and segment."""
        rows = placed(self.table("actuals"), self.units)
        rows = rows.assign(period=self.calendar.label_of(rows["date"]))
        return rows[rows["period"].isin(self.closed)].reset_index(drop=True)

    @cached_property
    def spent(self) -> pd.DataFrame | None:
        """Rows of actual spend in closed periods, with `period`; None where nothing was told of any."""
        rows = self.table("spend")
        rows = rows[(rows["kind"].fillna("actual") == "actual")]
        rows = rows.assign(period=self.calendar.label_of(rows["date"]))
        rows = rows[rows["period"].isin(self.closed)].reset_index(drop=True)
        return rows if len(rows) else None

    @cached_property
    def past(self) -> pd.DataFrame:
        """Rows of sales before the horizon, each with its `period`, territory and segment."""
        rows = placed(self.scenario.table("history"), self.units)
        rows = rows[rows["date"] < self.calendar.plan_start]
        return rows.assign(period=self.calendar.label_of(rows["date"])).reset_index(drop=True)

    def table(self, name: str) -> pd.DataFrame:
        """A table as it is now: what came, else what the plan was made from."""
        came = self.came.get(name)
        if came is not None:
            return came
        return empty_table(name) if name == "actuals" else self.scenario.table(name)

    def planned(self, name: str) -> pd.DataFrame:
        """A table of the plan over the whole horizon; of each period as the plan then in force had it."""
        return self.plan.whole(name)


@dataclass(frozen=True)
class Outlook:
    """The rest of the horizon as it is seen now: its scenario, the forecast made again, and the plan."""

    scenario: Scenario
    forecast: Forecast
    plan: Plan
