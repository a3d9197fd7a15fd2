"""Wide tables: columns named by months (1月 … 12月, 2025-01 …, Jan … Dec) turned into rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from allocopt.tables.cells import Cells, Grid
from allocopt.tables.dates import MONTHS, read_span
from allocopt.tables.text import BRACKETS, fold

_CHINESE = {name: number for number, name in enumerate("一二三四五六七八九十", start=1)}
_CHINESE |= {"十一": 11, "十二": 12}
_BARE = re.compile(r"(?:(\d{1,2})|([一二三四五六七八九十]{1,2}))月份?|([a-z]{3,9})\.?")
_DATED = re.compile(r"\d{4}.*[-/.年q wW月]\s*\d{0,2}.*|\d{6}|\d{5}|.*[a-z].* ?\d{4}")


@dataclass(frozen=True)
class Month:
    """What a header such as `3月` or `2025-03` stands for: a label, or a month whose year is elsewhere."""

    label: str
    number: int | None = None


def month_of(header: str) -> Month | None:
    """The month or period that a header names; None when it names something else."""
    text = fold(BRACKETS.sub("", fold(header))).casefold()
    bare = _BARE.fullmatch(text)
    if bare:
        number = (
            int(bare[1]) if bare[1] else _CHINESE.get(bare[2] or "", MONTHS.get(bare[3] or "", 0))
        )
        return Month(text, number) if 1 <= number <= 12 else None
    if not _DATED.fullmatch(text) or not isinstance(read_span(text), tuple):
        return None
    return Month(text)


def unpivot(
    grid: Grid, months: Sequence[tuple[Month, Cells]], year: Cells | None
) -> tuple[Grid, int]:
    """One row per row and month, in that order, and how many empty cells were left out.

    The wide columns become the table's date column and its value column.
    """
    assert grid.table.wide  # noqa: S101 - asked for such tables only
    date_name, value_name = grid.table.wide
    width = len(months)
    value = _side_by_side([cells for _, cells in months])
    known: Mapping[str, Cells] = {
        **{name: _repeated(cells, width) for name, cells in grid.known.items()},
        date_name: _dates([month for month, _ in months], year, len(grid)),
        value_name: value,
    }
    long = replace(
        grid,
        rows=np.repeat(grid.rows, width),
        known=known,
        attributes={name: _repeated(cells, width) for name, cells in grid.attributes.items()},
    )
    filled = ~value.unknown[value.codes]
    return long.keep(filled), int((~filled).sum())


def _repeated(cells: Cells, times: int) -> Cells:
    return replace(cells, codes=np.repeat(cells.codes, times))


def _side_by_side(columns: Sequence[Cells]) -> Cells:
    """Cells of several columns row by row; each keeps the header above it."""
    offsets = np.cumsum([0, *(len(cells.distinct) for cells in columns[:-1])])
    codes = np.stack([c.codes + offset for c, offset in zip(columns, offsets, strict=True)], axis=1)
    headers = tuple(cells.header for cells in columns for _ in cells.distinct)
    distinct = np.concatenate([cells.distinct for cells in columns])
    return Cells(columns[0].header, codes.ravel(), distinct, headers, columns[0].scale)


def _dates(months: Sequence[Month], year: Cells | None, rows: int) -> Cells:
    """The date column: the label of each month, with the row's year where the label has none."""
    if year is None:
        distinct = np.array([month.label for month in months], dtype=object)
        return Cells(months[0].label, np.tile(np.arange(len(months)), rows), distinct)
    labels = [
        f"{text.rstrip('年度')}-{month.number:02d}" if month.number else month.label
        for text in year.texts
        for month in months
    ]
    codes = (year.codes[:, None] * len(months) + np.arange(len(months))[None, :]).ravel()
    return Cells(year.header, codes, np.array(labels, dtype=object))
