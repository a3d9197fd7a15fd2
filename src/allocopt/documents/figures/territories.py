"""Territories: a map of them with their planned sales, in the colour of growth."""

from __future__ import annotations

import pandas as pd

from allocopt.documents.blocks import Block
from allocopt.documents.changes import compared_words
from allocopt.documents.facts import Facts
from allocopt.documents.figures.classes import fifths, growth_classes
from allocopt.documents.figures.territory_map import Picture, territory_map
from allocopt.documents.figures.texts import ends_in_words, words
from allocopt.documents.language.voice import Voice


def territory_chart(facts: Facts, voice: Voice) -> Block | None:
    """Territories with their planned sales, in the colour of growth, or of sales without a past."""
    table = facts.by("territory")
    if not (table["sales"].fillna(0) != 0).any():
        return None
    return territory_map(_picture(table, voice), facts, voice, _texts(table, facts, voice))


def _picture(table: pd.DataFrame, voice: Voice) -> Picture:
    sales, growth = table["sales"], table["growth"]
    texts = {str(name): voice.show.compact(float(value)) for name, value in sales.items()}
    if growth.notna().any():
        notes = {str(name): voice.show.change(float(value), 0) for name, value in growth.items()}
        return Picture(texts, growth, growth_classes(voice), notes)
    return Picture(texts, sales, fifths(sales, voice.show.compact, voice))


def _texts(table: pd.DataFrame, facts: Facts, voice: Voice) -> dict[str, str]:
    """Title and description: what the colours say, and on which past."""
    sales, write = table["sales"], voice.show.compact
    entries = [(facts.name_of("territories", str(k)), float(v)) for k, v in sales.items()]
    said = ends_in_words(entries, write, voice, write(float(sales.sum(min_count=1))))
    if not table["growth"].notna().any():
        return words("tiles_sales", facts, voice, said)
    if facts.on_year_before:
        return words("tiles_growth", facts, voice, said)
    return words("tiles_change", facts, voice, said, **compared_words(facts, voice))
