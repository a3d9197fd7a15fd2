"""Points of two figures against each other, each with its label."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allocopt.documents.charts.boxes import Box, touches
from allocopt.documents.charts.scales import WIDTH, Scale, legible_ticks
from allocopt.documents.language.text import text_width

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 280.0, 86.0, 40.0, 46.0, 52.0
RADIUS = 5.0
# Where the baseline of a label may lie against its point: above, below, farther away [px].
SHIFTS = (-11.0, 21.0, -25.0, 35.0, -39.0, 49.0)
ABOVE_OR_BELOW = 21.0
# Where the title of the axis on the left ends [px].
AXIS_TITLE = 18.0
# Size of the labels [px].
LABEL_SIZE = 12.0


@dataclass(frozen=True)
class Point:
    """One place of the chart, the text beside it and its colour; `tag` says what it is about."""

    x: float
    y: float
    label: str
    colour: str
    tag: str = ""


def point_chart(
    points: Sequence[Point],
    write: tuple[Callable[[float], str], Callable[[float], str]],
    axes: tuple[str, str],
    words: Mapping[str, str],
    *,
    joined: bool = True,
) -> dict[str, Any]:
    """Geometry of points; `write` and `axes` are the text of a value and of each axis.

    Neither axis needs to start at zero: what is read is how one figure gives way to the other. `joined`
    draws a curve through the points in their order. A label that finds no room beside its point is left
    out and stays in the point's title. `words` are the chart's id, title and desc.
    """
    wide, high = [point.x for point in points], [point.y for point in points]
    x_ticks = legible_ticks(max(wide), min(wide), write[0])
    y_ticks = legible_ticks(max(high), min(high), write[1])
    across = Scale(x_ticks[0], x_ticks[-1], LEFT, WIDTH - RIGHT)
    rise = Scale(y_ticks[0], y_ticks[-1], TOP + HEIGHT, TOP)
    places = [(across(point.x), rise(point.y)) for point in points]
    bottom = TOP + HEIGHT
    curve = "M" + " L".join(f"{x},{y}" for x, y in places) if joined else ""
    return {
        **words,
        "kind": "points",
        "width": WIDTH,
        "height": bottom + BOTTOM,
        "legend": [],
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "bottom": bottom,
        "top": TOP,
        "points": [
            {
                "x": x,
                "y": y,
                "radius": RADIUS,
                "mark": point.tag,
                **label,
                "colour": point.colour,
                "text": f"{axes[0]}: {write[0](point.x)}, {axes[1]}: {write[1](point.y)}",
            }
            for point, (x, y), label in zip(points, places, _labels(points, places), strict=True)
        ],
        "path": curve,
        "x_ticks": [{"x": across(v), "text": write[0](v)} for v in _whole(x_ticks, wide)],
        "y_ticks": [{"y": rise(v), "text": write[1](v)} for v in _whole(y_ticks, high)],
        "label_y": bottom + 18,
        "x_axis": axes[0],
        "x_axis_y": bottom + 40,
        "y_axis": axes[1],
        "y_axis_y": 14.0,
    }


def _labels(
    points: Sequence[Point], places: Sequence[tuple[float, float]]
) -> Iterator[dict[str, Any]]:
    """Text, place and anchor of each label: above its point, else below it, else farther away."""
    taken: list[Box] = [(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for x, y in places]
    for number, (point, (x, y)) in enumerate(zip(points, places, strict=True)):
        others = taken[:number] + taken[number + 1 :]
        boxes = [(shift, _box(x, y + shift, point.label)) for shift in SHIFTS]
        free = [
            (shift, box)
            for shift, box in boxes
            if box[1] > AXIS_TITLE and box[3] < TOP + HEIGHT + 3 and not touches(box, others)
        ]
        shift, box = free[0] if free else (SHIFTS[0], None)
        if box is not None:
            taken.append(box)
        far = box is not None and abs(shift) > ABOVE_OR_BELOW
        yield {
            "leader": f"M{x},{y} V{round(y + shift - 4, 1)}" if far else "",
            "label": point.label if box is not None else "",
            "anchor": _anchor(x, point.label),
            "label_y": round(y + shift, 1),
        }


def _box(x: float, baseline: float, label: str) -> Box:
    """What a label takes."""
    width = text_width(label) * LABEL_SIZE
    start = {"start": x, "middle": x - width / 2, "end": x - width}[_anchor(x, label)]
    return start, baseline - LABEL_SIZE + 2, start + width, baseline + 2


def _anchor(x: float, label: str) -> str:
    """A label that would run over an edge of the drawing is drawn away from it."""
    half = text_width(label) * LABEL_SIZE / 2
    if x + half > WIDTH:
        return "end"
    return "start" if x - half < LEFT else "middle"


def _whole(ticks: Sequence[float], values: Sequence[float]) -> Sequence[float]:
    """The ticks; only whole ones where all values are."""
    whole = [tick for tick in ticks if float(tick).is_integer()]
    return whole if whole and all(float(value).is_integer() for value in values) else ticks
