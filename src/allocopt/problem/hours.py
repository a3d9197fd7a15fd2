"""Hours by period: what reps have to give, with what people decided about them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar
from allocopt.decided import amounts_in, by_period, decided
from allocopt.scenario import Scenario


def hours_of(scenario: Scenario, reps: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """Full hours of each rep, before presence, ramp and absence; rep × period [h/period].

    Those of the table `reps`, replaced where people decided others (overrides of kind hours).
    """
    usual = pd.DataFrame(dict.fromkeys(calendar.labels, reps["hours"]))
    return decided_hours(scenario, "rep", reps.index).fillna(usual)


def decided_hours(scenario: Scenario, key: str, names: pd.Index) -> pd.DataFrame:
    """Hours that people decided for reps or units; name × period [h/period], NaN where they did not.

    `key` is rep or unit; an override that names both is the unit's.
    """
    calendar = scenario.calendar
    rows = decided(scenario, "hours")
    rows = rows[(rows["unit"] == "") == (key == "rep")]
    if rows.empty:
        return pd.DataFrame(np.nan, names, pd.Index(calendar.labels, name="period"))
    spread = by_period(rows, calendar).drop_duplicates([key, "period"], keep="last")
    values = amounts_in(spread["value"]) * calendar.input_factor
    wide = spread.assign(value=values).pivot(index=key, columns="period", values="value")
    return wide.reindex(index=names, columns=list(calendar.labels)).astype(np.float64)
