"""Change against the past: which periods are compared, as column heads, notes and titles say it."""

from __future__ import annotations

from allocopt.documents.blocks import Column, columns
from allocopt.documents.facts import Facts
from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice


def change_columns(before: str, after: str, facts: Facts, voice: Voice) -> list[Column]:
    """Columns of the catalogue with the change on the past between them."""
    return [*columns(before, voice), (_head(facts, voice), "number"), *columns(after, voice)]


def change_note(facts: Facts, voice: Voice) -> str:
    """Planned sales against the past in a few words; blank where nothing can be compared."""
    growth = facts.growth()
    if not known(growth):
        return ""
    change = voice.show.change(growth)
    if facts.on_year_before:
        return voice.say("card.growth", change=change)
    return voice.say("card.change", change=change, **compared_words(facts, voice))


def compared_words(facts: Facts, voice: Voice) -> dict[str, str]:
    """first, last, past_first, past_last: the ends of what is compared, short."""
    planned, past = facts.compared
    ends = {"first": planned[0], "last": planned[-1], "past_first": past[0], "past_last": past[-1]}
    return {name: voice.show.short_period(label) for name, label in ends.items()}


def _head(facts: Facts, voice: Voice) -> str:
    """Head of a column of changes: it never says "the year before" of any other year."""
    if facts.on_year_before:
        return voice.say("column.growth")
    if not facts.compared[1]:
        return voice.say("column.change")
    words = compared_words(facts, voice)
    return voice.say("column.change_on", first=words["past_first"], last=words["past_last"])
