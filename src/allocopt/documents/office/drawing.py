"""Drawing: shapes in DrawingML (ECMA-376, part 1, § 20), the language of drawings in office files.

Word and PowerPoint wrap a shape in elements of their own; what describes its place, outline and paint is
the same. Lengths are in EMU, of which an inch has 914,400.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml.builder import ElementMaker

from allocopt.documents.charts.scales import WIDTH
from allocopt.documents.language.text import text_width
from allocopt.documents.office.vector import Outline, Paint, Point, Step, Words

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
EMU_PER_POINT = 12_700
# The faces that documents are set in: every system has them or one that is as wide.
LATIN, EAST_ASIAN = "Arial", "Microsoft YaHei"
# Estimated widths are a mean, and a line that finds no room in its box would be broken.
SPARE = 1.3
ALIGNED = {"start": "l", "middle": "ctr", "end": "r"}
# Strokes shorter than this are drawn as dots [px].
SHORT = 4.0

a = ElementMaker(namespace=A, nsmap={"a": A})


@dataclass(frozen=True)
class Scale:
    """From pixels of a chart to a drawing of `emu` per pixel; `left` and `top` are its corner."""

    emu: float
    left: int = 0
    top: int = 0

    def length(self, px: float) -> str:
        """A length."""
        return str(round(px * self.emu))

    def points(self, px: float) -> float:
        """A size of letters [pt]."""
        return px * self.emu / EMU_PER_POINT

    def place(self, box: tuple[float, float, float, float], **turned: str) -> Any:
        """Where a shape lies: left, top, width and height [px]."""
        x, y, width, height = (round(side * self.emu) for side in box)
        return a.xfrm(
            a.off(x=str(self.left + x), y=str(self.top + y)),
            a.ext(cx=str(max(width, 0)), cy=str(max(height, 0))),
            turned,
        )


def properties(outline: Outline, scale: Scale) -> list[Any]:
    """Place, outline, fill and line of a shape."""
    ends = _straight(outline.steps)
    if ends is not None:
        # A line runs from its left end; one that rises is turned over.
        (x, y), (end_x, end_y) = sorted(ends)
        box = (x, min(y, end_y), end_x - x, abs(end_y - y))
        turned = {"flipV": "1"} if end_y < y else {}
        return [scale.place(box, **turned), _preset("line"), *_painted(outline.paint, scale)]
    shape = _freeform(outline, scale) if outline.kind == "path" else _preset(outline.kind)
    return [scale.place(outline.box), shape, *_painted(outline.paint, scale)]


def text_place(words: Words, scale: Scale) -> Any:
    """The box of a line of text, with its middle where the middle of its letters is.

    It stays inside the chart: a program that grows the drawing around its boxes would move it off the page.
    """
    width = text_width(words.text) * words.size * SPARE + words.size
    before, after = max(words.x, 0.0), max(WIDTH - words.x, 0.0)
    half = min(width / 2, before, after)
    left, right = {
        "start": (0.0, min(width, after)),
        "middle": (half, half),
        "end": (min(width, before), 0.0),
    }[words.anchor]
    top = words.baseline - words.size * 1.1
    return scale.place((words.x - left, top, left + right, words.size * 1.5))


def solid(colour: str, opacity: float = 1.0) -> Any:
    """A fill of one colour, `#rrggbb`."""
    made = a.srgbClr(val=colour.lstrip("#").upper())
    if opacity < 1:
        made.append(a.alpha(val=str(round(opacity * 100_000))))
    return a.solidFill(made)


def _straight(steps: tuple[Step, ...]) -> tuple[Point, Point] | None:
    """The ends of a path that is one straight line."""
    if [letter for letter, _ in steps] != ["M", "L"]:
        return None
    return steps[0][1][0], steps[1][1][0]


def _preset(kind: str) -> Any:
    return a.prstGeom(a.avLst(), prst=kind)


def _freeform(outline: Outline, scale: Scale) -> Any:
    """A path in coordinates of its own box."""
    left, top, width, height = outline.box
    path = a.path(w=scale.length(max(width, 0.1)), h=scale.length(max(height, 0.1)))
    names = {"M": a.moveTo, "L": a.lnTo, "C": a.cubicBezTo, "Z": a.close}
    for letter, points in outline.steps:
        path.append(
            names[letter](
                *(a.pt(x=scale.length(x - left), y=scale.length(y - top)) for x, y in points)
            )
        )
    return a.custGeom(
        *(a.avLst(), a.gdLst(), a.ahLst(), a.cxnLst()),
        a.rect(l="0", t="0", r="r", b="b"),
        a.pathLst(path),
    )


def _painted(paint: Paint, scale: Scale) -> list[Any]:
    """Fill and line; a line without colour is said to be none, or the program's own is drawn."""
    fill = solid(paint.fill, paint.opacity) if paint.fill else a.noFill()
    if not paint.stroke:
        return [fill, a.ln(a.noFill())]
    line = a.ln(solid(paint.stroke), w=scale.length(paint.thick))
    if paint.dash:
        short = float(paint.dash.split()[0]) < SHORT
        line.append(a.prstDash(val="sysDot" if short else "dash"))
    return [fill, line]
