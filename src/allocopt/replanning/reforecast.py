"""Reforecast: demand of the rest with what came, old against new."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from allocopt.forecasting import Forecast, forecast_scenario, options_of
from allocopt.forecasting.case import Case, open_case
from allocopt.forecasting.fitting import Fitted, fit
from allocopt.forecasting.panel import KEYS
from allocopt.forecasting.sources import sources_of
from allocopt.forecasting.update import carry_on
from allocopt.plan import OPTIONAL_TABLES
from allocopt.replanning.course import DAY, Course
from allocopt.scenario import Scenario

GIVEN = "demand is given"
ASKED = "asked for"
FIRST = "there was none before"
UPDATED = "what was learnt until {:%Y-%m-%d} carried on"
# What plan.json calls the last day of the history that forecasters were trained on.
TRAINED = "trained"


@dataclass(frozen=True)
class Reforecast:
    """The forecast of the rest.

    `refitted` says whether forecasters were trained again, `why` what decided it, `trained` the last day of
    the history that they know by heart. `drift` [level, key,
    expected, actual, lower, upper, drift] holds what came against what was expected; empty where demand
    is given.
    """

    forecast: Forecast
    refitted: bool
    why: str
    drift: pd.DataFrame
    trained: pd.Timestamp


def forecast_again(course: Course, rest: Scenario) -> Reforecast:
    """The forecast of the rest: what was learnt is carried on, and learnt anew where it has grown stale.

    `rest` is the scenario of the rest. Raises what `forecast_scenario` raises.
    """
    rule, latest = rest.config.replan.refit, course.through
    learnt_until = trained_until(course)
    before, after = _case(course.scenario, learnt_until), _case(rest)
    if rule == "always" or before is None or after is None:
        given = is_given(rest)
        why = GIVEN if given else (ASKED if rule == "always" else FIRST)
        return Reforecast(forecast_scenario(rest), not given, why, pd.DataFrame(), latest)
    update = carry_on(_fitted(before), after)
    if rule == "auto" and update.refit_due:
        return Reforecast(_fitted(after).forecast(), True, update.why, update.drift, latest)
    why = update.why or UPDATED.format(learnt_until)
    return Reforecast(update.fitted.forecast(), False, why, update.drift, learnt_until)


def trained_until(course: Course) -> pd.Timestamp:
    """Last day of the history that the forecasters of the plan in force were trained on."""
    told = course.plan.summary.get("review", {}).get(TRAINED)
    return pd.Timestamp(told) if told else course.scenario.calendar.plan_start - DAY


def is_given(scenario: Scenario) -> bool:
    """Whether demand of everything is given, so that no forecast counts."""
    units = scenario.table("units")
    return len(scenario.table("demand")) > 0 or bool(units["demand"].notna().all())


def compared(course: Course, forecast: Forecast) -> pd.DataFrame:
    """territory, segment, unit, period, was, now, lower, upper: the old forecast beside the new one."""
    old, new = (
        table[table["period"].isin(course.open)].fillna({"unit": ""}).set_index([*KEYS, "period"])
        for table in (course.plan["forecast"], forecast.table)
    )
    both = new[["lower", "upper"]].assign(now=new["mean"]).join(old["mean"].rename("was"))
    return both.reset_index()[list(OPTIONAL_TABLES["reforecast"])]


def _case(scenario: Scenario, until: pd.Timestamp | None = None) -> Case | None:
    """What the forecast of a scenario is learnt from, `until` a day before its start where one is given.

    None where demand is given or nothing is known.
    """
    if is_given(scenario):
        return None
    sources, calendar = sources_of(scenario), scenario.calendar
    if until is not None:
        start = until + DAY
        more = calendar.distance(start, calendar.plan_start)
        periods = calendar.plan_periods + more
        calendar = replace(calendar, plan_start=start, plan_periods=periods)
    case = open_case(sources, calendar, replace(options_of(scenario), backtest=False))
    return case if isinstance(case, Case) else None


def _fitted(case: Case) -> Fitted:
    return fit(case, lambda _done, _message: None)
