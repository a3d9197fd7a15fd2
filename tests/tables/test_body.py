"""Rows that are no data, and months that are columns."""

import datetime as dt

from support_tables import codes, only, raw_rows, read

from allocopt.errors import Severity
from allocopt.tables import interpret


def months(frame, value):
    return {
        (str(date)[:7], amount) for date, amount in zip(frame["date"], frame[value], strict=True)
    }


def test_rows_that_add_up_others_are_skipped_with_a_notice():
    history = read(
        "history",
        """
        date,territory,segment,sales
        2026-01,East,A,1
        2026-01,华东小计,,1
        Total,,,2
        2026-01,Totalville,A,5
        合 计,,,9
        """.replace("合 计", "合计"),
    )
    notice = only(history.findings, "total-row")
    assert (notice.row, notice.count, notice.severity) == (3, 3, Severity.NOTICE)
    assert history.frame["territory"].tolist() == ["East", "Totalville"]


def test_blank_rows_are_left_out_and_row_numbers_stay_those_of_the_file():
    reps = read("reps", "rep,hours\nA,1\n,\nB,x")
    assert len(reps.frame) == 2
    assert only(reps.findings, "not-a-number").row == 4


def test_months_as_columns_become_rows():
    history = read("history", "区域,客户细分,2025年1月,2025-02,2025Q2\n华东,A,1,2,\n华北,A,3,-,4万")
    assert months(history.frame, "sales") == {
        ("2025-01", 1),
        ("2025-02", 2),
        ("2025-01", 3),
        ("2025-04", 40_000),
    }
    assert only(history.findings, "wide-months").severity is Severity.NOTICE


def test_months_without_a_year_take_it_from_the_year_column():
    history = read("history", "年份,单元,1月,二月,Dec\n2024,U1,1,2,3\n2025年,U1,4,5,6")
    assert months(history.frame, "sales") == {
        *{("2024-01", 1), ("2024-02", 2), ("2024-12", 3)},
        *{("2025-01", 4), ("2025-02", 5), ("2025-12", 6)},
    }


def test_months_without_any_year_are_a_problem():
    assert codes(read("history", "单元,1月,2月\nU1,1,2").findings)[0] == "no-year"


def test_a_bad_cell_under_a_month_is_reported_under_that_month():
    finding = only(read("demand", "unit,2025-01,2025-02\nU1,1,2\nU2,3,x").findings, "not-a-number")
    assert (finding.row, finding.column, finding.value) == (3, "2025-02", "x")


def test_months_typed_as_dates_are_known():
    header = ["unit", dt.datetime(2025, 1, 1), dt.datetime(2025, 2, 1)]  # noqa: DTZ001
    history = interpret(raw_rows("history", [header, ["U1", 1.0, 2.0]]))
    assert months(history.frame, "sales") == {("2025-01", 1), ("2025-02", 2)}


def test_months_beside_a_value_column_are_questioned():
    found = read("history", "date,unit,sales,2025-01,2025-02\n2025-01,U1,1,2,3").findings
    assert only(found, "months-beside-values").severity is Severity.WARNING


def test_months_of_a_table_without_periods_are_attributes():
    units = read("units", "unit,territory,segment,2025-01,2025-02\nU1,E,A,1,2")
    assert units.frame["2025-01"].tolist() == [1]
