"""Word file: the document in the template, every block in the template's own styles."""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

from docx.oxml.ns import qn

from allocopt.documents.office.outline import identity_of, tell_identity
from allocopt.documents.office.word_blocks import Writer
from allocopt.documents.office.word_template import NAME, filled_template
from allocopt.documents.rendering import Rendering
from allocopt.documents.zipped import save_without_times
from allocopt.errors import AllocoptError

# What stands for the sections and their list while the template is filled; no text has such letters.
BODY, CONTENTS = "\ue000body\ue001", "\ue000contents\ue001"


def write_word(rendering: Rendering, path: Path) -> None:
    """Write the document as a Word file.

    Raises:
        AllocoptError: the template cannot be used.
    """
    identity, content = identity_of(rendering), rendering.content
    own = {"plan": identity.plan, "fingerprint": identity.inputs, "footer": identity.footer}
    places = {"body": BODY, "contents": CONTENTS}
    frame = {key: content[key] for key in ("language", "kind", "words", "head")}
    document = filled_template(rendering.request.templates, {**frame, **own, **places})
    _add_styles(document)
    tell_identity(document, identity)
    _spell_in(document, identity.language)
    body = _place(document, BODY)
    if body is None:
        raise AllocoptError(f"{NAME}: has no paragraph {{{{ body }}}} for the sections")
    writer = Writer(document, identity)
    for number, section in enumerate(content["sections"]):
        body.addprevious(writer.heading(section["title"], 1, f"_Toc{number}"))
        for block in section["blocks"]:
            for element in writer.block(block):
                body.addprevious(element)
    body.getparent().remove(body)
    _list_contents(document, writer, content["sections"])
    save_without_times(document, path)


def _place(document: Any, token: str) -> Any:
    """The paragraph that a part of the document takes the place of."""
    for paragraph in document.element.body.iter(qn("w:p")):
        if "".join(text.text or "" for text in paragraph.iter(qn("w:t"))).strip() == token:
            return paragraph
    return None


def _list_contents(document: Any, writer: Writer, sections: list[dict[str, Any]]) -> None:
    """The list of contents, where the template has a place for it."""
    place = _place(document, CONTENTS)
    if place is None:
        return
    entries = [(section["title"], f"_Toc{number}") for number, section in enumerate(sections)]
    for element in writer.contents(entries):
        place.addprevious(element)
    place.getparent().remove(place)


def _spell_in(document: Any, spoken: str) -> None:
    """Set the language that the spelling is checked in."""
    properties = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault"))[0]
    language = properties.find(qn("w:lang"))
    if language is None:
        language = properties.makeelement(qn("w:lang"), {})
        properties.append(language)
    eastern = spoken.startswith(("zh", "ja", "ko"))
    language.set(qn("w:val"), "en-US" if eastern else spoken)
    language.set(qn("w:eastAsia"), spoken if eastern else "zh-CN")


def _add_styles(document: Any) -> None:
    """Take over from our template the styles that a company's lacks."""
    known = {style.name for style in document.styles}
    for name, element in _our_styles().items():
        if name not in known:
            document.styles.element.append(deepcopy(element))


@lru_cache
def _our_styles() -> dict[str, Any]:
    plain = {"language": "", "kind": "", "words": {"contents": "", "made_by": ""}}
    head = {"title": "", "subtitle": "", "entries": []}
    ours = filled_template(None, {**plain, "head": head, "footer": "", "body": "", "contents": ""})
    return {style.name: style.element for style in ours.styles}
