"""The screen `territories`: a map in the colours of any measure, its values, and one territory's units."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import nan

import pandas as pd

from allocopt.documents.blocks import Block
from allocopt.documents.charts.palette import OTHERS, category
from allocopt.documents.charts.tiles import Paint
from allocopt.documents.facts import Facts
from allocopt.documents.facts.geography import Geography
from allocopt.documents.figures.classes import Classes, fifths, growth_classes
from allocopt.documents.figures.territory_map import (
    Picture,
    places_of,
    territory_map,
    tile_map,
)
from allocopt.documents.figures.texts import ends_in_words
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.review.address import with_options
from allocopt.review.listing import listing
from allocopt.review.panels import Panel, Screen, choice, grid, pair, panel, row, screen
from allocopt.review.screens.territory import territory_panels
from allocopt.review.tallies.sides import DOWN, UP, Write
from allocopt.review.tallies.table import SideColumn, SideTable
from allocopt.review.tallies.territories import MEASURES, REPS, own_measures, territory_tally
from allocopt.review.view import HALF, View

# Reps that have a colour of their own on the map; those with the most territories.
MOST_COLOURS = 7


def territories_screen(view: View) -> Screen:
    """The territories of the plan, and beside it those of the answer to the what-if."""
    say, measure = view.voice.say, view.option("measure", measures_of(view))
    frame = _frame(view)
    if frame.empty:
        return screen("territories", view.voice, [])
    width = "full" if view.after else "side"
    chosen, remarked = territory_panels(view)
    panels = [
        chosen,
        panel("map", say("review.territories.map"), [_maps(view, measure)], width=width),
        _ranking(view, measure),
        _table(view),
        remarked,
    ]
    return screen("territories", view.voice, panels, _controls(view, measure))


def measures_of(view: View) -> tuple[str, ...]:
    """The measures that the plan knows of some territory, and who covers them."""
    tally = territory_tally(view.latest)
    offered = (*MEASURES, *own_measures(view.latest))
    return (*(one for one in offered if one in tally and tally[one].notna().any()), REPS)


def measure_text(measure: str, voice: Voice) -> str:
    """What people call a measure of a territory; one of their own keeps its name."""
    return voice.say.get(f"review.territories.measure.{measure}", measure)


def write_of(measure: str, voice: Voice) -> Write:
    """How a measure is written."""
    say, show = voice.say, voice.show
    writes: dict[str, Callable[[float], str]] = {
        "money": show.compact,
        "share": lambda value: show.percent(value, 0),
        "change": lambda value: show.change(value, 1),
        "hours": lambda value: say("general.hours", n=show.number(value)),
    }
    return writes.get(MEASURES.get(measure, ""), show.compact)


def _controls(view: View, measure: str) -> list[Block]:
    """What colours the map, and as what it is drawn where there is a choice."""
    say = view.voice.say
    offered = [(one, measure_text(one, view.voice)) for one in measures_of(view)]
    controls = [choice("measure", say("review.territories.colour"), offered, measure)]
    if isinstance(places_of(view.facts), Geography):
        maps = [(one, say(f"review.territories.{one}")) for one in ("own", "tiles")]
        drawn = view.option("map", ("own", "tiles"))
        controls.append(choice("map", say("review.territories.drawn_as"), maps, drawn))
    return controls


def _frame(view: View) -> pd.DataFrame:
    """The territories of the plan by their names, with who covers them as text."""
    return _named(territory_tally(view.latest), view.latest)


def _named(tally: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """A tally with names as text."""
    reps = [
        [facts.name_of("reps", rep) for rep in known_text(keys).split(";") if rep]
        for keys in tally[REPS]
    ]
    return tally.assign(
        name=[facts.name_of("territories", str(key)) for key in tally.index],
        reps=[" + ".join(names[:2]) + (f" +{len(names) - 2}" * (len(names) > 2)) for names in reps],
    )


def _maps(view: View, measure: str) -> Block | None:
    """The map; where there is an answer, both, in the same colours."""
    say = view.voice.say
    values = [_values(view, facts, measure) for facts in (view.facts, view.after) if facts]
    classes = _classes(view, measure, values)
    picture = _picture(view, view.facts, measure, classes)
    if view.after is None:
        return pair((say("review.before"), _map(view, view.facts, picture, measure)))
    # A blank line stands where the other map says what changes, so that both are of one size.
    alike = replace(picture, notes=dict.fromkeys(picture.texts, "\u00a0") | dict(picture.notes))
    before = _map(view, view.facts, alike, measure)
    picture = _picture(view, view.after, measure, classes, before=values[0])
    after = _map(view, view.after, picture, measure)
    return pair((say("review.before"), before), (say("review.after"), after))


def _values(view: View, facts: Facts, measure: str) -> pd.Series[float]:
    """The values that colour the map, largest sales first; of reps, the place of who covers most."""
    tally = territory_tally(facts)
    if measure != REPS:
        return tally[measure].astype(float)
    order = {rep: float(k) for k, rep in enumerate(_by_places(view))}
    return tally["rep"].map(order).astype(float)


def _by_places(view: View) -> list[str]:
    """Reps who sell most somewhere, those of the most territories first; then those of the answer.

    So a colour is the same rep's on both maps.
    """
    plans = [facts for facts in (view.facts, view.after) if facts]
    counts = [territory_tally(facts)["rep"].value_counts() for facts in plans]
    return list(dict.fromkeys(str(rep) for count in counts for rep in count.index))


def _classes(view: View, measure: str, values: list[pd.Series[float]]) -> Classes:
    """Classes of the values of both plans, so that a colour means the same in both."""
    voice = view.voice
    if measure == REPS:
        return _rep_classes(view)
    if MEASURES.get(measure) == "change":
        return growth_classes(voice)
    return fifths(pd.concat(values), write_of(measure, voice), voice)


def _rep_classes(view: View) -> Classes:
    """A colour for each of the reps that cover most, and one for all others."""
    facts, say = view.latest, view.voice.say
    reps = _by_places(view)
    names = [facts.name_of("reps", rep) for rep in reps[:MOST_COLOURS]]
    colours = [category(k) for k in range(len(names))]
    if len(reps) > MOST_COLOURS:
        names.append(say("review.territories.others"))
        colours.append(OTHERS)
    breaks = [k - 0.5 for k in range(1, len(colours))]
    return Classes(Paint(breaks, colours), [*names, say("general.unknown")])


def _picture(
    view: View,
    facts: Facts,
    measure: str,
    classes: Classes,
    before: pd.Series[float] | None = None,
) -> Picture:
    """A map's values; those that are otherwise than `before` have a rim and a sign."""
    values = _values(view, facts, measure)
    if measure == REPS:
        texts, more = _people(facts)
        return Picture(texts, values, classes, more, _moved(view, facts))
    write = write_of(measure, view.voice)
    texts = {str(key): write(float(value)) for key, value in values.items()}
    if before is None:
        return Picture(texts, values, classes)
    notes = {key: _sign(float(before.get(key, nan)), float(values[key]), write) for key in texts}
    changed = frozenset(key for key, note in notes.items() if note)
    return Picture(texts, values, classes, notes, changed)


