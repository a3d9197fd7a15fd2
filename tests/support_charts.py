"""Charts drawn through our templates, read back as SVG: what lies where, and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from allocopt.documents.charts.scales import FONT
from allocopt.documents.language.text import text_width
from allocopt.documents.templates.folder import template_environment

SVG = "{http://www.w3.org/2000/svg}"
DRAW = '{% import "macros/charts.svg.j2" as charts %}{{ charts.draw(chart) }}'
# How far a sign or a stroke may stick out of the drawing [px].
SIGN = 10.0


@dataclass(frozen=True)
class Drawn:
    """A chart as it stands on a page."""

    root: ElementTree.Element

    @property
    def size(self) -> tuple[float, float]:
        width, height = self.root.get("viewBox", "").split()[2:]
        return float(width), float(height)

    @property
    def texts(self) -> list[str]:
        """All that is written in the drawing, without titles and description."""
        return [text.text or "" for text in self.root.iter(f"{SVG}text")]

    @property
    def titles(self) -> list[str]:
        return [title.text or "" for title in self.root.iter(f"{SVG}title")]

    @property
    def points(self) -> list[tuple[float, float]]:
        """Corners of all shapes [px]."""
        return list(_points(self.root, 0.0, 0.0))

    @property
    def labels(self) -> list[tuple[float, float, float, float, str]]:
        """Left, top, right and bottom of each text by its estimated width [px], and the text."""
        return list(_labels(self.root, 0.0, 0.0))

    def outside(self) -> list[object]:
        """Corners and labels that do not lie in the drawing, or lie nowhere."""
        width, height = self.size
        stray: list[object] = [
            point
            for point in self.points
            if not (-SIGN <= point[0] <= width + SIGN and -SIGN <= point[1] <= height + SIGN)
        ]
        stray += [
            label
            for label in self.labels
            if not (label[0] >= -2 and label[1] >= -4 and label[2] <= width + 2)
            or not label[3] <= height + 4
        ]
        return stray

    def collisions(self) -> list[tuple[str, str]]:
        """Pairs of texts that lie on each other."""
        found = []
        labels = [label for label in self.labels if label[4].strip()]
        for k, (left, top, right, bottom, text) in enumerate(labels):
            for other in labels[k + 1 :]:
                across = min(right, other[2]) - max(left, other[0])
                down = min(bottom, other[3]) - max(top, other[1])
                if across > 1 and down > 1:
                    found.append((text, other[4]))
        return found


def draw(chart: Mapping[str, Any]) -> Drawn:
    """The chart as our template writes it; raises for markup that is not well formed."""
    text = template_environment().from_string(DRAW).render(chart=chart)
    return Drawn(ElementTree.fromstring(text.strip()))  # noqa: S314 - our own page


def _moved(element: ElementTree.Element, x: float, y: float) -> tuple[float, float]:
    for across, down in re.findall(r"translate\(([^ )]+) ([^ )]+)\)", element.get("transform", "")):
        x, y = x + float(across), y + float(down)
    return x, y


def _points(element: ElementTree.Element, x: float, y: float) -> Iterator[tuple[float, float]]:
    x, y = _moved(element, x, y)
    kind = element.tag.removeprefix(SVG)
    if kind == "rect":
        left, top = x + float(element.get("x", 0)), y + float(element.get("y", 0))
        yield left, top
        yield left + float(element.get("width", 0)), top + float(element.get("height", 0))
    elif kind == "circle":
        yield x + float(element.get("cx", 0)), y + float(element.get("cy", 0))
    elif kind == "path":
        for across, down in _corners(element.get("d", "")):
            yield x + across, y + down
    for child in element:
        yield from _points(child, x, y)


def _corners(path: str) -> Iterator[tuple[float, float]]:
    """Corners of a path of the absolute commands M, L, C, H, V and Z."""
    x = y = 0.0
    for command, given in re.findall(r"([MLCHVZ])([^MLCHVZ]*)", path):
        numbers = [float(number) for number in re.findall(r"[^\s,]+", given)]
        if command == "H":
            x = numbers[0]
            yield x, y
        elif command == "V":
            y = numbers[0]
            yield x, y
        for x, y in zip(numbers[::2], numbers[1::2], strict=False):
            if command in "MLC":
                yield x, y


def _labels(
    element: ElementTree.Element, x: float, y: float
) -> Iterator[tuple[float, float, float, float, str]]:
    x, y = _moved(element, x, y)
    if element.tag == f"{SVG}text" and element.text:
        left = x + float(element.get("x", 0)) + float(element.get("dx", 0))
        base = y + float(element.get("y", 0)) + float(element.get("dy", 0))
        # Estimates are rounded up: a label may be a little narrower than they say.
        width = text_width(element.text) * FONT * 0.97
        left -= {"middle": width / 2, "end": width}.get(element.get("text-anchor", ""), 0.0)
        yield left, base - 9, left + width, base + 2, element.text
    for child in element:
        yield from _labels(child, x, y)
