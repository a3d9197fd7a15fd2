"""A rep's own page: quota, load and units through the plan, what moves, and comments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan
from typing import Any

import pandas as pd

from allocopt.documents.blocks import Block, chart, columns, notice, prose
from allocopt.documents.charts import sheet
from allocopt.documents.facts import Facts, numbers
from allocopt.documents.facts.holdings import days_held
from allocopt.documents.facts.visibility import hidden_from
from allocopt.documents.language.shown import Shown
from allocopt.documents.language.text import known_text
from allocopt.documents.sections.rep_sheet import own_quotas, rep_sheet_section
from allocopt.errors import AllocoptError
from allocopt.review.address import with_options
from allocopt.review.listing import listing
from allocopt.review.panels import Panel, Screen, actions, grid, pair, panel, row, screen
from allocopt.review.places import place_name
from allocopt.review.quick import asks, change_button, lock_button, unlock_button
from allocopt.review.remarks import remarks
from allocopt.review.tallies.headlines import Figure, sided_headlines
from allocopt.review.tallies.reps import FILLED, OPEN, rep_tally
from allocopt.review.tallies.sides import number_at, sided_text
from allocopt.review.tallies.table import SideColumn, SideTable, state_word
from allocopt.review.tallies.units import lock_of, part_of, reason_of, stays, units_of
from allocopt.review.view import View


@dataclass(frozen=True)
class _Rep:
    """The rep that is looked at, and the plans that have one of this key: before, and after a what-if."""

    key: str
    was: Facts | None
    now: Facts

    @property
    def name(self) -> str:
        """What people call the rep."""
        return self.now.name_of("reps", self.key)

    def figure(self, column: str) -> tuple[float, float]:
        """A figure of the tally after and before."""
        before = nan if self.was is None else number_at(rep_tally(self.was), self.key, column)
        return number_at(rep_tally(self.now), self.key, column), before


def rep_page(view: View, key: str) -> Screen:
    """All about one rep.

    Raises:
        AllocoptError: neither plan has such a rep, or the rep is of no concern to the person.
    """
    rep = _rep_of(view, key)
    panels = [
        _head(view, rep),
        *_course(view, rep),
        _units(view, rep),
        _moves(view, rep),
        remarks(view, f"rep:{key}"),
    ]
    return {**screen("reps", view.voice, panels), "title": rep.name}


def _rep_of(view: View, key: str) -> _Rep:
    plans = [facts for facts in (view.after, view.facts) if facts is not None]
    having = [facts for facts in plans if key in rep_tally(facts).index]
    if not having:
        raise AllocoptError(view.voice.say("review.rep.unknown", rep=key))
    return _Rep(key, having[1] if len(having) > 1 else None, having[0])


def _head(view: View, rep: _Rep) -> Panel | None:
    """Who it is, the figures, and what can be asked at once."""
    say = view.voice.say
    blocks = [
        actions(_links(view, rep), _buttons(view, rep) if asks(view) else ()),
        prose(" ".join(_who(view, rep))),
        sided_headlines(_figures(view, rep), view.voice),
    ]
    return panel("who", say("review.rep.who"), blocks)


def _links(view: View, rep: _Rep) -> Iterator[tuple[str, str]]:
    yield view.voice.say("review.rep.all"), f"{view.address}/reps"
    asked = with_options({}, {"about": f"rep:{rep.key}"})
    yield view.voice.say("review.rep.sheet"), f"{view.address}/documents{asked}"


def _buttons(view: View, rep: _Rep) -> Iterator[dict[str, Any]]:
    """What if the rep were gone, or had half of the time."""
    say, show = view.voice.say, view.voice.show
    yield change_button(view, say("review.rep.without"), "lose_rep", {"rep": rep.key})
    given = rep.now.scenario.table("reps").drop_duplicates("rep").set_index("rep")["hours"]
    hours = float(given.get(rep.key, nan))
    if hours > 0:
        hint = say("review.rep.half_hint", was=show.number(hours, 1), now=show.number(hours / 2, 1))
        values = {"rep": rep.key, "hours": f"{hours / 2:.12g}"}
        yield change_button(view, say("review.rep.half"), "hours", values, hint)


def _who(view: View, rep: _Rep) -> Iterator[str]:
    """Position, place, manager, and whether the rep covers units elsewhere."""
    say, facts, tally = view.voice.say, rep.now, rep_tally(rep.now).loc[rep.key]
    if rep.was is None and view.after is not None:
        yield say("review.rep.only_after" if rep.now is view.after else "review.rep.only_before")
    if tally["state"] == OPEN:
        yield say("review.rep.position", state=say("head.left_open"))
    if tally["state"] == FILLED:
        day = view.voice.show.date(tally["start"])
        yield say("review.rep.position", state=say("head.filled_from", day=day))
    if place := known_text(tally["territory"]):
        yield say("review.rep.place", territory=place_name(place, facts, view.voice))
    if manager := known_text(tally["manager"]):
        yield say("review.rep.reports_to", manager=facts.name_of("reps", manager))
    elsewhere = len(part_of(facts, rep.key).units.index.difference(facts.units.index))
    if elsewhere:
        yield say.count("review.rep.elsewhere", elsewhere)


def _figures(view: View, rep: _Rep) -> Iterator[Figure]:
    """What stands in the list of reps, larger, and what only has room here."""
    say, show = view.voice.say, view.voice.show

    def share(value: float) -> str:
        return show.percent(value, 0)

    def hours(value: float) -> str:
        return say("general.hours", n=show.number(value))

    amounts = [
        ("quota", "card.own_quota", show.money),
        ("expected", "card.own_expected", show.money),
        ("share", "column.expected_share", share),
        ("probability", "chart.probability", share),
        ("payout", "kpi.payout_mean", show.money),
        ("units", "card.own_units", show.number),
        ("load", "card.time", hours),
        ("hours", "kpi.hours", hours),
        ("used", "column.utilisation", share),
        ("overtime", "chart.overtime", hours),
        ("potential", "card.potential", show.money),
        ("cost", "review.rep.cost", show.money),
    ]
    shares, idle = {"share", "probability", "used"}, {"payout", "overtime", "cost", "quota"}
    for column, label, write in amounts:
        now, was = rep.figure(column)
        if not (column in idle and now == 0 and not was > 0):
            yield Figure(say(label), now, write, was, is_share=column in shares)


def _course(view: View, rep: _Rep) -> list[Panel | None]:
    """Load and quota through the plan; with a what-if both plans beside each other."""
    say = view.voice.say
    titles = {"load": say("review.rep.load"), "quota": say("review.rep.quota")}
    if rep.was is None:
        sheet_of = _sheet(view, rep.now, rep)
        quota = [sheet_of.get("chart"), sheet_of.get("table")]
        return [
            panel("load", titles["load"], [_load(view, rep.now, rep)], width="half"),
            panel("quota", titles["quota"], quota, width="half"),
        ]
    sides = [(say("review.before"), rep.was), (say("review.after"), rep.now)]
    loads = [(name, _load_alone(view, facts, rep)) for name, facts in sides]
    quotas = [(name, _quota_alone(view, facts, rep)) for name, facts in sides]
    tables = [_sheet(view, facts, rep).get("table") for _, facts in sides]
    return [
        panel("load", titles["load"], [pair(*loads)]),
        panel("quota", titles["quota"], [pair(*quotas), _both_tables(*tables)]),
    ]


def _both_tables(before: Block | None, after: Block | None) -> Block | None:
    """Two tables as one, with both sides of what differs; the second alone where they are unlike."""
    if before is None or after is None:
        return after or before
    if before["columns"] != after["columns"]:
        return after
    rows = [
        row([_both(was, now) for was, now in zip(*cells, strict=True)])
        for cells in zip(before["rows"], after["rows"], strict=True)
    ]
    heads = [(column["label"], column["holds"]) for column in after["columns"]]
    return grid(after["caption"], heads, rows)


def _both(was: str, now: str) -> str:
    """Two cells as one; which way a number went is marked."""
    values = [text.value for text in (was, now) if isinstance(text, Shown)]
    numbers = [value for value in values if isinstance(value, float)]
    return sided_text(was, now, numbers[1] - numbers[0] if len(numbers) == 2 else nan)


def _load(view: View, facts: Facts, rep: _Rep) -> Block | None:
    """Planned hours by period against those that there are, and the units that take most of them."""
    say, show = view.voice.say, view.voice.show
    columns = _hours(view, facts, rep)
    if not columns:
        return None
    hours = part_of(facts, rep.key).table("time").groupby("unit")["hours"].sum()
    hours = hours[hours > 0].sort_values(ascending=False, kind="stable")
    items = [
        sheet.Item(facts.name_of("units", unit), float(round(value)))
        for unit, value in numbers(hours).items()
    ]
    titles = (say("chart.load"), say("chart.capacity"), say("review.rep.by_hours"))
    words = {name: say(f"review.rep.chart.{name}") for name in ("title", "desc")}
    words["id"] = "chart-rep-load"
    return chart(sheet.sheet_chart(columns, items, titles, show.tick, words))


def _hours(view: View, facts: Facts, rep: _Rep) -> list[sheet.Column]:
    """Planned hours of each period, and those that there are."""
    rows = part_of(facts, rep.key).table("limits")
    rows = rows[rows["rule"] == "selling_time_limit"].drop_duplicates("period").set_index("period")
    if rows.empty:
        return []
    # Hours that end are a leave.
    told = "leaving" not in hidden_from(view.person.reader, facts.scenario.config.visibility)
    return [
        sheet.Column(
            view.voice.show.short_period(label),
            float(rows["activity"].get(label, nan)),
            float(rows["upper"].get(label, nan)) if told else nan,
        )
        for label in facts.periods
    ]


def _load_alone(view: View, facts: Facts, rep: _Rep) -> Block | None:
    """The hours by period without the units, so that two plans have room beside each other."""
    say = view.voice.say
    titles = (say("chart.load"), say("chart.capacity"))
    return _narrow(view, _hours(view, facts, rep), titles, "load", say("review.rep.load"))


def _quota_alone(view: View, facts: Facts, rep: _Rep) -> Block | None:
    """Quota and expected sales by period without the units."""
    say, quotas = view.voice.say, own_quotas(part_of(facts, rep.key))
    columns = [
        sheet.Column(
            view.voice.show.short_period(str(label)), float(row["quota"]), float(row["expected"])
        )
        for label, row in quotas.iterrows()
    ]
    titles = (say("chart.quota"), say("chart.expected"))
    return _narrow(view, columns, titles, "quota", say("review.rep.quota"))


def _narrow(
    view: View, columns: list[sheet.Column], titles: tuple[str, str], name: str, title: str
) -> Block | None:
    """The left half of a sheet by itself."""
    if not columns:
        return None
    desc = view.voice.say("review.rep.chart.columns", columns=titles[0], line=titles[1])
    words = {"id": f"chart-rep-{name}", "title": title, "desc": desc}
    drawn = sheet.sheet_chart(columns, [], (*titles, ""), view.voice.show.tick, words)
    return chart({**drawn, "width": sheet.MIDDLE + sheet.BETWEEN / 2})


def _sheet(view: View, facts: Facts, rep: _Rep) -> dict[str, Block]:
    """The blocks of the rep's sheet by their kind: its chart and its table, as far as it has them."""
    blocks = rep_sheet_section(part_of(facts, rep.key), view.voice)["blocks"]
    return {block["kind"]: block for block in blocks}


