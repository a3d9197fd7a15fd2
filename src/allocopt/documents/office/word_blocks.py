"""Word blocks: paragraphs, tables, cards and charts of a document in WordprocessingML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from docx.oxml.ns import qn
from docx.shared import Emu

from allocopt.documents.blocks import Block
from allocopt.documents.office.outline import Identity
from allocopt.documents.office.vector import shapes_of
from allocopt.documents.office.word_drawing import inline_drawing
from allocopt.documents.office.word_table import card_table, plan_table
from allocopt.documents.office.word_text import Styles, attributes, paragraph, run, w

EMU_PER_POINT = 12_700
# Charts are drawn at most this high, which with caption and note is a page [pt].
MOST_CHART = 600.0


class Writer:
    """Writes blocks in the styles of a document, as wide as its text."""

    def __init__(self, document: Any, identity: Identity) -> None:
        self.identity = identity
        self.styles = Styles(document)
        section = document.sections[0]
        room = section.page_width - section.left_margin - section.right_margin
        self.width = Emu(room) / EMU_PER_POINT
        self.drawings = 0
        self.bookmarks = 0

    def heading(self, text: str, level: int, bookmark: str = "") -> Any:
        """A heading; a bookmark is where the list of contents leads."""
        made = paragraph(self.styles[f"Heading {level}"], text)
        if bookmark:
            self.bookmarks += 1
            number = {"id": str(self.bookmarks), "name": bookmark}
            made.insert(1, w.bookmarkStart(attributes(**number)))
            made.append(w.bookmarkEnd(attributes(id=number["id"])))
        return made

    def block(self, block: Block) -> Iterator[Any]:
        """The elements of a block."""
        return getattr(self, f"_{block['kind']}")(block)  # type: ignore[no-any-return]

    def contents(self, entries: Sequence[tuple[str, str]]) -> Iterator[Any]:
        """A list of contents as a field, which Word can make anew.

        It has no page numbers: those are known once the pages are laid out, and would be wrong before.
        """
        for number, (title, bookmark) in enumerate(entries):
            link = w.hyperlink(run(title), attributes(anchor=bookmark, history="1"))
            made = paragraph(self.styles["toc 1"])
            if number == 0:
                made.extend([_field_end("begin"), _instruction(), _field_end("separate")])
            made.append(link)
            if number == len(entries) - 1:
                made.append(_field_end("end"))
            yield made

    def _heading(self, block: Block) -> Iterator[Any]:
        yield self.heading(block["text"], 2)

    def _prose(self, block: Block) -> Iterator[Any]:
        for text in block["paragraphs"]:
            yield paragraph(self.styles["Normal"], text)

    def _notice(self, block: Block) -> Iterator[Any]:
        yield paragraph(self.styles["Notice"], block["text"])

    def _list(self, block: Block) -> Iterator[Any]:
        if block["title"]:
            made = self.heading(block["title"], 3)
            if block["badge"]:
                made.append(run(f"  {block['badge']}", style=self.styles["Badge"]))
            yield made
        for item in block["items"]:
            yield paragraph(self.styles["List Bullet"], item)

    def _cards(self, block: Block) -> Iterator[Any]:
        yield card_table(block["cards"], self.width, self.styles)
        yield self._after("")

    def _after(self, note: str) -> Any:
        """The line under a table; without one some room, as two tables that touch would be one."""
        if note:
            return paragraph(self.styles["Note"], note)
        room = attributes(before="0", after="0", line="120", lineRule="exact")
        return paragraph(self.styles["Note"], "", w.spacing(room))

    def _table(self, block: Block) -> Iterator[Any]:
        yield paragraph(self.styles["Caption"], block["caption"])
        yield plan_table(block, self.width, self.styles)
        yield self._after(block["more"])

    def _chart(self, block: Block) -> Iterator[Any]:
        chart = block["chart"]
        self.drawings += 1
        yield paragraph(self.styles["Caption"], chart["title"])
        scale = min(self.width / chart["width"], MOST_CHART / chart["height"])
        made = paragraph(self.styles["Normal"])
        if block["note"]:
            made[0].append(w.keepNext())
        told = (chart["title"], chart["desc"])
        size = (chart["width"], chart["height"])
        made.append(inline_drawing(shapes_of(chart), size, scale, told, self.drawings))
        yield made
        if block["note"]:
            yield paragraph(self.styles["Note"], block["note"])


def _field_end(kind: str) -> Any:
    return w.r(w.fldChar(attributes(fldCharType=kind)))


def _instruction() -> Any:
    text = w.instrText(' TOC \\o "1-1" \\n \\h ')
    text.set(qn("xml:space"), "preserve")
    return w.r(text)
