"""Word tables: real ones, with a head that is repeated, rows that stay whole, and numbers at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from allocopt.documents.blocks import Block
from allocopt.documents.office.columns import fitted_widths, fitting_size, gaps, line_count
from allocopt.documents.office.word_text import Styles, attributes, paragraph, run, w

TWENTIETHS = 20  # of a point
SIZES = (9.0, 8.5, 8.0, 7.5, 7.0)
# Room at the sides of a cell [pt].
CELL_SIDE = 5.0
ACCENT, WASH = "0B4F7D", "F3F6F9"
CARDS_ABREAST = 3
GAP, ROW_GAP = 10.0, 8.0  # between cards [pt]
# A table of so few rows is not parted by the end of a page.
SHORT = 8


def plan_table(block: Block, room: float, styles: Styles) -> Any:
    """A table of the document, at most `room` points wide."""
    size = fitting_size(block, room, SIZES)
    widths = fitted_widths(block, room, size)
    holds = [column["holds"] for column in block["columns"]]
    heads = [str(column["label"]) for column in block["columns"]]
    look = {
        "firstRow": "1",
        "lastRow": str(int(bool(block["total"]))),
        "noVBand": "1",
        "noHBand": "1",
    }
    made = _table(styles["Plan Table"], widths, **look)
    made.append(_row(heads, holds, widths, (styles["Table Head"], size), head=True, keep=True))
    style = (styles["Table Text"], size)
    last = len(block["rows"]) - 1
    for number, row in enumerate(block["rows"]):
        followed = bool(block["total"] or block["more"])
        keep = number == 0 or (number == last and followed) or (number < last <= SHORT)
        made.append(_row(row, holds, widths, style, keep=keep))
    if block["total"]:
        made.append(_row(block["total"], holds, widths, style, bold=True, keep=bool(block["more"])))
    return made


def _table(style: str, widths: Sequence[float], **look: str) -> Any:
    grid = w.tblGrid(*(w.gridCol(attributes(w=_length(width))) for width in widths))
    properties = w.tblPr(
        w.tblStyle(attributes(val=style)),
        w.tblW(attributes(w=_length(sum(widths)), type="dxa")),
        w.tblLayout(attributes(type="fixed")),
        w.tblCellMar(_side("left", CELL_SIDE), _side("right", CELL_SIDE)),
    )
    if look:
        properties.append(w.tblLook(attributes(**look)))
    return w.tbl(properties, grid)


def _row(
    cells: Sequence[str],
    holds: Sequence[str],
    widths: Sequence[float],
    style: tuple[str, float],
    **way: bool,
) -> Any:
    """A row; `head` is repeated on every page, `keep` stays with the next, `bold` is a total."""
    properties = w.trPr(w.cantSplit())
    if way.get("head"):
        properties.append(w.tblHeader())
    row = w.tr(properties)
    shapes = zip(cells, widths, strict=True)
    # Chinese letters stand lower in their line than digits; in the middle both are level.
    level = "center" if all(line_count(*cell, style[1]) == 1 for cell in shapes) else "top"
    for text, kind, width, gap in zip(cells, holds, widths, gaps(holds), strict=True):
        place = [w.keepNext()] if way.get("keep") else []
        if kind == "number":
            place.append(w.jc(attributes(val="right")))
        words = paragraph(style[0], "", *place)
        weight = [w.b()] if way.get("bold") else []
        half_points = attributes(val=f"{2 * style[1]:.0f}")
        words.append(run(text, *weight, w.sz(half_points), w.szCs(half_points)))
        row.append(_cell(words, width, gap, "bottom" if way.get("head") else level))
    return row


def _cell(words: Any, width: float, gap: float, level: str) -> Any:
    properties = w.tcPr(w.tcW(attributes(w=_length(width), type="dxa")))
    if gap:
        properties.append(w.tcMar(_side("left", CELL_SIDE + gap)))
    properties.append(w.vAlign(attributes(val=level)))
    return w.tc(properties, words)


def _side(name: str, width: float) -> Any:
    return w(name, attributes(w=_length(width), type="dxa"))


def card_table(cards: Sequence[Mapping[str, str]], room: float, styles: Styles) -> Any:
    """Headline figures side by side, with room between them."""
    card = (room - GAP * (CARDS_ABREAST - 1)) / CARDS_ABREAST
    widths = [card, *[GAP, card] * (CARDS_ABREAST - 1)]
    made = _table(styles["Normal Table"], widths)
    for start in range(0, len(cards), CARDS_ABREAST):
        if start:
            made.append(_gap_row(widths, styles))
        row = w.tr(w.trPr(w.cantSplit()))
        for place, width in enumerate(widths):
            number = start + place // 2
            shown = place % 2 == 0 and number < len(cards)
            row.append(_card(cards[number], width, styles) if shown else _empty(width, styles))
        made.append(row)
    return made


def _card(card: Mapping[str, str], width: float, styles: Styles) -> Any:
    edge = attributes(val="single", sz="24", space="0", color=ACCENT)
    properties = w.tcPr(
        w.tcW(attributes(w=_length(width), type="dxa")),
        w.tcBorders(w.left(edge)),
        w.shd(attributes(val="clear", color="auto", fill=WASH)),
    )
    lines = (("Card Label", "label"), ("Card Value", "value"), ("Card Note", "note"))
    return w.tc(properties, *(paragraph(styles[style], card[key]) for style, key in lines))


def _empty(width: float, styles: Styles) -> Any:
    properties = w.tcPr(w.tcW(attributes(w=_length(width), type="dxa")))
    return w.tc(properties, paragraph(styles["Card Note"]))


def _gap_row(widths: Sequence[float], styles: Styles) -> Any:
    height = attributes(val=_length(ROW_GAP), hRule="exact")
    cells = [_empty(width, styles) for width in widths]
    return w.tr(w.trPr(w.cantSplit(), w.trHeight(height)), *cells)


def _length(points: float) -> str:
    return str(round(points * TWENTIETHS))
