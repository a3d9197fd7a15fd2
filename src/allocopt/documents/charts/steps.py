"""Steps: a waterfall from one total over signed changes to the next, one row per step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from allocopt.documents.charts.bars import LEAST_LEFT, MOST_ROWS, ROW
from allocopt.documents.charts.drawing import (
    GRID,
    HATCH,
    Shape,
    area,
    group,
    hatching,
    line,
    rect,
    text,
)
from allocopt.documents.charts.palette import CATEGORIES, DARK, LIGHT, OTHERS
from allocopt.documents.charts.scales import (
    FONT,
    LARGEST,
    WIDTH,
    Scale,
    axis_texts,
    legend,
    legend_height,
    legible_ticks,
    round_ticks,
)
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import shorten, text_width

TOTAL, MORE, LESS = OTHERS, CATEGORIES[0], CATEGORIES[5]
THICKNESS, MOST_RIGHT = 14.0, 150.0
LABEL_WIDTH = 20.0  # [em]
# The axis begins above zero where what moves is less than this part of the totals.
SMALL_CHANGES = 0.15


@dataclass(frozen=True)
class Step:
    """A total, or a change of the level that the steps before it have reached; NaN is not known.

    `tag` says what it is about, such as `territory:East`.
    """

    label: str
    amount: float
    text: str
    total: bool = False
    tag: str = ""


def step_chart(
    steps: Sequence[Step],
    key: tuple[str, str, str],
    write: Callable[[float], str],
    words: Mapping[str, str],
) -> dict[str, Any]:
    """Geometry of a waterfall; `key` names totals, what adds and what takes away.

    A total stands where it is, whatever the steps before it add up to. A step that is not known has a row
    and no bar. Where the changes are small beside the totals the axis begins above zero, which the bars
    of the totals show by a break; `cut` says so. `words` are the chart's id, title and desc.
    """
    shown = [*steps[: MOST_ROWS - 1], steps[-1]] if len(steps) > MOST_ROWS else list(steps)
    levels = list(_levels(shown))
    labels = [shorten(step.label, LABEL_WIDTH) for step in shown]
    left = max(12 + max((text_width(label) for label in labels), default=4) * FONT, LEAST_LEFT)
    right = max((text_width(step.text) for step in shown), default=0) * FONT + 26
    placed = legend(_entries(shown, key), left, 12)
    top = 18 + legend_height(placed, 12)
    bottom = top + ROW * len(shown)
    ticks = _ticks(levels, write)
    across = Scale(ticks[0], ticks[-1], left, WIDTH - min(right, MOST_RIGHT))
    shapes = [
        *_axis(ticks, across, (top, bottom), write),
        *_connectors(levels, across, top),
        *(
            group(
                f"{step.label}: {step.text}",
                _row(step, label, level, top + ROW * k, across),
                step.tag,
            )
            for k, (step, label, level) in enumerate(zip(shown, labels, levels, strict=True))
        ),
    ]
    size = {"width": WIDTH, "height": bottom + 26}
    drawn = {"kind": "drawing", "legend": placed, "shapes": shapes, "cut": ticks[0] > 0}
    return {**words, **size, **drawn, "data": _data(shown, levels, key, ticks[0])}


def _data(
    steps: Sequence[Step],
    levels: Sequence[tuple[float, float]],
    key: tuple[str, str, str],
    first: float,
) -> dict[str, Any]:
    """What is drawn, for formats that draw charts themselves; nothing where a level is below zero.

    The first series carries the others and is not seen; the axis begins at `first`.
    """
    if any(min(level) < 0 for level in levels):
        return {}
    ways = ["total" if step.total else "more" if step.amount > 0 else "less" for step in steps]
    series = [
        {
            "name": name,
            "values": [
                abs(end - start) if way == own else 0.0
                for (start, end), own in zip(levels, ways, strict=True)
            ],
            "colour": colour,
            "hatched": way == "less",
        }
        for way, name, colour in zip(
            ("total", "more", "less"), key, (TOTAL, MORE, LESS), strict=True
        )
        if way in ways
    ]
    foot = [0.0 if step.total else min(level) for step, level in zip(steps, levels, strict=True)]
    labels = [step.label for step in steps]
    return {"labels": labels, "series": series, "foot": foot, "first": first}


def _levels(steps: Sequence[Step]) -> Iterator[tuple[float, float]]:
    """Start and end of each step."""
    level = 0.0
    for step in steps:
        amount = step.amount if known(step.amount) else 0.0
        start = 0.0 if step.total else level
        level = min(max(start + amount, -LARGEST), LARGEST)
        yield start, level


def _ticks(levels: Sequence[tuple[float, float]], write: Callable[[float], str]) -> list[float]:
    """Ticks from zero, or from below the lowest level where all levels lie close together."""
    ends = [end for _, end in levels]
    low, high = min(ends, default=0.0), max(ends, default=0.0)
    if low > 0 and high - low < SMALL_CHANGES * high:
        room = max(high - low, high * 1e-3) / 2
        ticks = legible_ticks(high, low - room, write)
        if ticks[0] > 0:
            return ticks
    return round_ticks(max(high, 0.0), 5, min(low, 0.0))


def _entries(steps: Sequence[Step], key: tuple[str, str, str]) -> list[tuple[str, str, str]]:
    """Legend of what the chart shows."""
    changes = [step.amount for step in steps if not step.total and known(step.amount)]
    entries = [("box", TOTAL, key[0], any(step.total for step in steps))]
    entries.append(("box", MORE, key[1], any(amount > 0 for amount in changes)))
    entries.append(("hatch", LESS, key[2], any(amount < 0 for amount in changes)))
    return [(shape, colour, words) for shape, colour, words, there in entries if there]


def _axis(
    ticks: Sequence[float], across: Scale, ends: tuple[float, float], write: Callable[[float], str]
) -> Iterator[Shape]:
    top, bottom = ends
    for tick, (x, words) in zip(ticks, axis_texts(ticks, across, write), strict=True):
        yield line([(x, top), (x, bottom)], DARK if tick == 0 else GRID)
        yield text(x, bottom + 16, words, "middle")


def _connectors(
    levels: Sequence[tuple[float, float]], across: Scale, top: float
) -> Iterator[Shape]:
    """Thin lines from the end of each bar to the beginning of the next."""
    for k, (_, end) in enumerate(levels[:-1]):
        middle = top + ROW * k + ROW / 2
        yield line([(across(end), middle), (across(end), middle + ROW)], DARK, 0.8, "2 2")


def _row(
    step: Step, label: str, level: tuple[float, float], top: float, across: Scale
) -> Iterator[Shape]:
    """Label, bar and text of one step."""
    middle = top + ROW / 2
    yield text(across.first - 8, middle + 4, label, "end", bold=step.total)
    x, end = sorted(map(across, level))
    if known(step.amount) and step.amount:
        colour = TOTAL if step.total else MORE if step.amount > 0 else LESS
        box = (x, middle - THICKNESS / 2, max(end - x, 1.0), THICKNESS)
        yield rect(*box, colour)
        if colour == LESS:
            yield line_of(hatching(*box))
        if step.total and across.low > 0:
            yield from _break(x, middle)
    most = (MOST_RIGHT - 26) / FONT
    yield text(WIDTH - 4, middle + 4, shorten(step.text, most), "end", bold=True)


def line_of(d: str) -> Shape:
    """Light strokes over a shape."""
    return {**area(d, "none"), "colour": LIGHT, "thick": 1.3}


def _break(x: float, middle: float) -> Iterator[Shape]:
    """Two slanted strokes over the foot of a bar whose axis does not begin at zero."""
    for shift in accumulate((10.0, HATCH)):
        ends = [
            (x + shift, middle + THICKNESS / 2 + 3),
            (x + shift + 4, middle - THICKNESS / 2 - 3),
        ]
        yield line(ends, LIGHT, 2.0)
