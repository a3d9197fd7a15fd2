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
from allocopt.documents.figures.texts import Write, ends_in_words, more, words
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice

# Columns of `Facts.by` that are shares or counts; all others are money.
SHARES, COUNTS = ("growth", "share"), ("units",)
# Territories that are named under a map.
MOST_NAMED = 20


@dataclass(frozen=True)
class _Picture:
    """What a map shows per territory: a number in words, the value that colours it, an earlier number.

    `notes` are changes under the number: they say without colour what the colour says.
    """

    shown: pd.Series[float]
    colours: pd.Series[float]
    classes: Classes
    write: Write
    before: pd.Series[float] | None = None
    notes: pd.Series[float] | None = None


def territory_chart(facts: Facts, voice: Voice, measure: str = "") -> Block | None:
    """Territories by a measure, a column of `Facts.by`.

    Without one they have their planned sales and the colour of growth, that of sales without a past.
    """
    table = facts.by("territory")
    if not (table[measure or "sales"].fillna(0) != 0).any():
        return None
    picture = _picture(table, measure, voice)
    texts = _texts(picture, measure, facts, voice)
    names = {str(name): facts.name_of("territories", str(name)) for name in table.index}
    places = read_geography(facts.scenario.geography, names)
    if isinstance(places, Geography):
        return _own_map(places, picture, texts, facts, voice)
    why = "" if places.why == "none" else voice.say(f"chart.no_map.{places.why}")
    hidden = more(len(table) - MOST_TILES, voice)
    note = voice.say("figure.space").join(filter(None, (hidden, why)))
    return chart(_tiles(picture, texts, facts, voice), note)


def territory_change_chart(facts: Facts, voice: Voice) -> Block | None:
    """Sales of the compared periods, past above planned in the tile of each territory."""
    table = facts.by("territory")
    if table[["past", "now"]].dropna().empty:
        return None
    write = voice.show.compact
    classes = fifths(pd.concat([table["past"], table["now"]]), write, voice)
    picture = _Picture(table["now"], table["now"], classes, write, table["past"])
    said = ends_in_words(_named(table["now"], facts), write, voice, write(facts.compared_sales()))
    texts = words("tiles_both", facts, voice, said, **compared_words(facts, voice))
    return chart(_tiles(picture, texts, facts, voice), more(len(table) - MOST_TILES, voice))


def _picture(table: pd.DataFrame, measure: str, voice: Voice) -> _Picture:
    """The numbers and colours of a measure; planned sales by their growth where none is asked for."""
    write = _writer(measure, voice)
    shown = table[measure or "sales"]
    by_growth = not measure and bool(table["growth"].notna().any())
    if by_growth:
        return _Picture(shown, table["growth"], growth_classes(voice), write, notes=table["growth"])
    if measure == "growth":
        return _Picture(shown, shown, growth_classes(voice), write)
    return _Picture(shown, shown, fifths(shown, write, voice), write)


def _texts(picture: _Picture, measure: str, facts: Facts, voice: Voice) -> dict[str, str]:
    """Title and description: what the colours say, and on which past."""
    by_growth = picture.colours is not picture.shown
    total = picture.write(float(picture.shown.sum(min_count=1)))
    entries = _named(picture.shown, facts)
    said = ends_in_words(entries, picture.write, voice, "" if measure in SHARES else total)
    if measure:
        name = voice.say.get(f"chart.measure.{measure}", measure)
        return words("tiles_measure", facts, voice, said, measure, measure=name)
    if by_growth and not facts.on_year_before:
        return words("tiles_change", facts, voice, said, **compared_words(facts, voice))
    return words("tiles_growth" if by_growth else "tiles_sales", facts, voice, said)


def _tiles(picture: _Picture, texts: dict[str, str], facts: Facts, voice: Voice) -> dict[str, Any]:
    """Geometry of the tile map."""
    listed = facts.scenario.table("territories").drop_duplicates("territory")
    places = listed.set_index("territory").reindex(picture.shown.index)
    tiles = [
        Tile(
            facts.name_of("territories", name),
            float(picture.colours[name]),
            picture.write(float(picture.shown[name])),
            float(places["latitude"][name]) if "latitude" in places else nan,
            float(places["longitude"][name]) if "longitude" in places else nan,
            facts.name_of("territories", known_text(places["parent"][name])),
            _note(picture, name, voice),
            _earlier(picture, name),
        )
        for name in map(str, picture.shown.index)
    ]
    paint = picture.classes.paint
    return tile_chart(tiles, paint.breaks, paint.colours, picture.classes.key, texts)


def _note(picture: _Picture, name: str, voice: Voice) -> str:
    return "" if picture.notes is None else voice.show.change(float(picture.notes[name]), 0)


def _earlier(picture: _Picture, name: str) -> tuple[float, str] | None:
    if picture.before is None:
        return None
    value = float(picture.before[name])
    return value, picture.write(value)


def _own_map(
    places: Geography, picture: _Picture, texts: dict[str, str], facts: Facts, voice: Voice
) -> Block:
    """The user's own map, and the names of those that it lacks."""
    names = [str(name) for name in picture.shown.index]
    regions = [
        Region(
            facts.name_of("territories", name),
            float(picture.colours[name]),
            picture.write(float(picture.shown[name])),
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


def _named(values: pd.Series[float], facts: Facts) -> list[tuple[str, float]]:
    return [(facts.name_of("territories", str(key)), float(v)) for key, v in values.items()]


def _writer(measure: str, voice: Voice) -> Write:
    if measure == "growth":
        return lambda value: voice.show.change(value, 0)
    if measure in SHARES:
        return lambda value: voice.show.percent(value, 0)
    return voice.show.number if measure in COUNTS else voice.show.compact
