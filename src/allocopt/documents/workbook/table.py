"""Table: a sheet with one table that people filter, with totals that follow the filter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_range

from allocopt.documents.language.text import known_text
from allocopt.documents.workbook.book import NARROWEST, WIDEST, Book, height_of, width_of
from allocopt.documents.workbook.field import Field, field_of
from allocopt.documents.workbook.sheet import Column, Sheet
from allocopt.documents.workbook.styles import BAR, days_in

# Rows of a worksheet, less those above and below the table.
MOST_ROWS = 1_048_576 - 10
STYLE = "Table Style Medium 2"
# Cells that the width of a column is measured by.
MEASURED = 2_000
# The number of SUBTOTAL that adds up the rows that a filter leaves.
VISIBLE_SUM = 109


@dataclass(frozen=True)
class Placed:
    """Where a sheet is in the workbook: its name, the row of its header, how many rows follow."""

    sheet: Sheet
    name: str
    header: int

    def cells(self, key: str, most: int | None = None) -> list[str | int]:
        """The cells of a column below its header, as charts name them; the first `most` of them."""
        column = next(k for k, one in enumerate(self.sheet.columns) if one.key == key)
        rows = len(self.sheet.frame) if most is None else min(most, len(self.sheet.frame))
        return [self.name, self.header + 1, column, self.header + rows, column]


def parts_of(sheet: Sheet, most: int = MOST_ROWS) -> Iterator[Sheet]:
    """The sheet, or as many as its rows need."""
    for start in range(0, len(sheet.frame), most):
        yield replace(sheet, frame=sheet.frame.iloc[start : start + most])


def write_sheet(book: Book, sheet: Sheet, contents: str) -> Placed:
    """Write a sheet with its table."""
    page = book.sheet(sheet.title)
    header = book.top(page, sheet.title, _notes(book, sheet), contents)
    for place, column in enumerate(sheet.columns):
        _write_column(book, page, sheet, (header + 1, place), column)
    _add_table(book, page, sheet, header)
    for place, column in enumerate(sheet.columns):
        _mark(book, page, (header + 1, place, header + len(sheet.frame), place), column)
    widths = [_width(sheet, column) for column in sheet.columns]
    _set_heights(page, sheet, header, widths)
    page.freeze_panes(header + 1, sheet.frozen)
    page.repeat_rows(header)
    if sheet.frozen:
        page.repeat_columns(0, sheet.frozen - 1)
    book.widths(page, dict(enumerate(widths)))
    return Placed(sheet, page.get_name(), header)


def _set_heights(page: Any, sheet: Sheet, header: int, widths: Sequence[float]) -> None:
    """Heights of the header and of rows whose texts run on, which not every program finds by itself."""
    heads = [column.head for column in sheet.columns]
    page.set_row(header, height_of(zip(heads, widths, strict=True)))
    long = [
        (sheet.frame[column.key].map(known_text), width)
        for column, width in zip(sheet.columns, widths, strict=True)
        if column.field.holds == "text" and width >= WIDEST
    ]
    for row in range(len(sheet.frame) if long else 0):
        page.set_row(header + 1 + row, height_of((t.iloc[row], width) for t, width in long))


def _notes(book: Book, sheet: Sheet) -> list[str]:
    """What the figures are, and in which currency."""
    is_money = any(column.field.holds == "money" for column in sheet.columns)
    unit = book.voice.say("workbook.in_currency", currency=book.currency)
    return [" ".join((*sheet.notes, *([unit] if is_money and book.currency else [])))]


def _write_column(
    book: Book, page: Any, sheet: Sheet, start: tuple[int, int], column: Column
) -> None:
    values = sheet.frame[column.key]
    if column.field.holds == "text":
        _write_texts(book, page, start, values)
    elif column.field.holds == "date":
        _write_days(book, page, start, values)
    else:
        like = sheet.frame[column.like] if column.like else None
        _write_numbers(book, page, start, values, column, like)


def _write_texts(book: Book, page: Any, start: tuple[int, int], values: pd.Series[Any]) -> None:
    row, place = start
    texts = [known_text(value) for value in values]
    distinct = list(dict.fromkeys(texts))
    wraps = width_of(distinct[:MEASURED]) >= WIDEST
    # A column of 100,000 has few distinct texts.
    cells = {text: book.cell(text, text_wrap=wraps) for text in distinct}
    for number, text in enumerate(texts):
        if text:
            page.write_string(row + number, place, *cells[text])


def _write_days(book: Book, page: Any, start: tuple[int, int], values: pd.Series[Any]) -> None:
    row, place = start
    look = book.styles.holding("date", align="left")
    days = days_in(values)
    for number, value in enumerate(values):
        if value in days:
            page.write_datetime(row + number, place, days[value], look)


def _write_numbers(
    book: Book,
    page: Any,
    start: tuple[int, int],
    values: pd.Series[Any],
    column: Column,
    like: pd.Series[str] | None,
) -> None:
    """Numbers in the format of their column, or each in that of its row; what is unknown stays empty."""
    row, place = start
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64)
    keys = [column.key] * len(numbers) if like is None else list(like)
    looks = {key: _look(book, column.field if like is None else field_of(key)) for key in set(keys)}
    for number in np.flatnonzero(np.isfinite(numbers)).tolist():
        page.write_number(row + number, place, float(numbers[number]), looks[keys[number]])


def _look(book: Book, field: Field) -> Any:
    return book.styles.holding(field.holds, field.decimals)


def _add_table(book: Book, page: Any, sheet: Sheet, header: int) -> None:
    last = header + len(sheet.frame) + sheet.totals
    done = page.add_table(
        header,
        0,
        last,
        len(sheet.columns) - 1,
        {
            "name": book.table_name(),
            "style": STYLE,
            "total_row": sheet.totals,
            "columns": [_head(book, sheet, k, header) for k in range(len(sheet.columns))],
        },
    )
    assert done == 0, f"sheet {sheet.name}: the table was refused"  # noqa: S101


def _head(book: Book, sheet: Sheet, place: int, header: int) -> dict[str, Any]:
    """Heading and total of a column."""
    column = sheet.columns[place]
    look = book.styles.head_of(column.field.holds)
    head: dict[str, Any] = {"header": column.head, "header_format": look}
    if not sheet.totals:
        return head
    field = column.field
    if place == 0:
        return {**head, "total_string": book.voice.say("general.total")}
    look = book.styles.holding(field.holds, field.decimals, **book.styles.total)
    if field.total:
        value = float(pd.to_numeric(sheet.frame[column.key], errors="coerce").sum())
        formula = f"={_sum(sheet, column, header)}"
        return {**head, "total_function": formula, "total_value": value, "format": look}
    ratio = _ratio(sheet, column, header)
    return {**head, **ratio, "format": look} if ratio else head


def _sum(sheet: Sheet, column: Column, header: int) -> str:
    """What adds up the rows of a column that a filter leaves.

    Its cells are named by their place: not every program reads a heading with blanks in a formula.
    """
    place = sheet.columns.index(column)
    cells = xl_range(header + 1, place, header + len(sheet.frame), place)
    return f"SUBTOTAL({VISIBLE_SUM},{cells})"


def _ratio(sheet: Sheet, column: Column, header: int) -> dict[str, Any]:
    """The formula of a total that is a ratio of two totals, where both are there."""
    both = [one for key in column.field.ratio for one in sheet.columns if one.key == key]
    if len(both) != 2:
        return {}
    part, whole = (float(sheet.frame[one.key].sum()) for one in both)
    if not whole:
        return {}
    sums = [_sum(sheet, one, header) for one in both]
    return {"total_function": f"={sums[0]}/{sums[1]}", "total_value": part / whole}


def _mark(book: Book, page: Any, cells: tuple[int, int, int, int], column: Column) -> None:
    """Draw what makes shares, loads and attainment quick to see, in grey as well."""
    bar = {
        "type": "data_bar",
        "bar_solid": True,
        "bar_color": BAR,
        "min_type": "num",
        "min_value": 0,
    }
    look = {"type": "cell", "format": book.styles.low}
    match column.field.mark:
        case "bar":
            page.conditional_format(*cells, bar)
        case "full":
            page.conditional_format(*cells, {**look, "criteria": ">", "value": 1.0005})
            page.conditional_format(*cells, {**bar, "max_type": "num", "max_value": 1.25})
        case "low":
            # An empty cell is less than one to Excel, and says nothing here.
            low = {**look, "criteria": "between", "minimum": 1e-9, "maximum": 0.9995}
            page.conditional_format(*cells, low)


def _width(sheet: Sheet, column: Column) -> float:
    """Width by the heading, of which two lines fit, and by the cells."""
    head = max(width_of([column.head]) / 1.6, max(map(len, column.head.split()), default=0) + 2.0)
    values = sheet.frame[column.key]
    match column.field.holds:
        case "text":
            inside = width_of([known_text(one) for one in values.head(MEASURED)])
        case "date":
            inside = 12.0
        case _:
            inside = _number_width(values, column, adds_up=sheet.totals)
    return max(NARROWEST, min(head, WIDEST), inside)


def _number_width(values: pd.Series[Any], column: Column, *, adds_up: bool) -> float:
    numbers = pd.to_numeric(values, errors="coerce").abs()
    largest = float(numbers.sum() if adds_up and column.field.total else numbers.max())
    if column.field.holds in ("share", "change"):
        return 10.0
    return len(f"{largest:,.{column.field.decimals}f}") + 3.0
