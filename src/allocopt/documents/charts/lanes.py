"""Lanes: events on a time line, in as many rows per lane as their labels need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from allocopt.documents.charts.drawing import GRID, Shape, group, line, mark, rect, text
from allocopt.documents.charts.palette import CATEGORIES
from allocopt.documents.charts.scales import FONT, WIDTH, Scale, spaced
from allocopt.documents.language.text import shorten, text_width

ROW, TOP, RIGHT, HEAD_WIDTH = 22.0, 30.0, 16.0, 9.0  # [px], the last [em]
# A label that is longer is cut [em]; the room between two labels of a row [px].
LABEL_WIDTH, BETWEEN = 48.0, 12.0
# Rows that fit a printed page.
MOST_ROWS = 40


@dataclass(frozen=True)
class Event:
    """Something at a time, or from one time to another, as days since the axis begins."""

    label: str
    start: float
    end: float


@dataclass(frozen=True)
class Lane:
    """Events of one kind, under one name, with a sign of the legend and its colour."""

    name: str
    events: Sequence[Event]
    sign: tuple[str, str] = ("diamond", CATEGORIES[0])


@dataclass(frozen=True)
class _Placed:
    """Where an event lies [px]: its sign from `x` to `end`, its label, and what both take in a row."""

    event: Event
    x: float
    end: float
    label: Shape
    taken: tuple[float, float]
    row: int = 0


def lane_chart(
    lanes: Sequence[Lane],
    span: tuple[float, float],
    ticks: Sequence[tuple[float, str]],
    words: Mapping[str, str],
) -> dict[str, Any]:
    """Geometry of a time line from `span[0]` to `span[1]` days; `ticks` are days and their texts.

    Events outside the span lie on its ends. `words` are the chart's id, title and desc.
    """
    shown = [lane for lane in lanes if lane.events]
    heads = [shorten(lane.name, HEAD_WIDTH) for lane in shown]
    left = 20 + max((text_width(head) for head in heads), default=2) * FONT
    across = Scale(span[0], max(span[1], span[0] + 1), left, WIDTH - RIGHT)
    tops = TOP
    shapes: list[Shape] = []
    for lane, head in zip(shown, heads, strict=True):
        placed = list(_pack(lane.events, across))
        rows = max(event.row for event in placed) + 1
        shapes += _lane(head, placed, tops, lane.sign)
        tops += rows * ROW + 10
        shapes.append(line([(4, tops - 5), (WIDTH - RIGHT, tops - 5)], GRID))
    axis = list(_axis(ticks, across, tops))
    size = {"width": WIDTH, "height": tops + 4}
    return {**words, **size, "kind": "drawing", "legend": [], "shapes": [*axis, *shapes]}


def _axis(ticks: Sequence[tuple[float, str]], across: Scale, bottom: float) -> Iterator[Shape]:
    """Vertical lines with their texts on top: as many texts as have room, evenly spaced."""
    widest = max((text_width(words) for _, words in ticks), default=0.0) * FONT + BETWEEN
    places = [across(when) for when, _ in ticks]
    nearest = min((b - a for a, b in pairwise(places)), default=WIDTH)
    named = set(spaced(len(ticks), max(1, int(len(ticks) * nearest / widest)) if widest else 1))
    for k, (x, (_, words)) in enumerate(zip(places, ticks, strict=True)):
        yield line([(x, TOP - 8), (x, bottom - 5)], GRID)
        if k in named and x + widest / 2 <= WIDTH + BETWEEN / 2:
            yield text(x, 14, words, "middle")


def _pack(events: Sequence[Event], across: Scale) -> Iterator[_Placed]:
    """Each event in the first row that has room for its sign and its label."""
    ends: list[float] = []
    for event in sorted(events, key=lambda event: event.start):
        placed = _beside(event, across)
        begin, finish = placed.taken
        row = next((k for k, taken in enumerate(ends) if begin >= taken + BETWEEN), len(ends))
        ends[row:] = [finish, *ends[row + 1 :]]
        yield replace(placed, row=row)


def _beside(event: Event, across: Scale) -> _Placed:
    """An event with its label to the right of its sign, or to the left where there is more room.

    The line of an event that lasts runs under its label.
    """
    x, end = across(event.start), across(max(event.end, event.start))
    after, before = WIDTH - 4 - (x + 12), x - 12 - across.first
    words = shorten(event.label, LABEL_WIDTH)
    if text_width(words) * FONT > max(after, before):
        words = shorten(event.label, max(after, before) / FONT)
    width = text_width(words) * FONT
    if width <= after:
        label = text(x + 12, 0.0, words)
        return _Placed(event, x, end, label, (x - 8, max(end, x + 12 + width)))
    label = text(x - 12, 0.0, words, "end")
    return _Placed(event, x, end, label, (x - 12 - width, end + 8))


def _lane(
    head: str, placed: Sequence[_Placed], top: float, sign: tuple[str, str]
) -> Iterator[Shape]:
    """Name, signs and labels of one lane."""
    yield text(4, top + ROW / 2 + 4, head, bold=True)
    for item in placed:
        y = top + item.row * ROW + ROW / 2
        lasts = [rect(item.x, y + 7, item.end - item.x, 3, sign[1])] if item.end > item.x else []
        signs = [*lasts, mark(sign[0], item.x, y, sign[1])]
        yield group(item.event.label, [*signs, {**item.label, "y": y + 4}])
