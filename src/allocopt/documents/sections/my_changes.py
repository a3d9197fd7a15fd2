"""My changes: what a rep hands on, to whom and when; what is taken over stands with the units."""

from __future__ import annotations

from allocopt.documents.blocks import Section, columns, section, table
from allocopt.documents.facts import Facts
from allocopt.documents.language.voice import Voice
from allocopt.documents.sections.my_units import rows_left


def my_changes_section(facts: Facts, voice: Voice) -> Section:
    """Units that somebody else covers from a day on."""
    changes = facts.changes[facts.changes["before"] == facts.subject.key]
    rows = [
        [
            facts.name_of("units", str(row["unit"])),
            facts.name_of("reps", str(row["rep"])) or voice.say("appendix.left_open"),
            voice.show.date(row["start"]),
        ]
        for row in changes.to_dict("records")
    ]
    heads = columns("unit handed_to @from_day", voice)
    block = table(voice.say("my_changes.table"), heads, rows, voice, most=rows_left(facts))
    return section("my_changes", voice, [block])
