"""Odds: how likely each quota is reached, for readers who may see it."""

from __future__ import annotations

from allocopt.documents.blocks import Block, columns
from allocopt.documents.facts import Facts, ratio
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table

# Levels of the table `attainment`, in the order in which they are told.
LEVELS = ("company", "manager", "rep", "overlay")


def odds_table(facts: Facts, voice: Voice) -> Block | None:
    """Quota, expected sales, chance and interval of the attainment: company, managers, reps, overlays."""
    show, known_rows = voice.show, facts.table("attainment")
    known_rows = known_rows[known_rows["attain_probability"].notna()]
    order = known_rows["level"].map({level: k for k, level in enumerate(LEVELS)})
    ranked = known_rows.assign(order=order).sort_values(["order", "attain_probability"])
    rows = [
        [
            voice.say(f"odds.{row['level']}"),
            facts.name_of("reps", str(row["rep"])) if row["level"] != "company" else "",
            show.compact(row["quota"]),
            show.compact(row["expected"]),
            show.percent(row["attain_probability"], 0),
            show.percent(ratio(row["lower"], row["quota"]), 0),
            show.percent(ratio(row["upper"], row["quota"]), 0),
        ]
        for row in ranked.to_dict("records")
    ]
    heads = columns("level who #quota #expected #chance #lower_share #upper_share", voice)
    return lean_table(voice.say("appendix.odds"), heads, rows, voice)
