"""A map of territories in the colours of a value: the user's own where there is one, else tiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import nan

import pandas as pd

from allocopt.documents.blocks import Block, chart
from allocopt.documents.charts import Region, Tile, region_chart, tile_chart
from allocopt.documents.charts.scales import WIDTH
from allocopt.documents.charts.tiles import MOST_TILES
from allocopt.documents.facts import Facts
from allocopt.documents.facts.geography import Geography, NoMap, read_geography
from allocopt.documents.figures.classes import Classes
from allocopt.documents.figures.texts import more
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice

# Territories that are named under a map.
MOST_NAMED = 20


@dataclass(frozen=True)
class Picture:
    """What a map shows of each territory, the most important first.

    `texts` stand under the names, `colours` are the values that `classes` colours. `notes` say without
    colour what the colour says; `outlined` are the territories that are otherwise than before.
    """

    texts: Mapping[str, str]
    colours: pd.Series[float]
    classes: Classes
    notes: Mapping[str, str] = field(default_factory=dict)
    outlined: frozenset[str] = frozenset()


def places_of(facts: Facts) -> Geography | NoMap:
    """The user's own map of the territories that have units, or why there is none."""
    keys = facts.units["territory"].map(known_text).unique()
    names = {str(key): facts.name_of("territories", str(key)) for key in keys}
    found: Geography | NoMap = facts.once(
        "places", lambda: read_geography(facts.scenario.geography, names)
    )
    return found


def territory_map(
    picture: Picture, facts: Facts, voice: Voice, texts: Mapping[str, str], wide: float = WIDTH
) -> Block:
    """The user's own map where it has most of the territories, else tiles `wide` px in all."""
    places = places_of(facts)
    if isinstance(places, Geography):
        return _own_map(places, picture, facts, voice, texts)
    why = "" if places.why == "none" else voice.say(f"chart.no_map.{places.why}")
    return tile_map(picture, facts, voice, texts, wide, why)


def tile_map(
    picture: Picture,
    facts: Facts,
    voice: Voice,
    texts: Mapping[str, str],
    wide: float = WIDTH,
    why: str = "",
) -> Block:
    """A tile for each territory; `why` says under them why they are no map."""
    listed = facts.scenario.table("territories").drop_duplicates("territory")
    places = listed.set_index("territory").reindex(picture.colours.index)
    tiles = [
        Tile(
            facts.name_of("territories", name),
            float(picture.colours[name]),
            picture.texts[name],
            float(places["latitude"][name]) if "latitude" in places else nan,
            float(places["longitude"][name]) if "longitude" in places else nan,
            facts.name_of("territories", known_text(places["parent"][name])),
            picture.notes.get(name, ""),
            tag=f"territory:{name}",
            outlined=name in picture.outlined,
        )
        for name in map(str, picture.colours.index)
    ]
    paint = picture.classes.paint
    geometry = tile_chart(tiles, paint.breaks, paint.colours, picture.classes.key, texts, wide)
    hidden = more(len(tiles) - MOST_TILES, voice)
    return chart(geometry, voice.say("figure.space").join(filter(None, (hidden, why))))


def _own_map(
    places: Geography, picture: Picture, facts: Facts, voice: Voice, texts: Mapping[str, str]
) -> Block:
    """The user's own map, and the names of those that it lacks."""
    names = [str(name) for name in picture.colours.index]
    regions = [
        Region(
            facts.name_of("territories", name),
            float(picture.colours[name]),
            picture.texts[name],
            places.rings[name],
            picture.notes.get(name, ""),
            tag=f"territory:{name}",
            outlined=name in picture.outlined,
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
