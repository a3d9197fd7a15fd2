"""Headline figures of two sides: what a figure is, what it was, and by how much it differs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import nan

from allocopt.documents.blocks import Block
from allocopt.documents.language.amounts import points
from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice
from allocopt.review.panels import headline, headlines
from allocopt.review.tallies.sides import Write


@dataclass(frozen=True)
class Figure:
    """A figure after and before; a share differs in percentage points. NaN is not known."""

    label: str
    now: float
    write: Write
    was: float = nan
    note: str = ""
    is_share: bool = False


def sided_headlines(figures: Iterable[Figure], voice: Voice) -> Block | None:
    """The figures that are known, with what they were where that is written otherwise."""
    return headlines(_entry(one, voice) for one in figures if known(one.now))


def _entry(figure: Figure, voice: Voice) -> dict[str, str]:
    before, after = figure.write(figure.was), figure.write(figure.now)
    if not known(figure.was) or before == after:
        return headline(figure.label, after, figure.note)
    change = figure.now - figure.was
    told = points(change, voice) if figure.is_share else _signed(figure.write(change), change)
    return headline(figure.label, after, figure.note, before=before, change=told)


def _signed(text: str, change: float) -> str:
    """The text of a change; a unit in it may have taken away that it is a number."""
    return f"+{text}" if change > 0 and not text.startswith("+") else text
