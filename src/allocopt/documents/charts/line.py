"""Lines over time with a band of uncertainty."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from allocopt.documents.charts.scales import (
    FONT,
    WIDTH,
    Scale,
    legend,
    legend_height,
    round_ticks,
    spaced,
)
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import shorten, text_width

HEIGHT, LEFT, RIGHT, BOTTOM = 220.0, 74.0, 28.0, 30.0
# Labels of the axis, and how long one may be [em].
MOST_LABELS, LABEL_WIDTH = 9, 10.0
# A band that goes farther would press the lines onto the axis.
MOST_BAND = 2.5


@dataclass(frozen=True)
class Line:
    """One line: a value for each position of the axis, NaN where there is none.

    `dotted` marks each value, so that the line is told from others without its colour.
    """

    text: str
    values: Sequence[float]
    colour: str
    dashed: bool = False
    dotted: bool = False


@dataclass(frozen=True)
class Band:
    """An interval for each position of the axis, NaN where there is none."""

    text: str
    lower: Sequence[float]
    upper: Sequence[float]
    colour: str


def line_chart(
    labels: Sequence[str],
    lines: Sequence[Line],
    band: Band | None,
    write: Callable[[float], str],
    words: Mapping[str, str],
    wide: float = WIDTH,
) -> dict[str, Any]:
    """Geometry of a line chart, `wide` px; `words` are its id, title and desc.

    The value axis starts at zero (below it when there are negative values). A band that reaches beyond
    `MOST_BAND` times the highest line is cut there. An unknown value breaks its line.
    """
    entries = [(_sign(line), line.colour, line.text) for line in lines]
    entries += [("box", band.colour, band.text)] if band else []
    key = legend(entries, LEFT, 12, wide)
    top = 12 + legend_height(key, 12)
    ticks = round_ticks(*_reach(lines, band))
    rise = Scale(ticks[0], ticks[-1], top + HEIGHT, top)
    along = Scale(0, max(len(labels) - 1, 1), LEFT + 6, wide - RIGHT)
    return {
        **words,
        "kind": "line",
        "width": wide,
        "height": top + HEIGHT + BOTTOM,
        "legend": key,
        "left": LEFT,
        "right": wide - RIGHT,
        "y_ticks": [{"y": rise(tick), "text": write(tick)} for tick in ticks],
        "x_ticks": _x_ticks(labels, along, top + HEIGHT + 18),
        "data": {**_data(labels, lines, band), "first": ticks[0], "last": ticks[-1]},
        "band": _band_path(band, along, rise) if band else "",
        "band_colour": band.colour if band else "",
        "lines": [
            {
                "path": line_path(line.values, along, rise),
                "colour": line.colour,
                "dashed": line.dashed,
                "dots": [
                    {"x": along(k), "y": rise(value)}
                    for k, value in enumerate(line.values)
                    if line.dotted and known(value)
                ],
            }
            for line in lines
        ],
    }


def _data(labels: Sequence[str], lines: Sequence[Line], band: Band | None) -> dict[str, Any]:
    """What is drawn, for formats that draw charts themselves."""
    series = [
        {
            "name": line.text,
            "values": _floats(line.values),
            "colour": line.colour,
            "dashed": line.dashed,
        }
        for line in lines
    ]
    ends = [] if band is None else [_floats(band.lower), _floats(band.upper)]
    return {
        "labels": list(labels),
        "series": series,
        "band": band.text if band else "",
        "ends": ends,
    }


def _floats(values: Sequence[float]) -> list[float]:
    return [float(value) for value in values]


def _x_ticks(labels: Sequence[str], along: Scale, y: float) -> list[dict[str, Any]]:
    """As many evenly spaced labels as have room; the last is moved inwards where it would stick out."""
    shown = [shorten(label, LABEL_WIDTH) for label in labels]
    widest = max(map(text_width, shown), default=1.0) * FONT + 10
    most = max(1, min(MOST_LABELS, int((along.last - along.first) / widest)))
    return [
        {
            "x": min(along(k), round(along.last + RIGHT - text_width(shown[k]) * FONT / 2, 1)),
            "y": y,
            "text": shown[k],
        }
        for k in spaced(len(labels), most)
    ]


def _sign(line: Line) -> str:
    """How the legend shows a line."""
    return "dot" if line.dotted else "dash" if line.dashed else "line"


def line_path(values: Sequence[float], along: Scale, rise: Scale) -> str:
    """SVG path through the known values; a lone value becomes a short dash."""
    pieces = []
    for run in _runs(values):
        points = [f"{along(k)},{rise(values[k])}" for k in run]
        if len(points) == 1:
            x, y = along(run[0]), rise(values[run[0]])
            points = [f"{x - 3},{y}", f"{x + 3},{y}"]
        pieces.append("M" + " L".join(points))
    return " ".join(pieces)


def _band_path(band: Band, along: Scale, rise: Scale) -> str:
    """Closed SVG path around each run of known intervals."""
    pieces = []
    both = [low if known(high) else high for low, high in zip(band.lower, band.upper, strict=True)]
    for run in _runs(both):
        there = [f"{along(k)},{rise(band.upper[k])}" for k in run]
        back = [f"{along(k)},{rise(band.lower[k])}" for k in reversed(run)]
        pieces.append("M" + " L".join(there + back) + " Z")
    return " ".join(pieces)


def _runs(values: Sequence[float]) -> list[list[int]]:
    """Positions of known values, one list per unbroken run."""
    return [
        list(run)
        for is_known, run in groupby(range(len(values)), key=lambda k: known(values[k]))
        if is_known
    ]


def _reach(lines: Sequence[Line], band: Band | None) -> tuple[float, int, float]:
    """Highest value, wanted ticks, lowest value that the axis must show."""
    values = [value for line in lines for value in line.values if known(value)]
    most = MOST_BAND * max(map(abs, values), default=0.0)
    if band:
        around = [value for value in (*band.lower, *band.upper) if known(value)]
        values += [min(max(value, -most), most) if most else value for value in around]
    return max([0.0, *values]), 5, min([0.0, *values])


def is_cut(lines: Sequence[Line], band: Band) -> bool:
    """Whether the band reaches beyond the axis."""
    high, _, low = _reach(lines, band)
    around = [value for value in (*band.lower, *band.upper) if known(value)]
    return any(value > high or value < low for value in around)
