"""Slices: a chart of many rows in parts that fit a page, each with the legend and the axis."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from allocopt.documents.charts.bars import ROW
from allocopt.documents.office.vector import Outline, Shape, Words, shapes_of

Sized = tuple[Sequence[Shape], tuple[float, float]]
# Letters are drawn in at least this part of their size.
LEAST_SCALE = 0.88


def slices_of(chart: dict[str, Any], width: float, height: float) -> list[Sized]:
    """The shapes of a chart in parts with their sizes [px], for pages of `width` × `height`.

    Only rows of bars or of panels can be divided; another chart is one part, and is drawn as small as it
    must be.
    """
    shapes, size = shapes_of(chart), (chart["width"], chart["height"])
    tallest = max(height, height / width * size[0]) / LEAST_SCALE
    pitch = ROW if chart["kind"] == "bars" else chart.get("pitch", 0.0)
    if not pitch or size[1] <= tallest:
        return [(shapes, size)]
    top, bottom = chart["top"], chart["bottom"]
    rows = round((bottom - top) / pitch)
    most = max(1, int((tallest - (size[1] - (bottom - top))) // pitch))
    each = math.ceil(rows / math.ceil(rows / most))
    starts = range(0, rows, each)
    parts = [(top + k * pitch, min(top + (k + each) * pitch, bottom)) for k in starts]
    return [
        (
            tuple(_slice(shapes, (top, bottom), part, pitch)),
            (size[0], size[1] - (bottom - top) + part[1] - part[0]),
        )
        for part in parts
    ]


def _slice(
    shapes: Sequence[Shape], whole: tuple[float, float], part: tuple[float, float], pitch: float
) -> Iterator[Shape]:
    """What lies above, inside and below the part, moved together."""
    up, foot = part[0] - whole[0], (whole[1] - whole[0]) - (part[1] - part[0])
    for shape in shapes:
        low, high = _reach(shape)
        if low < whole[0] and high <= whole[0] + 1:
            yield shape
        elif high - low > pitch and isinstance(shape, Outline):
            yield _clipped(shape, whole[0], whole[0] + part[1] - part[0])
        elif low >= whole[1] - 1:
            yield _moved(shape, foot)
        elif part[0] <= (low + high) / 2 < part[1]:
            yield _moved(shape, up)


def _reach(shape: Shape) -> tuple[float, float]:
    """Top and bottom of a shape."""
    if isinstance(shape, Words):
        return shape.baseline - shape.size * 0.7, shape.baseline
    return shape.box[1], shape.box[1] + shape.box[3]


def _moved(shape: Shape, up: float) -> Shape:
    """The shape, so much higher."""
    if isinstance(shape, Words):
        return replace(shape, baseline=shape.baseline - up)
    x, y, width, height = shape.box
    steps = tuple(
        (letter, tuple((px, py - up) for px, py in points)) for letter, points in shape.steps
    )
    return replace(shape, box=(x, y - up, width, height), steps=steps)


def _clipped(shape: Outline, top: float, bottom: float) -> Outline:
    """A line that runs through all rows, between the ends of a part."""
    steps = tuple(
        (letter, tuple((x, min(max(y, top), bottom)) for x, y in points))
        for letter, points in shape.steps
    )
    return replace(shape, box=(shape.box[0], top, shape.box[2], bottom - top), steps=steps)