def _units(view: View, rep: _Rep) -> Panel | None:
    """The rep's units with why and since when they are the rep's; locks can be set and taken away."""
    say = view.voice.say
    was = None if rep.was is None else _unit_frame(view, rep.was, rep.key)
    table = SideTable(_unit_frame(view, rep.now, rep.key), was)
    if table.whole().empty:
        return panel("units", say("my_units.title"), [notice(say("rep_sheet.no_units"))])
    heads = table.kept(_unit_columns(view))
    frame = table.whole()
    shown = listing(
        frame, view, "units", sorts=[one.key for one in heads], searched=("name", "place", "kind")
    )
    rows = [
        row(
            table.cells(unit, heads),
            mark=f"unit:{unit}",
            link=with_options({}, {"unit": unit}),
            act=list(_unit_buttons(view, rep, unit)) if asks(view) else (),
            badge=state_word(table.state(unit), view.voice),
        )
        for unit in map(str, shown.frame.index)
    ]
    block = grid(say("my_units.table"), [one.head for one in heads], rows, shown.around)
    return panel("units", say("my_units.title"), [block])


def _unit_frame(view: View, facts: Facts, rep: str) -> pd.DataFrame:
    """The units of a rep with names, days, shares, why and locks as text."""
    own = units_of(facts, rep)
    held = {
        unit: [stay for stay in stays(facts).get(str(unit), ()) if stay.rep == rep]
        for unit in own.index
    }
    return own.assign(
        name=[facts.name_of("units", str(unit)) for unit in own.index],
        place=[facts.name_of("territories", known_text(one)) for one in own["territory"]],
        kind=[facts.name_of("segments", known_text(one)) for one in own["segment"]],
        days=[
            days_held(first, last, facts, view.voice)
            for first, last in zip(own["first"], own["last"], strict=True)
        ],
        part=[_part(parts) for parts in held.values()],
        why=[
            reason_of(parts[0].row, facts, view.voice) if parts else "" for parts in held.values()
        ],
    )


