"""Alerts: what calls for attention, and what to do about it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from allocopt.documents.blocks import Section, notice, section
from allocopt.documents.facts import Facts
from allocopt.documents.facts.progress import is_reviewed
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table

MOST_ALERTS = 15


def alerts_section(facts: Facts, voice: Voice) -> Section:
    """Alerts with their advice, those of different kinds in turn."""
    rows = in_turn(facts.table("alerts")).to_dict("records")
    if not rows:
        quiet = [notice(voice.say("alerts.none"))] if is_reviewed(facts.plan) else []
        return section("alerts", voice, quiet)
    body = [_row(row, voice) for row in rows]
    keys = "alert what since #certainty advice"
    told = lean_table(voice.say("alerts.table"), keys, body, voice, most=MOST_ALERTS)
    return section("alerts", voice, [told])


def in_turn(alerts: pd.DataFrame) -> pd.DataFrame:
    """The first of each kind, then the second of each, and so on."""
    turn = alerts.groupby("alert").cumcount().sort_values(kind="stable").index
    return alerts.loc[turn]


def alert_text(row: dict[Any, Any], name: str, voice: Voice) -> str:
    """`text` or `suggestion` of an alert in the document's language, else as it was said first."""
    own = known_text(row.get(f"{name}_{voice.say.language.partition('-')[0]}"))
    return own or known_text(row.get(name))


def _row(row: dict[Any, Any], voice: Voice) -> list[str]:
    chance = float(row["probability"])
    return [
        voice.say.get(f"alerts.kind.{row['alert']}", str(row["alert"])),
        alert_text(row, "text", voice),
        voice.show.short_period(known_text(row["since"])),
        voice.show.percent(chance, 0) if known(chance) else "",
        alert_text(row, "suggestion", voice),
    ]
