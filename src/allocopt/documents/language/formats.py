"""How a language writes numbers, money, shares, dates and periods.

The patterns come from the `format` branch of the catalogue. An unknown value is written as the language's
mark for it and never as zero; a known one remembers itself (`Shown`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from allocopt.documents.language.messages import Messages
from allocopt.documents.language.shown import Shown, What

MINUS = "\N{MINUS SIGN}"

EMPTY_DECIMALS = re.compile(r"(?:\.0+|(?<=\.\d)0)(?!\d)")
PERIOD = re.compile(
    r"(?P<year>\d{4})(?:Q(?P<quarter>[1-4])|-W(?P<week>\d{2})|-(?P<month>\d{2})(?P<ending>-[QY])?)?$"
)


@dataclass(frozen=True)
class Formats:
    """Writes values in the language of a catalogue and in the currency of a plan."""

    messages: Messages
    currency: str

    @property
    def unknown(self) -> str:
        """What stands for an unknown value."""
        return self.messages("format.unknown")

    def number(self, value: float, decimals: int = 0) -> str:
        """A number with thousands separators."""
        return _shown(self._digits(value, decimals), value, "number", decimals)

    def compact(self, value: float) -> str:
        """A number in three digits and a scale word: 12.3万, 1.23M."""
        return _shown(self._scaled(value), value, "number", _of_small(value))

    def money(self, value: float) -> str:
        """An amount of money in three digits: 12.3万元, ¥1.23M."""
        text = self._with_currency(self._scaled(value)) if known(value) else self.unknown
        return _shown(text, value, "money", _of_small(value))

    def tick(self, value: float) -> str:
        """A compact number without decimals that say nothing, for axes."""
        return EMPTY_DECIMALS.sub("", self._scaled(value))

    def amount(self, value: float) -> str:
        """An amount of money without a currency, to the unit, for the columns of a table."""
        return _shown(self._digits(value, 0), value, "money")

    def percent(self, value: float, decimals: int = 1) -> str:
        """A share as a percentage."""
        return _shown(self._percent(value, decimals), value, "share", decimals)

    def change(self, value: float, decimals: int = 1) -> str:
        """A relative change with its sign."""
        sign = "+" if known(value) and value > 0 else ""
        return _shown(sign + self._percent(value, decimals), value, "change", decimals)

    def date(self, value: object) -> str:
        """A day; takes a date, a time stamp or ISO text, and hands other text back."""
        if pd.isna(value):  # type: ignore[call-overload]
            return self.unknown
        day = pd.to_datetime(str(value), errors="coerce")
        if pd.isna(day):
            return str(value)
        text = self.messages(
            "format.date", year=day.year, month=day.month, day=day.day, name=self._month(day.month)
        )
        return Shown(text, day.date(), "date")

    def period(self, label: str) -> str:
        """A calendar label (`2026-03`, `2026Q1`, `2026-W07`) as people write it."""
        return self._period(label, "period")

    def short_period(self, label: str) -> str:
        """A calendar label, as short as an axis needs it."""
        return self._period(label, "short_period")

    def join(self, parts: Sequence[str]) -> str:
        """A list of things in one line."""
        return self.messages("format.comma").join(parts)

    def _digits(self, value: float, decimals: int) -> str:
        """The digits of a number, with separators and a real minus sign; the mark where unknown."""
        if not known(value):
            return self.unknown
        digits = f"{abs(value):,.{decimals}f}"
        sign = MINUS if value < 0 and digits.strip("0.,") else ""
        return sign + digits

    def _scaled(self, value: float) -> str:
        """The digits of a number in its scale."""
        if not known(value):
            return self.unknown
        for scale, word in self._scales:
            # 999,950 and not 1,000,000: what rounds up to the next scale is written in it.
            if abs(value) >= scale * 0.9995:
                scaled = value / scale
                return self._digits(scaled, _decimals(scaled)) + word
        return self._digits(value, _of_small(value))

    def _percent(self, value: float, decimals: int) -> str:
        return self._digits(value * 100, decimals) + "%" if known(value) else self.unknown

    def _period(self, label: str, style: str) -> str:
        match = PERIOD.match(label)
        if match is None:
            return label
        fields = {
            name: int(text) for name, text in match.groupdict().items() if text and text.isdigit()
        }
        kind = _period_kind(match)
        values: dict[str, object] = {**fields, "short_year": f"{fields['year'] % 100:02d}"}
        if "month" in fields:
            values["name"] = self._month(fields["month"])
        if "quarter" in fields:
            values["quarter_name"] = self.messages.texts["format.quarters"][fields["quarter"] - 1]
        return self.messages(f"format.{style}.{kind}", **values)

    def _month(self, month: int) -> str:
        return str(self.messages.texts["format.months"][month - 1])

    def _with_currency(self, digits: str) -> str:
        other = self.messages.texts["format.currency.other"]
        pattern = self.messages.get(f"format.currency.{self.currency or 'none'}", other)
        sign = MINUS if digits.startswith(MINUS) else ""
        return sign + pattern.format(number=digits.removeprefix(MINUS), code=self.currency)

    @property
    def _scales(self) -> list[tuple[float, str]]:
        return [(float(scale), str(word)) for scale, word in self.messages.texts["format.scales"]]


def known(value: float) -> bool:
    """Whether a value is known; unknown numbers are NaN."""
    return math.isfinite(value)


def _shown(text: str, value: float, what: What, decimals: int = 0) -> str:
    """The text with its value; the mark of an unknown value has none."""
    return Shown(text, float(value), what, decimals) if known(value) else text


def _of_small(value: float) -> int:
    """Decimals of a number that needs no scale word."""
    return 0 if not known(value) or abs(value) >= 100 or value == int(value) else 2


def _decimals(scaled: float) -> int:
    """Decimals that make three digits."""
    return 2 if abs(scaled) < 9.995 else 1 if abs(scaled) < 99.95 else 0


def _period_kind(match: re.Match[str]) -> str:
    """Name of the pattern that writes a matched label."""
    if match["ending"]:
        return "fiscal_quarter" if match["ending"] == "-Q" else "fiscal_year"
    return next((kind for kind in ("quarter", "week", "month") if match[kind]), "year")
