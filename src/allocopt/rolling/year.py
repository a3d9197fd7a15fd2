"""Year: what is carried on - a plan, its scenario, what came of it, and where the next one starts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from allocopt.calendar import Calendar
from allocopt.plan import Plan
from allocopt.scenario import Scenario

DAY = pd.Timedelta(days=1)
_YEAR = re.compile(r"(?<!\d)(19|20|21)\d\d(?!\d)")


@dataclass(frozen=True)
class Year:
    """The plan that has run, its scenario, and tables of what came, by name.

    `until` is the last day of the time that has run; None: the plan's last one.
    """

    plan: Plan
    scenario: Scenario
    came: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    until: pd.Timestamp | None = None

    @property
    def calendar(self) -> Calendar:
        """The periods of the plan that has run."""
        return self.scenario.calendar

    @property
    def last(self) -> pd.Timestamp:
        """Last day of the time that has run."""
        return self.calendar.plan_end if self.until is None else self.until

    @property
    def start(self) -> pd.Timestamp:
        """First day of the next plan: the day after the last one that has run."""
        return self.last + DAY

    @cached_property
    def gone(self) -> frozenset[str]:
        """Reps whose last day lies before the next plan."""
        reps = self.scenario.table("reps")
        return frozenset(reps.loc[reps["end"] < self.start, "rep"])

    @cached_property
    def hired(self) -> dict[str, pd.Timestamp]:
        """First day of each open position that the plan has filled by then, by rep."""
        rows = self.plan["reps"]
        filled = rows[(rows["hired"] == "yes") & (pd.to_datetime(rows["start"]) <= self.last)]
        return dict(zip(filled["rep"], pd.to_datetime(filled["start"]), strict=True))

    @cached_property
    def stays(self) -> pd.DataFrame:
        """Who has each unit on the last day, and since which day; index unit, "" = nobody.

        Of several who share it, who has most of it.
        """
        rows = self.plan.whole("assignments")
        rows = rows.assign(last=pd.to_datetime(rows["end"]), first=pd.to_datetime(rows["start"]))
        rows = rows[(rows["share"] > 0) & (rows["first"] <= self.last)]
        final = rows[rows["last"] >= self.last]
        owner = final.sort_values("share", kind="stable").groupby("unit", sort=False)["rep"].last()
        units = self.scenario.table("units")["unit"]
        owner = owner.reindex(units).fillna("")
        kept = rows[rows["rep"] == rows["unit"].map(owner)]
        since = kept.groupby("unit")["first"].min().reindex(units)
        return pd.DataFrame({"rep": owner, "since": since})

    def moved(self, days: pd.Series[pd.Timestamp]) -> pd.Series[pd.Timestamp]:
        """First days, as many periods later as the plan has."""
        calendar = self.calendar
        return days.map(lambda day: calendar.shift(day, calendar.plan_periods), na_action="ignore")

    def moved_end(self, days: pd.Series[pd.Timestamp]) -> pd.Series[pd.Timestamp]:
        """Last days, as many periods later: the last day of a month goes to the last of a month."""
        return self.moved(days + DAY) - DAY

    def renamed(self, text: str) -> str:
        """A name with the years of the plan moved on; as it is where the plan has no whole years."""
        months = (self.start.year - self.calendar.plan_start.year) * 12
        months += self.start.month - self.calendar.plan_start.month
        years = range(self.calendar.plan_start.year, self.calendar.plan_end.year + 1)
        if months % 12 or months == 0:
            return text
        return _YEAR.sub(
            lambda found: str(int(found[0]) + (months // 12 if int(found[0]) in years else 0)), text
        )
