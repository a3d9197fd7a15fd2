"""Pages: the sections of a document on sheets, block by block."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from allocopt.documents.blocks import Block, Section
from allocopt.documents.language.shown import Shown
from allocopt.documents.workbook.book import Book, height_of, width_of
from allocopt.documents.workbook.table import STYLE

# Text runs over this many characters; it is merged over the columns that are there.
LINE = 92
LEAST_WIDTH, WIDEST_CELL = 14.0, 44.0


def write_section(book: Book, section: Section, contents: str) -> str:
    """Write a section on a sheet of its own; the sheet's name."""
    page = book.sheet(section["title"])
    row = book.top(page, section["title"], (), contents)
    widths = block_widths(section["blocks"])
    write_blocks(book, page, section["blocks"], row + 1, widths)
    book.widths(page, dict(enumerate(widths)))
    return str(page.get_name())


def block_widths(blocks: Iterable[Block]) -> list[float]:
    """Widths of the columns that hold all blocks below each other; together at least a line of text."""
    widths: list[float] = []
    for block in blocks:
        for place, texts in enumerate(_columns(block)):
            widths += [LEAST_WIDTH] * (place + 1 - len(widths))
            widths[place] = max(widths[place], min(width_of(texts), WIDEST_CELL))
    widths += [LEAST_WIDTH] * (3 - len(widths))
    missing = LINE - sum(widths)
    return [*widths[:-1], widths[-1] + max(missing, 0.0)]


def _columns(block: Block) -> list[list[str]]:
    """The texts of each column of a block that has columns."""
    if block["kind"] == "cards":
        return [[str(card[name]) for card in block["cards"]] for name in ("label", "value", "note")]
    if block["kind"] != "table":
        return []
    rows = [[column["label"] for column in block["columns"]], *block["rows"]]
    return [list(map(str, cells)) for cells in zip(*rows, strict=True)]


def write_blocks(
    book: Book, page: Any, blocks: Iterable[Block], row: int, widths: Sequence[float]
) -> int:
    """Write blocks below each other; the first free row."""
    for block in blocks:
        match block["kind"]:
            case "heading":
                page.write_string(row + 1, 0, *book.cell(block["text"])[:1], book.styles.heading)
                row += 2
            case "prose":
                row = _lines(book, page, block["paragraphs"], row, widths)
            case "list":
                title = " – ".join(filter(None, (block["title"], block["badge"])))
                row = _title(book, page, title, row)
                row = _lines(book, page, [f"• {item}" for item in block["items"]], row, widths)
            case "notice":
                row = _lines(book, page, [block["text"]], row, widths, italic=True)
            case "cards":
                row = _cards(book, page, block["cards"], row)
            case "table":
                row = _table(book, page, block, row, widths)
    return row


def _title(book: Book, page: Any, text: str, row: int) -> int:
    if not text:
        return row
    book.text(page, row, 0, text, bold=True)
    return row + 1


def _lines(
    book: Book, page: Any, texts: Sequence[str], row: int, widths: Sequence[float], **look: Any
) -> int:
    """Texts over the whole width, each in a row as high as it needs; the first free row."""
    for text in texts:
        shown, style = book.cell(str(text), text_wrap=True, valign="top", **look)
        page.merge_range(row, 0, row, len(widths) - 1, "", style)
        page.write_string(row, 0, shown, style)
        page.set_row(row, height_of([(shown, sum(widths))]))
        row += 1
    return row + 1


def _cards(book: Book, page: Any, cards: Iterable[dict[str, str]], row: int) -> int:
    for card in cards:
        book.text(page, row, 0, card["label"], bold=True)
        write_value(book, page, row, 1, card["value"], bold=True, font_size=12, align="right")
        book.text(page, row, 2, card["note"], indent=1)
        row += 1
    return row + 1


def _table(book: Book, page: Any, block: Block, row: int, widths: Sequence[float]) -> int:
    """A table with a filter; its total stands below as the document says it."""
    row = _title(book, page, block["caption"], row)
    for number, cells in enumerate(block["rows"], start=row + 1):
        for place, cell in enumerate(cells):
            wraps = height_of([(cell, widths[place])]) > height_of([])
            write_value(book, page, number, place, cell, text_wrap=wraps, valign="top")
        page.set_row(number, height_of(zip(cells, widths, strict=False)))
    last = row + len(block["rows"])
    _head(book, page, block, row, last)
    row = last + 1
    if block["total"]:
        for place, cell in enumerate(block["total"]):
            write_value(book, page, row, place, cell, **book.styles.total)
        row += 1
    more = [block["more"]] if block["more"] else []
    return _lines(book, page, more, row, widths, italic=True) + 1


def _head(book: Book, page: Any, block: Block, row: int, last: int) -> None:
    """The header of a table; one whose headings are not all different is no table to Excel."""
    heads = [
        {
            "header": book.cell(str(column["label"]))[0],
            "header_format": book.styles.head_of(column["holds"]),
        }
        for column in block["columns"]
    ]
    folded = [head["header"].casefold() for head in heads]
    if "" in folded or len(set(folded)) < len(folded):
        for place, head in enumerate(heads):
            page.write_string(row, place, head["header"], head["header_format"])
        return
    options = {"name": book.table_name(), "style": STYLE, "columns": heads}
    page.add_table(row, 0, last, len(heads) - 1, options)


def write_value(book: Book, page: Any, row: int, place: int, cell: str, **look: Any) -> None:
    """A value that a document shows: a number as a number, a day as a day, all else as text."""
    if not isinstance(cell, Shown):
        book.text(page, row, place, str(cell), **look)
    elif cell.what == "date":
        page.write_datetime(
            row, place, cell.value, book.styles.shown(cell, **{"align": "left", **look})
        )
    else:
        page.write_number(row, place, cell.value, book.styles.shown(cell, **look))
