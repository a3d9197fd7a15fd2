"""History rows become regular series: gaps, openings, edges, postings, cells of today."""

from __future__ import annotations

import numpy as np
import pandas as pd
from forecasting.sales import MONTHS, NO_UNITS, QUARTERS, history

from allocopt.calendar import Calendar
from allocopt.forecasting.grain import Span, month_end_postings, shares, working_grains
from allocopt.forecasting.panel import KEYS, Panel, build_panel, fill_gaps, read_history


def panel(rows: pd.DataFrame, calendar: Calendar = MONTHS) -> tuple[Panel, tuple[str, ...]]:
    read = read_history(rows, NO_UNITS, calendar.plan_start)
    return build_panel(read.rows, read.rows[KEYS].drop_duplicates(ignore_index=True), calendar)


def test_a_missing_row_is_no_sale_once_the_series_has_opened() -> None:
    rows = history({("N", "a", ""): [1.0] * 8, ("N", "b", ""): [2.0, 2.0, 2.0, 2.0]})
    rows = rows.drop(rows.index[(rows["segment"] == "b")][1])
    values = panel(rows)[0].values
    np.testing.assert_array_equal(values[1], [np.nan] * 4 + [2.0, 0.0, 2.0, 2.0])


def test_a_period_that_every_series_misses_is_unknown() -> None:
    rows = history({("N", "a", ""): [1.0] * 8, ("N", "b", ""): [2.0] * 8})
    rows = rows[rows["date"] != pd.Timestamp("2025-09-01")]
    built, notes = panel(rows)
    assert np.isnan(built.values[:, 4]).all()
    assert notes == ("No sales at all in 2025-09: taken as unknown, not as zero.",)


def test_a_gap_is_filled_from_the_years_around_it() -> None:
    values = np.array([[1.0, 2.0, 3.0, np.nan, 5.0, 6.0], [np.nan, np.nan, 4.0, np.nan, 6.0, 8.0]])
    filled = fill_gaps(values, 2)
    assert filled[0, 3] == 4.0  # (2 + 6) / 2
    assert filled[1, 3] == 8.0  # only the year after is known
    assert np.isnan(filled[1, :2]).all()


def test_the_last_incomplete_month_is_left_out() -> None:
    days = pd.date_range("2025-01-01", "2025-10-08", freq="D")
    rows = pd.DataFrame({"date": days, "territory": "N", "segment": "a", "unit": "", "sales": 1.0})
    built, notes = panel(rows)
    assert built.values[0].tolist() == [31, 28, 31, 30, 31, 30, 31, 31, 30]
    assert notes == ("History covers only a part of 2025-10: left out.",)


def test_a_history_that_begins_within_a_quarter_leaves_it_out() -> None:
    rows = history({("N", "a", ""): [1.0] * 13})  # December 2024 to December 2025
    built, _ = panel(rows, QUARTERS)
    assert built.values[0].tolist() == [3.0] * 4


def test_month_end_postings_count_in_the_month_they_close() -> None:
    dates = pd.to_datetime(
        [
            "2010-12-29",
            "2011-01-29",
            "2011-03-01",
            "2011-03-31",
            "2011-05-01",
            "2011-05-31",
            "2011-07-01",
        ]
    )
    moved = month_end_postings(pd.Series(dates))
    assert moved is not None
    assert moved.dt.strftime("%m").tolist() == ["12", "01", "02", "03", "04", "05", "06"]


def test_ordinary_dates_are_not_taken_for_postings() -> None:
    assert month_end_postings(pd.Series(pd.date_range("2025-01-01", periods=90, freq="D"))) is None
    assert month_end_postings(pd.Series(pd.date_range("2025-01-01", periods=9, freq="MS"))) is None


def test_quarter_rows_stay_quarters_in_a_monthly_plan() -> None:
    dates = pd.Series(pd.date_range("2023-01-01", periods=12, freq="QS"))
    assert working_grains(dates, MONTHS) == ("quarter",)


def test_monthly_rows_are_also_looked_at_by_month_in_a_quarterly_plan() -> None:
    dates = pd.Series(pd.date_range("2023-01-01", periods=36, freq="MS"))
    assert working_grains(dates, QUARTERS) == ("quarter", "month")


def test_a_quarter_splits_into_three_equal_months() -> None:
    quarter = Span(pd.DatetimeIndex(["2026-01-01"]), pd.DatetimeIndex(["2026-04-01"]))
    np.testing.assert_allclose(shares(quarter, _months(3)), [[1 / 3] * 3])
    np.testing.assert_array_equal(shares(_months(3), quarter), [[1.0]] * 3)


def _months(count: int) -> Span:
    edges = pd.date_range("2026-01-01", periods=count + 1, freq="MS")
    return Span(edges[:-1], edges[1:])


def test_a_unit_brings_its_history_to_the_cell_it_is_in_today() -> None:
    rows = history({("Old", "a", "u"): [1.0] * 4, ("", "", "v"): [2.0] * 4})
    units = pd.DataFrame({"unit": ["u", "v"], "territory": ["New", "N"], "segment": ["a", "b"]})
    read = read_history(rows, units, MONTHS.plan_start)
    assert set(read.rows["territory"]) == {"New", "N"}
    assert read.notes == ("4 rows are counted in the territory that their unit has today.",)
