"""Headers that say what their numbers count: `销售额(万元)`, `毛利率(%)`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from allocopt.errors import Finding, Severity
from allocopt.tables.header_row import HeaderRow
from allocopt.tables.months import Month
from allocopt.tables.numbers import SCALES
from allocopt.tables.table import NUMERIC, Column
from allocopt.tables.text import BRACKETS, word_key

_MONEY = re.compile(
    r"(百万|千万|万亿|万|千|亿)(?:元|人民币|rmb|cny|美元|欧元)?|(k)(?:€|\$|¥|eur|usd|rmb|cny)?"
)
_PERCENT = frozenset({"%", "percent", "百分比"})


def read_scales(
    header: HeaderRow, known: Mapping[int, str], months: Mapping[int, Month]
) -> tuple[dict[int, float], list[Finding]]:
    """Factors by the position of the column, each with a notice: nothing is rescaled silently."""
    value = header.table.wide[1] if header.table.wide else ""
    scales: dict[int, float] = {}
    findings = []
    for place, text in header.written.items():
        column = header.table.by_name.get(value if place in months else known.get(place, ""))
        bracket = BRACKETS.search(text)
        if column is None or column.kind not in NUMERIC or bracket is None:
            continue
        factor = _factor(bracket[1], column, header, place)
        if factor == 1.0:
            continue
        scales[place] = factor
        message = f"numbers are multiplied by {factor:g}, as the header says"
        findings.append(
            header.finding(Severity.NOTICE, "scaled-column", message, column=text, value=bracket[1])
        )
    return scales, findings


def _factor(unit: str, column: Column, header: HeaderRow, place: int) -> float:
    key = word_key(unit)
    if key in _PERCENT and column.takes_percent:
        return 1.0 if _are_shares(header, place) else 0.01
    found = _MONEY.fullmatch(key)
    if not found or "currency" not in column.unit:
        return 1.0
    return 1000.0 if found[2] else float(SCALES[found[1]])


def _are_shares(header: HeaderRow, place: int) -> bool:
    """Whether a spreadsheet's percent format holds 0.35 and shows 35 %: all typed numbers are within 1."""
    below = header.raw.cells.iloc[header.row + 1 :, place]
    numbers = [value for value in below if isinstance(value, float) and value == value]  # noqa: PLR0124
    return bool(numbers) and max(map(abs, numbers)) <= 1
