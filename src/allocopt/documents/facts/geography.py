"""Geography: the outlines of territories, read from the user's own GeoJSON file (RFC 7946).

A feature belongs to the territory that its property `territory`, `name` or `id`, or its own `id`, names, by
key or by name. What is no area, or names nothing that is planned, is left aside.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from allocopt.documents.language.text import PLACE_ENDING, known_text

# Longitude and latitude of each corner [°].
Ring = npt.NDArray[np.float64]
NAMES = ("territory", "name", "id")


@dataclass(frozen=True)
class Geography:
    """Outlines by territory, the largest part of each need not come first."""

    rings: Mapping[str, tuple[Ring, ...]]


@dataclass(frozen=True)
class NoMap:
    """Why there is no map: no file, or one that cannot be drawn."""

    why: Literal["none", "broken", "degrees", "names"]


def read_geography(data: bytes, names: Mapping[str, str]) -> Geography | NoMap:
    """The outlines of territories; `names` are their display names by key.

    A map that has less than half of them is none: it would hide most of the plan.
    """
    if not data:
        return NoMap("none")
    try:
        features = list(_features(json.loads(data)))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return NoMap("broken")
    if not features:
        return NoMap("broken")
    keys = {alias: key for key, name in names.items() for alias in _aliases(name, key)}
    found: dict[str, tuple[Ring, ...]] = {}
    for called, rings in features:
        key = next(
            (keys[alias] for name in called for alias in _aliases(name) if alias in keys), ""
        )
        if key:
            found[key] = (*found.get(key, ()), *rings)
    if 2 * len(found) < max(len(names), 1):
        return NoMap("names")
    return Geography(found) if all(map(_in_degrees, found.values())) else NoMap("degrees")


def _features(tree: Any) -> Iterator[tuple[list[str], tuple[Ring, ...]]]:
    """Names and outlines of each feature that is an area."""
    for feature in tree["features"] if isinstance(tree, dict) and "features" in tree else [tree]:
        if not isinstance(feature, dict) or not isinstance(feature.get("geometry"), dict):
            continue
        own = feature.get("properties")
        properties = own if isinstance(own, dict) else {}
        given = [*(properties.get(name) for name in NAMES), feature.get("id")]
        called = [str(name) for name in given if isinstance(name, str | int)]
        if called and (rings := tuple(_rings(feature["geometry"]))):
            yield called, rings


def _rings(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    """Rings of a polygon, of several, or of a collection; ValueError for one that is none."""
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _rings(part)
    if kind not in ("Polygon", "MultiPolygon"):
        return
    polygons = geometry["coordinates"] if kind == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        for ring in polygon:
            corners = np.array([corner[:2] for corner in ring], dtype=np.float64)
            if corners.ndim != 2 or len(corners) < 4 or not np.isfinite(corners).all():
                raise ValueError("a ring has four corners or more, each a longitude and a latitude")
            yield corners


def _in_degrees(rings: tuple[Ring, ...]) -> bool:
    """Whether corners are longitudes and latitudes, and not metres of a projection."""
    return all(
        np.abs(ring).max(axis=0)[k] <= most for ring in rings for k, most in ((0, 360), (1, 90))
    )


def _aliases(*names: str) -> Iterator[str]:
    """What a territory may be called: as it is written, and without the ending that names its rank."""
    for name in map(known_text, names):
        plain = name.strip().casefold()
        yield from filter(None, (plain, PLACE_ENDING.sub("", plain)))
