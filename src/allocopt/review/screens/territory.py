"""One territory of the screen `territories`: its figures, its units with who covers them, remarks."""

from __future__ import annotations

from math import nan

import pandas as pd

from allocopt.documents.blocks import Block
from allocopt.documents.facts import Facts
from allocopt.documents.facts.holdings import holdings
from allocopt.documents.language.text import known_text
from allocopt.review.address import with_options
from allocopt.review.listing import listing
from allocopt.review.panels import Panel, actions, grid, panel, row
from allocopt.review.quick import asks, lock_button, unlock_button
from allocopt.review.remarks import remarks
from allocopt.review.tallies.headlines import Figure, sided_headlines
from allocopt.review.tallies.sides import Write
from allocopt.review.tallies.table import SideColumn, SideTable
from allocopt.review.tallies.territories import territory_tally
from allocopt.review.tallies.units import lock_of, stays
from allocopt.review.view import View


def territory_panels(view: View) -> tuple[Panel | None, Panel | None]:
    """Figures and units of the territory that the address names, and what was remarked on it.

    None where it names none that there is.
    """
    place = view.options.get("territory", "")
    if place not in territory_tally(view.latest).index:
        return None, None
    name = view.latest.name_of("territories", place)
    back = with_options(view.options, {"territory": ""})
    blocks = [
        actions([(view.voice.say("review.territories.all"), back)]),
        sided_headlines(_figures(view, place), view.voice),
        _units(view, place),
    ]
    return panel("territory", name, blocks), remarks(view, f"territory:{place}")


def _figures(view: View, place: str) -> list[Figure]:
    """The figures that say what kind of territory it is."""
    say, show = view.voice.say, view.voice.show
    writes: list[tuple[str, Write, bool]] = [
        ("sales", show.money, False),
        ("growth", show.change, True),
        ("covered", show.percent, True),
        ("quota", show.money, False),
        ("hours", lambda value: say("general.hours", n=show.number(value)), False),
        ("load", show.percent, True),
        ("handovers", show.number, False),
    ]
    return [
        Figure(
            say(f"review.territories.measure.{column}"),
            _measured(view.latest, place, column),
            write,
            nan if view.after is None else _measured(view.facts, place, column),
            is_share=is_share,
        )
        for column, write, is_share in writes
    ]


def _measured(facts: Facts, place: str, column: str) -> float:
    """A measure of a territory; unknown where the plan has no such territory."""
    return float(territory_tally(facts)[column].astype(float).get(place, nan))


def _units(view: View, place: str) -> Block | None:
    """The units with who has each; a click locks one to whoever that is, or frees it."""
    was = None if view.after is None else _frame(view.facts, place)
    table = SideTable(_frame(view.latest, place), was)
    heads = table.kept(_columns(view))
    sorts = [one.key for one in heads]
    shown = listing(table.whole(), view, "units", sorts=sorts, searched=("name", "kind", "reps"))
    rows = [
        row(
            table.cells(unit, heads),
            mark=f"unit:{unit}",
            link=f"{view.address}/reps{with_options({}, {'unit': unit})}",
            act=_buttons(view, unit) if asks(view) else (),
        )
        for unit in map(str, shown.frame.index)
    ]
    caption = view.voice.say("review.territories.unit_table")
    return grid(caption, [one.head for one in heads], rows, shown.around)


def _frame(facts: Facts, place: str) -> pd.DataFrame:
    """The units of a territory with names and who has them as text."""
    own = holdings(facts)
    own = own[own["territory"].map(known_text) == place]
    held = stays(facts)
    return own.assign(
        name=[facts.name_of("units", str(unit)) for unit in own.index],
        kind=[facts.name_of("segments", known_text(one)) for one in own["segment"]],
        reps=[
            " + ".join(
                dict.fromkeys(facts.name_of("reps", stay.rep) for stay in held.get(str(unit), ()))
            )
            for unit in own.index
        ],
    )


def _columns(view: View) -> list[SideColumn]:
    say, show = view.voice.say, view.voice.show
    return [
        SideColumn("name", say("column.unit")),
        SideColumn("kind", say("column.segment")),
        SideColumn("reps", say("column.rep")),
        SideColumn("sales", say("column.sales"), show.compact),
        SideColumn("demand", say("column.demand"), show.compact),
        SideColumn("potential", say("column.potential"), show.compact),
        SideColumn("open", say("column.open"), show.compact),
        SideColumn("hours", say("column.own_hours"), show.number),
        SideColumn("spend", say("column.spend"), show.compact, idle=True),
    ]


def _buttons(view: View, unit: str) -> list[dict[str, object]]:
    """Free a locked unit, else lock it to the rep that has it."""
    say = view.voice.say
    if lock_of(view.latest, unit):
        return [unlock_button(view, unit, say("review.territories.unlock"))]
    reps = [stay.rep for stay in stays(view.latest).get(unit, ()) if stay.rep]
    if len(set(reps)) != 1:
        return []
    hint = say("review.territories.lock_hint")
    return [lock_button(view, unit, reps[0], say("review.territories.lock"), hint)]
