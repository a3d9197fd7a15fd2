"""Specialists: whom they support, and what their support brings."""

from __future__ import annotations

from allocopt.documents.blocks import Block, columns, table
from allocopt.documents.facts import Facts
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice


def specialist_table(facts: Facts, voice: Voice) -> Block | None:
    """Each specialist with role, reps served, units supported, hours and the sales that they add."""
    support = facts.table("support")
    overlays = facts.scenario.table("overlays")
    sums = support.groupby("rep", sort=False).agg(
        units=("unit", "nunique"), hours=("hours", "sum"), sales=("sales", "sum")
    )
    rows = []
    for rep, row in sums.iterrows():
        own = overlays[overlays["rep"] == rep]
        served = dict.fromkeys(own["serves"].map(known_text))
        roles = dict.fromkeys(own["role"].map(known_text))
        rows.append(
            [
                facts.name_of("reps", str(rep)),
                voice.show.join([role for role in roles if role]),
                voice.show.join([facts.any_name(key) or key for key in served if key]),
                voice.show.number(row["units"]),
                voice.show.number(row["hours"]),
                voice.show.compact(row["sales"]),
            ]
        )
    heads = columns("specialist role serves #units #support_hours #added_sales", voice)
    return table(voice.say("appendix.specialists"), heads, rows, voice)
