"""Data notes: what has not been reported, what was reported otherwise before, what runs still."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.documents.blocks import Block, Section, bullets, section
from allocopt.documents.facts import Facts
from allocopt.documents.facts.progress import review_of
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table

# Columns of `restated` that say where a row lies, the widest first.
WHERE = ("territory", "segment", "unit", "rep", "product", "channel", "lever")


def data_notes_section(facts: Facts, voice: Voice) -> Section:
    """What a reader must know about the actuals before trusting the figures."""
    blocks = [
        bullets(list(_sentences(facts, voice))),
        _unreported(facts, voice),
        _restated(facts, voice),
    ]
    return section("data_notes", voice, blocks)


def _sentences(facts: Facts, voice: Voice) -> Iterator[str]:
    review, say = review_of(facts), voice.say
    if review.get("closed"):
        first, last = (voice.show.period(review["closed"][place]) for place in (0, -1))
        key = "data_notes.closed" if first != last else "data_notes.closed_one"
        yield say(key, first=first, last=last)
    if review.get("running"):
        yield say("data_notes.running", period=voice.show.period(str(review["running"])))
    names = list(facts.summary.get("entered", {}).values())
    if names:
        yield say("data_notes.files", names=voice.show.join([str(name) for name in names]))


def _unreported(facts: Facts, voice: Voice) -> Block | None:
    """Territories with a plan that told nothing of a closed period."""
    told = facts.table("reported")
    silent = told[(told["rows"] == 0) & (told["plan"] > 0)]
    rows = [
        [
            facts.name_of("territories", str(row["territory"])),
            voice.show.period(str(row["period"])),
            voice.show.compact(row["plan"]),
        ]
        for row in silent.to_dict("records")
    ]
    return lean_table(voice.say("data_notes.unreported"), "territory period #planned", rows, voice)


def _restated(facts: Facts, voice: Voice) -> Block | None:
    """Amounts that came in again otherwise, the largest change first."""
    rows = facts.table("restated")
    ordered = rows.assign(change=(rows["now"] - rows["was"]).abs()).sort_values(
        "change", ascending=False, kind="stable"
    )
    body = [
        [
            voice.show.date(row["date"]),
            voice.show.join([known_text(row[name]) for name in WHERE if known_text(row[name])]),
            voice.show.compact(row["was"]),
            voice.show.compact(row["now"]),
            known_text(row["source"]),
        ]
        for row in ordered.to_dict("records")
    ]
    return lean_table(
        voice.say("data_notes.restated"), "@date where #was #now source", body, voice, most=15
    )
