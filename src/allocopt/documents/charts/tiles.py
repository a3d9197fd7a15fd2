"""A tile per territory: where coordinates are known the tiles lie roughly as on a map.

A tile map gives every territory the same area, so that a small, strong territory is seen as well as a
large, empty one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from allocopt.documents.charts.palette import RIM, UNKNOWN, class_of, ink
from allocopt.documents.charts.scales import FONT, WIDTH, legend, legend_height
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import short_place, shorten, text_width

MOST_TILES = 60
GAP, WIDEST, GROUP_COLUMNS = 4.0, 110.0, 6
# Cells of the grid per tile: room to keep the outline, and still a dense picture.
ROOM = 1.7
# Height of the name on a tile [px].
NAME = 20.0

Places = list[tuple[int, int]]


@dataclass(frozen=True)
class Tile:
    """One territory: its name, the value that colours it, the text under its name, where it lies.

    `note` is a line under the text, `tag` what ties the tile to other charts and to tables; a tile that is
    `outlined` has a rim.
    """

    name: str
    value: float
    text: str
    latitude: float
    longitude: float
    group: str = ""
    note: str = ""
    tag: str = ""
    outlined: bool = False


def tile_chart(
    tiles: Sequence[Tile],
    breaks: Sequence[float],
    colours: Sequence[str],
    key: Sequence[str],
    words: Mapping[str, str],
    wide: float = WIDTH,
) -> dict[str, Any]:
    """Geometry of a tile map; `breaks` cut the values into classes and `key` names them, unknown last.

    Only the first `MOST_TILES` tiles are drawn, `wide` px in all. `words` are the chart's id, title and
    desc.
    """
    shown = tiles[:MOST_TILES]
    placed = class_legend([tile.value for tile in shown], colours, key, wide)
    top = 12 + legend_height(placed, 12)
    places, groups = _places(shown)
    width, left = _tile_width(places, groups, wide)
    height = max(width * 0.5, NAME + (36.0 if any(tile.note for tile in shown) else 20.0))
    paint = Paint(breaks, colours)
    return {
        **words,
        "kind": "tiles",
        "width": wide,
        "height": top + _size(places)[1] * (height + GAP) + 4,
        "legend": placed,
        "groups": [
            {"text": shorten(text, 9), "x": 4, "y": top + row * (height + GAP) + height / 2 + 4}
            for row, text in groups
        ],
        "tiles": [
            {
                "x": round(left + column * (width + GAP), 1),
                "y": round(top + row * (height + GAP), 1),
                "width": width,
                "height": height,
                "middle": width / 2,
                "name_y": NAME - 4,
                "name": short_place(tile.name, (width - 6) / FONT),
                "full": tile.name,
                "mark": tile.tag,
                "rim": RIM if tile.outlined else "",
                "text": f"{tile.text} {tile.note}".rstrip(),
                "colour": paint(tile.value),
                "ink": ink(paint(tile.value)),
                "lines": _lines(tile, (width, height)),
            }
            for tile, (column, row) in zip(shown, places, strict=True)
        ],
    }


@dataclass(frozen=True)
class Paint:
    """The colour of a value: that of its class, grey where it is not known."""

    breaks: Sequence[float]
    colours: Sequence[str]

    def __call__(self, value: float) -> str:
        """Colour of a value."""
        return self.colours[class_of(value, self.breaks)] if known(value) else UNKNOWN


def class_legend(
    values: Sequence[float], colours: Sequence[str], key: Sequence[str], wide: float = WIDTH
) -> list[dict[str, object]]:
    """Legend of classes of values, `wide` px; `key` names them, unknown last."""
    entries = [("box", colour, text) for colour, text in zip(colours, key[:-1], strict=False)]
    if any(not known(value) for value in values):
        entries.append(("box", UNKNOWN, key[-1]))
    return legend(entries, 4, 12, wide)


def _lines(tile: Tile, size: tuple[float, float]) -> list[dict[str, Any]]:
    """Lines under the name of a tile."""
    lines = [text for text in (tile.text, tile.note) if text]
    part = (size[1] - NAME) / max(len(lines), 1)
    return [
        {
            "text_y": round(NAME + part * (k + 0.5) + 2, 1),
            "text": shorten(text, (size[0] + GAP) / FONT),
        }
        for k, text in enumerate(lines)
    ]


def _places(tiles: Sequence[Tile]) -> tuple[Places, list[tuple[int, str]]]:
    """Column and row of each tile, and the row at which each named group begins.

    Tiles whose coordinates are unknown lie in rows of their own under the map.
    """
    lying = [k for k, tile in enumerate(tiles) if known(tile.latitude) and known(tile.longitude)]
    if len(lying) * 2 < len(tiles) or len(lying) < 2:
        return group_rows([tile.group for tile in tiles])
    drawn = map_places([tiles[k].latitude for k in lying], [tiles[k].longitude for k in lying])
    columns, rows = _size(drawn)
    places = dict(zip(lying, drawn, strict=True))
    for n, k in enumerate(k for k in range(len(tiles)) if k not in places):
        places[k] = (n % columns, rows + n // columns)
    return [places[k] for k in range(len(tiles))], []


def map_places(latitudes: Sequence[float], longitudes: Sequence[float]) -> Places:
    """Distinct grid cells (column, row) for points [°], with the least total squared move.

    Each point wants the cell that lies halfway between its true place and its rank, which spreads dense
    regions; points that want the same cell are settled by a linear assignment. Rows run north to south.
    """
    south, east = -np.asarray(latitudes), np.asarray(longitudes)
    # A degree of longitude is shorter by the cosine of the latitude.
    width = float(np.ptp(east)) * math.cos(math.radians(float(-south.mean())))
    aspect = min(max(width / max(float(np.ptp(south)), 1e-9), 0.5), 2.5)
    columns = max(1, math.ceil(math.sqrt(len(east) * ROOM * aspect)))
    rows = max(1, math.ceil(len(east) * ROOM / columns))
    wanted = np.column_stack([_spread(east) * (columns - 1), _spread(south) * (rows - 1)])
    cells = np.array([(column, row) for row in range(rows) for column in range(columns)])
    moves = ((wanted[:, None, :] - cells[None, :, :]) ** 2).sum(axis=2)
    chosen = cells[_matched(moves)]
    return list(zip(_without_gaps(chosen[:, 0]), _without_gaps(chosen[:, 1]), strict=True))


def _matched(costs: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """For each row the column it gets, so that the costs add up to least; costs are not negative.

    By scipy's matching of graphs: its package takes half the memory of `scipy.optimize`, which a server of
    pages would load for this alone. A cost of zero would be no edge.
    """
    from scipy.sparse import csr_array  # noqa: PLC0415 - 20 MB, only for maps
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching  # noqa: PLC0415

    rows, columns = min_weight_full_bipartite_matching(csr_array(costs + 1.0))
    return np.asarray(columns[np.argsort(rows)])


def group_rows(groups: Sequence[str]) -> tuple[Places, list[tuple[int, str]]]:
    """Grid cells (column, row) group by group, and the row at which each named group begins."""
    places: dict[int, tuple[int, int]] = {}
    order = sorted(range(len(groups)), key=lambda k: groups[k])
    row, begins = 0, []
    for name, members in groupby(order, key=lambda k: groups[k]):
        held = list(members)
        if name:
            begins.append((row, name))
        places |= {k: (n % GROUP_COLUMNS, row + n // GROUP_COLUMNS) for n, k in enumerate(held)}
        row += math.ceil(len(held) / GROUP_COLUMNS)
    return [places[k] for k in range(len(groups))], begins


def _size(places: Places) -> tuple[int, int]:
    """Columns and rows of the grid."""
    return (
        max((column for column, _ in places), default=0) + 1,
        max((row for _, row in places), default=0) + 1,
    )


def _without_gaps(positions: npt.NDArray[np.int64]) -> list[int]:
    """Positions numbered anew, so that no row or column of the grid is empty."""
    order = {position: k for k, position in enumerate(sorted(set(positions.tolist())))}
    return [order[position] for position in positions.tolist()]


def _tile_width(
    places: Places, groups: Sequence[tuple[int, str]], wide: float
) -> tuple[float, float]:
    """Width of a tile, and where the first column begins [px], of a map that is so wide."""
    columns = _size(places)[0]
    names = max((min(text_width(text), 9) for _, text in groups), default=0) * FONT
    margin = names + 14 if groups else 0.0
    width = min(WIDEST, math.floor((wide - margin) / columns - GAP))
    rest = wide - margin - columns * (width + GAP)
    return width, round(margin + (0 if groups else rest / 2), 1)


def _spread(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Values on [0, 1], halfway between their true place and their rank."""
    span = float(np.ptp(values))
    true = (values - np.min(values)) / span if span else np.zeros(len(values))
    ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    return (true + ranks / max(len(values) - 1, 1)) / 2
