"""Columns: how wide the columns of a table are, and how a table is divided that is larger than its page.

Widths and heights are in points, from estimated widths of letters.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from allocopt.documents.blocks import Block
from allocopt.documents.language.text import shorten, text_width

# Estimated widths are a mean, and what must not be broken needs some more.
CAREFUL = 1.1
# Room beside the letters of a cell, above and below them.
BESIDE, AROUND = 12.0, 9.0
LINE = 1.25
# Text stands apart from the numbers before it.
APART = 12.0
LEAST_TEXT, LEAST_NUMBER = 60.0, 36.0
# A number that is wider is no number, and is broken [em].
MOST_NUMBER = 16.0
# A word of a head that is not broken is at most this wide [em].
HEAD_WORD = 9.0
# A narrow table is not pulled farther apart than this.
MOST_STRETCH = 1.9
# Lines that a cell may have; what is longer is cut.
MOST_LINES = 8
# Letters become smaller rather than that a cell has more lines.
GOOD_LINES = 3


# Between Chinese and Latin letters programs leave some room [em].
SEAM = 0.25
_SEAM = re.compile(r"(?<=[\u2e80-\u9fff])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z])(?=[\u2e80-\u9fff])")


@dataclass(frozen=True)
class Grid:
    """Rows of a table that fit a page: heads, what the columns hold, widths, cells, row heights."""

    heads: tuple[str, ...]
    holds: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]
    heights: tuple[float, ...]
    size: float
    has_total: bool = False


def grids_of(
    block: Block, room: float, height: float, most_rows: int, size: float
) -> Iterator[Grid]:
    """A table in as many grids as it needs, with the same head; the total stands on the last."""
    holds = tuple(column["holds"] for column in block["columns"])
    for columns, widths in _divided(block, room, size):
        heads = tuple(str(block["columns"][k]["label"]) for k in columns)
        cut = [_picked(row, columns, widths, size) for row in block["rows"]]
        total = [_picked(block["total"], columns, widths, size)] if block["total"] else []
        kept = tuple(holds[k] for k in columns)
        top = _height(heads, widths, size)
        for rows in _pages(cut, total, widths, height - top, most_rows, size):
            heights = (top, *(_height(row, widths, size) for row in rows))
            last = bool(total) and rows[-1] is total[0]
            yield Grid(heads, kept, widths, tuple(rows), heights, size, last)


def fitted_widths(block: Block, room: float, size: float) -> tuple[float, ...]:
    """Widths of the columns that fill `room`, the narrowest that keep numbers and dates in one line.

    Where even those are wider than the room, all are narrower in proportion.
    """
    wanted, least = _wanted(block, size), _least(block, size)
    if sum(wanted) <= room:
        stretch = min(room / sum(wanted), MOST_STRETCH)
        return tuple(width * stretch for width in wanted)
    if sum(least) > room:
        return tuple(width * room / sum(least) for width in least)
    lines = 1.0
    while sum(_broken(least, wanted, lines)) > room:
        lines *= 1.05
    widths = _broken(least, wanted, lines)
    return tuple(width * room / sum(widths) for width in widths)


def _broken(least: Sequence[float], wanted: Sequence[float], lines: float) -> list[float]:
    """Widths in which the longest cell of every column takes about as many lines."""
    return [
        max(low, (high - BESIDE) / lines + BESIDE) for low, high in zip(least, wanted, strict=True)
    ]


def _divided(
    block: Block, room: float, size: float
) -> Iterator[tuple[tuple[int, ...], tuple[float, ...]]]:
    """Columns that fit beside each other with their widths; each part begins with the first column."""
    least = _least(block, size)
    parts: list[list[int]] = [[0]]
    for k in range(1, len(least)):
        if len(parts[-1]) > 1 and sum(least[i] for i in parts[-1]) + least[k] > room:
            parts.append([0])
        parts[-1].append(k)
    for part in parts:
        columns = [block["columns"][k] for k in part]
        rows = [[row[k] for k in part] for row in block["rows"]]
        total = [block["total"][k] for k in part] if block["total"] else []
        own = {"columns": columns, "rows": rows, "total": total}
        yield tuple(part), fitted_widths(own, room, size)


def _wanted(block: Block, size: float) -> list[float]:
    """Widths in which no cell is broken; heads may be."""
    return [
        max(_head_width(column["label"], size), *(_width(cell, size) for cell in cells)) + apart
        for column, cells, apart in _by_column(block)
    ]


def _least(block: Block, size: float) -> list[float]:
    """Widths in which no number, no date and no word is broken."""
    return [
        min(
            wanted,
            max(_narrow(column["label"], size), *(_word_width(c, size) for c in cells)) + apart,
        )
        if column["holds"] == "text"
        else max(min(wanted, MOST_NUMBER * size), LEAST_NUMBER)
        for wanted, (column, cells, apart) in zip(
            _wanted(block, size), _by_column(block), strict=True
        )
    ]


def _by_column(block: Block) -> Iterator[tuple[dict[str, str], list[str], float]]:
    """Each column with its cells and its distance from the column before."""
    rows = [*block["rows"], *([block["total"]] if block["total"] else [])]
    distances = gaps([column["holds"] for column in block["columns"]])
    for k, (column, gap) in enumerate(zip(block["columns"], distances, strict=True)):
        yield column, [row[k] for row in rows], gap


def gaps(holds: Sequence[str]) -> list[float]:
    """Room before each column: text needs some after numbers, which end at its edge."""
    pairs = zip(("", *holds), holds, strict=False)
    return [APART if before == "number" != own else 0.0 for before, own in pairs]


def _head_width(label: str, size: float) -> float:
    """Width of the longest word of a head; Chinese may be broken anywhere."""
    longest = max((text_width(word) for word in label.split()), default=0.0)
    wide = longest if label.isascii() else min(longest, 5.0)
    return min(wide, HEAD_WORD) * size * CAREFUL + BESIDE


def _narrow(label: str, size: float) -> float:
    """The least width of a column of text: that of a word of its head."""
    return max(LEAST_TEXT, _head_width(label, size))


def _word_width(cell: str, size: float) -> float:
    """Width of the longest word that should not be broken."""
    words = [text_width(word) for word in cell.split() if word.isascii()]
    return min(max(words, default=0.0), HEAD_WORD + 3) * size * CAREFUL + BESIDE


def _width(cell: str, size: float) -> float:
    lines = cell.split("\n")
    wide = max(text_width(line) + len(_SEAM.findall(line)) * SEAM for line in lines)
    return wide * size * CAREFUL + BESIDE


def line_count(cell: str, width: float, size: float) -> int:
    """Estimated lines of a cell."""
    room = max(width - BESIDE, size)
    wanted = (text_width(line) * size / room for line in cell.split("\n"))
    return sum(max(1, math.ceil(lines - 1e-6)) for lines in wanted)


def is_roomy(grid: Grid) -> bool:
    """Whether no cell is broken into more than two lines."""
    return max(grid.heights) <= 2 * grid.size * LINE + AROUND + 0.1


def is_single(grid: Grid, row: int) -> bool:
    """Whether all cells of a row (0 is the head) are one line."""
    return grid.heights[row] <= grid.size * LINE + AROUND + 0.1


def _height(row: Sequence[str], widths: Sequence[float], size: float) -> float:
    lines = max(line_count(cell, width, size) for cell, width in zip(row, widths, strict=True))
    return lines * size * LINE + AROUND


def _picked(
    row: Sequence[str], columns: Sequence[int], widths: Sequence[float], size: float
) -> tuple[str, ...]:
    """Cells of a part of the columns; what needs more lines than a row may have is cut."""
    return tuple(_short(row[k], width, size) for k, width in zip(columns, widths, strict=True))


def _short(cell: str, width: float, size: float) -> str:
    if line_count(cell, width, size) <= MOST_LINES:
        return cell
    room = (width - BESIDE) / size / CAREFUL * (MOST_LINES - 1)
    return shorten(" ".join(cell.split("\n")), room)


def _pages(
    rows: Sequence[tuple[str, ...]],
    total: Sequence[tuple[str, ...]],
    widths: Sequence[float],
    height: float,
    most: int,
    size: float,
) -> list[list[tuple[str, ...]]]:
    """Rows page by page, about as many on each; the total goes with the last."""
    even = math.ceil(len(rows) / math.ceil(len(rows) / most))
    while True:
        pages = _filled(
            rows, widths, height - sum(_height(r, widths, size) for r in total), even, size
        )
        if even == 1 or len(pages) <= math.ceil(len(rows) / even):
            break
        # Tall rows: as many pages as they need, filled evenly.
        even = min(even - 1, math.ceil(len(rows) / len(pages)))
    pages[-1] = [*pages[-1], *total]
    return pages


def _filled(
    rows: Sequence[tuple[str, ...]],
    widths: Sequence[float],
    height: float,
    most: int,
    size: float,
) -> list[list[tuple[str, ...]]]:
    pages: list[list[tuple[str, ...]]] = [[]]
    left = height
    for row in rows:
        needed = _height(row, widths, size)
        if pages[-1] and (len(pages[-1]) == most or needed > left):
            pages.append([])
            left = height
        pages[-1].append(row)
        left -= needed
    return pages


def fitting_size(block: Block, room: float, sizes: Sequence[float]) -> float:
    """The largest of some sizes of letters in which no cell takes many lines, else the smallest."""
    for size in sizes:
        widths = fitted_widths(block, room, size)
        rows = [[column["label"] for column in block["columns"]], *block["rows"]]
        lines = (
            line_count(cell, width, size)
            for row in rows
            for cell, width in zip(row, widths, strict=True)
        )
        if sum(_least(block, size)) <= room and max(lines) <= GOOD_LINES:
            return size
    return sizes[-1]
