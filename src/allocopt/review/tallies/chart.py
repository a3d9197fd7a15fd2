"""The chart of two sides: a bar per row for a value after, and a ring for what it was before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

from allocopt.documents.blocks import Block, chart
from allocopt.documents.charts import Bar, BarRow, Mark, bar_chart
from allocopt.documents.charts.bars import BAND, MOST_ROWS
from allocopt.documents.charts.palette import BLUE, DARK, ORANGE
from allocopt.documents.figures.texts import changes_in_words, more
from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice
from allocopt.review.tallies.sides import Write, in_line, is_other, sided


@dataclass(frozen=True)
class SideRow:
    """One item: its label, what it is about (`rep:Ann`), the value before and after, and what it is
    measured against: a `limit`, and a band from `lower` to `upper`. NaN is not known.
    """

    label: str
    tag: str
    was: float
    now: float
    limit: float = nan
    lower: float = nan
    upper: float = nan


@dataclass(frozen=True)
class SideTexts:
    """What a chart of two sides says: its id, title and desc, what is shown, and what the limit is."""

    id: str
    title: str
    desc: str
    value: str
    limit: str = ""


def side_chart(
    rows: Sequence[SideRow], texts: SideTexts, write: Write, voice: Voice
) -> Block | None:
    """Bars for the values after with rings for those before, the largest change first."""
    shown = [row for row in rows if known(row.was) or known(row.now)]
    if not shown:
        return None
    ordered = sorted(shown, key=lambda row: (-_moved(row), -_size(row.now)))
    bars = [
        BarRow(
            row.label,
            [Bar(row.now, BLUE)],
            in_line(sided(row.was, row.now, write)),
            [
                Mark("tick", row.limit, DARK),
                Mark("ring", row.was if is_other(row.was, row.now) else nan, ORANGE),
            ],
            band=(row.lower, row.upper) if known(row.lower + row.upper) else None,
            tag=row.tag,
        )
        for row in ordered
    ]
    words = {"id": texts.id, "title": texts.title, "desc": _told(ordered, texts, write, voice)}
    geometry = bar_chart(bars, _key(shown, texts, voice), write, words)
    return chart(geometry, more(len(bars) - MOST_ROWS, voice))


def _key(rows: Sequence[SideRow], texts: SideTexts, voice: Voice) -> list[tuple[str, str, str]]:
    """The legend: what is drawn, and nothing else."""
    say = voice.say
    key = [("box", BLUE, say("review.sides.after", what=texts.value))]
    if any(is_other(row.was, row.now) and known(row.was) for row in rows):
        key.append(("ring", ORANGE, say("review.sides.before", what=texts.value)))
    if any(known(row.limit) for row in rows):
        key.append(("tick", DARK, texts.limit))
    if any(known(row.lower + row.upper) for row in rows):
        key.append(("band", BAND, say("chart.band")))
    return key


def _told(rows: Sequence[SideRow], texts: SideTexts, write: Write, voice: Voice) -> str:
    """What the chart shows, and the changes that move most and least."""
    moved = [(row.label, row.now - row.was) for row in rows if is_other(row.was, row.now)]
    numbers = changes_in_words(moved, write, voice) or voice.say("review.sides.same")
    return voice.say("figure.with_numbers", desc=texts.desc, numbers=numbers)


def _moved(row: SideRow) -> float:
    """Size of a change; the whole value where one side has none."""
    if not is_other(row.was, row.now):
        return 0.0
    return abs(_size(row.now) - _size(row.was)) or 1e-12


def _size(value: float) -> float:
    return value if known(value) else 0.0
