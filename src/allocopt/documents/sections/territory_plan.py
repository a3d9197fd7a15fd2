"""Territory plan: what lies below a territory, where the potential is, and what changes hands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from allocopt.documents.blocks import Block, Section, columns, heading, section, table
from allocopt.documents.changes import change_columns
from allocopt.documents.facts import Facts, numbers, ratio, records
from allocopt.documents.facts.holdings import holdings
from allocopt.documents.figures import handover_chart
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.sections.quotas import in_currency

MOST_UNITS, LEAST_HANDOVERS = 25, 3
SUMS = ["units", "demand", "sales", "now", "past", "open"]


def territory_plan_section(facts: Facts, voice: Voice) -> Section:
    """Sub-territories, units by open potential, handovers."""
    blocks = [
        *_below(facts, voice),
        unit_table(facts, voice),
        *_handovers(facts, voice),
    ]
    return section("territory_plan", voice, blocks)


def _below(facts: Facts, voice: Voice) -> Iterator[Block | None]:
    """The territories right below, each with all that lies in it."""
    rows = below(facts)
    if len(rows) < 2:
        return
    shown = bool(rows["open"].notna().any())
    sums = numbers(rows[SUMS].sum(min_count=1))

    def line(name: str, row: Mapping[str, float]) -> list[str]:
        show = voice.show
        return [
            name,
            *(show.number(row["units"]), show.compact(row["demand"]), show.compact(row["sales"])),
            show.percent(ratio(row["sales"], sums["sales"])),
            show.change(ratio(row["now"], row["past"]) - 1),
            *([show.compact(row["open"])] if shown else []),
        ]

    lines = [line(facts.name_of("territories", key), row) for key, row in records(rows)]
    total = line(voice.say("general.total"), sums)
    heads = change_columns(
        "territory #units #demand #sales #share", "#open" if shown else "", facts, voice
    )
    yield heading(voice.say("territory_plan.below"))
    caption = voice.say("territory_plan.below_table")
    yield table(caption, heads, lines, voice, total)


def below(facts: Facts) -> pd.DataFrame:
    """Per territory right below the subject: units, demand, sales, now, past, open [currency].

    `now` and `past` are the sales of the compared periods, `open` is the potential beyond planned sales.
    The subject's own units are a row under its own name.
    """
    tree = facts.scenario.territory_tree
    inside = {
        place: child for child in tree.children(facts.subject.key) for place in tree.within([child])
    }
    units = holdings(facts).assign(units=1.0)

    def child_of(rows: pd.DataFrame) -> pd.Series[str]:
        return rows["territory"].map(lambda place: inside.get(place, facts.subject.key))

    sums = units.groupby(child_of(units))[["units", "demand", "sales", "open"]].sum(min_count=1)
    ours = facts.unit_sales[facts.unit_sales["period"].isin(facts.compared[0])]
    theirs = facts.past[facts.past["period"].isin(facts.compared[1])]
    for name, rows in (("now", ours), ("past", theirs)):
        sums = sums.join(rows["sales"].groupby(child_of(rows)).sum(min_count=1).rename(name))
    return sums.sort_values("sales", ascending=False, kind="stable")


def unit_table(facts: Facts, voice: Voice) -> Block | None:
    """Units with the most open potential first; by planned sales where no potential is known."""
    rows = holdings(facts)
    known_potential = bool(rows["potential"].notna().any())
    if known_potential:
        rows = rows.sort_values("open", ascending=False, kind="stable")
    covers = facts.table("assignments").groupby("unit")["rep"].agg(list)
    lines = [
        [
            facts.name_of("units", unit),
            facts.name_of("segments", known_text(row["segment"])),
            voice.show.join([facts.name_of("reps", rep) for rep in _reps(covers.get(unit, []))]),
            voice.show.number(row["hours"]),
            voice.show.amount(row["sales"]),
            *(
                [
                    voice.show.amount(row["potential"]),
                    voice.show.amount(row["open"]),
                    voice.show.percent(ratio(row["sales"], row["potential"]), 0),
                ]
                if known_potential
                else []
            ),
        ]
        for unit, row in records(rows)
    ]
    more = " #potential #open #covered_share" if known_potential else ""
    key = "territory_plan.by_potential" if known_potential else "territory_plan.by_sales"
    heads = columns("unit segment rep #own_hours #sales" + more, voice)
    return table(in_currency(key, facts, voice), heads, lines, voice, most=MOST_UNITS)


def _reps(names: list[object]) -> list[str]:
    return list(dict.fromkeys(known_text(name) for name in names if known_text(name)))


def _handovers(facts: Facts, voice: Voice) -> Iterator[Block | None]:
    # The appendix lists them all; one or two need no picture.
    few = facts.handovers["unit"].nunique() < LEAST_HANDOVERS
    picture = None if few else handover_chart(facts, voice)
    if picture is not None:
        yield heading(voice.say("territory_plan.handovers"))
        yield picture
