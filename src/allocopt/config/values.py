"""The kinds of values that scenario.yaml holds: strict, frozen, explained when they are wrong."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    Strict,
    WithJsonSchema,
)

from allocopt.config.scope import Scope, parse_scope

Item = TypeVar("Item")

_YEARS = (1900, 2200)
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?)?[月日]?")
_QUARTER = re.compile(r"(\d{4})-?[Qq]([1-4])")
_WEEK = re.compile(r"(\d{4})-?[Ww](\d{1,2})")


class Section(BaseModel):
    """Base of every section: frozen, no unknown keys, no silent conversion, no NaN."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        hide_input_in_errors=True,
        allow_inf_nan=False,
        use_attribute_docstrings=False,
    )


def parse_day(value: object) -> dt.date | None:
    """The first day that a text names: `2026-03-15`, `2026-03`, `2026Q1`, `2026-W07`, `2026`.

    Raises ValueError.
    """
    if value is None or isinstance(value, dt.date):
        return value
    day = _first_day(str(value).strip() if isinstance(value, str | int) else "")
    if day is None:
        raise ValueError("expected a date such as 2026-01-01, 2026-01 or 2026Q1")
    if not _YEARS[0] <= day.year <= _YEARS[1]:
        raise ValueError(f"expected a year between {_YEARS[0]} and {_YEARS[1]}")
    return day


def _first_day(text: str) -> dt.date | None:
    if match := _QUARTER.fullmatch(text):
        return dt.date(int(match[1]), 3 * int(match[2]) - 2, 1)
    if match := _WEEK.fullmatch(text):
        return dt.date.fromisocalendar(int(match[1]), int(match[2]), 1)
    if match := _DAY.fullmatch(text):
        return dt.date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    return None


def _parse_prose(value: object) -> str | tuple[str, ...]:
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise ValueError("expected text or a list of texts")


_TEXT = {"type": "string"}
_PROSE = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}

Many = Annotated[tuple[Item, ...], Strict(False)]
Names = Many[str]
Point = Annotated[tuple[float, float], Strict(False)]
Day = Annotated[dt.date | None, BeforeValidator(parse_day, json_schema_input_type=str | int | None)]
Prose = Annotated[
    str | tuple[str, ...],
    PlainValidator(_parse_prose),
    PlainSerializer(lambda prose: prose if isinstance(prose, str) else list(prose)),
    WithJsonSchema(_PROSE),
]
ScopeValue = Annotated[
    Scope, PlainValidator(parse_scope), PlainSerializer(str), WithJsonSchema(_TEXT)
]
NonNegative = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]
InnerShare = Annotated[float, Field(gt=0, lt=1)]
Count = Annotated[int, Field(ge=0)]
CountFromOne = Annotated[int, Field(ge=1)]
