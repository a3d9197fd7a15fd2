"""Courses that can be explained in the head: a plan written by hand, and what came of it."""

from __future__ import annotations

import io
import textwrap
from pathlib import Path

import pandas as pd
from support_plan import scenario_of
from support_tables import read

from allocopt.plan import PLAN_TABLES, TEXT, Plan
from allocopt.replanning.course import Course
from allocopt.replanning.variance import Variance, explain_variance
from allocopt.scenario import Scenario

# One cell with one unit, which Ann is planned to cover with 10 hours a month and to sell 100 in.
ONE_UNIT = "unit,territory,segment,hours,demand,rep\nu1,East,Key,10,100,Ann\n"


def plan_by_hand(scenario: Scenario, **tables: str) -> Plan:
    """A plan in which each unit sells its demand, and its owner gives it its hours in every period.

    `tables` are CSV that replaces a table.
    """
    units, labels = scenario.table("units"), scenario.calendar.labels
    rows = units[["unit", "rep", "demand", "hours"]].merge(
        pd.DataFrame({"period": labels}, dtype="str"), how="cross"
    )
    sales = rows.assign(sales=rows["demand"], lift=0.0, spend=0.0)
    first, last = (f"{day:%Y-%m-%d}" for day in (scenario.calendar.plan_start, _end(scenario)))
    made = {
        "sales": sales,
        "time": rows[rows["rep"].notna()],
        "assignments": units.assign(start=first, end=last, share=1.0),
    }
    given = {name: _table(text) for name, text in tables.items()}
    empty = {
        name: pd.DataFrame({c: pd.Series(dtype="str" if c in TEXT else float) for c in columns})
        for name, columns in PLAN_TABLES.items()
    }
    found = {
        name: (given.get(name, made.get(name, table))).reindex(columns=list(table.columns))
        for name, table in empty.items()
    }
    return Plan({"forecast": {"interval": 0.8}}, found)


def _end(scenario: Scenario) -> pd.Timestamp:
    return scenario.calendar.plan_end


def _table(text: str) -> pd.DataFrame:
    cells = pd.read_csv(
        io.StringIO(textwrap.dedent(text).strip()), dtype=str, keep_default_na=False
    )
    return pd.DataFrame(
        {
            name: cells[name].astype("str") if name in TEXT else pd.to_numeric(cells[name])
            for name in cells
        }
    )


def course_of(
    scenario: Scenario,
    actuals: str,
    closed: tuple[str, ...] = ("2026-01",),
    plan: Plan | None = None,
    **came: str,
) -> Course:
    """What came of a plan, as CSV."""
    tables = {name: read(name, text).frame for name, text in {"actuals": actuals, **came}.items()}
    return Course(plan or plan_by_hand(scenario), scenario, closed, tables)


def one_unit(folder: Path, yaml: str = "", months: int = 1, **tables: str) -> Scenario:
    """The scenario of `ONE_UNIT`, for tests of one cause."""
    return scenario_of(folder, yaml, months, **{"units": ONE_UNIT, **tables})


def causes_of(
    course: Course, scope: str = "company", item: str = "", period: str = ""
) -> dict[str, float]:
    """What is known to have done anything to an item."""
    return causes_in(explain_variance(course), scope, item, period)


def causes_in(
    variance: Variance, scope: str = "company", item: str = "", period: str = ""
) -> dict[str, float]:
    """The same of a variance that is there."""
    rows = rows_of(variance, scope, item, period).dropna(subset=["amount"])
    return dict(zip(rows["cause"], rows["amount"], strict=True))


def unknown_in(
    variance: Variance, scope: str = "company", item: str = "", period: str = ""
) -> set[str]:
    """Causes of an item that are not known."""
    rows = rows_of(variance, scope, item, period)
    return set(rows.loc[rows["amount"].isna(), "cause"])


def rows_of(variance: Variance, scope: str, item: str, period: str) -> pd.DataFrame:
    """Rows of one item and period."""
    rows = variance.table
    return rows[(rows["scope"] == scope) & (rows["item"] == item) & (rows["period"] == period)]
