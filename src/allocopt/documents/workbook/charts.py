"""Charts: those of Excel itself, drawn from the cells of the sheets beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from allocopt.documents.charts.palette import CATEGORIES, OTHERS
from allocopt.documents.workbook.book import Book
from allocopt.documents.workbook.sheet import Sheet
from allocopt.documents.workbook.sheets.money import waterfall_floor
from allocopt.documents.workbook.table import Placed

# More columns than this cannot be read; the sheet has all.
MOST_BARS = 30
WIDTH, HEIGHT = 620, 340
ACROSS, ROWS_EACH, COLUMNS_EACH = 2, 18, 10
BLUE, ORANGE, GREEN = CATEGORIES[0], CATEGORIES[1], CATEGORIES[2]


@dataclass(frozen=True)
class Picture:
    """A chart and the text that stands for it where it cannot be seen."""

    chart: Any
    text: str


Draw = Callable[[Book, Placed], Picture]


def write_charts(book: Book, page: Any, pictures: list[Picture], contents: str) -> None:
    """Put the charts on their sheet, two beside each other."""
    first = book.top(page, book.voice.say("workbook.sheet.charts"), (), contents) + 1
    for place, picture in enumerate(pictures):
        row = first + place // ACROSS * ROWS_EACH
        column = place % ACROSS * COLUMNS_EACH
        picture.chart.set_size({"width": WIDTH, "height": HEIGHT})
        page.insert_chart(row, column, picture.chart, {"description": picture.text})
    page.fit_to_pages(1, 1)


def pictures_of(book: Book, placed: Mapping[str, Placed]) -> Iterator[Picture]:
    """The charts of the sheets that have one."""
    for name, draw in DRAWN.items():
        if name in placed and has_chart(placed[name].sheet):
            yield draw(book, placed[name])


def has_chart(sheet: Sheet) -> bool:
    """Whether a sheet has a chart: several rows, and a column of those that are drawn."""
    keys = {column.key for column in sheet.columns}
    return len(sheet.frame) > 1 and not keys.isdisjoint(SERIES.get(sheet.name, ()))


def _course(book: Book, placed: Placed) -> Picture:
    """Sales past, forecast with its interval, and planned: lines over the periods."""
    chart = book.file.add_chart({"type": "line"})
    looks = {
        "past": {"color": OTHERS, "width": 1.5, "dash_type": "dash"},
        "lower": {"color": BLUE, "width": 1, "dash_type": "square_dot"},
        "upper": {"color": BLUE, "width": 1, "dash_type": "square_dot"},
        "demand": {"color": BLUE, "width": 1.75},
        "sales": {"color": ORANGE, "width": 2.5},
    }
    for key in _held(placed, looks):
        _series(chart, placed, key, "period", line=looks[key])
    chart.set_y_axis({**_axis(_in(book)), "num_format": _scaled(book, placed, "sales")})
    return _finished(book, chart, "course", book.voice.say("column.period"))


def _quotas(book: Book, placed: Placed) -> Picture:
    """Quota beside expected sales of each rep."""
    chart = book.file.add_chart({"type": "column"})
    colours = {"quota": BLUE, "expected": ORANGE}
    for key in _held(placed, colours):
        _series(chart, placed, key, "name", fill={"color": colours[key]}, gap=60)
    chart.set_y_axis({**_axis(_in(book)), "num_format": _scaled(book, placed, "quota")})
    return _finished(book, chart, "quotas", book.voice.say("column.rep"))


def _people(book: Book, placed: Placed) -> Picture:
    """How much of each rep's selling time is planned."""
    chart = book.file.add_chart({"type": "column"})
    _series(chart, placed, "utilisation", "name", fill={"color": BLUE}, gap=60)
    chart.set_legend({"none": True})
    chart.set_y_axis({**_axis(book.voice.say("column.utilisation")), "num_format": "0%", "min": 0})
    return _finished(book, chart, "people", book.voice.say("column.rep"))


