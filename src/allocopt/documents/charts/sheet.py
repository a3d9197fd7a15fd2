"""Sheet: the two small charts of a one-page sheet beside each other: columns over time, and bars."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allocopt.documents.charts.drawing import GRID, Shape, group, line, mark, rect, text
from allocopt.documents.charts.palette import CATEGORIES
from allocopt.documents.charts.scales import FONT, WIDTH, Scale, legend, round_ticks, spaced
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import shorten, text_width

TOP, HEIGHT, FOOT, BETWEEN = 28.0, 88.0, 22.0, 34.0
LEFT, MIDDLE = 52.0, WIDTH * 0.52
LABEL_WIDTH, VALUE_WIDTH = 11.0, 4.6  # [em]
# Bars that fit beside the columns; the caller says how many more there are.
MOST_BARS, MOST_LABELS = 6, 6
FILL, LINE = CATEGORIES[0], CATEGORIES[1]


@dataclass(frozen=True)
class Column:
    """One period: its label, the height of its column, and the height of the line there."""

    label: str
    value: float
    line: float


@dataclass(frozen=True)
class Item:
    """One bar: its label and its length."""

    label: str
    value: float


def sheet_chart(
    columns: Sequence[Column],
    items: Sequence[Item],
    titles: tuple[str, str, str],
    write: Callable[[float], str],
    words: Mapping[str, str],
) -> dict[str, Any]:
    """Geometry of both charts; `titles` name the columns, the line and the bars.

    Either side may be missing. `words` are the chart's id, title and desc.
    """
    shown: list[Shape] = []
    key: list[tuple[str, str, str]] = []
    if columns:
        key = [("box", FILL, titles[0]), ("diamond", LINE, titles[1])]
        shown += _columns(columns, write)
    if items:
        left = MIDDLE + BETWEEN if columns else LEFT
        shown += [text(left, 14, titles[2], bold=True), *_bars(items[:MOST_BARS], left, write)]
    size = {"width": WIDTH, "height": TOP + HEIGHT + FOOT}
    return {**words, **size, "kind": "drawing", "legend": legend(key, LEFT, 10), "shapes": shown}


def _columns(columns: Sequence[Column], write: Callable[[float], str]) -> Iterator[Shape]:
    """Columns from zero, ticks on the left, and the line with its marks in front."""
    values = [v for one in columns for v in (one.value, one.line) if known(v)]
    ticks = round_ticks(max(values, default=1.0), 4)
    height = Scale(ticks[0], ticks[-1], TOP + HEIGHT, TOP)
    for tick in ticks:
        yield line([(LEFT, height(tick)), (MIDDLE, height(tick))], GRID)
        yield text(LEFT - 6, height(tick) + 4, write(tick), "end")
    step = (MIDDLE - LEFT) / len(columns)
    yield from _heights(columns, height, step, write)
    points = [
        (LEFT + (k + 0.5) * step, height(one.line))
        for k, one in enumerate(columns)
        if known(one.line)
    ]
    if len(points) > 1:
        yield line(points, LINE, 1.8)
    yield from (mark("diamond", x, y, LINE) for x, y in points)


def _heights(
    columns: Sequence[Column], height: Scale, step: float, write: Callable[[float], str]
) -> Iterator[Shape]:
    """The columns with the labels under them."""
    labelled = set(spaced(len(columns), MOST_LABELS))
    for k, one in enumerate(columns):
        left, width = LEFT + (k + 0.16) * step, step * 0.68
        if known(one.value):
            top = height(max(one.value, 0.0))
            bar = rect(left, top, width, TOP + HEIGHT - top, FILL)
            yield group(f"{one.label}: {write(one.value)}", [bar])
        if k in labelled:
            yield text(left + width / 2, TOP + HEIGHT + 16, one.label, "middle")


def _bars(items: Sequence[Item], left: float, write: Callable[[float], str]) -> Iterator[Shape]:
    """Bars with their labels on the left and their values at the end."""
    row = HEIGHT / max(len(items), 4)
    room = min(max(text_width(one.label) for one in items) * FONT, LABEL_WIDTH * FONT)
    start = left + room + 8
    longest = max((one.value for one in items if known(one.value)), default=0.0)
    length = Scale(0.0, max(longest, 1e-9), start, WIDTH - VALUE_WIDTH * FONT)
    for k, one in enumerate(items):
        middle = TOP + (k + 0.5) * row
        end = length(one.value) if known(one.value) else start
        parts = [
            text(start - 6, middle + 4, shorten(one.label, LABEL_WIDTH), "end"),
            rect(start, middle - row * 0.3, end - start, row * 0.6, FILL),
            text(end + 6, middle + 4, write(one.value)),
        ]
        yield group(f"{one.label}: {write(one.value)}", parts)
