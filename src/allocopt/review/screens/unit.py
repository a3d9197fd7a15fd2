"""A unit's own page: who has it and why, its sales past and planned, whom it could go to, comments."""

from __future__ import annotations

from collections.abc import Iterator
from math import nan
from typing import Any

import pandas as pd

from allocopt.documents.blocks import Column, columns, notice
from allocopt.documents.facts import Facts, numbers
from allocopt.documents.facts.holdings import days_held
from allocopt.documents.facts.subject import Subject
from allocopt.documents.figures import forecast_chart
from allocopt.documents.language.text import known_text
from allocopt.errors import AllocoptError
from allocopt.review.address import with_options
from allocopt.review.listing import listing
from allocopt.review.panels import Panel, Screen, actions, grid, panel, row, screen
from allocopt.review.quick import asks, lock_button, unlock_button
from allocopt.review.remarks import remarks
from allocopt.review.tallies.candidates import candidates
from allocopt.review.tallies.headlines import Figure, sided_headlines
from allocopt.review.tallies.sides import number_at
from allocopt.review.tallies.table import SideColumn, SideTable
from allocopt.review.tallies.units import Stay, lock_of, reason_of, stays
from allocopt.review.view import View


def unit_page(view: View, unit: str) -> Screen:
    """All about one unit.

    Raises:
        AllocoptError: the plan has no such unit, or it is of no concern to the person.
    """
    if unit not in view.latest.units.index:
        raise AllocoptError(view.voice.say("review.unit.unknown", unit=unit))
    panels = [
        _head(view, unit),
        _holders(view, unit),
        _candidates(view, unit),
        _sales(view, unit),
        _periods(view, unit),
        remarks(view, f"unit:{unit}"),
    ]
    name = view.latest.name_of("units", unit)
    return {**screen("reps", view.voice, panels), "title": name}


def _head(view: View, unit: str) -> Panel | None:
    """Where it lies, its figures, and its document."""
    say, facts = view.voice.say, view.latest
    asked = with_options({}, {"about": f"unit:{unit}"})
    links = [
        (say("review.rep.all"), f"{view.address}/reps"),
        (say("review.unit.sheet"), f"{view.address}/documents{asked}"),
    ]
    cells = facts.units.loc[unit]
    place = [
        facts.name_of("territories", known_text(cells["territory"])),
        facts.name_of("segments", known_text(cells["segment"])),
    ]
    blocks = [
        actions(links),
        notice(" · ".join(filter(None, [unit, *place]))),
        sided_headlines(_figures(view, unit), view.voice),
    ]
    return panel("what", say("review.unit.what"), blocks)


def _figures(view: View, unit: str) -> Iterator[Figure]:
    say, show = view.voice.say, view.voice.show
    sums = _sums(view.latest, unit)
    before = _sums(view.facts, unit) if view.after is not None else {}

    def hours(value: float) -> str:
        return say("general.hours", n=show.number(value))

    amounts = [
        ("sales", "card.sales", show.money),
        ("demand", "kpi.demand", show.money),
        ("potential", "card.potential", show.money),
        ("open", "card.open", show.money),
        ("hours", "card.time", hours),
        ("spend", "card.own_spend", show.money),
    ]
    for name, label, write in amounts:
        if not (name == "spend" and sums[name] == 0):
            yield Figure(say(label), sums[name], write, before.get(name, nan))


def _sums(facts: Facts, unit: str) -> dict[str, float]:
    """sales, demand, potential, open, spend [currency per horizon] and hours [h] of a unit."""
    if unit not in facts.units.index:
        return {}
    time = facts.table("time")
    hours = float(time.loc[time["unit"] == unit, "hours"].sum(min_count=1))
    names = ("sales", "demand", "potential", "spend")
    found = {name: number_at(facts.units, unit, name) for name in names}
    return {**found, "open": numbers(facts.open_potential)[unit], "hours": hours}


def _holders(view: View, unit: str) -> Panel | None:
    """Who has the unit from when to when, why, and what holds it there; before and after a what-if."""
    say = view.voice.say
    plans = [("after", view.after), ("before", view.facts)]
    rows = [
        row(
            [
                *([say(f"review.{side}")] if view.after is not None else []),
                *_stay_cells(stay, facts, view),
            ],
            mark=f"rep:{stay.rep}" if stay.rep else "",
            link=with_options({}, {"rep": stay.rep}) if stay.rep and view.after is None else "",
            badge=say("review.changed") if side == "after" and _is_moved(view, unit) else "",
        )
        for side, facts in plans
        if facts is not None
        for stay in stays(facts).get(unit, ())
    ]
    heads: list[Column] = [
        *([(say("review.sides.plan"), "text")] if view.after is not None else []),
        *columns("rep", view.voice),
        (say("review.rep.days"), "text"),
        *columns("#share reason", view.voice),
    ]
    locked = lock_of(view.latest, unit)
    free = asks(view) and bool(locked)
    blocks = [
        grid(say("review.unit.holders_table"), heads, rows),
        actions((), [unlock_button(view, unit, say("review.rep.unlock"))]) if free else None,
    ]
    return panel("holders", say("review.unit.holders"), blocks, width="half")


