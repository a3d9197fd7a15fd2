"""Progress: what came of a plan so far, from the tables that a replan leaves in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isnan
from typing import Any

import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.documents.language.text import known_text
from allocopt.plan import OPTIONAL_COLUMNS, OPTIONAL_TABLES, Plan

YEAR = "year"
# Of the plan to date: less than the first is behind, more than the second is ahead.
BEHIND, AHEAD = 0.95, 1.05


def is_reviewed(plan: Plan) -> bool:
    """Whether a replan has put actuals beside the plan."""
    page = plan.tables.get("performance")
    return page is not None and not page.empty


def is_over(facts: Facts) -> bool:
    """Whether every planned period has closed."""
    closed = review_of(facts).get("closed", ())
    return bool(closed) and set(facts.periods) <= set(closed)


def review_of(facts: Facts) -> Mapping[str, Any]:
    """What plan.json says of the replan: closed periods, the day they end, what was done."""
    told: Mapping[str, Any] = facts.summary.get("review", {})
    return told


def spans(facts: Facts) -> list[dict[str, Any]]:
    """The company's last row of each length of time: period, quarter, fiscal year to date."""
    rows = _page(facts, "company").drop_duplicates("grain", keep="last")
    return [_texts(row) for row in rows.to_dict("records")]


def year_to_date(facts: Facts) -> dict[str, Any] | None:
    """The company's row of the fiscal year that the last closed period lies in."""
    rows = _page(facts, "company")
    rows = rows[rows["grain"] == YEAR]
    return _texts(rows.iloc[-1].to_dict()) if len(rows) else None


def standing(facts: Facts, scope: str) -> pd.DataFrame:
    """Rows of the year to date of a scope's items, indexed by item, the furthest behind first."""
    rows = _page(facts, scope)
    rows = rows[rows["grain"] == YEAR].drop_duplicates("item", keep="last").set_index("item")
    return rows.sort_values("ytd_attainment", kind="stable")


def places(facts: Facts) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Standing of regions, which have territories below them, and of territories with units."""
    rows = standing(facts, "territory")
    held = set(facts.units["territory"].map(known_text))
    inner = ~rows.index.isin(list(held))
    return rows[inner], rows[~inner]


def by_period(facts: Facts, scope: str = "company") -> pd.DataFrame:
    """Rows of closed plan periods of a scope's items."""
    rows = _page(facts, scope)
    return rows[rows["grain"] == facts.scenario.calendar.period]


def closed_starts(facts: Facts) -> dict[str, pd.Timestamp]:
    """First day of each closed period, by its label."""
    calendar = facts.scenario.calendar
    closed = len(review_of(facts).get("closed", ()))
    days = [calendar.shift(facts.begun, k) for k in range(closed)]
    return {calendar.label(day): day for day in days}


def closed_this_year(facts: Facts) -> list[str]:
    """Closed periods of the fiscal year that the last of them begins in."""
    days = pd.Series(closed_starts(facts), dtype="datetime64[ns]")
    years = replace(facts.scenario.calendar, period="year").label_of(days)
    return [str(label) for label in days.index[years == years.iloc[-1]]] if len(days) else []


def state_of(attained: float) -> str:
    """`behind`, `level` or `ahead` of the plan to date; blank where that is unknown."""
    if isnan(attained):
        return ""
    return "behind" if attained < BEHIND else "ahead" if attained > AHEAD else "level"


def results(facts: Facts, scope: str = "company") -> pd.DataFrame:
    """Key figures of the review of a scope, the last of each, indexed by key figure: value, plan."""
    rows = facts.table("results")
    rows = rows[rows["scope"].map(known_text) == scope]
    return rows.drop_duplicates("kpi", keep="last").set_index("kpi")[["value", "plan"]]


def result(facts: Facts, kpi: str) -> float:
    """One key figure of the company; unknown where the review does not have it."""
    return float(results(facts)["value"].get(kpi, float("nan")))


def _page(facts: Facts, scope: str) -> pd.DataFrame:
    """Rows of `performance` of a scope; a plan that was never reviewed has the columns and no rows."""
    columns = [*OPTIONAL_TABLES["performance"], *OPTIONAL_COLUMNS["performance"]]
    rows = facts.table("performance").reindex(columns=columns)
    return rows[rows["scope"].map(known_text) == scope]


def _texts(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}
