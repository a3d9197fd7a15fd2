"""Drawing: the few shapes that charts are made of, as plain dicts that a template writes as SVG.

A shape has `draw`: `rect`, `path`, `text`, `mark` or `group`. Coordinates are in px, to a tenth.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from allocopt.documents.charts.palette import DARK

Shape = dict[str, Any]
GRID = "#e3e7eb"
# Distance of the strokes of a hatching [px].
HATCH = 5.0


def rect(x: float, y: float, width: float, height: float, colour: str) -> Shape:
    """A filled rectangle."""
    sides = {"x": x, "y": y, "width": max(width, 0.0), "height": max(height, 0.0)}
    return {"draw": "rect", "colour": colour, **{side: round(v, 1) for side, v in sides.items()}}


def line(
    points: Sequence[tuple[float, float]], colour: str, width: float = 1.0, dash: str = ""
) -> Shape:
    """A line through points; `dash` are the lengths of strokes and gaps."""
    return {
        "draw": "path",
        "d": path_through(points),
        "colour": colour,
        "thick": width,
        "dash": dash,
        "fill": "none",
        "opacity": 1.0,
    }


def area(d: str, colour: str, opacity: float = 1.0, edge: str = "none") -> Shape:
    """A filled path; `edge` is the colour of its outline."""
    thick = 0.0 if edge == "none" else 0.8
    return {
        "draw": "path",
        "d": d,
        "colour": edge,
        "thick": thick,
        "dash": "",
        "fill": colour,
        "opacity": opacity,
    }


def text(x: float, y: float, words: str, anchor: str = "start", **style: Any) -> Shape:
    """A line of text at its baseline; `colour` and `bold`."""
    return {
        "draw": "text",
        "x": round(x, 1),
        "y": round(y, 1),
        "text": words,
        "anchor": anchor,
        "colour": style.get("colour", DARK),
        "bold": bool(style.get("bold", False)),
    }


def mark(shape: str, x: float, y: float, colour: str) -> Shape:
    """A sign of the legend, centred at a point."""
    return {"draw": "mark", "shape": shape, "x": round(x, 1), "y": round(y, 1), "colour": colour}


def group(title: str, shapes: Iterable[Shape], mark: str = "") -> Shape:
    """Shapes that belong together; readers see the title when they point at one of them.

    `mark` says what they are about, such as `rep:Ann`: it ties them to other charts and to tables.
    """
    return {"draw": "group", "title": title, "shapes": list(shapes), "mark": mark}


def path_through(points: Sequence[tuple[float, float]]) -> str:
    """SVG path through points."""
    return "M" + " L".join(f"{x:.1f},{y:.1f}" for x, y in points)


def hatching(x: float, y: float, width: float, height: float) -> str:
    """SVG path of slanted strokes inside a rectangle, so that it is told apart without its colour."""
    strokes = []
    # Each stroke rises to the right from (start, bottom) and is cut at the sides.
    start = HATCH / 2 - height
    while start < width:
        low, high = max(start, 0.0), min(start + height, width)
        if high > low:
            begin, end = (
                (x + low, y + height - (low - start)),
                (x + high, y + height - high + start),
            )
            strokes.append(path_through([begin, end]))
        start += HATCH
    return " ".join(strokes)
