"""Courses of small scenarios: a plan that can be solved in the head, and what came of it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from support_scenario import write_scenario
from support_tables import read

from allocopt.forecasting import Forecast, forecast_scenario
from allocopt.planning import plan_scenario
from allocopt.replanning.course import Course, Outlook
from allocopt.scenario import Scenario, change_scenario, load_scenario

# Ann has u1 and u2 in the East, 100 each; Bob has u3 in the West, 100. All is planned as demanded.
CALENDAR = "calendar: {{plan_start: {start}, plan_periods: {periods}, period: {period}}}\n"


def course_scenario(
    folder: Path,
    yaml: str = "",
    *,
    start: str = "2026-01-01",
    periods: int = 12,
    period: str = "month",
    **tables: str,
) -> Scenario:
    """The scenario of two reps and three units, with what `tables` replaces or adds."""
    head = CALENDAR.format(start=start, periods=periods, period=period)
    if "calendar:" in yaml:
        head = ""
    return load_scenario(write_scenario(folder, head + yaml, **tables))


def actuals(text: str) -> pd.DataFrame:
    """Rows of sales from inline CSV."""
    reading = read("actuals", text)
    assert not [finding for finding in reading.findings if finding.severity.name == "PROBLEM"]
    return reading.frame


def course_of(scenario: Scenario, closed: int, sold: str | pd.DataFrame, **came: str) -> Course:
    """The scenario's plan after so many periods, and what came."""
    plan = plan_scenario(scenario)
    rows = actuals(sold) if isinstance(sold, str) else sold
    others = {name: read(name, text).frame for name, text in came.items()}
    return Course(plan, scenario, scenario.calendar.labels[:closed], {"actuals": rows, **others})


def outlook_of(course: Course, forecast: Forecast | None = None) -> Outlook:
    """The rest of the horizon, planned again as if nothing had been learnt."""
    calendar = course.scenario.calendar
    closed = len(course.closed)
    rest = course.scenario.config.calendar.model_copy(
        update={
            "plan_start": calendar.shift(calendar.plan_start, closed).date(),
            "plan_periods": calendar.plan_periods - closed,
        }
    )
    config = course.scenario.config.model_copy(update={"calendar": rest})
    scenario = change_scenario(course.scenario, ())
    scenario = Scenario(scenario.name, scenario.folder, config, scenario.tables)
    forecast = forecast or forecast_scenario(scenario)
    return Outlook(scenario, forecast, plan_scenario(scenario, forecast=forecast))


def row_of(table: pd.DataFrame, **key: str) -> dict:
    """The one row with these texts."""
    found = table
    for name, value in key.items():
        found = found[found[name] == value]
    assert len(found) == 1, found
    return found.iloc[0].to_dict()
