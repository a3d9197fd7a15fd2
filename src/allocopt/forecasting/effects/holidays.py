"""Holidays: public holidays of a country as events, with the days around them that sales feel.

The dates come from the library `holidays` (extra `holidays`), which knows the Chinese lunar calendar and
needs no network. What a holiday does every year in the same period is already in the seasonal
indices; what is left for an event is that it moves. So each intensity is the share of the holiday's
window that falls in a period, less its mean over the same period of other years, as in the
regressors for Chinese New Year and Easter of X-13ARIMA-SEATS (Findley and Soukup 2000, "Modeling and
model selection for moving holidays"; Lin and Liu 2003, "Modeling lunar calendar effects in Taiwan").
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from allocopt.errors import DataError, Finding, Severity
from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.effects.occurrences import Occurrences, no_events
from allocopt.forecasting.grain import Span

LIBRARY = "holidays"
ENGLISH = "en_US"
# Days off given for working days elsewhere: announced a few months ahead, so unknown for later years.
SUBSTITUTED = "substituted"
# Two days of one name that lie further apart are two holidays.
SAME_HOLIDAY = 10
DAY = np.timedelta64(1, "D")
NOTHING = 1e-9


@dataclass(frozen=True)
class Window:
    """Days that belong to a holiday [days]: a run-up, the holiday itself, an aftermath."""

    before: int
    during: int
    after: int


# Where the days around a holiday matter. A month's sales before the Spring Festival are pulled
# ahead, and business starts again after the Lantern Festival, on its 15th day.
WINDOWS: Mapping[str, Mapping[str, Window]] = {
    "CN": {
        "Chinese New Year (Spring Festival)": Window(20, 7, 8),
        "Mid-Autumn Festival": Window(10, 1, 0),
        "National Day": Window(0, 7, 0),
        "Labor Day": Window(0, 5, 0),
    }
}
# Part of another holiday.
LEFT_OUT: Mapping[str, tuple[str, ...]] = {"CN": ("Chinese New Year's Eve",)}


def read_holidays(country: str, series: int, periods: Span, past: int, season: int) -> Occurrences:
    """Public holidays of a country (ISO 3166: `CN`, or with a part of it `DE-BY`) for all series.

    Intensities may be negative: less of a holiday than in the same period of other years; without
    the event the period is as in a usual year. Holidays that never move against the periods are
    left out. Raises `DataError` when the library is not
    installed or does not know the country.
    """
    rows: dict[tuple[str, str], FloatArray] = {}
    for name, start, window in _holidays(country, periods):
        for kind, first, days in _parts(start, window):
            if days:
                share = _shares_of_window(first, days, periods)
                key = (kind, _called(kind, name))
                rows[key] = rows.get(key, 0.0) + share
    moving = {key: _centred(shares, past, season) for key, shares in rows.items()}
    kept = sorted(key for key, shares in moving.items() if np.abs(shares).max() > NOTHING)
    if not kept:
        return no_events(series, past, len(periods) - past)
    planned = np.array([moving[key] for key in kept])[:, None, :]
    return Occurrences(
        tuple(name for _, name in kept),
        tuple(kind for kind, _ in kept),
        planned,
        np.zeros_like(planned),
        np.zeros(series, dtype=np.intp),
        past,
    )


def _holidays(country: str, periods: Span) -> Iterator[tuple[str, np.datetime64, Window]]:
    """Each holiday's name, first day and window, with a year to spare on both sides."""
    code = country.partition("-")[0].upper()
    years = range(periods.starts[0].year - 1, periods.stops[-1].year + 2)
    windows, left_out = WINDOWS.get(code, {}), LEFT_OUT.get(code, ())
    for name, days in sorted(_days_by_name(country, years).items()):
        if name in left_out:
            continue
        for first, length in _runs(days):
            yield name, first, windows.get(name, Window(0, length, 0))


def _days_by_name(country: str, years: range) -> dict[str, list[date]]:
    found: dict[str, list[date]] = {}
    for day, names in _calendar(country, years).items():
        for name in names.split("; "):
            if SUBSTITUTED not in name:
                found.setdefault(name.removesuffix(" (estimated)"), []).append(day)
    return found


def _runs(days: list[date]) -> Iterator[tuple[np.datetime64, int]]:
    """First day and length of each run of days of one name."""
    sorted_days = np.array(sorted(days), dtype="datetime64[D]")
    breaks = np.flatnonzero(np.diff(sorted_days) > SAME_HOLIDAY * DAY) + 1
    for run in np.split(sorted_days, breaks):
        yield run[0], len(run)


def _parts(start: np.datetime64, window: Window) -> Iterator[tuple[str, np.datetime64, int]]:
    """Kind, first day and length of what a window is made of."""
    yield "before holiday", start - window.before * DAY, window.before
    yield "holiday", start, window.during
    yield "after holiday", start + window.during * DAY, window.after


def _called(kind: str, name: str) -> str:
    return name if kind == "holiday" else f"{kind.removesuffix(' holiday')} {name}"


def _shares_of_window(first: np.datetime64, days: int, periods: Span) -> FloatArray:
    """Part of `days` days from `first` on that lies in each period, shape (period,)."""
    starts = periods.starts.to_numpy(dtype="datetime64[D]")
    stops = periods.stops.to_numpy(dtype="datetime64[D]")
    common = np.minimum(stops, first + days * DAY) - np.maximum(starts, first)
    return np.asarray(np.maximum(common / DAY, 0.0) / days)


def _centred(shares: FloatArray, past: int, season: int) -> FloatArray:
    """Shares (period,) less their mean over the past periods of the same phase of the season."""
    phase = (np.arange(len(shares)) - past) % season
    in_past = np.arange(len(shares)) < past
    seen = np.bincount(phase[in_past], minlength=season)
    # A phase without a past has no seasonal index either: its usual share is that of all periods.
    counted = in_past | (seen[phase] == 0)
    total = np.bincount(phase[counted], shares[counted], season)
    count = np.bincount(phase[counted], minlength=season)
    return np.asarray(shares - (total / np.maximum(count, 1))[phase])


def _calendar(country: str, years: range) -> Mapping[date, str]:
    """Names of the public holidays of each day, in English where the library has them so."""
    if importlib.util.find_spec(LIBRARY) is None:
        raise _refusal(
            f"holidays of {country} need the library {LIBRARY}, which is not installed",
            'pip install "allocopt[holidays]", or list the holidays in the table events',
            "missing-library",
        )
    library: Any = importlib.import_module(LIBRARY)
    code, _, part = country.upper().partition("-")
    try:
        languages = library.country_holidays(code, subdiv=part or None).supported_languages
        calendar = library.country_holidays(
            code,
            subdiv=part or None,
            years=years,
            observed=False,
            language=ENGLISH if ENGLISH in languages else None,
        )
    except NotImplementedError:
        raise _refusal(
            f"the library {LIBRARY} does not know the country {country!r}",
            "give an ISO 3166 code such as CN, US or DE-BY, or list the holidays in the table events",
            "unknown-country",
        ) from None
    return dict(calendar.items())


def _refusal(message: str, mend: str, code: str) -> DataError:
    return DataError([Finding(Severity.PROBLEM, message, mend=mend, code=code)])
