"""Sales rows become regular series over any calendar and any of the dimensions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from allocopt.calendar import Calendar, PeriodName
from allocopt.forecasting.panel import DIMENSIONS, History, Panel, build_panel, read_history

NO_UNITS = pd.DataFrame({"unit": [], "territory": [], "segment": []}, dtype="str")
NEXT_YEAR = pd.Timestamp("2026-01-01")


def rows(*cells: tuple[str, str, float], **more: object) -> pd.DataFrame:
    """Rows of (date, territory, sales), all of segment a."""
    frame = pd.DataFrame(cells, columns=["date", "territory", "sales"])
    return frame.assign(date=pd.to_datetime(frame["date"]), segment="a", unit=None, **more)


def built(
    frame: pd.DataFrame,
    period: PeriodName = "month",
    dimensions: tuple[str, ...] = ("territory", "segment", "unit"),
    plan_start: pd.Timestamp = NEXT_YEAR,
    fiscal_start_month: int = 1,
    books_until: pd.Timestamp | None = None,
) -> Panel:
    read = read_history(frame, NO_UNITS, plan_start)
    series = read.rows[list(dimensions)].drop_duplicates(ignore_index=True)
    calendar = Calendar(period, plan_start, 4, fiscal_start_month)
    return build_panel(read.rows, series, calendar, books_until)[0]


def test_every_dimension_is_carried_and_absent_ones_are_blank() -> None:
    read = read_history(rows(("2025-01-01", "N", 1.0)), NO_UNITS, NEXT_YEAR)
    assert read.rows[DIMENSIONS].iloc[0].tolist() == ["N", "a", "", "", ""]


def test_series_are_told_apart_by_the_dimensions_asked_for() -> None:
    frame = rows(("2025-01-01", "N", 1.0), ("2025-01-01", "N", 2.0), ("2025-02-01", "N", 4.0))
    frame["product"] = ["p", "q", "q"]
    by_product = built(frame, dimensions=("territory", "product"))
    assert by_product.series["product"].tolist() == ["p", "q"]
    np.testing.assert_array_equal(by_product.values, [[1.0, 0.0], [2.0, 4.0]])
    np.testing.assert_array_equal(built(frame).values, [[3.0, 4.0]])


def test_rows_of_series_that_nobody_asks_for_are_not_counted() -> None:
    frame = rows(("2025-01-01", "N", 1.0), ("2025-01-01", "S", 5.0), ("2025-02-01", "N", 2.0))
    read = read_history(frame, NO_UNITS, NEXT_YEAR)
    series = pd.DataFrame({"territory": ["N"]})
    panel, _ = build_panel(read.rows, series, Calendar("month", NEXT_YEAR, 4))
    np.testing.assert_array_equal(panel.values, [[1.0, 2.0]])


def test_weeks_begin_on_monday_and_cross_years() -> None:
    frame = rows(("2025-12-28", "N", 1.0), ("2025-12-29", "N", 2.0), ("2026-01-04", "N", 4.0))
    panel = built(frame, "week", plan_start=pd.Timestamp("2026-01-12"))
    assert panel.labels == ["2025-W52", "2026-W01"]
    np.testing.assert_array_equal(panel.values, [[1.0, 6.0]])


@pytest.mark.parametrize(
    ("period", "labels", "values"),
    [
        ("quarter", ["2024-05-Q", "2024-08-Q", "2024-11-Q", "2025-02-Q"], [3.0, 3.0, 3.0, 3.0]),
        ("year", ["2024-02-Y", "2025-02-Y"], [9.0, 3.0]),
    ],
)
def test_fiscal_quarters_and_years_begin_in_their_own_month(
    period: PeriodName, labels: list[str], values: list[float]
) -> None:
    days = pd.date_range("2024-05-10", periods=12, freq="30D").strftime("%Y-%m-10")  # May to April
    start = pd.Timestamp("2026-02-01") if period == "year" else pd.Timestamp("2025-05-01")
    frame = rows(*((day, "N", 1.0) for day in days))
    panel = built(frame, period, plan_start=start, fiscal_start_month=2)
    assert panel.labels == labels
    np.testing.assert_array_equal(panel.values, [values])


def test_a_period_that_the_books_are_known_to_cut_is_left_out() -> None:
    days = pd.date_range("2025-01-01", "2025-03-28", freq="D").strftime("%Y-%m-%d")
    frame = rows(*((day, "N", 1.0) for day in days))
    # By its dates alone March could be whole: no sale on its last three days.
    assert built(frame).labels == ["2025-01", "2025-02", "2025-03"]
    known = built(frame, books_until=pd.Timestamp("2025-03-28"))
    assert (known.labels, known.left_out) == (["2025-01", "2025-02"], ("2025-03",))
    whole = built(frame, books_until=pd.Timestamp("2025-03-31"))
    assert whole.labels == ["2025-01", "2025-02", "2025-03"]


def test_the_order_of_rows_changes_no_bit() -> None:
    random = np.random.default_rng(3)
    frame = rows(*((f"2025-{1 + k % 6:02d}-01", "NS"[k % 2], random.normal()) for k in range(200)))
    shuffled = frame.sample(frac=1.0, random_state=1)
    series = pd.DataFrame({"territory": ["N", "S"]})
    calendar = Calendar("month", NEXT_YEAR, 4)
    panels = [
        build_panel(read_history(part, NO_UNITS, NEXT_YEAR).rows, series, calendar)[0]
        for part in (frame, shuffled)
    ]
    np.testing.assert_array_equal(panels[0].values, panels[1].values)


def repeated(frame: pd.DataFrame) -> History:
    return read_history(frame, NO_UNITS, NEXT_YEAR)


def test_an_equal_row_is_counted_and_pointed_at() -> None:
    frame = rows(("2025-01-01", "N", 3.0), ("2025-01-01", "N", 3.0), ("2025-02-01", "N", 1.0))
    read = repeated(frame)
    assert read.rows["sales"].sum() == 7.0
    assert read.repeats[["territory", "sales", "counted"]].values.tolist() == [["N", 3.0, True]]
    assert read.notes == ("1 rows are equal to an earlier one: all are counted.",)


def test_a_repeated_document_is_counted_once_and_pointed_at() -> None:
    frame = rows(("2025-01-01", "N", 3.0), ("2025-01-01", "N", 3.0), ("2025-01-01", "N", 3.0))
    read = repeated(frame.assign(订单号=["A1", "A1", "A2"]))
    assert read.rows["sales"].sum() == 6.0
    assert read.repeats["counted"].tolist() == [False]
    assert read.notes == ("1 rows repeat one with the same document number: counted once.",)


def test_equal_sales_on_a_day_of_many_sales_are_nothing_special() -> None:
    frame = rows(("2025-01-01", "N", 3.0), ("2025-01-01", "N", 3.0), ("2025-01-01", "N", 4.0))
    read = repeated(frame)
    assert (len(read.rows), len(read.repeats), read.notes) == (3, 0, ())


def test_rows_that_become_equal_by_a_reorganisation_are_no_repeats() -> None:
    frame = rows(("2024-01-01", "A", 3.0), ("2024-01-01", "B", 3.0))
    merged = pd.DataFrame({"from_territory": ["A", "B"], "to_territory": ["C", "C"]})
    read = read_history(frame, NO_UNITS, NEXT_YEAR, merged)
    assert read.rows["territory"].tolist() == ["C", "C"]
    assert (len(read.repeats), read.notes) == (0, ())
