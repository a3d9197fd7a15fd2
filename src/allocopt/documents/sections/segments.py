"""Target segments: how large each is, how it grows, what it earns."""

from __future__ import annotations

from typing import Any

import pandas as pd

from allocopt.documents.blocks import Section, heading, prose, section, table
from allocopt.documents.changes import change_columns
from allocopt.documents.facts import Facts, records
from allocopt.documents.formats import known
from allocopt.documents.voice import Voice


def segments_section(facts: Facts, voice: Voice) -> Section:
    """The segments' figures, the market, and the customer we want."""
    document = facts.scenario.config.document
    rows = facts.by("segment")
    margins = facts.scenario.table("segments").drop_duplicates("segment").set_index("segment")
    blocks = [
        prose(document.segments),
        table(
            voice.say("segments.table"),
            change_columns("segment #units #demand #sales #share", "#margin", facts, voice),
            [_row(name, row, margins["margin"], facts, voice) for name, row in records(rows)],
            voice,
            _total(rows, facts, voice),
        ),
    ]
    for name in ("market", "ideal_customer_profile"):
        text = prose(getattr(document, name))
        blocks += [heading(voice.say(f"segments.{name}")), text] if text else []
    return section("segments", voice, blocks)


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
        show.change(row["growth"]),
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
        show.change(facts.growth()),
        "",
    ]
