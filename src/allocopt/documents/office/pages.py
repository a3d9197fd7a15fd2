"""Pages: the blocks of a section laid out as slides, none of which holds more than it has room for.

Lengths are in points; a slide is 960 × 540.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from allocopt.documents.blocks import Block, Section
from allocopt.documents.language.text import shorten, text_width
from allocopt.documents.office.columns import Grid, grids_of, is_roomy
from allocopt.documents.office.outline import sentences

SLIDE_WIDTH, SLIDE_HEIGHT, MARGIN = 960.0, 540.0, 44.0
WIDTH = SLIDE_WIDTH - 2 * MARGIN
BODY_TOP, BODY_HEIGHT = 122.0, 376.0
TITLE_SIZES, NOTE_SIZE = (24.0, 22.0, 20.0), 12.0
# Sizes of text and of tables, the first that needs no more slides than the last is taken.
TEXT_SIZES, TABLE_SIZES = (18.0, 16.0, 14.0), (14.0, 13.0, 12.0)
LINE = 1.28  # of the size of letters
TITLE_LINES = 2
# What may follow a title: which of how many slides it is.
NUMBER = " (1/9)"
MOST_ROWS = 12
CARD_HEIGHT, CARD_GAP, CARDS_ABREAST = 84.0, 12.0, 3
# A table that takes less than this part of a slide stands among text or beside another.
SMALL = 0.5
CAPTION_HEIGHT, AFTER_TABLE = 24.0, 18.0
# Estimated widths are a mean; some lines are wider.
CAREFUL = 1.04


@dataclass(frozen=True)
class Piece:
    """A paragraph (`prose`, `item`, `heading` or `notice`), the `cards` or a small `table` of a slide."""

    style: str
    text: str = ""
    badge: str = ""
    cards: Sequence[Mapping[str, str]] = ()
    grid: Grid | None = None

    @property
    def is_text(self) -> bool:
        """Whether it is a paragraph."""
        return self.style not in ("cards", "table")

    def letters(self, size: float) -> float:
        """Size of its letters on a slide with text of a size [pt]: a notice is small print."""
        return min(size, TEXT_SIZES[-1]) if self.style == "notice" else size

    def height(self, size: float) -> float:
        """Room that it takes with text of a size [pt]."""
        if self.style == "cards":
            return math.ceil(len(self.cards) / CARDS_ABREAST) * (CARD_HEIGHT + CARD_GAP)
        if self.grid is not None:
            return CAPTION_HEIGHT + sum(self.grid.heights) + AFTER_TABLE
        room, size = WIDTH - (20 if self.style == "item" else 0), self.letters(size)
        lead = size if self.style == "heading" else size * 0.45
        return lines_of(f"{self.text}  {self.badge}".strip(), size, room) * size * LINE + lead


@dataclass(frozen=True)
class Page:
    """A slide: its title, what stands over it, what it shows, and a line under it.

    `shows` is a tuple of pieces, a grid of a table or the geometry of a chart; text `after` it stands
    under a grid.
    """

    topic: str
    title: str
    shows: tuple[Piece, ...] | Grid | dict[str, Any]
    notes: tuple[str, ...] = ()
    number: tuple[int, int] = (1, 1)
    after: tuple[Piece, ...] = ()
    size: float = TEXT_SIZES[-1]

    @property
    def top(self) -> float:
        """Where the body begins: higher under a title of one line."""
        titled = lines_of(self.title + NUMBER, self.title_size, WIDTH)
        return BODY_TOP if titled > 1 else BODY_TOP - TITLE_SIZES[0] * LINE

    @property
    def notes_height(self) -> float:
        """Room that the lines under a table or chart take."""
        return sum(note_height(note) for note in self.notes)

    @property
    def title_size(self) -> float:
        """Size of the title, the largest that fits."""
        return next((size for size in TITLE_SIZES if _fits(self.title, size)), TITLE_SIZES[-1])


@dataclass
class _Builder:
    """What is laid out so far of a section."""

    section: Section
    pages: list[Page] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    heading: str = ""
    pending: str = ""
    lead: str = ""

    def titles(self, own: str, heading: str) -> tuple[str, str]:
        """What stands over a table or chart and its title: its own, or a sentence that leads to it."""
        above = [self.section["title"], heading, own if self.lead else ""]
        title, self.lead = self.lead or own, ""
        return " · ".join(part for part in above if part), title


def note_height(note: str) -> float:
    """Room that a line under a table or chart takes, which may be broken."""
    return lines_of(note, NOTE_SIZE, WIDTH) * NOTE_SIZE * LINE + 5


def _fits(title: str, size: float) -> bool:
    return lines_of(title + NUMBER, size, WIDTH) <= TITLE_LINES


def lines_of(text: str, size: float, room: float) -> int:
    """Estimated lines of a text that is broken at `room` points."""
    wanted = [text_width(line) * size * CAREFUL / room for line in text.split("\n")]
    return sum(max(1, math.ceil(lines)) for lines in wanted)


def pages_of(section: Section) -> list[Page]:
    """The slides of a section, in order."""
    builder = _Builder(section)
    for block in section["blocks"]:
        _ADD[block["kind"]](builder, block)
    _flush(builder, more=False)
    return builder.pages


def _add_heading(builder: _Builder, block: Block) -> None:
    builder.heading = builder.pending = block["text"]


def _add_text(builder: _Builder, block: Block) -> None:
    """Text goes on in the slide before; a notice under a table or chart belongs to that."""
    pieces = list(_pieces(block))
    last = builder.pages[-1] if builder.pages and not builder.pieces else None
    if last is not None and block["kind"] == "notice" and _takes_note(last) and not builder.pending:
        builder.pages[-1] = replace(last, notes=(*last.notes, block["text"]))
        return
    if builder.pending:
        builder.pieces.append(Piece("heading", builder.pending))
        builder.pending = ""
    builder.pieces += pieces


def _takes_note(page: Page) -> bool:
    """Whether a further line can stand under the chart of a slide; under a table there is text."""
    return isinstance(page.shows, dict) and len(page.notes) < 2


def _add_table(builder: _Builder, block: Block) -> None:
    notes = (block["more"],) if block["more"] else ()
    grids = _grids(block, BODY_HEIGHT - sum(map(note_height, notes)))
    if len(grids) == 1 and not notes and sum(grids[0].heights) < SMALL * BODY_HEIGHT:
        if builder.pending:
            builder.pieces.append(Piece("heading", builder.pending))
        builder.pieces.append(Piece("table", block["caption"], grid=grids[0]))
        builder.pending = ""
        return
    _flush(builder)
    topic, title = builder.titles(block["caption"], builder.heading)
    for number, grid in enumerate(grids, start=1):
        shown = notes if number == len(grids) else ()
        builder.pages.append(Page(topic, title, grid, shown, (number, len(grids))))
    builder.pending = ""


def _grids(block: Block, height: float) -> list[Grid]:
    """The table in letters as large as they can be without more slides, and without narrow columns."""
    made = [list(grids_of(block, WIDTH, height, MOST_ROWS, size)) for size in TABLE_SIZES]
    least = made[-1]
    fitting = (one for one in made if len(one) == len(least) and all(map(is_roomy, one)))
    return next(fitting, least)


def _add_chart(builder: _Builder, block: Block) -> None:
    _flush(builder)
    notes = (block["note"],) if block["note"] else ()
    chart = block["chart"]
    builder.pages.append(Page(*builder.titles(chart["title"], builder.heading), chart, notes))
    builder.pending = ""


_ADD = {
    "heading": _add_heading,
    "prose": _add_text,
    "list": _add_text,
    "notice": _add_text,
    "cards": _add_text,
    "table": _add_table,
    "chart": _add_chart,
}


def _pieces(block: Block) -> Iterator[Piece]:
    """A block of text as pieces."""
    if block["kind"] == "cards":
        yield Piece("cards", cards=block["cards"])
    elif block["kind"] == "notice":
        yield Piece("notice", block["text"])
    elif block["kind"] == "prose":
        yield from (Piece("prose", text) for text in block["paragraphs"])
    else:
        if block["title"]:
            yield Piece("heading", block["title"], block["badge"])
        yield from (Piece("item", text) for text in block["items"])


def _flush(builder: _Builder, *, more: bool = True) -> None:
    """Make slides of the text and the small tables that have come together; `more` comes after it."""
    if not builder.pieces:
        return
    title, pieces = builder.section["title"], builder.pieces
    lone = pieces[-1].grid
    if lone is not None and [piece.style for piece in pieces[:-1]] in ([], ["heading"]):
        above = pieces[0].text if len(pieces) > 1 else ""
        builder.pages.append(Page(*builder.titles(pieces[-1].text, above), lone))
        builder.pieces = []
        return
    if not builder.pages:
        title, kept = _main_point(title, pieces)
        if not kept and more:
            # The one sentence of a section is the title of what it speaks of.
            builder.lead, builder.pieces = title, []
            return
        pieces = kept or pieces
        title = title if kept else builder.section["title"]
    elif _fits_under(builder.pages[-1], pieces):
        builder.pages[-1] = replace(builder.pages[-1], after=tuple(pieces))
        builder.pieces = []
        return
    packed = [(list(_packed(_cut(pieces, size), size)), size) for size in TEXT_SIZES]
    parts, size = next((p, size) for p, size in packed if len(p) == len(packed[-1][0]))
    topic = builder.section["title"] if title != builder.section["title"] else ""
    for number, part in enumerate(parts, start=1):
        page = Page(topic, title, part, number=(number, len(parts)), size=size)
        builder.pages.append(page)
    builder.pieces = []


def _fits_under(page: Page, pieces: Sequence[Piece]) -> bool:
    """Whether text has room under the table of a slide."""
    if not isinstance(page.shows, Grid) or not all(piece.is_text for piece in pieces):
        return False
    taken = sum(page.shows.heights) + page.notes_height + AFTER_TABLE
    return taken + sum(piece.height(page.size) for piece in pieces) <= BODY_HEIGHT


def _main_point(title: str, pieces: list[Piece]) -> tuple[str, list[Piece]]:
    """The first sentence that fits a title, and the text without it; else the section's title."""
    for place, piece in enumerate(pieces):
        if piece.style == "heading":
            break  # what follows is about something narrower
        if piece.style not in ("prose", "item"):
            continue
        first, *rest = sentences(piece.text)
        if _fits(first, TITLE_SIZES[-1]):
            left = [replace(piece, text=" ".join(rest))] if rest else []
            kept = [*pieces[:place], *left, *pieces[place + 1 :]]
            return first, kept
    return title, pieces


