"""Slide parts: text, cards, tables and charts on a slide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from lxml.builder import ElementMaker
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Pt

from allocopt.documents.language.text import shorten
from allocopt.documents.office.columns import Grid, gaps, is_single
from allocopt.documents.office.drawing import A
from allocopt.documents.office.frame import (
    ACCENT,
    BADGE,
    INK,
    RULE,
    SOFT,
    WASH,
    Box,
    Style,
    add_run,
    add_text,
    place,
    tight,
    write_text,
)
from allocopt.documents.office.outline import Identity
from allocopt.documents.office.pages import (
    CAPTION_HEIGHT,
    CARD_GAP,
    CARD_HEIGHT,
    CARDS_ABREAST,
    MARGIN,
    NOTE_SIZE,
    WIDTH,
    Page,
    Piece,
    note_height,
)

COLOURS = {"heading": ACCENT, "notice": SOFT}
# No Style, No Grid: the rules of a table are drawn here.
PLAIN_TABLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
_a = ElementMaker(namespace=A, nsmap={"a": A})


def add_pieces(
    slide: Any, page: Page, pieces: Sequence[Piece], top: float, identity: Identity
) -> None:
    """Text, cards and small tables one below the other, each in the room that was kept for it."""
    for is_text, run in groupby(pieces, key=lambda piece: piece.is_text):
        together = list(run)
        height = sum(piece.height(page.size) for piece in together)
        if is_text:
            box = Box(MARGIN, top, WIDTH, height)
            _add_paragraphs(slide, together, box, page.size, identity)
        else:
            _add_figures(slide, together, top, identity)
        top += height


def _add_figures(slide: Any, pieces: Sequence[Piece], top: float, identity: Identity) -> None:
    """Cards, and small tables under their captions."""
    for piece in pieces:
        if piece.grid is not None:
            box, style = Box(MARGIN, top, WIDTH, CAPTION_HEIGHT), Style(14, INK, bold=True)
            short = shorten(piece.text, WIDTH / style.size / 1.1)
            add_text(slide, box, short, style, identity)
            add_table(slide, piece.grid, top + CAPTION_HEIGHT, identity)
        else:
            _add_cards(slide, piece.cards, top, identity)
        top += piece.height(0)


def _add_paragraphs(
    slide: Any, pieces: Sequence[Piece], box: Box, size: float, identity: Identity
) -> None:
    shape = slide.shapes.add_textbox(0, 0, 0, 0)
    place(shape, box)
    tight(shape.text_frame)
    for number, piece in enumerate(pieces):
        frame = shape.text_frame
        paragraph = frame.add_paragraph() if number else frame.paragraphs[0]
        paragraph.space_after = Pt(size * 0.35)
        if piece.style == "heading" and number:
            paragraph.space_before = Pt(size * 0.5)
        if piece.style == "item":
            _bullet(paragraph)
        colour, bold = COLOURS.get(piece.style, INK), piece.style == "heading"
        style = Style(piece.letters(size), colour, bold)
        add_run(paragraph, piece.text, style, identity.language)
        if piece.badge:
            add_run(paragraph, f"  {piece.badge}", Style(12, BADGE), identity.language)


def _bullet(paragraph: Any) -> None:
    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", str(Pt(18)))
    properties.set("indent", str(-Pt(18)))
    properties.append(_a.buFont(typeface="Arial"))
    properties.append(_a.buChar(char="•"))


def _add_cards(
    slide: Any, cards: Sequence[Mapping[str, str]], top: float, identity: Identity
) -> None:
    width = (WIDTH - CARD_GAP * (CARDS_ABREAST - 1)) / CARDS_ABREAST
    for number, card in enumerate(cards):
        left = MARGIN + (number % CARDS_ABREAST) * (width + CARD_GAP)
        y = top + (number // CARDS_ABREAST) * (CARD_HEIGHT + CARD_GAP)
        _add_card(slide, card, Box(left, y, width, CARD_HEIGHT), identity)


def _add_card(slide: Any, card: Mapping[str, str], box: Box, identity: Identity) -> None:
    """A headline figure: label, value, what it is compared with."""
    shape = _filled(slide, box, WASH)
    _filled(slide, Box(box.left, box.top, 4, box.height), ACCENT)
    frame = shape.text_frame
    tight(frame)
    frame.margin_left, frame.margin_right = Pt(16), Pt(8)
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    room = (box.width - 24) / 1.1
    lines = (
        (card["label"], Style(12, SOFT)),
        (card["value"], Style(24, INK, bold=True)),
        (card["note"], Style(12, SOFT)),
    )
    for number, (text, style) in enumerate(line for line in lines if line[0]):
        paragraph = frame.add_paragraph() if number else frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.LEFT
        add_run(paragraph, shorten(text, room / style.size), style, identity.language)


def _filled(slide: Any, box: Box, colour: str) -> Any:
    """A rectangle of one colour without a line."""
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, 0, 0)
    place(shape, box)
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(colour)
    shape.line.fill.background()
    shape.shadow.inherit = False
    return shape


def add_notes(slide: Any, notes: Sequence[str], top: float, identity: Identity) -> None:
    """Lines under a table or a chart."""
    for note in notes:
        height = note_height(note)
        add_text(slide, Box(MARGIN, top, WIDTH, height), note, Style(NOTE_SIZE, SOFT), identity)
        top += height


def add_table(slide: Any, grid: Grid, top: float, identity: Identity) -> float:
    """A table of the program's own; where it ends [pt]."""
    height = sum(grid.heights)
    places = (Pt(MARGIN), Pt(top), Pt(sum(grid.widths)), Pt(height))
    frame = slide.shapes.add_table(len(grid.rows) + 1, len(grid.heads), *places)
    table = frame.table
    table._tbl.tblPr.find(f"{{{A}}}tableStyleId").text = PLAIN_TABLE
    table.horz_banding = False
    table.last_row = grid.has_total
    for column, width in zip(table.columns, grid.widths, strict=True):
        column.width = Pt(width)
    for k, (row, tall) in enumerate(zip((grid.heads, *grid.rows), grid.heights, strict=True)):
        table.rows[k].height = Pt(tall)
        _write_row(table.rows[k].cells, row, grid, k, identity)
    return top + height


