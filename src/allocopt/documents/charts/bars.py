"""Horizontal bars: one row per item, stacked parts, markers beside them, a value at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allocopt.documents.charts.scales import (
    FONT,
    WIDTH,
    Scale,
    legend,
    legend_height,
    round_ticks,
)
from allocopt.documents.formats import known
from allocopt.documents.text import shorten, text_width

# Rows that fit one printed page; the caller says how many more there are.
MOST_ROWS = 36
ROW, THICKNESS, RIGHT = 24.0, 13.0, 86.0
LABEL_WIDTH = 14.0  # [em]


@dataclass(frozen=True)
class Bar:
    """One part of a row's bar."""

    value: float
    colour: str


@dataclass(frozen=True)
class Mark:
    """A value that is marked on a row: `diamond` or `tick`."""

    shape: str
    value: float
    colour: str


@dataclass(frozen=True)
class BarRow:
    """One item: its label, the parts of its bar, its marks, and the text at the end of the row."""

    label: str
    bars: Sequence[Bar]
    text: str
    marks: Sequence[Mark] = ()


def bar_chart(
    rows: Sequence[BarRow],
    key: Sequence[tuple[str, str, str]],
    write: Callable[[float], str],
    words: Mapping[str, str],
    guide: float | None = None,
) -> dict[str, Any]:
    """Geometry of horizontal bars; `key` is the legend, `guide` a value that is drawn as a line.

    Only the first `MOST_ROWS` rows are drawn. An unknown or negative part has no length. `words` are
    the chart's id, title and desc.
    """
    shown = rows[:MOST_ROWS]
    labels = [shorten(row.label, LABEL_WIDTH) for row in shown]
    left = 12 + max((text_width(label) for label in labels), default=4) * FONT
    placed = legend(key, left, 12)
    top = 18 + legend_height(placed, 12)
    ticks = round_ticks(max([_reach(row) for row in shown] + [guide or 0.0]))
    across = Scale(0, ticks[-1], left, WIDTH - RIGHT)
    bottom = top + ROW * len(shown)
    return {
        **words,
        "kind": "bars",
        "width": WIDTH,
        "height": bottom + 26,
        "legend": placed,
        "top": top,
        "bottom": bottom,
        "x_ticks": [{"x": across(tick), "y": bottom + 16, "text": write(tick)} for tick in ticks],
        "guide": [] if guide is None else [across(guide)],
        "rows": [
            _row(row, label, top + ROW * k, across)
            for k, (row, label) in enumerate(zip(shown, labels, strict=True))
        ],
    }


def _row(row: BarRow, label: str, top: float, across: Scale) -> dict[str, Any]:
    """Coordinates of one row."""
    middle = top + ROW / 2
    return {
        "label": label,
        "full": row.label,
        "label_x": across.first - 8,
        "y": middle + 4,
        "text": row.text,
        "text_x": WIDTH - 4,
        "bars": stack(row.bars, middle - THICKNESS / 2, across),
        "marks": [
            {"shape": mark.shape, "x": across(mark.value), "y": middle, "colour": mark.colour}
            for mark in row.marks
            if known(mark.value)
        ],
    }


def stack(bars: Sequence[Bar], y: float, across: Scale) -> list[dict[str, Any]]:
    """Rectangles of one row, each beginning where the last one ends."""
    placed, start = [], 0.0
    for bar in bars:
        value = max(bar.value, 0.0) if known(bar.value) else 0.0
        x, end = across(start), across(start + value)
        if end > x:
            placed.append(
                {
                    "x": x,
                    "y": y,
                    "width": round(end - x, 1),
                    "height": THICKNESS,
                    "colour": bar.colour,
                }
            )
        start += value
    return placed


def _reach(row: BarRow) -> float:
    """The largest value that a row must show."""
    total = sum(bar.value for bar in row.bars if known(bar.value) and bar.value > 0)
    return max([total, *(mark.value for mark in row.marks if known(mark.value))])