def _people(facts: Facts) -> tuple[dict[str, str], dict[str, str]]:
    """Who sells most in each territory, and how many others sell there."""
    held = {
        str(key): known_text(reps).split(";") for key, reps in territory_tally(facts)[REPS].items()
    }
    texts = {key: facts.name_of("reps", reps[0]) for key, reps in held.items()}
    return texts, {key: f"+{len(reps) - 1}" for key, reps in held.items() if len(reps) > 1}


def _moved(view: View, facts: Facts) -> frozenset[str]:
    """Territories that others cover than in the plan on the table."""
    ours, theirs = (territory_tally(one)[REPS].map(known_text) for one in (view.facts, facts))
    return frozenset(str(key) for key, reps in theirs.items() if ours.get(key, "") != reps)


def _sign(was: float, now: float, write: Write) -> str:
    """By how much a value rises or falls; blank where it is written as before."""
    if write(was) == write(now) or not known(now - was):
        return ""
    return f"{UP if now > was else DOWN} {write(abs(now - was))}"


def _map(view: View, facts: Facts, picture: Picture, measure: str) -> Block:
    voice, name = view.voice, measure_text(measure, view.voice)
    values = [
        (facts.name_of("territories", str(key)), float(value))
        for key, value in picture.colours.items()
    ]
    desc = voice.say("review.territories.desc", measure=name)
    if measure != REPS:
        said = ends_in_words(values, write_of(measure, voice), voice)
        desc = voice.say("figure.with_numbers", desc=desc, numbers=said)
    title = voice.say("review.territories.chart", measure=name)
    words = {"id": "chart-territories", "title": title, "desc": desc}
    if view.option("map", ("own", "tiles")) == "tiles":
        return tile_map(picture, facts, voice, words, HALF)
    return territory_map(picture, facts, voice, words, HALF)


def _table_of(view: View) -> SideTable:
    was = None if view.after is None else _named(territory_tally(view.facts), view.facts)
    return SideTable(_frame(view), was)


def _ranking(view: View, measure: str) -> Panel | None:
    """The measure of each territory beside the map, the largest first."""
    voice, table = view.voice, _table_of(view)
    frame = table.now.sort_values(measure, ascending=measure == REPS, kind="stable")
    heads = [
        SideColumn("name", voice.say("column.territory")),
        SideColumn(REPS, measure_text(REPS, voice)),
    ]
    if measure != REPS:
        heads.append(SideColumn(measure, measure_text(measure, voice), write_of(measure, voice)))
    title = voice.say("review.territories.ranking")
    width = "full" if view.after else "side"
    return panel("ranking", title, [_grid(view, title, table, frame, heads)], width=width)


def _table(view: View) -> Panel | None:
    """All measures of all territories."""
    voice, table = view.voice, _table_of(view)
    heads = table.kept(
        [
            SideColumn("name", voice.say("column.territory")),
            SideColumn("units", measure_text("units", voice), voice.show.number),
            *(
                SideColumn(one, measure_text(one, voice), write_of(one, voice), one == "spend")
                for one in measures_of(view)
                if one != REPS
            ),
        ]
    )
    title = voice.say("review.territories.table")
    return panel("table", title, [_grid(view, title, table, table.whole(), heads)])


def _grid(
    view: View, caption: str, table: SideTable, frame: pd.DataFrame, heads: list[SideColumn]
) -> Block | None:
    """A page of territories; each row leads to its units."""
    name = "all" if len(heads) > 3 else "rank"
    shown = listing(frame, view, name, sorts=[one.key for one in heads], searched=("name", REPS))
    rows = [
        row(
            table.cells(key, heads),
            mark=f"territory:{key}",
            link=with_options(view.options, {"territory": key}),
        )
        for key in map(str, shown.frame.index)
    ]
    return grid(caption, [one.head for one in heads], rows, shown.around)