def _levers(book: Book, placed: Placed) -> Picture:
    """Spend of each lever."""
    chart = book.file.add_chart({"type": "bar"})
    _series(chart, placed, "spend", "lever", fill={"color": BLUE}, gap=60)
    chart.set_legend({"none": True})
    money = {**_axis(_in(book)), "num_format": _scaled(book, placed, "spend")}
    # Levers run downwards, which takes the axis of money up; its labels stay below.
    chart.set_x_axis({**money, "label_position": "high"})
    chart.set_y_axis({"name": book.voice.say("column.lever"), "reverse": True})
    return _finished(book, chart, "levers")


def _waterfall(book: Book, placed: Placed) -> Picture:
    """From the first total to the last, as stacked columns of which the lowest is not seen."""
    chart = book.file.add_chart({"type": "column", "subtype": "stacked"})
    fills = {
        "step_base": {"none": True},
        "step_total": {"color": BLUE},
        "step_gain": {"color": GREEN},
        "step_loss": {"color": ORANGE},
    }
    for key in _held(placed, fills):
        _series(chart, placed, key, "step", fill=fills[key], gap=40)
    chart.set_legend({"position": "bottom", "delete_series": [0]})
    floor = waterfall_floor(placed.sheet.frame)
    axis = {**_axis(_in(book)), "num_format": _scaled(book, placed, "step_amount")}
    chart.set_y_axis({**axis, "min": floor} if floor else axis)
    return _finished(book, chart, placed.sheet.name, book.voice.say("workbook.column.step"))


DRAWN: Mapping[str, Draw] = MappingProxyType(
    {
        "course": _course,
        "bridge": _waterfall,
        "quotas": _quotas,
        "people": _people,
        "levers": _levers,
        "contribution": _waterfall,
    }
)
STEPS = ("step_base", "step_total", "step_gain", "step_loss")
# Columns that each chart draws as a series, where they hold anything.
SERIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "course": ("past", "lower", "upper", "demand", "sales"),
        "bridge": STEPS,
        "quotas": ("quota", "expected"),
        "people": ("utilisation",),
        "levers": ("spend",),
        "contribution": STEPS,
    }
)


def _held(placed: Placed, keys: Mapping[str, Any]) -> list[str]:
    """Those of the keys that the sheet has a column for."""
    columns = {column.key for column in placed.sheet.columns}
    return [key for key in keys if key in columns]


def _series(chart: Any, placed: Placed, key: str, across: str, **look: Any) -> None:
    """A series of the first rows of a column, named by its heading."""
    across = across if _held(placed, {across: None}) else placed.sheet.columns[0].key
    values = placed.cells(key, MOST_BARS if "fill" in look else None)
    head = [placed.name, placed.header, values[2]]
    categories = placed.cells(across, len(placed.sheet.frame))
    categories[3] = values[3]
    chart.add_series({"name": head, "categories": categories, "values": values, **look})


def _finished(book: Book, chart: Any, name: str, across: str = "") -> Picture:
    """The chart with its title, and what is to the right where it has no such axis yet."""
    title = book.voice.say(f"workbook.chart.{name}")
    chart.set_title({"name": title, "name_font": {"size": 12}, "overlay": False})
    if across:
        chart.set_x_axis({"name": across, "label_position": "low"})
    if name in ("course", "quotas"):
        chart.set_legend({"position": "bottom"})
    return Picture(chart, title)


def _axis(name: str) -> dict[str, Any]:
    return {"name": name, "major_gridlines": {"visible": True, "line": {"color": "#d9dde2"}}}


def _in(book: Book) -> str:
    """The name of an axis of money."""
    return book.voice.say("workbook.axis", currency=book.currency).strip()


def _scaled(book: Book, placed: Placed, key: str) -> str:
    """The format that saves digits: millions, or 万, where numbers are large enough."""
    largest = float(placed.sheet.frame[key].abs().max())
    steps = book.voice.say.texts["workbook.scales"]
    return next((str(form) for least, form in steps if largest >= float(least)), "#,##0")
