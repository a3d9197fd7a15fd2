"""Dates and periods as people write them: `2026-03-05`, `2026年3月`, `2026Q1`, `2026-W07`, serials."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.tables.cells import Cells, Fault

FIRST_YEAR, LAST_YEAR = 1900, 2199
# 1954-10-03 … 2119-01-02: numbers that people do not type into a date column for another reason.
FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000
_EXCEL_DAY_ZERO = dt.date(1899, 12, 30)
_MANY = 2_000
_ALIKE = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d")

NOT_A_DATE = Fault(
    "not-a-date",
    "is not a date",
    "a date such as 2026-03-05, 2026年3月5日, or a period such as 2026-03, 2026Q1, 2026-W07",
)
AMBIGUOUS = Fault(
    "ambiguous-date",
    "may be day and month or month and day",
    "the year first, such as 2026-03-05",
    "write the date as year-month-day",
)

Span = tuple[dt.date, dt.date]
Parsed = tuple[npt.NDArray[np.datetime64], dict[int, Fault]]
_FULL = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
MONTHS = {name: number for number, name in enumerate(_FULL, start=1)} | {"sept": 9}
MONTHS |= {name[:3]: number for number, name in enumerate(_FULL, start=1)}
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}


def parse_dates(cells: Cells, *, last: bool = False) -> Parsed:
    """Day of each distinct cell (datetime64[us]), unknown = NaT, and the faults by position.

    A period stands for its first day, or for its last one if `last`. The time of day is dropped.
    """
    many = len(cells.texts) > _MANY
    unknown = np.full(len(cells.texts), "NaT", dtype="datetime64[us]")
    days = _regular(cells.texts) if many else unknown
    faults: dict[int, Fault] = {}
    for code in np.flatnonzero(np.isnat(days) & ~cells.unknown).tolist():
        span = read_span(cells.texts[code])
        if isinstance(cells.distinct[code], float) and not _whole(cells.distinct[code]):
            span = NOT_A_DATE
        if isinstance(span, Fault):
            faults[code] = span
        else:
            days[code] = np.datetime64(span[1 if last else 0], "us")
    return days, faults


def _whole(value: float) -> bool:
    """Whether a typed number is a serial or a whole number: 2026.1 may be January or October."""
    return value >= FIRST_SERIAL or value.is_integer()


def _regular(texts: list[str]) -> npt.NDArray[np.datetime64]:
    """Days of texts that are written alike; NaT for all that are written in another way."""
    series = pd.Series(texts, dtype=object)
    days = pd.Series(pd.NaT, index=series.index, dtype="datetime64[us]")
    for form in _ALIKE:
        left = np.flatnonzero(days.isna())
        # A form that the first text has not is not tried on 200,000.
        if len(left) and not pd.isna(
            pd.to_datetime(series.iloc[left[0]], format=form, errors="coerce")
        ):
            found = pd.to_datetime(series.iloc[left], format=form, errors="coerce")
            days.iloc[left] = found.astype("datetime64[us]")
    days = days.where(days.dt.year.between(FIRST_YEAR, LAST_YEAR)).dt.normalize()
    return np.array(days, dtype="datetime64[us]")


def read_span(text: str) -> Span | Fault:
    """First and last day of the date or period that `text` names."""
    folded = text.casefold()
    for pattern, span_of in _FORMS:
        found = pattern.fullmatch(folded)
        if found:
            try:
                first, last = span_of(found)
            except ValueError:
                return NOT_A_DATE
            return (first, last) if FIRST_YEAR <= first.year <= LAST_YEAR else NOT_A_DATE
    return AMBIGUOUS if _AMBIGUOUS.fullmatch(folded) else NOT_A_DATE


def months_from(first: dt.date, months: int) -> Span:
    """So many months from a first day on."""
    index = first.year * 12 + first.month - 1 + months
    return first, dt.date(index // 12, index % 12 + 1, 1) - dt.timedelta(days=1)


def _day(found: re.Match[str]) -> Span:
    day = dt.date(int(found["y"]), int(found["m"]), int(found["d"]))
    return day, day


def _month(found: re.Match[str]) -> Span:
    return months_from(dt.date(int(found["y"]), int(found["m"]), 1), 1)


def _quarter(found: re.Match[str]) -> Span:
    number = _QUARTERS.get(found["q"]) or int(found["q"])
    return months_from(dt.date(int(found["y"]), number * 3 - 2, 1), 3)


def _fiscal(found: re.Match[str]) -> Span:
    first = dt.date(int(found["y"]), int(found["m"]), 1)
    return months_from(first, 3 if found["p"] == "q" else 12)


def _week(found: re.Match[str]) -> Span:
    monday = dt.date.fromisocalendar(int(found["y"]), int(found["w"]), 1)
    return monday, monday + dt.timedelta(days=6)


def _year(found: re.Match[str]) -> Span:
    return months_from(dt.date(int(found["y"]), 1, 1), 12)


def _serial(found: re.Match[str]) -> Span:
    serial = int(found["n"])
    if not FIRST_SERIAL <= serial <= LAST_SERIAL:
        raise ValueError(serial)
    day = _EXCEL_DAY_ZERO + dt.timedelta(days=serial)
    return day, day


def _named_day(found: re.Match[str]) -> Span:
    day = dt.date(int(found["y"]), _month_number(found["name"]), int(found["d"]))
    return day, day


def _named_month(found: re.Match[str]) -> Span:
    return months_from(dt.date(int(found["y"]), _month_number(found["name"]), 1), 1)


def _month_number(name: str) -> int:
    if name not in MONTHS:
        raise ValueError(name)
    return MONTHS[name]


_Y, _M, _D = r"(?P<y>\d{4})", r"(?P<m>\d{1,2})", r"(?P<d>\d{1,2})"
_TIME = r"(?:[ t]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:z|[-+]\d{2}:?\d{2})?)?"
_NAME = r"(?P<name>[a-z]{3,9})\.?"
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Span]], ...] = tuple(
    (re.compile(pattern), span_of)
    for pattern, span_of in (
        (rf"{_Y}(?P<j>[-/.]){_M}(?P=j){_D}{_TIME}", _day),
        (rf"{_Y}\s*年\s*{_M}\s*月\s*{_D}\s*[日号]?\s*{_TIME}", _day),
        (r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})", _day),
        (rf"{_Y}[-/.]{_M}", _month),
        (rf"{_Y}\s*年\s*{_M}\s*月份?", _month),
        (r"(?P<y>\d{4})(?P<m>\d{2})", _month),
        (rf"{_Y}\s*[-/年]?\s*q(?P<q>[1-4])", _quarter),
        (rf"q(?P<q>[1-4])\s*[-/]?\s*{_Y}", _quarter),
        (rf"{_Y}\s*年?\s*第?\s*(?P<q>[一二三四1-4])\s*季度?", _quarter),
        (rf"{_Y}-(?P<m>\d{{2}})-(?P<p>[qy])", _fiscal),
        (rf"{_Y}\s*-?\s*w(?P<w>\d{{1,2}})", _week),
        (rf"{_Y}\s*年\s*第?\s*(?P<w>\d{{1,2}})\s*周", _week),
        (rf"{_Y}\s*年?度?", _year),
        (r"(?P<n>\d{5})(?:\.\d+)?", _serial),
        (rf"{_D}[- ]{_NAME}[- ,]+{_Y}", _named_day),
        (rf"{_NAME} {_D},? {_Y}", _named_day),
        (rf"{_NAME}[- ,]+{_Y}", _named_month),
    )
)
_AMBIGUOUS = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}" + _TIME)
