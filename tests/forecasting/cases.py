"""Cases opened from small made-up histories, for the tests of fitting and what follows it."""

from __future__ import annotations

import pandas as pd
from forecasting.sales import MONTHS, TREE

from allocopt.calendar import Calendar
from allocopt.forecasting import Options, Sources
from allocopt.forecasting.case import Case, open_case
from allocopt.forecasting.fitting import Fitted, fit

FAST = Options("fast")


def opened(
    rows: pd.DataFrame,
    calendar: Calendar = MONTHS,
    options: Options = FAST,
    **tables: pd.DataFrame,
) -> Case:
    """The case of a history that has usable rows."""
    sources = Sources({"history": rows, "territories": TREE, **tables})
    case = open_case(sources, calendar, options)
    assert isinstance(case, Case)
    return case


def fitted(
    rows: pd.DataFrame,
    calendar: Calendar = MONTHS,
    options: Options = FAST,
    **tables: pd.DataFrame,
) -> Fitted:
    """What is learnt from a history."""
    return fit(opened(rows, calendar, options, **tables), lambda done, message: None)
