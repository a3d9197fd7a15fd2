"""Changes: what part of the benefit the first so many changes of an assignment bring."""

from __future__ import annotations

from allocopt.documents.blocks import Block, chart
from allocopt.documents.charts import Point, point_chart
from allocopt.documents.charts.palette import BLUE
from allocopt.documents.facts import Facts
from allocopt.documents.figures.texts import words
from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice


def change_chart(facts: Facts, voice: Voice) -> Block | None:
    """Share of the benefit against the number of changes allowed; None where there is no choice."""
    table = facts.table("change_curve")
    table = table[table["changes"].map(known) & table["share"].map(known)]
    table = table.sort_values("changes").drop_duplicates("changes")
    if len(table) < 2:
        return None
    points = [
        Point(float(row["changes"]), float(row["share"]), voice.show.percent(row["share"], 0), BLUE)
        for row in table.to_dict("records")
    ]
    last = points[-1]
    numbers = voice.say(
        "figure.changes.numbers",
        changes=voice.show.number(last.x),
        benefit=voice.show.money(float(table["benefit"].iloc[-1])),
    )
    axes = (voice.say("chart.changes"), voice.say("chart.share_of_benefit"))
    write = (voice.show.number, lambda share: voice.show.percent(share, 0))
    return chart(point_chart(points, write, axes, words("changes", facts, voice, numbers)))
