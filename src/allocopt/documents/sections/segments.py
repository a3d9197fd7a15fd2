"""Target segments: how large each is, how it grows, what it earns, and which customers are good ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from allocopt.documents.blocks import (
    Block,
    Section,
    bullets,
    columns,
    heading,
    notice,
    prose,
    section,
    table,
)
from allocopt.documents.changes import change_columns
from allocopt.documents.facts import Facts, ratio, records
from allocopt.documents.facts.subject import COMPANY
from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table
from allocopt.documents.proposals.customers import (
    CustomerFindings,
    attribute_name,
    find_customers,
    in_words,
)


def segments_section(facts: Facts, voice: Voice) -> Section:
    """The segments' figures, the market, and the customer we want.

    What people wrote is about the company: the plan of a part has the figures alone.
    """
    if facts.subject != COMPANY:
        return section("segments", voice, [_segments(facts, voice)])
    document = facts.scenario.config.document
    market, profile = prose(document.market), prose(document.ideal_customer_profile)
    blocks = [
        prose(document.segments),
        _segments(facts, voice),
        *([heading(voice.say("segments.market")), market] if market else []),
        *(
            [heading(voice.say("segments.ideal_customer_profile")), profile]
            if profile
            else _learnt(facts, voice)
        ),
    ]
    return section("segments", voice, blocks)


def _segments(facts: Facts, voice: Voice) -> Block | None:
    rows = facts.by("segment")
    margins = facts.scenario.table("segments").drop_duplicates("segment").set_index("segment")
    before = "segment #units #demand #sales #share"
    heads = columns(f"{before} #margin", voice)
    if facts.compared[1]:
        heads = change_columns(before, "#margin", facts, voice)
    body = [_row(name, row, margins["margin"], facts, voice) for name, row in records(rows)]
    return lean_table(voice.say("segments.table"), heads, body, voice, _total(rows, facts, voice))


def _change(growth: float, facts: Facts, voice: Voice) -> list[str]:
    """The cell of the change on the past; none where nothing can be compared."""
    return [voice.show.change(growth)] if facts.compared[1] else []


def _row(
    name: str, row: dict[str, Any], margins: pd.Series[float], facts: Facts, voice: Voice
) -> list[str]:
    show = voice.show
    margin = float(margins.get(name, float("nan")))
    return [
        facts.name_of("segments", name),
        show.number(row["units"]),
        show.compact(row["demand"]),
        show.compact(row["sales"]),
        show.percent(row["share"]),
        *_change(row["growth"], facts, voice),
        show.percent(margin) if known(margin) else voice.say("segments.assumed_margin"),
    ]


def _total(rows: pd.DataFrame, facts: Facts, voice: Voice) -> list[str]:
    show = voice.show
    sums = rows[["units", "demand", "sales"]].sum(min_count=1)
    return [
        voice.say("general.total"),
        show.number(sums["units"]),
        show.compact(sums["demand"]),
        show.compact(sums["sales"]),
        show.percent(rows["share"].sum(min_count=1)),
        *_change(facts.growth(), facts, voice),
        "",
    ]


def _learnt(facts: Facts, voice: Voice) -> Iterator[Block | None]:
    """The customer that the data shows: rules with their support, or that there are none."""
    found = find_customers(facts)
    if found is None:
        return
    names = voice.show.join([attribute_name(name, voice) for name in found.profile.attributes])
    number = voice.show.number(found.profile.units)
    title, badge = voice.say("segments.ideal_customer_profile"), voice.say("strategy.proposed")
    if not found.profile.groups:
        yield heading(title)
        yield notice(voice.say("customers.alike", units=number, attributes=names))
        return
    yield bullets(list(_sentences(found, number, names, facts, voice)), title, badge)
    yield _groups(found, facts, voice)


def _sentences(
    found: CustomerFindings, number: str, names: str, facts: Facts, voice: Voice
) -> Iterator[str]:
    """Who the best customers are, and how far to trust that."""
    best, per = found.profile.groups[0], "hour" if found.by_hour else "unit"
    yield voice.say(
        f"customers.best_per_{per}",
        rule=in_words(best.conditions, facts, voice),
        value=voice.show.money(best.value),
        average=voice.show.money(found.profile.average),
    )
    yield voice.say(
        "customers.checked",
        units=number,
        attributes=names,
        explained=voice.show.percent(found.profile.explained, 0),
    )


def _groups(found: CustomerFindings, facts: Facts, voice: Voice) -> Block | None:
    """Each rule with the units it holds for, their share of what is earned, and their worth."""
    show, average = voice.show, found.profile.average
    rows = [
        [
            in_words(group.conditions, facts, voice),
            show.number(group.units),
            show.percent(group.share, 0),
            show.money(group.value),
            show.change(ratio(group.value, average) - 1, 0),
        ]
        for group in found.profile.groups
    ]
    total = [
        voice.say("general.total"),
        show.number(found.profile.units),
        show.percent(1.0, 0),
        show.money(average),
        "",
    ]
    worth = "earned_per_hour" if found.by_hour else "earned_per_unit"
    heads = columns(f"customers #units #share_of_earned #{worth} #on_average", voice)
    return table(voice.say("customers.table"), heads, rows, voice, total)