def _stay_cells(stay: Stay, facts: Facts, view: View) -> list[str]:
    show = view.voice.show
    return [
        facts.name_of("reps", stay.rep) if stay.rep else view.voice.say("appendix.left_open"),
        days_held(stay.start, stay.end, facts, view.voice) or view.voice.say("review.unit.always"),
        show.percent(stay.share, 0) if stay.rep else "",
        reason_of(stay.row, facts, view.voice),
    ]


def _is_moved(view: View, unit: str) -> bool:
    """Whether a what-if gives the unit to others, at other times or shares."""
    sides = [
        [(stay.rep, stay.start, stay.end, stay.share) for stay in stays(facts).get(unit, ())]
        for facts in (view.facts, view.latest)
    ]
    return sides[0] != sides[1]


def _candidates(view: View, unit: str) -> Panel | None:
    """Reps who may have the unit, with distance and time left; a button locks it to one of them."""
    say, show, facts = view.voice.say, view.voice.show, view.latest
    held = {stay.rep for stay in stays(facts).get(unit, ())}
    found = candidates(facts, unit)
    if facts.extent is not None:
        found = found[found.index.isin(facts.extent.reps)]
    frame = found.assign(
        name=[facts.name_of("reps", str(rep)) for rep in found.index],
        has=[say("general.yes") if rep in held else "" for rep in found.index],
    )

    def share(value: float) -> str:
        return show.percent(value, 0)

    table = SideTable(frame)
    heads = table.kept(
        [
            SideColumn("name", say("column.rep")),
            SideColumn("has", say("review.unit.has")),
            SideColumn("distance", say("review.unit.distance"), show.number),
            SideColumn("fit", say("review.unit.fit"), share),
            SideColumn("free", say("review.unit.free"), show.number),
            SideColumn("used", say("column.utilisation"), share),
        ]
    )
    sorts = [one.key for one in heads]
    shown = listing(frame, view, "candidates", sorts=sorts, searched=("name",), most=15)
    rows = [
        row(
            table.cells(rep, heads),
            mark=f"rep:{rep}",
            link=with_options({}, {"rep": rep}),
            act=[_pin(view, unit, rep, held)] if asks(view) else (),
        )
        for rep in map(str, shown.frame.index)
    ]
    block = grid(
        say("review.unit.candidates_table"), [one.head for one in heads], rows, shown.around
    )
    return panel("candidates", say("review.unit.candidates"), [block], width="half")


def _pin(view: View, unit: str, rep: str, held: set[str]) -> dict[str, Any]:
    """Lock the unit where it is, or move it and lock it there."""
    say = view.voice.say
    text = say("review.rep.lock" if rep in held else "review.unit.move")
    return lock_button(view, unit, rep, text, say("review.rep.lock_hint"))


def _sales(view: View, unit: str) -> Panel | None:
    """Sales past and planned, with the forecast where it is made by unit."""
    facts = view.latest
    part = (facts.whole or facts).within(Subject("account", unit))
    charts = [forecast_chart(part, view.voice)] if set(part.units.index) == {unit} else []
    return panel("sales", view.voice.say("review.unit.sales"), charts, width="half")


def _periods(view: View, unit: str) -> Panel | None:
    """Demand, sales, lift, spend and hours by period; of both plans where there is a what-if."""
    say, show = view.voice.say, view.voice.show
    was = _by_period(view.facts, unit) if view.after is not None else None
    table = SideTable(_by_period(view.latest, unit), was)
    labels = {
        "period": SideColumn("period", say("column.period")),
        "demand": SideColumn("demand", say("column.demand"), show.amount),
        "sales": SideColumn("sales", say("column.sales"), show.amount),
        "lift": SideColumn("lift", say("column.lift"), show.amount, idle=True),
        "spend": SideColumn("spend", say("column.spend"), show.amount, idle=True),
        "hours": SideColumn("hours", say("column.own_hours"), lambda value: show.number(value, 1)),
    }
    heads = table.kept(labels.values())
    rows = [row([show.period(key), *table.cells(key, heads)[1:]]) for key in map(str, table.keys)]
    block = grid(say("review.unit.periods_table"), [one.head for one in heads], rows)
    return panel("periods", say("review.unit.periods"), [block], width="half")


def _by_period(facts: Facts, unit: str) -> pd.DataFrame:
    """Per planned period: demand, sales, lift, spend [currency] and hours [h] of a unit."""
    sales, time = facts.table("sales"), facts.table("time")
    own = sales[sales["unit"] == unit].set_index("period")[["demand", "sales", "lift", "spend"]]
    hours = time[time["unit"] == unit].groupby("period")["hours"].sum(min_count=1)
    table = own.join(hours).reindex([label for label in facts.periods if label in own.index])
    return table.assign(period=table.index)
