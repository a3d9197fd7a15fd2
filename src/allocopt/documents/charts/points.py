"""Points of two figures against each other, joined in their order, each with its label."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allocopt.documents.charts.scales import WIDTH, Scale, round_ticks
from allocopt.documents.text import text_width

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 280.0, 86.0, 40.0, 34.0, 52.0
RADIUS = 5.0
# Labels stand this far above their point [px].
ABOVE = 11.0
# Size of the labels [px].
LABEL_SIZE = 12.0


@dataclass(frozen=True)
class Point:
    """One place of the chart, the text beside it and its colour."""

    x: float
    y: float
    label: str
    colour: str


def point_chart(
    points: Sequence[Point],
    write: tuple[Callable[[float], str], Callable[[float], str]],
    axes: tuple[str, str],
    words: Mapping[str, str],
) -> dict[str, Any]:
    """Geometry of a curve through points; `write` and `axes` are the text of a value and of each axis.

    Neither axis needs to start at zero: what is read is how one figure gives way to the other. `words`
    are the chart's id, title and desc.
    """
    across = _scale([point.x for point in points], LEFT, WIDTH - RIGHT)
    rise = _scale([point.y for point in points], TOP + HEIGHT, TOP)
    placed = [
        {
            "x": across(point.x),
            "y": rise(point.y),
            "radius": RADIUS,
            "label": point.label,
            "anchor": _anchor(across(point.x), point.label),
            "label_y": round(rise(point.y) - ABOVE, 1),
            "colour": point.colour,
            "text": f"{axes[0]}: {write[0](point.x)}, {axes[1]}: {write[1](point.y)}",
        }
        for point in points
    ]
    bottom = TOP + HEIGHT
    return {
        **words,
        "width": WIDTH,
        "height": bottom + BOTTOM,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "bottom": bottom,
        "top": TOP,
        "points": placed,
        "path": "M" + " L".join(f"{point['x']},{point['y']}" for point in placed),
        "x_ticks": [{"x": across(v), "text": write[0](v)} for v in _ticks(points, 0)],
        "y_ticks": [{"y": rise(v), "text": write[1](v)} for v in _ticks(points, 1)],
        "x_axis": axes[0],
        "y_axis": axes[1],
    }


def _anchor(x: float, label: str) -> str:
    """A label that would run over an edge of the drawing is drawn away from it."""
    half = text_width(label) * LABEL_SIZE / 2
    if x + half > WIDTH:
        return "end"
    return "start" if x - half < 0 else "middle"


def _scale(values: Sequence[float], first: float, last: float) -> Scale:
    ticks = round_ticks(max(values), 5, min(values))
    return Scale(ticks[0], ticks[-1], first, last)


def _ticks(points: Sequence[Point], axis: int) -> list[float]:
    """Round values along an axis; whole ones where all points are."""
    values = [(point.x, point.y)[axis] for point in points]
    ticks = round_ticks(max(values), 5, min(values))
    whole = [tick for tick in ticks if float(tick).is_integer()]
    return whole if all(float(value).is_integer() for value in values) and whole else ticks
