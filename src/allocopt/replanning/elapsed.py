"""Elapsed: what the periods that are over have used up of the limits of a horizon."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from allocopt.problem.cells import PLACE
from allocopt.replanning.course import Course
from allocopt.replanning.reading import AS_PLANNED


@dataclass(frozen=True)
class Elapsed:
    """What has happened in the periods that a replan closes; frozen ones have been counted before."""

    course: Course

    @property
    def periods(self) -> tuple[str, ...]:
        """Labels of the periods that are over since the plan in force was made."""
        return self.course.newly_closed

    @cached_property
    def hired(self) -> tuple[str, ...]:
        """Open positions that were filled."""
        rows = self.course.plan["reps"]
        began = pd.to_datetime(rows["start"]) <= self.course.through
        return tuple(rows.loc[(rows["hired"] == "yes") & began, "rep"])

    @cached_property
    def handed_over(self) -> int:
        """Units that changed their rep."""
        rows = self.course.plan["assignments"]
        began = pd.to_datetime(rows["start"]) <= self.course.through
        return int(rows.loc[(rows["handover"] == "yes") & began, "unit"].nunique())

    @cached_property
    def spent(self) -> pd.DataFrame:
        """Money spent in all closed periods [currency]; lever, territory, segment ("" = any), period.

        As planned where nobody has told what was spent on a lever in a period: `source` says so.
        """
        told, planned = self.course.spent, self.course.planned("budget")
        planned = planned[planned["period"].isin(self.course.closed) & (planned["spend"] > 0)]
        if told is None:
            return _of_places(planned, AS_PLANNED)
        known = pd.MultiIndex.from_frame(told[["lever", "period"]])
        silent = ~pd.MultiIndex.from_frame(planned[["lever", "period"]]).isin(known)
        return pd.concat([_of_places(told, ""), _of_places(planned[silent], AS_PLANNED)])

    @cached_property
    def newly_spent(self) -> pd.DataFrame:
        """Of `spent` what counts against the limits of the plan in force."""
        return self.spent[self.spent["period"].isin(self.periods)]

    @cached_property
    def people(self) -> float:
        """What people cost, by the days of each that have passed. [currency]"""
        rows = self.course.plan["reps"]
        start, end = pd.to_datetime(rows["start"]), pd.to_datetime(rows["end"])
        there = (end - start).dt.days + 1
        last = end.where(end <= self.course.through, self.course.through)
        passed = ((last - start).dt.days + 1).clip(lower=0)
        share = (passed / there.where(there > 0)).fillna(0.0)
        return float((rows["cost"] * share)[rows["hired"] != "no"].sum())

    @cached_property
    def assumed_spend(self) -> pd.DataFrame:
        """Rows for the table `spend` of what is taken to have been spent as planned."""
        calendar = self.course.calendar
        starts = dict(zip(calendar.labels, calendar.starts, strict=True))
        rows = self.spent[self.spent["source"] == AS_PLANNED]
        places = {name: rows[name].where(rows[name] != "") for name in PLACE[1:]}
        dated = rows.assign(**places, date=rows["period"].map(starts), kind="actual")
        return dated.drop(columns="period")


def _of_places(rows: pd.DataFrame, source: str) -> pd.DataFrame:
    """Amounts by lever, territory, segment and period."""
    texts = {name: rows[name].fillna("").astype("str") for name in (*PLACE, "period")}
    sums = rows["spend"].groupby([*texts.values()], sort=False).sum()
    return sums.rename_axis([*texts]).rename("spend").reset_index().assign(source=source)