def _part(parts: list[Any]) -> float:
    """The rep's share of a unit that several have at a time; NaN of one that is the rep's alone."""
    share = max((stay.share for stay in parts), default=1.0)
    return share if share < 1 else nan


def _unit_columns(view: View) -> list[SideColumn]:
    say, show = view.voice.say, view.voice.show
    return [
        SideColumn("name", say("column.unit")),
        SideColumn("place", say("column.territory")),
        SideColumn("kind", say("column.segment")),
        SideColumn("sales", say("column.sales"), show.compact),
        SideColumn("demand", say("column.demand"), show.compact),
        SideColumn("hours", say("column.own_hours"), show.number),
        SideColumn("open", say("column.open"), show.compact),
        SideColumn("part", say("column.share"), lambda value: show.percent(value, 0)),
        SideColumn("days", say("review.rep.days")),
        SideColumn("why", say("review.rep.why")),
    ]


def _unit_buttons(view: View, rep: _Rep, unit: str) -> Iterator[dict[str, Any]]:
    """Free a unit that is locked to the rep, else lock it to the rep."""
    say = view.voice.say
    if lock_of(rep.now, unit) == rep.key:
        yield unlock_button(view, unit, say("review.rep.unlock"))
    elif any(stay.rep == rep.key for stay in stays(rep.now).get(unit, ())):
        yield lock_button(view, unit, rep.key, say("review.rep.lock"), say("review.rep.lock_hint"))


