"""Attainment: how likely each rep is to reach the quota."""

from __future__ import annotations

from allocopt.documents.blocks import Block, chart
from allocopt.documents.charts import Bar, BarRow, bar_chart
from allocopt.documents.charts.bars import MOST_ROWS
from allocopt.documents.charts.palette import BLUE
from allocopt.documents.facts import Facts, numbers
from allocopt.documents.figures.texts import ends_in_words, more, words
from allocopt.documents.language.voice import Voice

# As likely as not.
EVEN = 0.5


def attainment_chart(facts: Facts, voice: Voice) -> Block | None:
    """Probability of each rep's quota, the surest first; None where no demand was sampled."""
    table = facts.table("attainment")
    if "attain_probability" not in table:
        return None
    rows = table[(table["level"] == "rep") & table["attain_probability"].notna()]
    sure = rows.drop_duplicates("rep").set_index("rep")["attain_probability"]
    sure = sure.sort_values(ascending=False, kind="stable")
    if sure.empty:
        return None
    entries = [(facts.name_of("reps", rep), value) for rep, value in numbers(sure).items()]
    drawn = [
        BarRow(name, [Bar(p, BLUE)], voice.show.percent(p, 0), tag=f"rep:{rep}")
        for (name, p), rep in zip(entries, sure.index, strict=True)
    ]
    said = ends_in_words(entries, lambda p: voice.show.percent(p, 0), voice)
    texts = words("attainment", facts, voice, said)
    key = [("box", BLUE, voice.say("chart.probability"))]
    geometry = bar_chart(drawn, key, lambda p: voice.show.percent(p, 0), texts, EVEN)
    return chart(geometry, more(len(drawn) - MOST_ROWS, voice))
