"""Axes: round ticks, and the line from a value to a pixel."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from allocopt.documents.language.text import text_width

# Every chart is drawn this wide [px]; the page scales it. Text of 12 px is then 8 pt on A4.
WIDTH = 720.0
FONT = 12.0
# Beyond these a value is drawn as if it were one of them; no amount of money comes near.
LARGEST, SMALLEST = 1e250, 1e-250


@dataclass(frozen=True)
class Scale:
    """A linear scale from values to pixels; values beyond its ends lie on them."""

    low: float
    high: float
    first: float
    last: float

    def __call__(self, value: float) -> float:
        """Pixel of a value, to a tenth."""
        inside = min(max(value, self.low), self.high)
        # Halves: the distance of two large numbers may be no number.
        part = (inside / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        return round(float(self.first + part * (self.last - self.first)), 1)


def round_ticks(high: float, count: int = 5, low: float = 0.0) -> list[float]:
    """Ticks at multiples of 1, 2, 2.5 or 5 · 10ⁿ that enclose `low` and `high`, about `count` of them.

    Ends that are the same, but for the arithmetic, are taken apart.
    """
    high, low = (min(max(value, -LARGEST), LARGEST) for value in (high, low))
    size = max(abs(high), abs(low))
    spread = high - low
    if spread <= max(size * 1e-9, SMALLEST):
        spread = size if size > SMALLEST else 1.0
    step = 10.0 ** math.floor(math.log10(spread / count))
    step *= next(factor for factor in (1, 2, 2.5, 5, 10) if factor * step * count >= spread * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [step * k for k in range(first, max(last, first + 1) + 1)]


def legible_ticks(high: float, low: float, write: Callable[[float], str]) -> list[float]:
    """Round ticks that enclose `low` and `high`: so few, or so far apart, that no two say the same."""
    room = min(max(high - low, abs(high) * 1e-4), LARGEST)
    for wider in (0, 1, 4, 16, 64, 256):
        for count in (5, 3, 2, 1):
            ticks = round_ticks(high + wider * room, count, low - wider * room)
            if len({write(tick) for tick in ticks}) == len(ticks):
                return ticks
    return round_ticks(high, 5, low)


def axis_texts(
    ticks: Sequence[float], along: Scale, write: Callable[[float], str]
) -> Iterator[tuple[float, str]]:
    """Pixel and text of each tick of a level axis; a text without room is blank."""
    end = 0.0
    for tick in ticks:
        words, x = write(tick), along(tick)
        half = text_width(words) * FONT / 2
        free = x - half >= end and x + half <= WIDTH
        if free:
            end = x + half + 6
        yield x, words if free else ""


def spaced(count: int, most: int) -> list[int]:
    """Indices of at most `most` labels that are evenly spaced among `count`."""
    step = max(1, math.ceil(count / most))
    return list(range(0, count, step))


def legend(
    entries: Iterable[tuple[str, str, str]], left: float, top: float, wide: float = WIDTH
) -> list[dict[str, object]]:
    """Legend entries side by side from `left`, on as many lines as they need in a chart so `wide`.

    Each entry is (shape, colour, text); the shapes are those of `Mark`, `box`, `hatch`, `line`, `dash`
    and `band`.
    """
    placed: list[dict[str, object]] = []
    x, y = left, top
    for shape, colour, text in entries:
        width = 24 + text_width(text) * FONT + 16
        if x + width > wide and x > left:
            x, y = left, y + 18
        placed.append({"shape": shape, "colour": colour, "text": text, "x": round(x, 1), "y": y})
        x += width
    return placed


def legend_height(placed: list[dict[str, object]], top: float) -> float:
    """Height that a placed legend takes [px]."""
    return max((float(str(entry["y"])) for entry in placed), default=top - 18) - top + 18
