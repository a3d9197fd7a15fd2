"""Load against capacity: planned hours of each rep beside the hours that there are."""

from __future__ import annotations

from allocopt.documents.blocks import Block, chart
from allocopt.documents.charts import Bar, BarRow, Mark, bar_chart
from allocopt.documents.charts.bars import MOST_ROWS
from allocopt.documents.charts.palette import BLUE, DARK, RED
from allocopt.documents.facts import Facts, records
from allocopt.documents.figures.texts import ends_in_words, more, words
from allocopt.documents.language.voice import Voice

# Hours beyond the capacity of less than this share of it are arithmetic.
ROUNDING = 1e-6


def load_chart(facts: Facts, voice: Voice) -> Block | None:
    """Planned hours of each rep, the fullest first; overtime is what lies beyond the hours."""
    reps = facts.reps[facts.reps["utilisation"].notna()]
    if reps.empty:
        return None
    # Reps that are as full as each other but for the arithmetic stay in their order.
    fullness = reps["utilisation"].round(6)
    reps = reps.loc[fullness.sort_values(ascending=False, kind="stable").index]
    rows = [
        BarRow(
            facts.name_of("reps", rep),
            [
                Bar(min(row["load"], row["hours"]), BLUE),
                Bar(max(row["load"] - row["hours"], 0.0), RED, hatched=True),
            ],
            voice.show.percent(row["utilisation"], 0),
            [Mark("tick", row["hours"], DARK)],
            tag=f"rep:{rep}",
        )
        for rep, row in records(reps)
    ]
    key = [("box", BLUE, voice.say("chart.load")), ("tick", DARK, voice.say("chart.capacity"))]
    if (reps["load"] > reps["hours"] * (1 + ROUNDING)).any():
        key.append(("hatch", RED, voice.say("chart.overtime")))
    entries = [(facts.name_of("reps", rep), row["utilisation"]) for rep, row in records(reps)]
    used = voice.say("general.hours", n=voice.show.number(float(reps["load"].sum())))
    said = ends_in_words(entries, lambda share: voice.show.percent(share, 0), voice, used)
    texts = words("load", facts, voice, said)
    geometry = bar_chart(
        rows, key, lambda v: voice.say("general.hours", n=voice.show.tick(v)), texts
    )
    return chart(geometry, more(len(rows) - MOST_ROWS, voice))
