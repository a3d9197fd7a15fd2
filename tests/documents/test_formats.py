"""Numbers, money, dates and periods in both languages."""

from __future__ import annotations

from math import nan

import pandas as pd
import pytest

from allocopt.documents.language.voice import voice_of

ENGLISH, CHINESE = voice_of("en", "USD").show, voice_of("zh-CN", "CNY").show


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (0.0, "$0", "0元"),
        (950.0, "$950", "950元"),
        (12_345.0, "$12.3k", "1.23万元"),
        (1_234_567.0, "$1.23M", "123万元"),
        (123_456_789.0, "$123M", "1.23亿元"),
        (-2_500_000.0, "−$2.50M", "−250万元"),
        # What rounds up to the next scale is written in it.
        (999_950.0, "$1.00M", "100万元"),
        (nan, "–", "–"),
    ],
)
def test_money(value: float, english: str, chinese: str) -> None:
    assert ENGLISH.money(value) == english
    assert CHINESE.money(value) == chinese


def test_money_in_a_currency_without_a_pattern_and_in_none() -> None:
    assert voice_of("en", "CHF").show.money(1_500_000) == "1.50M CHF"
    assert voice_of("en", "").show.money(1_500_000) == "1.50M"


@pytest.mark.parametrize(
    ("label", "english", "chinese"),
    [
        ("2026-03", "March 2026", "2026年3月"),
        ("2026Q1", "Q1 2026", "2026年第一季度"),
        ("2026-W07", "week 7 of 2026", "2026年第7周"),
        ("2026-02-Q", "quarter from February 2026", "2026年2月起的季度"),
        ("2026", "2026", "2026年"),
        ("2026-04-Y", "year from April 2026", "2026年4月起的年度"),
        ("spring", "spring", "spring"),
    ],
)
def test_periods(label: str, english: str, chinese: str) -> None:
    assert ENGLISH.period(label) == english
    assert CHINESE.period(label) == chinese


def test_dates() -> None:
    assert ENGLISH.date(pd.Timestamp("2026-03-05")) == "5 March 2026"
    assert CHINESE.date("2026-03-05") == "2026年3月5日"
    assert ENGLISH.date(pd.NaT) == "–"
    assert ENGLISH.date("soon") == "soon"


def test_shares_and_changes() -> None:
    assert ENGLISH.percent(0.1234) == "12.3%"
    assert ENGLISH.change(0.05) == "+5.0%"
    assert ENGLISH.change(-0.05) == "−5.0%"
    assert ENGLISH.number(-0.2) == "0"


def test_ticks_have_no_empty_decimals() -> None:
    assert [ENGLISH.tick(v) for v in (0, 500_000, 1_500_000, 2_250_000)] == [
        "0",
        "500k",
        "1.5M",
        "2.25M",
    ]