def _cut(pieces: Iterable[Piece], size: float) -> Iterator[Piece]:
    """A paragraph that would fill more than a slide is cut at sentences, and a sentence at its end."""
    for piece in pieces:
        if piece.height(size) <= BODY_HEIGHT:
            yield piece
        elif piece.style == "cards":
            abreast = int(BODY_HEIGHT // (CARD_HEIGHT + CARD_GAP)) * CARDS_ABREAST
            for start in range(0, len(piece.cards), abreast):
                yield replace(piece, cards=piece.cards[start : start + abreast])
        else:
            most = 0.8 * BODY_HEIGHT / (size * LINE) * (WIDTH - 20) / size
            for text in sentences(" ".join(piece.text.split("\n"))):
                yield replace(piece, text=shorten(text, most))


def _packed(pieces: Iterable[Piece], size: float) -> Iterator[tuple[Piece, ...]]:
    """Pieces in slides; a heading goes with what follows it."""
    held: list[Piece] = []
    for piece in pieces:
        if held and sum(one.height(size) for one in held) + piece.height(size) > BODY_HEIGHT:
            moved = [held.pop()] if held[-1].style == "heading" and len(held) > 1 else []
            yield tuple(held)
            held = moved
        held.append(piece)
    if held:
        yield tuple(held)
