"""Holidays become events by how they move against the periods."""

from __future__ import annotations

import importlib.util
import os

import numpy as np
import pandas as pd
import pytest

from allocopt.calendar import Calendar, PeriodName
from allocopt.errors import DataError
from allocopt.forecasting.effects import Occurrences, fit_uplift, read_holidays
from allocopt.forecasting.effects.holidays import LIBRARY
from allocopt.forecasting.grain import Span, span

SPRING = "Chinese New Year (Spring Festival)"


def periods(first: str, count: int, period: PeriodName = "month") -> Span:
    start = pd.Timestamp(first)
    return span(Calendar(period, start, 1), start, count)


def read(country: str, over: Span, past: int, season: int = 12) -> Occurrences:
    """Occurrences for two series; a missing library skips the test, in CI it fails it."""
    if importlib.util.find_spec(LIBRARY) is None:
        message = f"the library {LIBRARY} is not installed"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(message)
        pytest.skip(message)
    return read_holidays(country, 2, over, past, season)


def intensity(given: Occurrences, event: str) -> np.ndarray:
    return given.intensity[given.events.index(event), 0]


def test_the_spring_festival_moves_between_january_and_february() -> None:
    # 2023: 22 to 28 January, all seven days. 2024: 10 to 16 February. 2025: 29 January to
    # 4 February, three and four days. Their means: 10/21 in January, 11/21 in February.
    moved = intensity(read("CN", periods("2023-01-01", 36), past=36), SPRING).reshape(3, 12)
    np.testing.assert_allclose(moved[:, 0], np.array([21, 0, 9]) / 21 - 10 / 21)
    np.testing.assert_allclose(moved[:, 1], np.array([0, 21, 12]) / 21 - 11 / 21)
    assert not moved[:, 2:].any()


def test_the_run_up_to_the_spring_festival_is_an_event_of_its_own() -> None:
    given = read("CN", periods("2023-01-01", 36), past=36)
    # 20 days before 22 January 2023: from the 2nd, all in January. 2024: 21 to 31 January, 11 of 20,
    # and nine days in February. 2025: 9 to 28 January.
    before = intensity(given, f"before {SPRING}").reshape(3, 12)
    np.testing.assert_allclose(before[:, 1], np.array([0, 9, 0]) / 20 - 3 / 20, atol=1e-12)
    kinds = dict(zip(given.events, given.kinds, strict=True))
    assert kinds[SPRING] == "holiday"
    assert kinds[f"before {SPRING}"] == "before holiday"


def test_a_holiday_that_stays_in_its_month_is_left_to_the_season() -> None:
    monthly = read("CN", periods("2015-01-01", 120), past=120)
    assert "National Day" not in monthly.events
    # Week 40 may begin before the 1st of October or on it.
    weekly = read("CN", periods("2015-01-05", 260, "week"), past=260, season=52)
    assert "National Day" in weekly.events


def test_the_lunar_calendar_is_known_from_2000_to_2035() -> None:
    over = periods("2000-01-01", 36 * 12)
    raw = intensity(read("CN", over, past=36 * 12), SPRING).reshape(36, 12)
    by_year = raw - raw.min(axis=0)
    # In each year the festival's days fall into January or February, once.
    np.testing.assert_allclose(by_year.sum(axis=1), by_year[0].sum())
    month = dict(zip(range(2000, 2036), by_year.argmax(axis=1) + 1, strict=True))
    assert [month[year] for year in (2001, 2004, 2023, 2026, 2031, 2034)] == [1, 1, 1, 2, 1, 2]


def test_the_future_is_seen_against_the_past() -> None:
    # One year of history, with the festival in February: its seasonal indices have it there.
    moved = intensity(read("CN", periods("2024-01-01", 24), past=12), SPRING)
    assert not moved[:12].any()
    np.testing.assert_allclose(moved[12:14], [3 / 7, 4 / 7 - 1])


def test_a_moving_festival_improves_the_months_it_moves_between() -> None:
    # Sales fall by 40 % on the days of the festival; which month that hits differs by year.
    over = periods("2014-01-01", 132)
    happening = read("CN", over, past=120)
    days = intensity(happening, SPRING)
    usual = 100 * np.exp(np.log(0.6) * days)
    sales = usual * np.exp(np.random.default_rng(1).normal(0, 0.05, (40, 132)))
    everywhere = happening.of_series(np.zeros(40, dtype=int))
    told = fit_uplift(sales[:, :120], 12, everywhere).apply(np.full((40, 12), 100.0))
    assert np.abs(told - usual[120:]).mean() < 0.25 * np.abs(100 - usual[120:]).mean()


@pytest.mark.parametrize("country", ["XX", "nowhere", ""])
def test_an_unknown_country_is_named(country: str) -> None:
    with pytest.raises(DataError, match="does not know the country") as error:
        read(country, periods("2024-01-01", 12), past=12)
    assert error.value.findings[0].code == "unknown-country"


def test_other_countries_and_their_parts_have_holidays() -> None:
    over = periods("2015-01-01", 120)
    assert "Good Friday" in read("GB", over, past=120).events
    assert "Corpus Christi" in read("de-by", over, past=120).events
    assert "Corpus Christi" not in read("DE-BE", over, past=120).events


def test_a_missing_library_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DataError, match=r"allocopt\[holidays\]"):
        read_holidays("CN", 2, periods("2024-01-01", 12), 12, 12)
