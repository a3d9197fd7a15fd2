"""Spend per lever, divided by segment where there are few of them."""

from __future__ import annotations

import pandas as pd

from allocopt.documents.blocks import Block, chart
from allocopt.documents.charts import Bar, BarRow, bar_chart
from allocopt.documents.charts.bars import MOST_ROWS
from allocopt.documents.charts.palette import BLUE, category
from allocopt.documents.facts import Facts, numbers
from allocopt.documents.figures.texts import ends_in_words, more, words
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice

# More segments than this are not told apart by colour.
MOST_PARTS = 6


def budget_chart(facts: Facts, voice: Voice) -> Block | None:
    """Spend per lever; the bars show segments when there are few enough of them."""
    levers = facts.lever_spend[facts.lever_spend["spend"] > 0]
    if levers.empty:
        return None
    budget = facts.table("budget")
    segments = _segments(facts, budget)
    parts = budget.groupby(["lever", "segment"])["spend"].sum() if segments else pd.Series()
    spend = numbers(levers["spend"])
    rows = [
        BarRow(
            facts.name_of("levers", lever),
            # Every second part is hatched: neighbours differ in grey as well.
            [
                Bar(parts.get((lever, name), 0.0), category(k), hatched=k % 2 == 1)
                for k, name in enumerate(segments)
            ]
            or [Bar(amount, BLUE)],
            voice.show.compact(amount),
        )
        for lever, amount in spend.items()
    ]
    key = [
        ("hatch" if k % 2 else "box", category(k), facts.name_of("segments", name))
        for k, name in enumerate(segments)
    ]
    key = key or [("box", BLUE, voice.say("chart.spend"))]
    entries = [(facts.name_of("levers", lever), amount) for lever, amount in spend.items()]
    said = ends_in_words(entries, voice.show.compact, voice, voice.show.money(sum(spend.values())))
    geometry = bar_chart(rows, key, voice.show.tick, words("budget", facts, voice, said))
    return chart(geometry, more(len(rows) - MOST_ROWS, voice))


def _segments(facts: Facts, budget: pd.DataFrame) -> list[str]:
    """Segments that divide all spend, in the order of their sales; none where they are many or few."""
    spent = set(budget["segment"].map(known_text))
    segments = [known_text(name) for name in facts.by("segment").index]
    segments = [name for name in segments if name in spent]
    return segments if 2 <= len(segments) <= MOST_PARTS and spent <= set(segments) else []
