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
from allocopt.replanning.course import Course
from allocopt.scenario import Scenario

GIVEN = "demand is given"
ASKED = "asked for"
UPDATED = "updated without training"


@dataclass(frozen=True)
class Reforecast:
    """The forecast of the rest.

    `refitted` says whether forecasters were trained again, `why` what decided it. `drift` [level, key,
    expected, actual, lower, upper, drift] holds what came against what was expected; empty where demand
    is given.
    """

    forecast: Forecast
    refitted: bool
    why: str
    drift: pd.DataFrame


def forecast_again(course: Course, rest: Scenario) -> Reforecast:
    """The forecast of the rest: what was learnt is carried on, and learnt anew where it has grown stale.

    `rest` is the scenario of the rest. Raises what `forecast_scenario` raises.
    """
    rule = rest.config.replan.refit
    before, after = _case(course.scenario), _case(rest)
    if rule == "always" or before is None or after is None:
        given = len(rest.table("demand")) > 0
        why = GIVEN if given else ASKED
        return Reforecast(forecast_scenario(rest), not given, why, pd.DataFrame())
    learnt = _fitted(before)
    update = carry_on(learnt, after)
    if rule == "auto" and update.refit_due:
        return Reforecast(_fitted(after).forecast(), True, update.why, update.drift)
    return Reforecast(update.fitted.forecast(), False, update.why or UPDATED, update.drift)


def compared(course: Course, forecast: Forecast) -> pd.DataFrame:
    """territory, segment, unit, period, was, now, lower, upper: the old forecast beside the new one."""
    old, new = (
        table[table["period"].isin(course.open)].fillna({"unit": ""}).set_index([*KEYS, "period"])
        for table in (course.plan["forecast"], forecast.table)
    )
    both = new[["lower", "upper"]].assign(now=new["mean"]).join(old["mean"].rename("was"))
    return both.reset_index()[list(OPTIONAL_TABLES["reforecast"])]


def _case(scenario: Scenario) -> Case | None:
    """What the forecast of a scenario is learnt from; None where demand is given or nothing is known."""
    sources = sources_of(scenario)
    if len(sources.table("demand")):
        return None
    case = open_case(sources, scenario.calendar, replace(options_of(scenario), backtest=False))
    return case if isinstance(case, Case) else None


def _fitted(case: Case) -> Fitted:
    return fit(case, lambda _done, _message: None)
