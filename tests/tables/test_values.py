"""What is written in a cell, and what it means."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocopt.tables.cells import Cells
from allocopt.tables.dates import parse_dates
from allocopt.tables.numbers import parse_numbers


def cells(*values, scale=1.0):
    return Cells.of("c", np.array(values, dtype=object), scale)


def number(value, **how):
    values, faults = parse_numbers(cells(value), **how)
    return faults[0].code if faults else values[0]


def day(value, **how):
    days, faults = parse_dates(cells(value), **how)
    return faults[0].code if faults else str(days[0])[:10]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.5", 1234.5),
        ("1,234.50", 1234.5),
        ("￥1,234", 1234),
        ("$1,234", 1234),
        ("¥ 1,234.5元", 1234.5),
        ("１２３", 123),
        ("１，２３４．５", 1234.5),
        ("12.5%", 0.125),
        ("３５％", 0.35),
        ("3.2万", 32_000),
        ("3.2万元", 32_000),
        ("1.5亿", 150_000_000),
        ("(1,200)", -1200),
        ("（1,200）", -1200),
        ("-$5", -5),
        ("−7", -7),
        ("1,200-", -1200),
        ("1 234 567.5", 1_234_567.5),
        ("1e3", 1000),
        (" 42 ", 42),
        (".5", 0.5),
        (7, 7),
        (0.1, 0.1),
        (4.35, 4.35),
        ("4.35万", 43_500),
    ],
)
def test_a_number_is_read_as_people_write_it(text, value):
    assert number(text) == value


@pytest.mark.parametrize(
    "text", ["", " ", "-", "—", "N/A", "#N/A", "n/a", None, math.nan, "\u3000"]
)
def test_a_dash_or_an_empty_cell_is_unknown_and_not_zero(text):
    values, faults = parse_numbers(cells(text))
    assert np.isnan(values[0])
    assert not faults


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1,5", "ambiguous-number"),
        ("12,50", "ambiguous-number"),
        ("1.234,50", "ambiguous-number"),
        ("0,123", "ambiguous-number"),
        ("12,3456", "ambiguous-number"),
        ("inf", "not-finite"),
        ("-Infinity", "not-finite"),
        ("NaN", "not-finite"),
        ("1e400", "not-finite"),
        ("1_000", "not-a-number"),
        ("0x10", "not-a-number"),
        ("twelve", "not-a-number"),
        ("(1,200", "not-a-number"),
        ("-(5)", "not-a-number"),
        ("1.2.3", "not-a-number"),
        ("#DIV/0!", "error-cell"),
        (True, "not-a-number"),
        (dt.datetime(2026, 3, 5), "not-a-number"),  # noqa: DTZ001 - spreadsheets have no time zone
    ],
)
def test_what_is_no_clear_number_is_a_fault(text, code):
    assert number(text) == code


def test_a_percentage_is_no_amount_of_money():
    assert number("12%", percent=False) == "unexpected-percent"


def test_the_unit_of_a_header_goes_for_plain_numbers_only():
    values, faults = parse_numbers(cells("1.1", "2万", "5%", "", scale=10_000.0))
    assert not faults
    np.testing.assert_array_equal(values, [11_000, 20_000, 0.05, np.nan])


def test_true_and_one_stay_two_things():
    values, faults = parse_numbers(cells(1, True, 1.0))
    assert values[0] == 1
    assert len(faults) == 1


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_shortest_text_of_a_number_reads_back_exactly(value):
    assert number(repr(value)) == value
    assert number(value) == value


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-03-05", "2026-03-05", "2026-03-05"),
        ("2026/3/5", "2026-03-05", "2026-03-05"),
        ("2026.3.5", "2026-03-05", "2026-03-05"),
        ("20260305", "2026-03-05", "2026-03-05"),
        ("2026年3月5日", "2026-03-05", "2026-03-05"),
        ("2026 年 3 月 5 日", "2026-03-05", "2026-03-05"),
        ("２０２６－０３－０５", "2026-03-05", "2026-03-05"),
        ("2026-03-05 14:30", "2026-03-05", "2026-03-05"),
        ("2026-03-05T23:59:59Z", "2026-03-05", "2026-03-05"),
        ("2026-03-05 00:00:00", "2026-03-05", "2026-03-05"),
        ("5 Mar 2026", "2026-03-05", "2026-03-05"),
        ("March 5, 2026", "2026-03-05", "2026-03-05"),
        ("2026-03", "2026-03-01", "2026-03-31"),
        ("2026年3月", "2026-03-01", "2026-03-31"),
        ("2026年2月份", "2026-02-01", "2026-02-28"),
        ("2026/3", "2026-03-01", "2026-03-31"),
        ("202603", "2026-03-01", "2026-03-31"),
        ("Mar 2026", "2026-03-01", "2026-03-31"),
        ("2026Q1", "2026-01-01", "2026-03-31"),
        ("2026-q4", "2026-10-01", "2026-12-31"),
        ("2026年第二季度", "2026-04-01", "2026-06-30"),
        ("2026年1季度", "2026-01-01", "2026-03-31"),
        ("2026-02-Q", "2026-02-01", "2026-04-30"),
        ("2026-04-Y", "2026-04-01", "2027-03-31"),
        ("2026-W07", "2026-02-09", "2026-02-15"),
        ("2026年第7周", "2026-02-09", "2026-02-15"),
        ("2026", "2026-01-01", "2026-12-31"),
        (2026.0, "2026-01-01", "2026-12-31"),
        ("2026年", "2026-01-01", "2026-12-31"),
        (46086.0, "2026-03-05", "2026-03-05"),
        (46086.75, "2026-03-05", "2026-03-05"),
        (45291, "2023-12-31", "2023-12-31"),
        (dt.datetime(2026, 3, 5, 8, 0), "2026-03-05", "2026-03-05"),  # noqa: DTZ001
        (dt.date(2026, 3, 5), "2026-03-05", "2026-03-05"),
        (pd.Timestamp("2026-03-05"), "2026-03-05", "2026-03-05"),
    ],
)
def test_a_date_or_period_is_read_as_people_write_it(text, first, last):
    # 2026-03-05 is day 46086 of Excel's count, 2026-W07 starts on Monday 9 February.
    assert day(text) == first
    assert day(text, last=True) == last


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("03/05/2026", "ambiguous-date"),
        ("5.3.26", "ambiguous-date"),
        ("2026-02-30", "not-a-date"),
        ("2026-13", "not-a-date"),
        ("2026-W54", "not-a-date"),
        ("2026Q5", "not-a-date"),
        ("yesterday", "not-a-date"),
        ("0001-01-01", "not-a-date"),
        ("99999", "not-a-date"),
        ("1e400", "not-a-date"),
        (True, "not-a-date"),
        (12.5, "not-a-date"),
        (2026.1, "not-a-date"),  # January or October
    ],
)
def test_what_is_no_clear_date_is_a_fault(text, code):
    assert day(text) == code


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d", "%Y.%m.%d"])
def test_many_dates_are_read_as_few_are(form):
    # More than 2,000 different texts take the other path.
    days = pd.date_range("2015-01-01", periods=3000, freq="D") + pd.Timedelta(hours=3)
    texts = [*days.strftime(form), "2026年3月", "1899-01-01", "13/01/2020", ""]
    many, faults = parse_dates(cells(*texts))
    np.testing.assert_array_equal(many[:3000], days.normalize().to_numpy())
    assert str(many[3000])[:10] == "2026-03-01"
    assert sorted(faults) == [3001, 3002]


@given(
    st.text()
    | st.floats()
    | st.integers()
    | st.booleans()
    | st.none()
    | st.datetimes()
    | st.binary()
)
def test_no_cell_breaks_the_parsers(value):
    for values, faults in (parse_numbers(cells(value)), parse_dates(cells(value))):
        assert len(values) == 1
        assert set(faults) <= {0}
        assert not (faults and not pd.isna(values[0]))
