"""Panels: small charts of one kind beside each other, each a curve with the places on it that matter."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allocopt.documents.charts.drawing import GRID, Shape, group, line, mark, text
from allocopt.documents.charts.palette import CATEGORIES, DARK
from allocopt.documents.charts.scales import (
    FONT,
    WIDTH,
    Scale,
    axis_texts,
    legend,
    legend_height,
    round_ticks,
)
from allocopt.documents.language.text import shorten

COLUMNS, PANEL, HEAD, FOOT = 2, 186.0, 40.0, 34.0
SIDE, RIGHT, BETWEEN = 58.0, 26.0, 14.0
# Panels that fit a printed page.
MOST_PANELS = 10


@dataclass(frozen=True)
class Place:
    """A point of a panel: the sign of the legend, its colour, where it lies, what it says."""

    shape: str
    x: float
    y: float
    colour: str
    text: str


@dataclass(frozen=True)
class Panel:
    """One small chart: a curve through points, the places on it, a title and a line under it.

    `tag` says what it is about, such as `lever:ads`.
    """

    title: str
    curve: Sequence[tuple[float, float]]
    places: Sequence[Place]
    note: str = ""
    tag: str = ""


def panel_chart(
    panels: Sequence[Panel],
    key: Sequence[tuple[str, str, str]],
    write: Callable[[float], str],
    words: Mapping[str, str],
) -> dict[str, Any]:
    """Geometry of panels side by side, each with axes of its own; the first `MOST_PANELS` are drawn.

    `key` is the legend, `words` are the chart's id, title and desc.
    """
    shown = panels[:MOST_PANELS]
    placed = legend(key, 4, 12)
    top = 14 + legend_height(placed, 12)
    columns = min(COLUMNS, max(len(shown), 1))
    width = (WIDTH - BETWEEN * (columns - 1)) / columns
    shapes = [
        group(panel.title, _panel(panel, x, top + (k // columns) * PANEL, width, write), panel.tag)
        for k, panel in enumerate(shown)
        for x in [(k % columns) * (width + BETWEEN)]
    ]
    height = top + math.ceil(len(shown) / columns) * PANEL
    size = {"width": WIDTH, "height": height}
    rows = {"top": top, "bottom": height, "pitch": PANEL}
    return {**words, **size, **rows, "kind": "drawing", "legend": placed, "shapes": shapes}


def _panel(
    panel: Panel, left: float, top: float, width: float, write: Callable[[float], str]
) -> Iterator[Shape]:
    """One small chart in its frame."""
    points = [*panel.curve, *((place.x, place.y) for place in panel.places)]
    wide, high = ([point[axis] for point in points] for axis in (0, 1))
    across_ticks = round_ticks(max([0.0, *wide]), 3, min([0.0, *wide]))
    rise_ticks = round_ticks(max([0.0, *high]), 3, min([0.0, *high]))
    along = Scale(across_ticks[0], across_ticks[-1], left + SIDE, left + width - RIGHT)
    rise = Scale(rise_ticks[0], rise_ticks[-1], top + PANEL - FOOT, top + HEAD)
    yield text(left + 4, top + 12, shorten(panel.title, (width - 8) / FONT * 0.93), bold=True)
    yield text(left + 4, top + 28, shorten(panel.note, (width - 8) / FONT))
    yield from _axes(across_ticks, rise_ticks, (along, rise), write)
    yield line([(along(x), rise(y)) for x, y in panel.curve], CATEGORIES[0], 2.0)
    for place in panel.places:
        x, y = along(place.x), rise(place.y)
        yield line([(x, rise(max(rise_ticks[0], 0.0))), (x, y)], DARK, 0.8, "3 2")
        yield group(place.text, [mark(place.shape, x, y, place.colour)])


def _axes(
    across: Sequence[float],
    rise: Sequence[float],
    scales: tuple[Scale, Scale],
    write: Callable[[float], str],
) -> Iterator[Shape]:
    """Grid lines with their texts; texts of the lower axis that would touch are left out."""
    along, up = scales
    for tick in rise:
        yield line([(along.first, up(tick)), (along.last, up(tick))], GRID)
        yield text(along.first - 6, up(tick) + 4, shorten(write(tick), (SIDE - 8) / FONT), "end")
    for x, words in axis_texts(across, along, write):
        yield text(x, up.first + 16, words, "middle")
