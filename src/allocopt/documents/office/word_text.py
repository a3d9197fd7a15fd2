"""Word text: paragraphs and runs in the named styles of a document."""

from __future__ import annotations

from typing import Any

from docx.oxml.ns import nsmap, qn
from lxml.builder import ElementMaker

W = nsmap["w"]
w = ElementMaker(namespace=W, nsmap={"w": W})


class Styles:
    """Ids of the styles of a document by the names that people see."""

    def __init__(self, document: Any) -> None:
        self.ids = {style.name: style.style_id for style in document.styles}

    def __getitem__(self, name: str) -> str:
        return str(self.ids[name])


def attributes(**values: str) -> dict[str, str]:
    """Attributes of WordprocessingML, which all have its namespace."""
    return {qn(f"w:{name}"): value for name, value in values.items()}


def paragraph(style: str, text: str = "", *properties: Any) -> Any:
    """A paragraph in a style; `properties` follow the style in the order of the schema."""
    made = w.p(w.pPr(w.pStyle(attributes(val=style)), *properties))
    if text:
        made.append(run(text))
    return made


def run(text: str, *properties: Any, style: str = "") -> Any:
    """Text in one format; line feeds and tabs are elements of their own."""
    made = w.r()
    named = [w.rStyle(attributes(val=style))] if style else []
    if named or properties:
        made.append(w.rPr(*named, *properties))
    for number, line in enumerate(text.split("\n")):
        if number:
            made.append(w.br())
        for place, words in enumerate(line.split("\t")):
            if place:
                made.append(w.tab())
            element = w.t(words)
            element.set(qn("xml:space"), "preserve")
            made.append(element)
    return made
