"""Vector: the shapes of a chart, read from the SVG that our templates draw.

Office files have no use for SVG: programs before 2016 and many others show a fallback picture in its place,
which somebody would have to paint. Shapes of their own all of them draw, sharply, in the reader's fonts,
and with text that can be found. Read is what `macros/charts.svg.j2` writes: groups that are moved, `rect`,
`circle`, `path` of absolute M, L, H, V, C and Z, and lines of `text`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from allocopt.documents.charts.palette import DARK
from allocopt.documents.charts.scales import FONT
from allocopt.documents.templates import template_environment

Point = tuple[float, float]
# A letter of SVG's path data, and the points that it leads through [px].
Step = tuple[str, tuple[Point, ...]]

_TOKEN = re.compile(r"[MLHVCZ]|-?\d+(?:\.\d+)?(?:e-?\d+)?")
_MOVED = re.compile(r"translate\(\s*([-\d.e]+)[\s,]+([-\d.e]+)\s*\)")
# Numbers that a letter takes.
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "Z": 0}
BOLD_CLASSES = {"value", "group"}


@dataclass(frozen=True)
class Paint:
    """How an outline is filled and drawn; no colour is no paint. `thick` is in px."""

    fill: str = ""
    stroke: str = ""
    thick: float = 1.0
    dash: str = ""
    opacity: float = 1.0


@dataclass(frozen=True)
class Outline:
    """A `rect`, an `ellipse` or a `path` in its box: left, top, width, height [px]."""

    kind: str
    box: tuple[float, float, float, float]
    paint: Paint
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Words:
    """A line of text at its baseline; `anchor` is start, middle or end."""

    text: str
    x: float
    baseline: float
    anchor: str
    colour: str
    bold: bool
    size: float = FONT


Shape = Outline | Words


def shapes_of(chart: dict[str, Any]) -> tuple[Shape, ...]:
    """The shapes of a chart, from the back to the front."""
    macros: Any = template_environment().get_template("macros/charts.svg.j2").module
    # One answer for letters that XML forbids: the content has none of them any more.
    root = etree.fromstring(
        str(macros.draw(chart)).strip(), etree.XMLParser(resolve_entities=False)
    )
    return tuple(_shapes(root, (0.0, 0.0)))


def _shapes(parent: Any, start: Point) -> Iterator[Shape]:
    for element in parent:
        name = etree.QName(element).localname
        if name == "g":
            moves = [(float(x), float(y)) for x, y in _MOVED.findall(element.get("transform", ""))]
            yield from _shapes(element, _moved(start, moves))
        elif name in READERS:
            yield READERS[name](element, start)


def _moved(start: Point, moves: list[Point]) -> Point:
    return start[0] + sum(x for x, _ in moves), start[1] + sum(y for _, y in moves)


def _rect(element: Any, start: Point) -> Outline:
    x, y = _number(element, "x") + start[0], _number(element, "y") + start[1]
    box = (x, y, _number(element, "width"), _number(element, "height"))
    return Outline("rect", box, _paint(element))


def _circle(element: Any, start: Point) -> Outline:
    x, y, radius = (_number(element, name) for name in ("cx", "cy", "r"))
    box = (start[0] + x - radius, start[1] + y - radius, 2 * radius, 2 * radius)
    return Outline("ellipse", box, _paint(element))


def _path(element: Any, start: Point) -> Outline:
    steps = tuple(_steps(element.get("d"), start))
    points = [point for _, points in steps for point in points]
    wide, high = sorted(x for x, _ in points), sorted(y for _, y in points)
    box = (wide[0], high[0], wide[-1] - wide[0], high[-1] - high[0])
    return Outline("path", box, _paint(element), steps)


def _words(element: Any, start: Point) -> Words:
    return Words(
        "".join(element.itertext()),
        start[0] + _number(element, "x") + _number(element, "dx"),
        start[1] + _number(element, "y") + _number(element, "dy"),
        element.get("text-anchor", "start"),
        element.get("fill", DARK),
        "font-weight" in element.attrib
        or bool(BOLD_CLASSES & set(element.get("class", "").split())),
    )


READERS: dict[str, Callable[[Any, Point], Shape]] = {
    "rect": _rect,
    "circle": _circle,
    "path": _path,
    "text": _words,
}


def _steps(d: str, start: Point) -> Iterator[Step]:
    """Path data as letters with absolute points; a letter that is left out is the one before."""
    tokens, at, letter = _TOKEN.findall(d), (0.0, 0.0), ""
    while tokens:
        if tokens[0] in _TAKES:
            letter = tokens.pop(0)
        numbers = [float(tokens.pop(0)) for _ in range(_TAKES[letter])]
        if letter == "H":
            numbers = [*numbers, at[1]]
        elif letter == "V":
            numbers = [at[0], *numbers]
        points = tuple(zip(numbers[::2], numbers[1::2], strict=True))
        at = points[-1] if points else at
        drawn = "L" if letter in "HV" else letter
        yield drawn, tuple((x + start[0], y + start[1]) for x, y in points)
        letter = "L" if letter == "M" else letter


def _paint(element: Any) -> Paint:
    fill = element.get("fill", "none")
    stroke = element.get("stroke", "none")
    return Paint(
        "" if fill == "none" else fill,
        "" if stroke == "none" else stroke,
        _number(element, "stroke-width", 1.0),
        element.get("stroke-dasharray", ""),
        _number(element, "fill-opacity", 1.0),
    )


def _number(element: Any, name: str, default: float = 0.0) -> float:
    return float(element.get(name, default))