def _write_row(cells: Any, row: Sequence[str], grid: Grid, number: int, identity: Identity) -> None:
    """The head (number 0), a row or the total of a table."""
    head, total = number == 0, grid.has_total and number == len(grid.rows)
    style = Style(grid.size, SOFT if head else INK, bold=head or total)
    # Chinese letters stand lower in their line than digits; in the middle both are level.
    level = MSO_ANCHOR.MIDDLE if is_single(grid, number) else MSO_ANCHOR.TOP
    anchor = MSO_ANCHOR.BOTTOM if head else level
    for cell, text, holds, gap in zip(cells, row, grid.holds, gaps(grid.holds), strict=True):
        _write_cell(cell, text, holds, style, identity)
        cell.margin_left = Pt(6 + gap)
        cell.vertical_anchor = anchor
        _rule(cell, INK if head or total else RULE, above=total)


def _write_cell(cell: Any, text: str, holds: str, style: Style, identity: Identity) -> None:
    """The text of a cell; numbers stand at the right."""
    cell.margin_right = Pt(6)
    cell.margin_top = cell.margin_bottom = Pt(3.5)
    paragraph = write_text(cell.text_frame, text, style, identity.language)
    if holds == "number":
        paragraph.alignment = PP_ALIGN.RIGHT


def _rule(cell: Any, colour: str, *, above: bool) -> None:
    """The rule under a cell, and over those of a total."""
    properties = cell._tc.get_or_add_tcPr()
    for name in ("lnT", "lnB") if above else ("lnB",):
        width = "12700" if colour == INK else "6350"
        line = _a(name, _a.solidFill(_a.srgbClr(val=colour)), w=width)
        properties.append(line)
    properties.append(_a.noFill())
