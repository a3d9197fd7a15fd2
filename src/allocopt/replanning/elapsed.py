"""Elapsed: what the periods that are over have used up of the limits of a horizon.

The limits of a plan that was made inside the horizon are what an earlier turn has left of them: only what
is known beyond that counts, periods that are newly over and late rows of those that were frozen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from allocopt.audit.evidence import Evidence
from allocopt.problem import Problem, build_problem
from allocopt.problem.cells import PLACE
from allocopt.replanning.course import Course
from allocopt.replanning.reading import AS_PLANNED

# Handed-over shares that are closer to a whole number are that number.
SAME = 1e-6


@dataclass(frozen=True)
class Elapsed:
    """What has happened in a course, as far as the limits of the plan in force do not know it yet."""

    course: Course

    @cached_property
    def before(self) -> Course:
        """The course as it stood when the plan in force was made."""
        scenario = self.course.scenario
        known = {name: scenario.table(name) for name in ("actuals", "spend")}
        return replace(self.course, closed=self.course.plan.frozen_periods, came=known)

    @cached_property
    def problem(self) -> Problem:
        """The problem of the plan in force, for its demand as it was forecast then."""
        return build_problem(self.course.scenario, self.course.plan["forecast"])

    @cached_property
    def _evidence(self) -> Evidence:
        return Evidence(self.problem, self.course.plan)

    @cached_property
    def hired(self) -> tuple[str, ...]:
        """Open positions that were filled."""
        rows = self.course.plan["reps"]
        began = pd.to_datetime(rows["start"]) <= self.course.through
        return tuple(rows.loc[(rows["hired"] == "yes") & began, "rep"])

    @cached_property
    def handed_over(self) -> int:
        """Units handed over by choice since the plan in force was made; begun ones count."""
        counted = self._evidence.handovers.counted
        day = pd.to_datetime(counted.index.get_level_values("window"))
        return int(counted[day <= self.course.through].sum() + 1 - SAME)

    @cached_property
    def shared(self) -> int:
        """Units that several reps have on the last closed day.

        The rest knows one owner of each, so that what the others keep counts as handed over there.
        """
        rows = self.course.planned("assignments")
        start, end = pd.to_datetime(rows["start"]), pd.to_datetime(rows["end"])
        there = (start <= self.course.through) & (end >= self.course.through) & (rows["share"] > 0)
        return int((rows[there].groupby("unit")["rep"].nunique() > 1).sum())

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
        """What counts against the limits of the plan in force: `spent` less what they know of."""
        known = self.before.spent
        if known is None:
            return self.spent
        earlier = _of_places(known, "")
        return pd.concat([self.spent, earlier.assign(spend=-earlier["spend"])])

    @cached_property
    def people(self) -> float:
        """Cost of people in the newly closed periods, without variable pay. [currency]"""
        present = self._present
        return float((self.problem.reps["cost"] * present).sum())

    @cached_property
    def other_costs(self) -> float:
        """Variable pay at plan and hires of the newly closed periods. [currency]"""
        pay = float((self.problem.reps["pay_at_plan"] * self._present).sum())
        return pay + self.problem.hire_cost * len(self.hired)

    @property
    def _present(self) -> pd.Series[float]:
        """Newly closed periods in which each rep was there."""
        present = self._evidence.taken(self.problem.tenures.presence)
        return present[list(self.course.newly_closed)].sum(axis=1)

    @cached_property
    def assumed_spend(self) -> pd.DataFrame:
        """Rows for the table `spend` of what is taken to have been spent as planned."""
        calendar = self.course.calendar
        starts = dict(zip(calendar.labels, calendar.starts, strict=True))
        rows = self.spent[self.spent["source"] == AS_PLANNED]
        places = {name: rows[name].where(rows[name] != "") for name in PLACE[1:]}
        dated = rows.assign(**places, date=rows["period"].map(starts), kind="actual")
        return dated.drop(columns="period")

    @cached_property
    def committed(self) -> pd.DataFrame:
        """Planned spend of the periods to come on levers that are committed for the horizon; as `spent`."""
        levers = self.course.scenario.table("levers")
        fixed = levers.loc[levers["commit"] == "horizon", "lever"]
        rows = self.course.plan["budget"]
        rows = rows[rows["period"].isin(self.course.open) & rows["lever"].isin(fixed)]
        return _of_places(rows, "")


def _of_places(rows: pd.DataFrame, source: str) -> pd.DataFrame:
    """Amounts by lever, territory, segment and period."""
    texts = {name: rows[name].fillna("").astype("str") for name in (*PLACE, "period")}
    sums = rows["spend"].groupby([*texts.values()], sort=False).sum()
    return sums.rename_axis([*texts]).rename("spend").reset_index().assign(source=source)
