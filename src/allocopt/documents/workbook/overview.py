"""Overview: the first sheet, with what the plan is, its headlines, and the way to all others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from allocopt.documents.rendering import Rendering
from allocopt.documents.workbook.book import Book
from allocopt.documents.workbook.pages import block_widths, write_blocks, write_value


def write_overview(
    book: Book, page: Any, rendering: Rendering, entries: Sequence[tuple[str, str]]
) -> None:
    """Write it; `entries` are name and title of each further sheet."""
    content = rendering.content
    row = book.top(page, content["head"]["title"], (content["head"]["subtitle"],)) + 1
    for entry in content["head"]["entries"]:
        book.text(page, row, 0, entry["label"])
        write_value(book, page, row, 1, entry["value"], bold=True, align="left")
        row += 1
    blocks = content["sections"][0]["blocks"] if content["sections"] else []
    widths = block_widths(blocks)
    row = write_blocks(book, page, blocks, row + 1, widths)
    _contents(book, page, entries, row)
    book.widths(page, dict(enumerate(widths)))


def _contents(book: Book, page: Any, entries: Sequence[tuple[str, str]], row: int) -> None:
    page.write_string(row, 0, book.voice.say("frame.contents"), book.styles.heading)
    for number, (name, note) in enumerate(entries, start=row + 1):
        book.link(page, number, 0, name, name)
        book.text(page, number, 1, note)
