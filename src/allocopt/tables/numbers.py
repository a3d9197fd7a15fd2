"""Numbers as people write them: `1,234.50`, `￥1,234`, `12.5%`, `3.2万`, `(1,200)`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from allocopt.tables.cells import Cells, Fault

SCALES: Mapping[str, int] = MappingProxyType(
    {
        "": 1,
        "百": 100,
        "千": 1_000,
        "万": 10_000,
        "十万": 100_000,
        "百万": 1_000_000,
        "千万": 10_000_000,
        "亿": 100_000_000,
        "万亿": 1_000_000_000_000,
    }
)
_CURRENCY = r"(?:¥|\$|€|£|rmb|cny|usd|eur|gbp|人民币|us\$)?"
_SCALE = "|".join(sorted(filter(None, SCALES), key=len, reverse=True))
_WHOLE = r"(?:[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,2}(?: \d{3})+|\d+)"
_NUMBER = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[-+])?\s*{_CURRENCY}\s*(?P<sign2>[-+])?"
    rf"(?P<digits>{_WHOLE}(?:\.\d*)?|\.\d+)(?P<power>e[-+]?\d{{1,3}})?"
    rf"\s*(?P<scale>{_SCALE})?(?:元|{_CURRENCY})\s*(?P<percent>%)?(?P<minus>-)?\s*(?P<close>\))?"
)
# The form that whole columns are exported in: a path of its own keeps 200,000 of them fast.
_GROUPED = re.compile(r"(-?)[¥$€£]?(\d{1,3}(?:\.\d*)?|[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?)")
_DECIMAL_COMMA = re.compile(r"[-+]?[^\d()]{0,4}\d[\d.\s]*,\d+")
_ERROR_CELL = re.compile(r"#[A-Z0-9/]+[!?]?")

NOT_A_NUMBER = Fault(
    "not-a-number",
    "is not a number",
    "a number such as 1234.5, 1,234.50, 3.2万 or an empty cell if it is unknown",
)
AMBIGUOUS = Fault(
    "ambiguous-number",
    "can be read in two ways",
    "a point before decimals and commas between groups of three digits",
    "write 1234.5 for one thousand two hundred thirty-four and a half",
)
NOT_FINITE = Fault(
    "not-finite", "is not a finite number", "a number, or an empty cell if it is unknown"
)
ERROR_CELL = Fault(
    "error-cell", "is an error of the spreadsheet", "a number, or an empty cell", "mend the formula"
)
PERCENT = Fault(
    "unexpected-percent",
    "is a percentage",
    "an amount in the unit of the column",
    "write the amount",
)

Parsed = tuple[npt.NDArray[np.float64], dict[int, Fault]]


def parse_numbers(cells: Cells, *, percent: bool = True) -> Parsed:
    """Value of each distinct cell, unknown = NaN, and the faults by position.

    `percent`: whether a percent sign may stand; `12.5%` is 0.125. A header's scale goes for numbers
    that have none of their own.
    """
    if cells.scale == 1.0:
        values = np.array([_plain(text) for text in cells.texts], dtype=np.float64)
    else:
        values = np.full(len(cells.texts), np.nan)
    left = np.flatnonzero(~np.isfinite(values) & ~cells.unknown)
    values[~np.isfinite(values)] = np.nan
    faults: dict[int, Fault] = {}
    for code in left.tolist():
        result = _written(cells.texts[code], cells.scale, percent=percent)
        if isinstance(result, Fault):
            faults[code] = result
        else:
            values[code] = result
    return values, faults


def _plain(text: str) -> float:
    """The number, NaN when the text needs a closer look."""
    try:
        value = float(text)
    except ValueError:
        grouped = _GROUPED.fullmatch(text)
        return float(grouped[1] + grouped[2].replace(",", "")) if grouped else math.nan
    return math.nan if "_" in text else value


def _written(text: str, scale: float, *, percent: bool) -> float | Fault:
    """A number with signs, groups, currency, scale or percent."""
    found = _NUMBER.fullmatch(text.casefold())
    if not found or bool(found["open"]) != bool(found["close"]):
        return _why_not(text)
    signs = [found["sign"], found["sign2"], found["minus"], found["open"]]
    if sum(mark is not None for mark in signs) > 1:
        return NOT_A_NUMBER
    if found["percent"] and not percent:
        return PERCENT
    number = Decimal(found["digits"].replace(",", "").replace(" ", "") + (found["power"] or ""))
    if found["percent"]:
        number /= 100
    elif found["scale"]:
        number *= SCALES[found["scale"]]
    else:
        number *= Decimal(repr(scale))
    value = float(number)
    if not math.isfinite(value):
        return NOT_FINITE
    return -value if {"-", "("} & set(signs) else value


def _why_not(text: str) -> Fault:
    if text.casefold().lstrip("+-") in {"nan", "inf", "infinity"}:
        return NOT_FINITE
    if text[:1] == "#" and _ERROR_CELL.fullmatch(text):
        return ERROR_CELL
    return AMBIGUOUS if "," in text and _DECIMAL_COMMA.fullmatch(text) else NOT_A_NUMBER


def looks_like_code(text: str) -> bool:
    """Whether digits are a name rather than a number: `00123` loses something as a number."""
    return len(text) > 1 and text[0] == "0" and text[1].isdigit()
