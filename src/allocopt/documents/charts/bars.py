"""Horizontal bars: one row per item, stacked parts, a band behind and marks on them, a value at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allocopt.documents.charts.drawing import hatching
from allocopt.documents.charts.scales import (
    FONT,
    WIDTH,
    Scale,
    axis_texts,
    legend,
    legend_height,
    round_ticks,
)
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import shorten, text_width

# Rows that fit one printed page; the caller says how many more there are.
MOST_ROWS = 36
ROW, THICKNESS = 20.0, 13.0
# Room for the text at the end of a row [px].
LEAST_RIGHT, MOST_RIGHT = 64.0, 190.0
# Room for half of the first text of the axis [px].
LEAST_LEFT = 40.0
LABEL_WIDTH = 14.0  # [em]
BAND = "#dfe5ea"

Range = tuple[float, float]


@dataclass(frozen=True)
class Bar:
    """One part of a row's bar; a hatched one is told from its neighbour without colour."""

    value: float
    colour: str
    hatched: bool = False


@dataclass(frozen=True)
class Mark:
    """A value that is marked on a row: `diamond`, `tick`, `ring` or `dot`."""

    shape: str
    value: float
    colour: str


@dataclass(frozen=True)
class BarRow:
    """One item: its label, the parts of its bar, its marks, and the text at the end of the row.

    `band` is a range that is shaded behind the bar, `link` one that is drawn as a thin line. `tag` says
    what the row is about, such as `rep:Ann`: it ties the row to other charts and to tables.
    """

    label: str
    bars: Sequence[Bar]
    text: str
    marks: Sequence[Mark] = ()
    band: Range | None = None
    link: Range | None = None
    tag: str = ""


def bar_chart(
    rows: Sequence[BarRow],
    key: Sequence[tuple[str, str, str]],
    write: Callable[[float], str],
    words: Mapping[str, str],
    guide: float | None = None,
) -> dict[str, Any]:
    """Geometry of horizontal bars; `key` is the legend, `guide` a value that is drawn as a line.

    Only the first `MOST_ROWS` rows are drawn. An unknown part has no length, negative ones run to the
    left of zero. `words` are the chart's id, title and desc.
    """
    shown = rows[:MOST_ROWS]
    labels = [shorten(row.label, LABEL_WIDTH) for row in shown]
    left = max(12 + max((text_width(label) for label in labels), default=4) * FONT, LEAST_LEFT)
    placed = legend(key, left, 12)
    top = 18 + legend_height(placed, 12)
    reached = [0.0, guide or 0.0, *(value for row in shown for value in _reached(row))]
    ticks = round_ticks(max(reached), 5, min(reached))
    across = Scale(ticks[0], ticks[-1], left, WIDTH - _right(shown))
    bottom = top + ROW * len(shown)
    return {
        **words,
        "kind": "bars",
        "width": WIDTH,
        "height": bottom + 26,
        "legend": placed,
        "top": top,
        "bottom": bottom,
        "band_colour": BAND,
        "data": _data(shown, key) if guide is None else {},
        "x_ticks": [
            {"x": x, "y": bottom + 16, "text": text} for x, text in axis_texts(ticks, across, write)
        ],
        "zero": [across(0.0)] if ticks[0] < 0 else [],
        "guide": [] if guide is None else [across(guide)],
        "rows": [
            _row(row, label, top + ROW * k, across)
            for k, (row, label) in enumerate(zip(shown, labels, strict=True))
        ],
    }


def _data(rows: Sequence[BarRow], key: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    """What is drawn, for formats that draw charts themselves; nothing where bars do not say it all."""
    names = {colour: text for shape, colour, text in key if shape in ("box", "hatch")}
    bars = {bar.colour: bar for row in rows for bar in row.bars}
    marked = any(row.marks or row.band or row.link for row in rows)
    if marked or not set(bars) <= set(names):
        return {}
    series = [
        {
            "name": names[colour],
            "values": [
                float(sum(b.value for b in row.bars if b.colour == colour and known(b.value)))
                for row in rows
            ],
            "colour": colour,
            "hatched": bars[colour].hatched,
        }
        for colour in names
        if colour in bars
    ]
    return {"labels": [row.label for row in rows], "series": series}


def _right(rows: Sequence[BarRow]) -> float:
    """Room that the texts at the ends of the rows take [px]."""
    widest = max((text_width(row.text) for row in rows), default=0.0) * FONT
    return min(max(widest + 26, LEAST_RIGHT), MOST_RIGHT)


def _row(row: BarRow, label: str, top: float, across: Scale) -> dict[str, Any]:
    """Coordinates of one row."""
    middle = top + ROW / 2
    return {
        "label": label,
        "full": row.label,
        "mark": row.tag,
        "label_x": across.first - 8,
        "y": middle + 4,
        "middle": middle,
        "text": shorten(row.text, (MOST_RIGHT - 26) / FONT),
        "text_x": WIDTH - 4,
        "band": _span(row.band, across, middle - ROW / 2 + 2, ROW - 4),
        "link": _span(row.link, across, middle - 1.5, 3.0),
        "bars": stack(row.bars, middle - THICKNESS / 2, across),
        "marks": [
            {"shape": mark.shape, "x": across(mark.value), "y": middle, "colour": mark.colour}
            for mark in row.marks
            if known(mark.value)
        ],
    }


def stack(bars: Sequence[Bar], y: float, across: Scale) -> list[dict[str, Any]]:
    """Rectangles of one row, each beginning where the last one of its sign ends."""
    placed, ends = [], {True: 0.0, False: 0.0}
    for bar in bars:
        value = bar.value if known(bar.value) else 0.0
        start = ends[value >= 0]
        ends[value >= 0] = start + value
        x, end = sorted((across(start), across(start + value)))
        if end > x:
            width = round(end - x, 1)
            placed.append(
                {
                    "x": x,
                    "y": y,
                    "width": width,
                    "height": THICKNESS,
                    "colour": bar.colour,
                    "hatch": hatching(x, y, width, THICKNESS) if bar.hatched else "",
                }
            )
    return placed


def _span(values: Range | None, across: Scale, y: float, height: float) -> list[dict[str, float]]:
    """The rectangle of a range; none where an end is not known."""
    if values is None or not all(map(known, values)):
        return []
    x, end = sorted(map(across, values))
    return [{"x": x, "y": y, "width": round(max(end - x, 1.0), 1), "height": height}]


def _reached(row: BarRow) -> Iterator[float]:
    """Values that the axis must show for a row."""
    values = [bar.value for bar in row.bars if known(bar.value)]
    yield from (sum(v for v in values if v > 0), sum(v for v in values if v < 0))
    ends = [end for span in (row.band, row.link) if span is not None for end in span]
    yield from (value for value in (*ends, *(mark.value for mark in row.marks)) if known(value))
