"""Review: what alerts are looked for in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from allocopt.config.sections import Alerts
from allocopt.replanning.alerts.expectation import Expectation, Expectations, togetherness
from allocopt.replanning.course import Course, Outlook
from allocopt.replanning.performance.amounts import Books


@dataclass(frozen=True, eq=False)
class Review:
    """A course with a closed period, its table `performance`, and the outlook where there is one."""

    course: Course
    performance: pd.DataFrame
    outlook: Outlook | None

    @cached_property
    def books(self) -> Books:
        """Plan and actuals by scope."""
        return Books(self.course)

    @property
    def section(self) -> Alerts:
        """The section `alerts` of the configuration."""
        return self.course.scenario.config.alerts

    @property
    def level(self) -> float:
        """Chance that any alert of a kind rings where all is in control."""
        return 1 - self.section.runrate_quantile

    @cached_property
    def to_date(self) -> list[int]:
        """Places from the start of the fiscal year, or of the horizon in it, to the last closed period."""
        closed = self.books.spans.closed
        return list(range(self.books.spans.year_of(closed - 1).start, closed))

    @cached_property
    def expectations(self) -> Expectations:
        """What was expected of the company, territories, segments, reps and managers."""
        return Expectations(self.books)

    @property
    def nodes(self) -> Sequence[Expectation]:
        """What was expected of the company and territories, by the forecast's own bounds."""
        return self.expectations.nodes

    @cached_property
    def together(self) -> float:
        """How much more sums to date spread than if errors of different periods did not go together."""
        return togetherness(self.outlook, len(self.to_date))

    @cached_property
    def page(self) -> pd.DataFrame:
        """Rows of `performance` of the last closed plan period."""
        return self._periods[self._periods["period"] == self.course.closed[-1]]

    @cached_property
    def _periods(self) -> pd.DataFrame:
        """Rows of plan periods of the fiscal year to date."""
        labels = [self.course.closed[place] for place in self.to_date]
        rows = self.performance[self.performance["grain"] == self.course.calendar.period]
        return rows[rows["period"].isin(labels)]

    def below_since(self, scope: str, item: str, column: str, least: float) -> str:
        """First period of those in a row, up to the last closed one, in which a column is below."""
        rows = self._periods
        rows = rows[(rows["scope"] == scope) & (rows["item"] == item)]
        return first_of_run(dict(zip(rows["period"], rows[column] < least, strict=True)))


def first_of_run(holds: dict[str, bool]) -> str:
    """First of the periods in a row, up to the last one, in which something holds; "" where it does not."""
    since = ""
    for period in reversed(holds):
        if not holds[period]:
            break
        since = period
    return since
