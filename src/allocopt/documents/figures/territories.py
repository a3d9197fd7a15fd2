"""Territories: a map of them, the user's own where there is one, else a tile for each."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import Any

import pandas as pd

from allocopt.documents.blocks import Block, chart
from allocopt.documents.changes import compared_words
from allocopt.documents.charts import Region, Tile, region_chart, tile_chart
from allocopt.documents.charts.tiles import MOST_TILES
from allocopt.documents.facts import Facts
from allocopt.documents.facts.geography import Geography, read_geography
from allocopt.documents.figures.classes import Classes, fifths, growth_classes
from allocopt.documents.figures.texts import ends_in_words, more, words
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice

# Territories that are named under a map.
MOST_NAMED = 20


@dataclass(frozen=True)
class _Picture:
    """What a map shows per territory: its planned sales, and the value that colours it.

    `notes` are changes under the sales: they say without colour what the colour says.
    """

    shown: pd.Series[float]
    colours: pd.Series[float]
    classes: Classes
    notes: pd.Series[float] | None = None


def territory_chart(facts: Facts, voice: Voice) -> Block | None:
    """Territories with their planned sales, in the colour of growth, or of sales without a past."""
    table = facts.by("territory")
    if not (table["sales"].fillna(0) != 0).any():
        return None
    picture = _picture(table, voice)
    texts = _texts(picture, facts, voice)
    names = {str(name): facts.name_of("territories", str(name)) for name in table.index}
    places = read_geography(facts.scenario.geography, names)
    if isinstance(places, Geography):
        return _own_map(places, picture, texts, facts, voice)
    why = "" if places.why == "none" else voice.say(f"chart.no_map.{places.why}")
    hidden = more(len(table) - MOST_TILES, voice)
    note = voice.say("figure.space").join(filter(None, (hidden, why)))
    return chart(_tiles(picture, texts, facts, voice), note)


def _picture(table: pd.DataFrame, voice: Voice) -> _Picture:
    sales, growth = table["sales"], table["growth"]
    if growth.notna().any():
        return _Picture(sales, growth, growth_classes(voice), notes=growth)
    return _Picture(sales, sales, fifths(sales, voice.show.compact, voice))


def _texts(picture: _Picture, facts: Facts, voice: Voice) -> dict[str, str]:
    """Title and description: what the colours say, and on which past."""
    write, sums = voice.show.compact, float(picture.shown.sum(min_count=1))
    entries = [(facts.name_of("territories", str(k)), float(v)) for k, v in picture.shown.items()]
    said = ends_in_words(entries, write, voice, write(sums))
    if picture.notes is None:
        return words("tiles_sales", facts, voice, said)
    if facts.on_year_before:
        return words("tiles_growth", facts, voice, said)
    return words("tiles_change", facts, voice, said, **compared_words(facts, voice))


def _tiles(picture: _Picture, texts: dict[str, str], facts: Facts, voice: Voice) -> dict[str, Any]:
    """Geometry of the tile map."""
    listed = facts.scenario.table("territories").drop_duplicates("territory")
    places = listed.set_index("territory").reindex(picture.shown.index)
    tiles = [
        Tile(
            facts.name_of("territories", name),
            float(picture.colours[name]),
            voice.show.compact(float(picture.shown[name])),
            float(places["latitude"][name]) if "latitude" in places else nan,
            float(places["longitude"][name]) if "longitude" in places else nan,
            facts.name_of("territories", known_text(places["parent"][name])),
            _note(picture, name, voice),
        )
        for name in map(str, picture.shown.index)
    ]
    paint = picture.classes.paint
    return tile_chart(tiles, paint.breaks, paint.colours, picture.classes.key, texts)


def _note(picture: _Picture, name: str, voice: Voice) -> str:
    return "" if picture.notes is None else voice.show.change(float(picture.notes[name]), 0)


def _own_map(
    places: Geography, picture: _Picture, texts: dict[str, str], facts: Facts, voice: Voice
) -> Block:
    """The user's own map, and the names of those that it lacks."""
    names = [str(name) for name in picture.shown.index]
    regions = [
        Region(
            facts.name_of("territories", name),
            float(picture.colours[name]),
            voice.show.compact(float(picture.shown[name])),
            places.rings[name],
            _note(picture, name, voice),
        )
        for name in names
        if name in places.rings
    ]
    lost = [facts.name_of("territories", name) for name in names if name not in places.rings]
    classes = picture.classes
    geometry = region_chart(regions, classes.paint, classes.key, texts)
    notes = [
        voice.say(f"chart.{key}", names=voice.show.join(named[:MOST_NAMED]))
        + more(len(named) - MOST_NAMED, voice)
        for key, named in (("unlabelled", geometry["unlabelled"]), ("not_on_map", lost))
        if named
    ]
    return chart(geometry, voice.say("figure.space").join(notes))
