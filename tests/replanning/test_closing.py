"""Which periods are over, and who has not reported."""

from __future__ import annotations

import pandas as pd
import pytest

from allocopt.calendar import Calendar
from allocopt.errors import DataError
from allocopt.replanning.closing import closed_periods

MONTHS = Calendar("month", pd.Timestamp("2026-01-01"), 12)
WEEKS = Calendar("week", pd.Timestamp("2026-01-05"), 8)


def days(*texts: str) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts)))


DAILY = pd.Series(pd.date_range("2025-01-01", "2025-12-31", freq="D"))
FIRST_OF_MONTH = pd.Series(pd.date_range("2025-01-01", "2025-12-01", freq="MS"))


def test_a_month_is_over_when_its_last_rows_are_there():
    closed = closed_periods(MONTHS, days("2026-01-03", "2026-02-28"), DAILY)
    assert closed.labels == ("2026-01", "2026-02")
    assert closed.running == ""


def test_a_month_of_daily_sales_that_stops_in_the_middle_is_running():
    closed = closed_periods(MONTHS, days("2026-01-31", "2026-02-14"), DAILY)
    assert closed.labels == ("2026-01",)
    assert closed.running == "2026-02"


def test_monthly_sales_dated_on_the_first_close_their_month():
    assert closed_periods(MONTHS, days("2026-02-01"), FIRST_OF_MONTH).labels == (
        "2026-01",
        "2026-02",
    )


def test_without_a_past_any_row_closes_its_period():
    assert closed_periods(WEEKS, days("2026-01-13"), days()).labels == ("2026-W02", "2026-W03")


@pytest.mark.parametrize("through", ["2026-02", "2026-02-28"])
def test_somebody_may_say_which_periods_are_over(through):
    closed = closed_periods(MONTHS, days(), DAILY, through)
    assert closed.labels == ("2026-01", "2026-02")


def test_a_day_inside_a_period_ends_none_and_what_would_is_told():
    with pytest.raises(DataError, match="2026-01 or 2026-01-31"):
        closed_periods(MONTHS, days(), DAILY, "2026-02-14")


def test_nothing_came_is_told_with_the_mend():
    with pytest.raises(DataError, match="--through"):
        closed_periods(MONTHS, days(), DAILY)
