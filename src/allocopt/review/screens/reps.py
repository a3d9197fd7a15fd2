"""The screen `reps`: load, balance and quota of each rep, and what a what-if changes; it leads to a rep's
own page and to that of a unit.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.documents.blocks import Block, columns
from allocopt.documents.facts import Facts, ratio
from allocopt.documents.figures import attainment_chart, balance_chart, load_chart, quota_chart
from allocopt.documents.language.measures import measure_name
from allocopt.documents.language.text import known_text
from allocopt.review.address import with_options
from allocopt.review.listing import listing
from allocopt.review.panels import Panel, Screen, choice, grid, panel, row, screen
from allocopt.review.places import place_name
from allocopt.review.screens.rep import rep_page
from allocopt.review.screens.unit import unit_page
from allocopt.review.tallies.chart import SideRow, SideTexts, side_chart
from allocopt.review.tallies.headlines import Figure, sided_headlines
from allocopt.review.tallies.reps import (
    ACTIVE,
    FILLED,
    OPEN,
    balance_tally,
    changed_reps,
    measures,
    rep_tally,
)
from allocopt.review.tallies.sides import Write
from allocopt.review.tallies.table import SideColumn, SideTable, state_word
from allocopt.review.tallies.units import open_units
from allocopt.review.view import View

ALL, ONLY = "all", "only"
# Charts that stand beside that of the load; `balance:` goes on with a measure.
QUOTA, CHANCE, BALANCE = "quota", "chance", "balance:"
# More reps than these have charts that are taller than a screen: then the list comes first.
FEW = 20
SEARCHED = ("name", "place", "manager", "rep")


def reps_screen(view: View) -> Screen:
    """All reps, or the page of the rep or the unit that the address names."""
    if rep := view.options.get("rep"):
        return rep_page(view, rep)
    if unit := view.options.get("unit"):
        return unit_page(view, unit)
    parts = [*_charts(view), _list(view)]
    if len(rep_tally(view.latest)) > FEW:
        parts = [parts[-1], *parts[:-1]]
    panels = [_totals(view), *parts, _uncovered(view)]
    return screen("reps", view.voice, panels, list(_controls(view)))


def _controls(view: View) -> Iterator[Block]:
    """Which chart stands beside the load, and whether only reps are listed whom the what-if changes."""
    say = view.voice.say
    beside = [(one, _chart_name(one, view)) for one in _beside(view.facts)]
    yield choice("beside", say("review.reps.beside"), beside, _chosen(view))
    if view.after is not None:
        listed = [(one, say(f"review.reps.listed.{one}")) for one in (ALL, ONLY)]
        yield choice("listed", say("review.reps.list"), listed, view.option("listed", (ALL, ONLY)))


def _beside(facts: Facts) -> tuple[str, ...]:
    """The charts that the plan has something for."""
    tally = rep_tally(facts)
    quota = (QUOTA,) if tally["quota"].notna().any() else ()
    chance = (CHANCE,) if tally["probability"].notna().any() else ()
    return (*quota, *(f"{BALANCE}{name}" for name in measures(facts)), *chance)


def _chosen(view: View) -> str:
    return view.option("beside", _beside(view.facts))


def _measure(view: View) -> str:
    """The measure whose balance is looked at: that of the chart, else the first there is."""
    chosen = _chosen(view)
    return chosen.removeprefix(BALANCE) if chosen.startswith(BALANCE) else measures(view.facts)[0]


def _chart_name(chart: str, view: View) -> str:
    say = view.voice.say
    if chart.startswith(BALANCE):
        name = measure_name(chart.removeprefix(BALANCE), view.voice)
        return say("review.reps.chart.balance", measure=name)
    return say(f"review.reps.chart.{chart}")


def _totals(view: View) -> Panel | None:
    """What all reps have together."""
    now, was = _sums(view.latest), _sums(view.facts)
    say, show = view.voice.say, view.voice.show

    def hours(value: float) -> str:
        return say("general.hours", n=show.number(value))

    used = show.percent(now["used"], 0)
    figures = [
        Figure(say("column.reps"), now["reps"], show.number, was["reps"], _openings(view)),
        Figure(say("column.units"), now["units"], show.number, was["units"]),
        Figure(
            say("column.load"), now["load"], hours, was["load"], say("card.of_hours", share=used)
        ),
        Figure(say("card.quota"), now["quota"], show.money, was["quota"]),
        Figure(say("column.expected"), now["expected"], show.money, was["expected"]),
        Figure(say("review.reps.taken_in_all"), now["taken"], show.number, was["taken"]),
        Figure(say("kpi.payout_mean"), now["payout"] or float("nan"), show.money, was["payout"]),
    ]
    return panel("totals", say("review.reps.totals"), [sided_headlines(figures, view.voice)])


def _sums(facts: Facts) -> dict[str, float]:
    """Sums over all reps; units that several have count once, and so do those that change hands."""
    tally, held = rep_tally(facts), facts.table("assignments")
    sums = tally[["load", "hours", "quota", "expected", "payout"]].sum(min_count=1).to_dict()
    covered = held.loc[held["rep"].map(known_text) != "", "unit"].nunique()
    found = {str(name): float(value) for name, value in sums.items()}
    return {
        **found,
        "reps": float((tally["state"] != OPEN).sum()),
        "units": float(covered),
        "taken": float(facts.changes.loc[facts.changes["rep"] != "", "unit"].nunique()),
        "used": ratio(found["load"], found["hours"]),
    }


def _openings(view: View) -> str:
    """How many open positions are filled, and how many stay open."""
    states, say = rep_tally(view.latest)["state"], view.voice.say
    told = [
        say.count(f"review.reps.{state}", int((states == state).sum()))
        for state in (FILLED, OPEN)
        if (states == state).any()
    ]
    return view.voice.show.join(told)


def _charts(view: View) -> Iterator[Panel | None]:
    """The load, and the chart that was chosen beside it; of both plans where there is a what-if."""
    say, chosen = view.voice.say, _chosen(view)
    load = load_chart(view.facts, view.voice) if view.after is None else _load_sides(view)
    yield panel("load", say("review.reps.chart.load"), [load], width="half")
    name = _chart_name(chosen, view)
    yield panel("beside", name, [_second_chart(view, chosen)], width="half")


def _second_chart(view: View, chosen: str) -> Block | None:
    if view.after is not None:
        return _sides_of(view, chosen)
    if chosen == QUOTA:
        return quota_chart(view.facts, view.voice)
    if chosen == CHANCE:
        return attainment_chart(view.facts, view.voice)
    return balance_chart(view.facts, view.voice, _measure(view))


def _load_sides(view: View) -> Block | None:
    """Planned hours after and before, against the hours that there are."""
    say, show = view.voice.say, view.voice.show
    texts = SideTexts(
        "chart-load-sides",
        say("figure.load.title"),
        say("review.reps.desc.load"),
        say("chart.load"),
        say("chart.capacity"),
    )
    rows = _side_rows(view, "load", limit="hours")
    return side_chart(
        rows, texts, lambda value: say("general.hours", n=show.tick(value)), view.voice
    )


def _sides_of(view: View, chosen: str) -> Block | None:
    """The chart beside the load with both plans."""
    say, show = view.voice.say, view.voice.show
    if chosen.startswith(BALANCE):
        name = measure_name(_measure(view), view.voice)
        texts = SideTexts("chart-balance-sides", name, say("review.reps.desc.balance"), name)
        return side_chart(_balance_rows(view), texts, show.tick, view.voice)
    write: Write = show.tick
    if chosen == CHANCE:
        texts = SideTexts(
            "chart-chance-sides",
            say("figure.attainment.title"),
            say("review.reps.desc.chance"),
            say("chart.probability"),
        )
        write = _whole_percent(view)
        return side_chart(_side_rows(view, "probability"), texts, write, view.voice)
    texts = SideTexts(
        "chart-quota-sides",
        say("figure.quota.title"),
        say("review.reps.desc.quota"),
        say("chart.quota"),
        say("chart.expected"),
    )
    return side_chart(_side_rows(view, "quota", limit="expected"), texts, write, view.voice)


def _whole_percent(view: View) -> Write:
    return lambda value: view.voice.show.percent(value, 0)


def _side_rows(view: View, column: str, limit: str = "") -> list[SideRow]:
    """A row per rep of one of the plans for a column of the tally."""
    was, now = rep_tally(view.facts), rep_tally(view.latest)
    keys = SideTable(now, was).keys
    before, after = (table[column].reindex(keys) for table in (was, now))
    limits = now[limit].reindex(keys) if limit else after * float("nan")
    return [
        SideRow(view.latest.name_of("reps", str(rep)), f"rep:{rep}", *map(float, values))
        for rep, *values in zip(keys, before, after, limits, strict=True)
    ]


def _balance_rows(view: View) -> list[SideRow]:
    measure = _measure(view)
    was, now = (balance_tally(facts, measure) for facts in (view.facts, view.latest))
    keys = SideTable(now, was).keys
    before, after = was["carried"].reindex(keys), now.reindex(keys)
    return [
        SideRow(
            label=view.latest.name_of("reps", str(rep)),
            tag=f"rep:{rep}",
            was=float(before[rep]),
            now=float(after["carried"][rep]),
            lower=float(after["lower"][rep]),
            upper=float(after["upper"][rep]),
        )
        for rep in keys
    ]


def _list(view: View) -> Panel | None:
    """The reps in rows; with a what-if those first whom it changes."""
    table = SideTable(_frame(view.latest, view), _frame(view.facts, view) if view.after else None)
    changed = changed_reps(view.facts, view.after) if view.after else frozenset()
    frame = table.whole().assign(changed=[key in changed for key in table.keys])
    frame = frame.sort_values("changed", ascending=False, kind="stable")
    if view.after and view.option("listed", (ALL, ONLY)) == ONLY:
        frame = frame[frame["changed"]]
    heads = table.kept(_columns(view))
    sorts = [one.key for one in heads]
    shown = listing(frame, view, "reps", sorts=sorts, searched=SEARCHED)
    rows = [
        row(
            table.cells(rep, heads),
            mark=f"rep:{rep}",
            link=with_options({}, {"rep": rep}),
            badge=_badge(rep, table, changed, view),
        )
        for rep in map(str, shown.frame.index)
    ]
    caption = view.voice.say("review.reps.table")
    block = grid(caption, [one.head for one in heads], rows, shown.around)
    return panel("reps", view.voice.say("review.reps.title"), [block])


def _badge(rep: str, table: SideTable, changed: frozenset[str], view: View) -> str:
    """What a what-if does to a rep, in a word."""
    if rep in changed and not table.state(rep):
        return view.voice.say("review.changed")
    return state_word(table.state(rep), view.voice)


def _frame(facts: Facts, view: View) -> pd.DataFrame:
    """The tally with the names that people use, and where each rep lies in the chosen balance."""
    measure = _measure(view)
    balance = balance_tally(facts, measure)[["carried", "place"]]
    balance = balance.rename(columns={"place": "band"})
    tally = rep_tally(facts).join(balance)
    if tally["carried"].notna().any():
        tally["carried"] = tally["carried"].fillna(0.0)
    reps = [str(rep) for rep in tally.index]
    say = view.voice.say
    bands = tally["band"].map(known_text)
    return tally.assign(
        rep=reps,
        name=[facts.name_of("reps", rep) for rep in reps],
        place=[place_name(known_text(one), facts, view.voice) for one in tally["territory"]],
        manager=[facts.name_of("reps", one) for one in tally["manager"]],
        position=[_position(facts, rep, view) for rep in reps],
        band=[say(f"review.reps.band.{one}") if one else "" for one in bands],
    )


def _position(facts: Facts, rep: str, view: View) -> str:
    """Whether an open position is filled, and from when; blank of somebody who is there."""
    state, start = rep_tally(facts).loc[rep, ["state", "start"]]
    if state == ACTIVE:
        return ""
    return view.voice.say(f"review.reps.state.{state}", day=view.voice.show.date(start))


def _columns(view: View) -> list[SideColumn]:
    """The columns of the list; those in which nothing is known are left out."""
    say, show = view.voice.say, view.voice.show
    measure = measure_name(_measure(view), view.voice)

    def share(value: float) -> str:
        return show.percent(value, 0)

    return [
        SideColumn("name", say("column.rep")),
        SideColumn("place", say("column.territory")),
        SideColumn("manager", say("review.reps.manager")),
        SideColumn("position", say("review.reps.position")),
        SideColumn("units", say("column.units"), show.number),
        SideColumn("taken", say("review.reps.taken"), show.number, idle=True),
        SideColumn("handed", say("review.reps.handed"), show.number, idle=True),
        SideColumn("load", say("column.load"), show.number),
        SideColumn("used", say("column.utilisation"), share),
        SideColumn("carried", measure, show.compact),
        SideColumn("band", say("review.reps.in_band")),
        SideColumn("quota", say("column.quota"), show.compact),
        SideColumn("expected", say("column.expected"), show.compact),
        SideColumn("share", say("column.expected_share"), share),
        SideColumn("probability", say("column.chance"), share),
        SideColumn("payout", say("review.reps.payout"), show.compact, idle=True),
    ]


def _uncovered(view: View) -> Panel | None:
    """Units that nobody has for some of the time; of both plans where they differ."""
    was = open_units(view.facts) if view.after is not None else None
    table = SideTable(_open_frame(open_units(view.latest), view), was)
    if table.whole().empty:
        return None
    frame = _open_frame(table.whole(), view)
    say, show = view.voice.say, view.voice.show
    sorts = ("name", "place", "kind", "demand", "first", "last")
    shown = listing(frame, view, "open", sorts=sorts, searched=("name", "place", "kind"))
    rows = [
        row(
            [
                one["name"],
                one["place"],
                one["kind"],
                show.compact(float(one["demand"])),
                show.date(one["first"]),
                show.date(one["last"]),
            ],
            mark=f"unit:{unit}",
            link=with_options({}, {"unit": str(unit)}),
            badge=state_word(table.state(str(unit)), view.voice),
        )
        for unit, one in zip(shown.frame.index, shown.frame.to_dict("records"), strict=True)
    ]
    heads = columns("unit territory segment #demand @from_day", view.voice)
    heads.append((say("review.reps.last_day"), "date"))
    block = grid(say("review.reps.open_table"), heads, rows, shown.around)
    return panel("open", say("review.reps.uncovered"), [block])


def _open_frame(table: pd.DataFrame, view: View) -> pd.DataFrame:
    facts = view.latest
    return table.assign(
        name=[facts.name_of("units", str(unit)) for unit in table.index],
        place=[place_name(known_text(one), facts, view.voice) for one in table["territory"]],
        kind=[facts.name_of("segments", known_text(one)) for one in table["segment"]],
    )
