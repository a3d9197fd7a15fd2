"""Quota per rep against what the rep's units can buy and what the rep is expected to sell."""

from __future__ import annotations

from math import nan

import pandas as pd

from allocopt.documents.blocks import Block, chart
from allocopt.documents.charts import Bar, BarRow, Mark, bar_chart
from allocopt.documents.charts.bars import MOST_ROWS
from allocopt.documents.charts.palette import BLUE, DARK, ORANGE
from allocopt.documents.facts import Facts, numbers, ratio, records
from allocopt.documents.figures.carried import carried, held, measure_of
from allocopt.documents.figures.texts import ends_in_words, more, words
from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice

# Potential beyond this many times the largest quota is written and not drawn.
MOST_TIMES = 5.0


def quota_chart(facts: Facts, voice: Voice) -> Block | None:
    """Quota per rep with marks for the potential, the expected sales and the quota before."""
    quotas = facts.rep_quotas[facts.rep_quotas["quota"].fillna(0) > 0]
    if quotas.empty:
        return None
    quotas = quotas.sort_values("quota", ascending=False, kind="stable")
    potential = numbers(carried(held(facts), measure_of(facts, "potential")))
    marked_potential = potential if _comparable(potential, quotas) else {}
    rows = [
        BarRow(
            facts.name_of("reps", rep),
            [Bar(row["quota"], BLUE)],
            _text(row["quota"], potential.get(rep, nan), voice),
            [
                Mark("ring", marked_potential.get(rep, nan), DARK),
                Mark("tick", row["before"], DARK),
                Mark("diamond", row["expected"], ORANGE),
            ],
            tag=f"rep:{rep}",
        )
        for rep, row in records(quotas)
    ]
    shapes = [("box", BLUE, "quota"), ("diamond", ORANGE, "expected"), ("tick", DARK, "before")]
    shapes.append(("ring", DARK, "potential"))
    marked = {mark.shape for row in rows for mark in row.marks if known(mark.value)}
    key = [
        (shape, colour, voice.say(f"chart.{name}"))
        for shape, colour, name in shapes
        if shape in {"box", *marked}
    ]
    entries = [(row.label, float(row.bars[0].value)) for row in rows]
    total = voice.show.money(sum(value for _, value in entries))
    said = ends_in_words(entries, voice.show.compact, voice, total)
    geometry = bar_chart(rows, key, voice.show.tick, words("quota", facts, voice, said))
    note = voice.say("chart.quota_share") if any(map(known, potential.values())) else ""
    hidden = more(len(rows) - MOST_ROWS, voice)
    return chart(geometry, voice.say("figure.space").join(filter(None, (note, hidden))))


def _comparable(potential: dict[str, float], quotas: pd.DataFrame) -> bool:
    """Whether potential and quota can be seen on one axis."""
    largest = max(filter(known, potential.values()), default=0.0)
    return largest <= MOST_TIMES * float(quotas["quota"].max())


def _text(quota: float, potential: float, voice: Voice) -> str:
    """A quota, and its share of the potential where that is known."""
    share = ratio(quota, potential)
    text = voice.show.compact(quota)
    return f"{text} · {voice.show.percent(share, 0)}" if known(share) else text