def _moves(view: View, rep: _Rep) -> Panel | None:
    """Units that come and go against today, with the day and the reason."""
    say, show = view.voice.say, view.voice.show
    facts = rep.now
    changes = facts.changes
    own = changes[(changes["rep"] == rep.key) | (changes["before"] == rep.key)]
    rows = [
        row(
            [
                facts.name_of("units", str(one["unit"])),
                say("review.rep.comes" if one["rep"] == rep.key else "review.rep.goes"),
                _other(facts, str(one["before"] if one["rep"] == rep.key else one["rep"]), view),
                show.date(one["start"]),
                show.compact(float(one["sales"])),
                reason_of(one, facts, view.voice),
            ],
            mark=f"unit:{one['unit']}",
            link=with_options({}, {"unit": str(one["unit"])}),
        )
        for one in own.to_dict("records")
    ]
    heads = [
        *columns("unit", view.voice),
        (say("review.rep.way"), "text"),
        (say("review.rep.other"), "text"),
        *columns("@from_day #sales reason", view.voice),
    ]
    return panel(
        "moves", say("review.rep.moves"), [grid(say("review.rep.moves_table"), heads, rows)]
    )


def _other(facts: Facts, rep: str, view: View) -> str:
    return facts.name_of("reps", rep) if rep else view.voice.say("review.rep.nobody")
