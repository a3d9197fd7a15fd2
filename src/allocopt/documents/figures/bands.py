"""Bands: how attainment of quota is spread over the reps."""

from __future__ import annotations

from allocopt.documents.blocks import Block, chart
from allocopt.documents.charts import Bar, BarRow, bar_chart
from allocopt.documents.charts.palette import BLUE
from allocopt.documents.facts import Facts
from allocopt.documents.facts.progress import results
from allocopt.documents.figures.texts import words
from allocopt.documents.language.voice import Voice

BAND = "attainment_band:"


def band_chart(facts: Facts, voice: Voice) -> Block | None:
    """How many reps reached which part of their quota to date; None where nobody carries one."""
    counts = {
        str(kpi).removeprefix(BAND): float(count)
        for kpi, count in results(facts)["value"].items()
        if str(kpi).startswith(BAND)
    }
    if not sum(counts.values()):
        return None
    rows = [
        BarRow(band_range(band, voice), [Bar(count, BLUE)], voice.show.number(count))
        for band, count in counts.items()
    ]
    numbers = voice.show.join(
        [voice.say("general.with", name=row.label, value=row.text) for row in rows]
    )
    return chart(bar_chart(rows, [], voice.show.tick, words("bands", facts, voice, numbers)))


def band_range(band: str, voice: Voice) -> str:
    """`0.8-1` and `1.2+` as people write them."""
    low, _, high = band.rstrip("+").partition("-")
    first = voice.show.percent(float(low), 0)
    if not high:
        return voice.say("chart.above", low=first)
    last = voice.show.percent(float(high), 0)
    return (
        voice.say("chart.between", low=first, high=last)
        if float(low)
        else voice.say("chart.below", high=last)
    )
