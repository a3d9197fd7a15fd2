"""Excerpt: the tables of a plan with the names that people use, of the whole plan or of a part of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from allocopt.documents.facts.credits import credited
from allocopt.documents.facts.indexed import Indexed
from allocopt.documents.facts.subject import COMPANY, Extent, Subject, extent_of
from allocopt.documents.facts.views import view_of
from allocopt.plan import OPTIONAL_TABLES, PLAN_TABLES, TEXT, Plan

if TYPE_CHECKING:
    from allocopt.scenario import Scenario

# Tables whose rows have a name, and their key.
NAMED_TABLES = {
    "reps": "rep",
    "units": "unit",
    "territories": "territory",
    "segments": "segment",
    "levers": "lever",
}


@dataclass(frozen=True)
class Excerpt:
    """A plan and its scenario, or the rows of them that belong to a part.

    `subject` is what it is about, `extent` the keys that belong to it (None for the company), `whole` the
    excerpt of the company that a part is seen in. `name` is what people call the plan beside others.
    """

    plan: Plan
    scenario: Scenario
    subject: Subject = COMPANY
    extent: Extent | None = None
    whole: Self | None = None
    name: str = ""

    def within(self, subject: Subject) -> Self:
        """What belongs to a part of the plan.

        Raises:
            AllocoptError: the plan knows no such part.
        """
        company = self.whole or self
        if subject == COMPANY:
            return company
        extent = extent_of(subject, self.plan, self.scenario)
        return replace(company, subject=subject, extent=extent, whole=company)

    @property
    def summary(self) -> dict[str, Any]:
        """plan.json."""
        return dict(self.plan.summary)

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """Labels of the planned periods, in order."""
        labels = self.summary.get("calendar", {}).get("labels")
        return tuple(labels or self.scenario.calendar.labels)

    @property
    def begun(self) -> pd.Timestamp:
        """The first day of the plan, before it was made again for the rest of its time."""
        start = self.summary.get("frozen", {}).get("plan_start")
        return pd.Timestamp(start) if start else self.scenario.calendar.plan_start

    def table(self, name: str) -> pd.DataFrame:
        """A table of the plan; one that it lacks has its columns and no rows."""
        if name not in self._tables:
            self._tables[name] = self._read(name)
        return self._tables[name]

    def course(self, name: str) -> pd.DataFrame:
        """A table with the rows of periods that were over when the plan was made again before its own."""
        if not self.plan.frozen_periods or name not in self.plan.tables:
            return self.table(name)
        table = Indexed(_typed(self.plan.whole(name)))
        if self.extent is None:
            return table.frame
        return view_of(name, table, self.subject, self.extent)

    def _read(self, name: str) -> pd.DataFrame:
        """A table of the plan, the rows of it that belong to the subject."""
        if self.whole is not None and self.extent is not None:
            source = "credits" if (self.subject.kind, name) == ("rep", "sales") else name
            return view_of(name, self.whole._indexed(source), self.subject, self.extent)
        lacking = {**PLAN_TABLES, **OPTIONAL_TABLES}.get(name, ())
        return _typed(self.plan.tables.get(name, pd.DataFrame(columns=list(lacking))))

    def _indexed(self, name: str) -> Indexed:
        """A table that all parts of the plan are cut from."""
        if name not in self._indices:
            self._indices[name] = Indexed(self.credits if name == "credits" else self.table(name))
        return self._indices[name]

    @cached_property
    def _indices(self) -> dict[str, Indexed]:
        """Tables that parts were cut from already."""
        return {}

    @cached_property
    def credits(self) -> pd.DataFrame:
        """What each rep is credited with: unit, rep, period, sales, demand, lift, spend."""
        if self.whole is not None and self.extent is not None:
            return view_of("sales", self.whole._indexed("credits"), self.subject, self.extent)
        calendar = self.scenario.calendar
        return credited(self.table("assignments"), self.table("sales"), calendar)

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        """Tables that were asked for already."""
        return {}

    @property
    def subject_name(self) -> str:
        """What people call the part that the facts are about; blank for the company."""
        tables = {"territory": "territories", "rep": "reps", "account": "units"}
        return self.name_of(tables.get(self.subject.kind, ""), self.subject.key)

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What `make` makes, kept under a name: many sections and parts of a plan ask for the same."""
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]

    @cached_property
    def _kept(self) -> dict[str, Any]:
        """What was made once already."""
        return {}

    def name_of(self, table: str, key: str) -> str:
        """The name people use for a territory, segment, unit, rep or lever; its key when it has none."""
        return self._names.get((table, key), key)

    def scope_name(self, scope: str) -> str:
        """The name of the place in a scope such as `territory=East`; blank for the company."""
        kind, _, key = scope.partition("=")
        tables = {"territory": "territories", "segment": "segments", "rep": "reps"}
        tables |= {"unit": "units", "account": "units", "lever": "levers", "manager": "reps"}
        return self.name_of(tables.get(kind, kind), key)

    def any_name(self, key: str) -> str:
        """The name of a rep, unit, place, segment or lever; blank when nothing has one."""
        named = (self._names.get((table, key)) for table in NAMED_TABLES)
        return next((name for name in named if name), "")

    @cached_property
    def _names(self) -> dict[tuple[str, str], str]:
        if self.whole is not None:
            return self.whole._names
        return {
            (table, key): name
            for table, column in NAMED_TABLES.items()
            for key, name in _names(self.scenario.table(table), column).items()
        }


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    """The table with numbers as floats: a column without any is read back as text."""
    numbers = [column for column in table.columns if column not in TEXT and column != "before"]
    return table.assign(
        **{
            column: pd.to_numeric(table[column], errors="coerce").astype(float)
            for column in numbers
        }
    )


def _names(table: pd.DataFrame, key: str) -> dict[str, str]:
    """Known display names of a scenario table by key."""
    if key not in table or "name" not in table:
        return {}
    named = table[[key, "name"]].dropna()
    return dict(zip(named[key].astype(str), named["name"].astype(str), strict=True))
