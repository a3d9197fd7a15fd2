"""Years: the path of a plan of several years."""

from __future__ import annotations

import pandas as pd

from allocopt.documents.blocks import Block, chart
from allocopt.documents.charts import Line, line_chart
from allocopt.documents.charts.palette import BLUE, DARK, ORANGE
from allocopt.documents.facts import Facts
from allocopt.documents.figures.texts import words
from allocopt.documents.language.voice import Voice

LINES = {"demand": DARK, "sales": BLUE, "margin": ORANGE}


def year_chart(years: pd.DataFrame, facts: Facts, voice: Voice) -> Block | None:
    """Demand, sales and margin by year; None for a plan of one year."""
    if len(years) < 2:
        return None
    lines = [
        Line(voice.say(f"kpi.{name}"), [float(v) for v in years[name]], colour, dotted=True)
        for name, colour in LINES.items()
        if years[name].notna().any()
    ]
    labels = [voice.show.short_period(str(label)) for label in years.index]
    numbers = voice.show.join(
        [
            voice.say("general.with", name=label, value=voice.show.compact(float(value)))
            for label, value in zip(labels, years["sales"], strict=True)
        ]
    )
    texts = words("years", facts, voice, numbers)
    return chart(line_chart(labels, lines, None, voice.show.tick, texts))
