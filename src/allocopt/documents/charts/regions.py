"""Regions: a map of areas with their own outlines, coloured by classes of a value.

The projection is equirectangular, true to length at the mean latitude of the map: a degree of longitude is
shorter by its cosine. Outlines are simplified to what can be seen (Douglas and Peucker, 1973).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from allocopt.documents.charts.boxes import Box, touches
from allocopt.documents.charts.drawing import Shape, area, group, path_through, text
from allocopt.documents.charts.palette import DARK, RIM, ink
from allocopt.documents.charts.scales import FONT, WIDTH, legend_height
from allocopt.documents.charts.tiles import Paint, class_legend
from allocopt.documents.language.text import short_place, text_width

# Longitude and latitude of each corner [°].
Ring = npt.NDArray[np.float64]

HEIGHT = 520.0
# What is smaller than this cannot be seen [px], and as many corners in all make a page heavy.
DETAIL, MOST_CORNERS = 0.6, 12_000
# Places that are tried for a label, along each side.
TRIES = 12
# Height of a line of a label, and width of the rim of a region [px].
LINE, RIM_WIDTH = 13.0, 3.0


@dataclass(frozen=True)
class Region:
    """One territory: its name, the value that colours it, the lines under its name, its outlines.

    `tag` ties it to other charts and to tables; one that is `outlined` has a rim.
    """

    name: str
    value: float
    text: str
    rings: tuple[Ring, ...]
    note: str = ""
    tag: str = ""
    outlined: bool = False

    @property
    def title(self) -> str:
        """Name and lines in one."""
        return " ".join(filter(None, (self.name, self.text, self.note)))


def region_chart(
    regions: Sequence[Region],
    paint: Paint,
    key: Sequence[str],
    words: Mapping[str, str],
) -> dict[str, Any]:
    """Geometry of a map; `key` names the classes of `paint`, unknown last.

    Name and text stand in their region where they fit and touch no other; `unlabelled` are the titles of
    all others. `words` are the chart's id, title and desc.
    """
    placed = class_legend([region.value for region in regions], paint.colours, key)
    top = 12 + legend_height(placed, 12)
    projected, height = _project([region.rings for region in regions])
    drawn = _simplified(projected)
    shapes: list[Shape] = []
    for region, rings in zip(regions, drawn, strict=True):
        d = " ".join(path_through([(x, y + top) for x, y in ring]) + " Z" for ring in rings)
        outline = area(d, paint(region.value), 1.0, DARK) if rings else text(0, 0, "")
        if region.outlined:
            outline |= {"colour": RIM, "thick": RIM_WIDTH}
        shapes.append(group(region.title, [outline], region.tag))
    labels, told = _labels(regions, drawn, top, paint)
    return {
        **words,
        "kind": "drawing",
        "width": WIDTH,
        "height": round(top + height + 8, 1),
        "legend": placed,
        "shapes": [*shapes, *labels],
        "unlabelled": [region.title for k, region in enumerate(regions) if k not in told],
    }


def _project(rings: Sequence[Sequence[Ring]]) -> tuple[list[list[Ring]], float]:
    """Rings on the page [px], north above, and the height that they take."""
    corners = np.vstack([ring for own in rings for ring in own])
    west, south = corners.min(axis=0)
    east, north = corners.max(axis=0)
    shrink = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * shrink, 1e-9), max(north - south, 1e-9)
    scale = min((WIDTH - 8) / wide, HEIGHT / high)
    shift = (WIDTH - wide * scale) / 2

    def on_page(ring: Ring) -> Ring:
        across = shift + (ring[:, 0] - west) * shrink * scale
        return np.column_stack([across, (north - ring[:, 1]) * scale])

    return [[on_page(ring) for ring in own] for own in rings], high * scale


def _simplified(regions: Sequence[Sequence[Ring]]) -> list[list[Ring]]:
    """Outlines without what cannot be seen, coarser until they are few enough; specks are left out."""
    detail = DETAIL
    while True:
        drawn = [[simplify(ring, detail) for ring in own] for own in regions]
        if sum(len(ring) for own in drawn for ring in own) <= MOST_CORNERS or detail > WIDTH:
            break
        detail *= 1.6
    return [_without_specks(own, detail) for own in drawn]


def _without_specks(rings: Sequence[Ring], detail: float) -> list[Ring]:
    """Rings that enclose something; of a region that has none, the largest."""
    seen = [ring for ring in rings if len(ring) > 3 and _extent(ring) > detail]
    return seen or sorted(rings, key=_extent)[-1:]


def _extent(ring: Ring) -> float:
    wide, high = np.ptp(ring, axis=0).tolist()
    return float(max(wide, high))


def simplify(ring: Ring, detail: float) -> Ring:
    """The corners that keep a line within `detail` of the one that was given (Douglas and Peucker)."""
    keep = np.zeros(len(ring), dtype=bool)
    keep[[0, -1]] = True
    spans = [(0, len(ring) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        away = _distance(ring[first + 1 : last], ring[first], ring[last])
        farthest = int(np.argmax(away))
        if away[farthest] > detail:
            middle = first + 1 + farthest
            keep[middle] = True
            spans += [(first, middle), (middle, last)]
    return ring[keep]


def _distance(points: Ring, start: Ring, end: Ring) -> Ring:
    """Distance of points from the line between two; from the point where both are one."""
    across, down = (end - start).tolist()
    length = math.hypot(across, down)
    away = points - start
    if length == 0:
        return np.asarray(np.hypot(away[:, 0], away[:, 1]), dtype=np.float64)
    return np.asarray(np.abs(across * away[:, 1] - down * away[:, 0]) / length, dtype=np.float64)


def centre(ring: Ring) -> tuple[float, float]:
    """Centroid of a ring; the middle of its corners where it encloses nothing."""
    x, y = ring[:, 0], ring[:, 1]
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    twice = float(cross.sum())
    if abs(twice) < 1e-9:
        return float(x.mean()), float(y.mean())
    across = float(((x + np.roll(x, -1)) * cross).sum() / (3 * twice))
    return across, float(((y + np.roll(y, -1)) * cross).sum() / (3 * twice))


def _labels(
    regions: Sequence[Region], drawn: Sequence[Sequence[Ring]], top: float, paint: Paint
) -> tuple[list[Shape], set[int]]:
    """Labels in the largest part of each region, the largest first, and which say all.

    Where not all lines fit the name may; a label says it only in full or not at all.
    """
    taken: list[Box] = []
    shapes: list[Shape] = []
    told: set[int] = set()
    largest = [max(rings, key=_extent) for rings in drawn]
    for k in sorted(range(len(regions)), key=lambda k: -_extent(largest[k])):
        region = regions[k]
        whole = [short_place(region.name, 9), region.text, *filter(None, [region.note])]
        for lines in (whole, whole[:1]):
            size = (max(map(text_width, lines)) * FONT, LINE * len(lines))
            spot = _spot(largest[k], size, taken)
            if spot is not None:
                taken.append(_around(spot, size))
                shapes += _written(lines, (spot[0], spot[1] + top), ink(paint(region.value)))
                told |= {k} if lines == whole else set()
                break
    return shapes, told


def _written(lines: Sequence[str], middle: tuple[float, float], colour: str) -> list[Shape]:
    """Lines of text around a place."""
    first = middle[1] - LINE * (len(lines) - 1) / 2 + 4
    return [
        text(middle[0], first + LINE * k, words, "middle", colour=colour)
        for k, words in enumerate(lines)
    ]


def _spot(
    ring: Ring, size: tuple[float, float], taken: Sequence[Box]
) -> tuple[float, float] | None:
    """Where a label of a width and height fits inside a ring: its centre, else the nearest such place."""
    middle = centre(ring)
    (west, north), (east, south) = ring.min(axis=0), ring.max(axis=0)
    across, down = (
        np.linspace(west, east, TRIES + 2)[1:-1],
        np.linspace(north, south, TRIES + 2)[1:-1],
    )
    spots = [middle, *((float(x), float(y)) for y in down for x in across)]
    spots.sort(key=lambda spot: math.dist(spot, middle))
    for spot in spots:
        box = _around(spot, size)
        if not touches(box, taken) and _holds(ring, box):
            return spot
    return None


def _around(spot: tuple[float, float], size: tuple[float, float]) -> Box:
    """What a label takes around a place."""
    (x, y), (width, height) = spot, size
    return x - width / 2 - 2, y - height / 2 - 1, x + width / 2 + 2, y + height / 2 + 1


def _holds(ring: Ring, box: Box) -> bool:
    """Whether the rim of a box lies inside a ring, by the even-odd rule."""
    left, top, right, bottom = box
    rim = np.array(
        [(x, y) for x in np.linspace(left, right, 7) for y in (top, (top + bottom) / 2, bottom)]
    )
    x, y = rim[:, :1], rim[:, 1:]
    x1, y1 = ring[:-1, 0], ring[:-1, 1]
    x2, y2 = ring[1:, 0], ring[1:, 1]
    rising = np.where(y2 == y1, 1e-12, y2 - y1)
    crossed = ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * (y - y1) / rising + x1)
    return bool((crossed.sum(axis=1) % 2 == 1).all())
